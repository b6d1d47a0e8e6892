"""Our annotated corpus, and any other in its format: its fields, what makes it sound, how varied it is, how well annotators agree."""
