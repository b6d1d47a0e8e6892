"""Sentiment and aspects in one encoder pass."""
