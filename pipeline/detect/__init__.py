"""Naming the language of documents and sentences."""
