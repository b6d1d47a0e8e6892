"""Statistics: arrays in, arrays out. Knows nothing of feedback; every method has a reference, an oracle and a coverage test."""
