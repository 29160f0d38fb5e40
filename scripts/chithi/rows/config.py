"""The base class of published configs."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
import polars as pl
import pyarrow as pa

from chithi.corpus import SPLITS, Corpus
from chithi.corpus.frames import plain_table
from chithi.records.layout import STATEMENTS, files_of
from chithi.records.schemas import SHIPPED, Schemas
from chithi.rows.arrow import Columns, columns_of, table_of
from chithi.rows.descriptions import Source, description_of

if TYPE_CHECKING:
    from datasets import Features


class Identified(msgspec.Struct):
    """The part of a record from which the keys of its rows follow: its id and, in a statement, its requests."""

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
    splits: tuple[str, ...] = SPLITS  # those that it may have; one without rows is not published
    key: tuple[str, ...] = ("id",)  # the columns that together identify a row
    described: ClassVar[Mapping[str, Source]] = {}  # column -> description, where it is no field of `table`
    default: bool = False  # whether it is loaded if no config is named; true of exactly one
    derived: bool = True  # whether it follows from other configs; a diff of releases leaves it out
    published: bool = True  # whether a release may have it
    slow: bool = False  # whether its rows take long to make; these configs are built first

    @abstractmethod
    def records(self, corpus: Corpus) -> dict[str, pl.DataFrame]:
        """The records, one for each row, in the order of the rows, as split -> records. A split may have none."""

    @abstractmethod
    def rows(self, corpus: Corpus, records: Columns) -> pa.Table:
        """The rows of some records, one each, joined with other tables of the corpus."""

    def files(self, corpus: Path) -> list[Path]:
        """The files of a corpus that the records are from."""
        return files_of(corpus, self.table)

    def keys(self, file: Path, records: Iterable[Identified]) -> Iterator[str]:
        """The keys of the rows that follow from the records of a file, in any order: their `key`, joined by slashes."""
        return (record.id for record in records)

    def kept(self, records: Columns) -> Columns:
        """The columns of the rows that come from the records alone, in the shape that they have in the rows."""
        return records

    def roundtrips(self, corpus: Corpus, rows: pa.Table, records: Columns) -> bool:
        """Whether rows hold the records. Columns that are joined from other tables are not compared."""
        expected = table_of(self.kept(records))
        return bool(rows.select(expected.column_names).cast(expected.schema).equals(expected))

    def record(self, row: dict[str, Any]) -> dict[str, Any]:
        """The record in a published row, without the columns that were joined in."""
        return row

    def tags(self, schemas: Schemas = SHIPPED) -> Mapping[str, tuple[str, ...]]:
        """The columns that hold numbers with names, as column -> names."""
        return {}

    def notes(self, schemas: Schemas = SHIPPED) -> str:
        """A section of the card about this config, in Markdown; may be empty."""
        return ""

    def describe(self, column: str, schemas: Schemas = SHIPPED) -> str | None:
        """What a column holds; None if neither the config nor the schema of its table says that."""
        source = self.described.get(column, (self.table, column))
        return source if isinstance(source, str) else description_of(*source, schemas=schemas)

    def filled(self, corpus: Corpus) -> dict[str, pl.DataFrame]:
        """`records` without the splits that have none. If nothing is left, the config is not published."""
        return {split: records for split, records in self.records(corpus).items() if records.height}

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns and their types. They are the same for every corpus."""
        empty = Corpus.empty()
        return self.rows(empty, to_columns(self.records(empty)[self.splits[0]])).schema

    def features(self, schemas: Schemas = SHIPPED) -> "Features":
        """The features of `datasets`: the types of the columns, and the names of tags."""
        from datasets import ClassLabel, Features

        found = Features.from_arrow_schema(self.schema)
        for column, names in self.tags(schemas).items():
            found[column] = type(found[column])(ClassLabel(names=list(names)))
        return found


def to_columns(records: pl.DataFrame) -> Columns:
    """The columns of some records, in plain Arrow types."""
    return columns_of(plain_table(records))
