"""Text without its annotations: tokens, languages, person names, document numbers, duplicates."""
