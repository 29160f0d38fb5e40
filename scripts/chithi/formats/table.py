"""The table of requests as cells, for formats that spreadsheets open: one row a request, lists joined."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from chithi.corpus import Corpus
from chithi.rows.config import to_columns
from chithi.rows.requests import COLUMNS, RequestsConfig, dates_of, requests_of

SPLIT = "split"  # the column that the published table needs not, as each of its files is of one split
SEPARATOR = "; "  # between the items of a list
BATCH = 5000  # requests whose rows are made together
SPLIT_IS = "Train or test; all reports on one event are in one split."
LISTS = f"Several are separated by '{SEPARATOR.strip()}'."
Cell = str | int | date | None


def header() -> list[str]:
    """The names of the columns: those of the published table, and the split."""
    return [*COLUMNS, SPLIT]


def explained(corpus: Corpus) -> list[tuple[str, str]]:
    """The columns with what they hold."""
    config = RequestsConfig()
    lists = {field.name for field in config.schema if str(field.type).startswith("list")}
    told = {name: config.describe(name, corpus.schemas) or "" for name in COLUMNS} | {SPLIT: SPLIT_IS}
    return [(name, f"{text} {LISTS}".strip() if name in lists else text) for name, text in told.items()]


def cells(corpus: Corpus, statements: pl.DataFrame) -> Iterator[dict[str, Cell]]:
    """The requests of some statements as cells by column. `statements` has the columns of `Corpus.joined`."""
    config = RequestsConfig()
    dates = dates_of(corpus.reports)
    found = requests_of(statements).join(dates, on="report", how="left", maintain_order="left")
    for batch in found.iter_slices(BATCH):
        rows = config.rows(corpus, to_columns(batch.drop(SPLIT))).to_pylist()
        for row, split in zip(rows, batch[SPLIT], strict=True):
            yield {name: joined(value) for name, value in row.items()} | {SPLIT: split}


def joined(value: Cell | list[str | None]) -> Cell:
    """A value as one cell. The items of a list keep their places, so that lists of one row can be held together."""
    return SEPARATOR.join(item or "" for item in value) if isinstance(value, list) else value
