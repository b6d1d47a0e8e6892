"""Building and training models. Needs the `train` extra; only here and in `analyse/checkpoint.py` is torch imported. `language/` needs neither."""
