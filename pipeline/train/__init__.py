"""Building and training models. Needs the `train` extra; the only place that imports torch."""
