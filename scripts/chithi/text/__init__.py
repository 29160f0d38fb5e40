"""Text apart from its annotations: tokens, languages, person names, document numbers, duplicates."""
