"""From readings of single texts to estimates of groups of texts."""
