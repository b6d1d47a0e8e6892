"""Seeded simulations of how often intervals hold the truth and tests reject; the tests run them small, `make coverage` large."""
