"""What a published config is."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
import polars as pl
import pyarrow as pa

from chithi.corpus import SPLITS, Corpus
from chithi.corpus.frames import plain_table
from chithi.records.layout import STATEMENTS
from chithi.records.schemas import schema_of
from chithi.rows.arrow import Columns, columns_of, table_of

if TYPE_CHECKING:
    from datasets import Features


class Identified(msgspec.Struct):
    """What is read of a record to count the rows made of it: its id, and of a statement how many requests it has."""

    id: str
    requests: list[msgspec.Raw] = []


class Config(ABC):
    """A published table: one object knows all that distinguishes it from the others.

    Rows are made in two steps, so that publishing can cut the result of the first into files, and compare
    that of the second with it: `records` chooses what there is a row for, and `rows` makes the rows.
    """

    name: str
    row_is: str  # what one row is, as the card says it
    table: str = STATEMENTS  # the table of the corpus whose schema describes columns of the same name
    splits: tuple[str, ...] = SPLITS
    tags: ClassVar[Mapping[str, tuple[str, ...]]] = {}  # column -> names of the numbers in it
    default: bool = False  # whether it is loaded where no config is named; exactly one is
    derived: bool = True  # whether it follows from other configs, so that a diff of releases skips it
    slow: bool = False  # whether it takes longest to make, and so is begun first

    @abstractmethod
    def records(self, corpus: Corpus) -> dict[str, pl.DataFrame]:
        """What the rows are made of, one by one and in order, as split -> records."""

    @abstractmethod
    def rows(self, corpus: Corpus, records: Columns) -> pa.Table:
        """The rows made of some records, one each, with what the corpus knows besides."""

    def ids(self, records: Iterable[Identified]) -> Iterator[str]:
        """The ids of the rows that are made of the records of its table; they need not be in order."""
        return (record.id for record in records)

    def kept(self, records: Columns) -> Columns:
        """The columns of the rows that hold the records themselves, in the shape that they have there."""
        return records

    def roundtrips(self, rows: pa.Table, records: Columns) -> bool:
        """Whether rows, as made here or as read from a file, give the records back.

        What the corpus knows besides is not looked at.
        """
        expected = table_of(self.kept(records))
        return bool(rows.select(expected.column_names).cast(expected.schema).equals(expected))

    def record(self, row: dict[str, Any]) -> dict[str, Any]:
        """A published row as the corpus has the record: without what was joined in."""
        return row

    @property
    def notes(self) -> str:
        """A section of the card, in Markdown, for what has to be known besides; empty if there is nothing."""
        return ""

    def describe(self, column: str) -> str | None:
        """What a column holds, in the words of the table's schema; None for a column that it does not have."""
        found: str | None = schema_of(self.table)["properties"].get(column, {}).get("description")
        return found

    def tables(self, corpus: Corpus) -> dict[str, pa.Table]:
        """All rows, as split -> table."""
        return {split: self.rows(corpus, to_columns(found)) for split, found in self.records(corpus).items()}

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns and their types. They are the same for every corpus."""
        return self.tables(Corpus.empty())[self.splits[0]].schema

    @property
    def features(self) -> "Features":
        """The columns as `datasets` describes them: their types, and the names of tags."""
        from datasets import ClassLabel, Features

        found = Features.from_arrow_schema(self.schema)
        for column, names in self.tags.items():
            found[column] = type(found[column])(ClassLabel(names=list(names)))
        return found


def to_columns(records: pl.DataFrame) -> Columns:
    """The columns of some records, in plain Arrow types."""
    return columns_of(plain_table(records))
