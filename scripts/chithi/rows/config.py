"""The base class of published configs."""

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
    """The part of a record from which the ids of its rows follow: its id and, in a statement, its requests."""

    id: str
    requests: list[msgspec.Raw] = []


class Config(ABC):
    """A published table. All that distinguishes a config from the others is in its object.

    Rows are made in two steps. `records` gives one record for each row, and `rows` makes the rows. Publishing cuts the
    records into files, and compares the rows with the records.
    """

    name: str
    row_is: str  # what one row is, in the words of the card
    table: str = STATEMENTS  # the table of the corpus that the records are from; its schema describes columns
    splits: tuple[str, ...] = SPLITS
    tags: ClassVar[Mapping[str, tuple[str, ...]]] = {}  # column of numbers -> their names
    default: bool = False  # whether it is loaded if no config is named; true of exactly one
    derived: bool = True  # whether it follows from other configs; a diff of releases leaves it out
    slow: bool = False  # whether its rows take long to make; these configs are built first

    @abstractmethod
    def records(self, corpus: Corpus) -> dict[str, pl.DataFrame]:
        """The records, one for each row, in the order of the rows, as split -> records."""

    @abstractmethod
    def rows(self, corpus: Corpus, records: Columns) -> pa.Table:
        """The rows of some records, one each, joined with other tables of the corpus."""

    def ids(self, records: Iterable[Identified]) -> Iterator[str]:
        """The ids of the rows that follow from all records of `table`, in any order."""
        return (record.id for record in records)

    def kept(self, records: Columns) -> Columns:
        """The columns of the rows that come from the records alone, in the shape that they have in the rows."""
        return records

    def roundtrips(self, rows: pa.Table, records: Columns) -> bool:
        """Whether rows, made here or read from a file, hold the records.

        Columns that are joined from other tables are not compared.
        """
        expected = table_of(self.kept(records))
        return bool(rows.select(expected.column_names).cast(expected.schema).equals(expected))

    def record(self, row: dict[str, Any]) -> dict[str, Any]:
        """The record in a published row, without the columns that were joined in."""
        return row

    @property
    def notes(self) -> str:
        """A section of the card about this config, in Markdown; may be empty."""
        return ""

    def describe(self, column: str) -> str | None:
        """What a column holds, in the words of the table's schema; None if the schema has no such column."""
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
        """The features of `datasets`: the types of the columns, and the names of tags."""
        from datasets import ClassLabel, Features

        found = Features.from_arrow_schema(self.schema)
        for column, names in self.tags.items():
            found[column] = type(found[column])(ClassLabel(names=list(names)))
        return found


def to_columns(records: pl.DataFrame) -> Columns:
    """The columns of some records, in plain Arrow types."""
    return columns_of(plain_table(records))
