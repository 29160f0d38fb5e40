"""Two annotations of the same texts, held against each other."""
