"""Counts, figures and charts for readers."""
