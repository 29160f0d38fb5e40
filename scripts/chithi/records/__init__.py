"""How a corpus lies on disk, and what its records hold."""
