"""The published rows: the configs of the dataset, as Arrow tables."""
