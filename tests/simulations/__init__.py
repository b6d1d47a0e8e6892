"""Seeded simulations of how often intervals hold the truth and tests reject.

Each file gives rows (`tally.Row`) from `simulate(rng, repetitions)`; `make coverage` runs all of them into docs/coverage.md, the tests run them small.
"""
