"""Train and measure the language detector."""
