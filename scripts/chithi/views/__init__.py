"""What people look at: counts, figures, charts."""
