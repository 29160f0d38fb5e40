"""The published rows: what the configs hold, as Arrow tables."""
