"""Stage 2: documents become texts without markup, furniture, links or contact data, and duplicates are marked."""
