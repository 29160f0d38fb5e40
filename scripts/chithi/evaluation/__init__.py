"""Comparison of two annotations of the same texts."""
