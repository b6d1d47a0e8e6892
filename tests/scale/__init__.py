"""What the product promises at size, to be measured by hand: `make bench-file`, `make bench-tables`."""
