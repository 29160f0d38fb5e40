"""The files of a corpus: their layout, lines, records and schemas, and how they are replaced."""
