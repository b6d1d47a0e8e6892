"""A run in Python: tables as pandas, quotes, plots. What notebooks call; `pipeline.open_run` and `pipeline.analyse_texts` lead here."""
