"""How well a model reads, measured on labelled texts."""
