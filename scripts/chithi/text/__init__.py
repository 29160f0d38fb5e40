"""What is known of texts alone: tokens, languages, names, numbers, duplicates."""
