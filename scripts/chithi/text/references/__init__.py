"""References to documents in texts of many languages: the table of forms, its patterns, and the search."""
