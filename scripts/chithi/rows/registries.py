"""The configs of the registries."""

import polars as pl
import pyarrow as pa

from chithi.corpus import Corpus
from chithi.rows.arrow import Columns, table_of
from chithi.rows.config import Config

REGISTRY = "registry"  # the name of the one split; `datasets` keeps `all` for the union of splits


class RegistryConfig(Config):
    """One row an entry of a registry."""

    row_is = "an entry of a registry"
    splits = (REGISTRY,)
    derived = False

    def __init__(self, name: str) -> None:
        self.name = self.table = name

    def records(self, corpus: Corpus) -> dict[str, pl.DataFrame]:
        """All entries, in one split."""
        return {REGISTRY: corpus.table(self.name)}

    def rows(self, corpus: Corpus, records: Columns) -> pa.Table:
        """The entries unchanged."""
        return table_of(records)
