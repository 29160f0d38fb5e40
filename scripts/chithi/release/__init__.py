"""The published folder: built, described, compared, released."""
