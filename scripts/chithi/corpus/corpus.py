"""The class `Corpus`."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec
import polars as pl
import pyarrow as pa

from chithi.corpus.frames import plain_table, read_table
from chithi.corpus.joining import with_offices, with_reports
from chithi.records import layout
from chithi.records.broken import CorpusError
from chithi.records.metadata import Metadata, read_metadata
from chithi.records.own_schemas import SchemaError, read_schemas
from chithi.records.records import TABLE_OF, Entry
from chithi.records.schemas import SHIPPED, Schemas, enum_of

Record = TypeVar("Record", bound=Entry)

SPLITS = enum_of("reports", "split")
BATCH_BYTES = 1 << 20  # files are parsed in batches of this size: smaller ones take more calls, larger ones more memory


@dataclass(frozen=True, eq=False)
class Corpus:
    """The tables of a valid corpus as frames: one row a record, columns as in the schemas, in file order.

    Derived tables are made when they are first used, and kept as long as the corpus.
    """

    folder: Path
    reports: pl.DataFrame
    actors: pl.DataFrame
    offices: pl.DataFrame
    directives: pl.DataFrame
    statements: pl.DataFrame
    anchors: pl.DataFrame  # where statements stand in their articles
    passes: pl.DataFrame  # the annotators' single passes: statements, and in `annotator` the name of the pass
    metadata: Metadata | None = None  # the contents of corpus.json
    schemas: Schemas = SHIPPED

    @classmethod
    def read(cls, folder: Path | str | None = None, *, batch_bytes: int = BATCH_BYTES) -> Self:
        """Reads a corpus, by default the one that ships, with one thread a core.

        Raises CorpusError, which names the broken file and line. Only types and nulls are checked; run
        `chithi.validate` first for everything else.
        """
        folder = Path(folder or layout.shipped("corpus"))
        try:
            metadata, schemas = read_metadata(folder), read_schemas(folder)
            tables = {path.stem: read_table(path.stem, [path]) for path in layout.registry_files(folder)}
            tables[layout.ANCHORS] = read_table(layout.ANCHORS, layout.anchor_files(folder))
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                statements = read_statements(pool, layout.statement_files(folder), batch_bytes)
                passes = read_passes(pool, folder, batch_bytes)
        except OSError as error:
            raise CorpusError(Path(error.filename or folder), None, error.strerror or str(error)) from error
        except SchemaError as error:
            raise CorpusError(error.path, None, error.reason) from error
        frames: dict[str, Any] = {name: to_frame(table) for name, table in tables.items()}
        return cls(folder, **frames, statements=statements, passes=passes, metadata=metadata, schemas=schemas)

    @classmethod
    def empty(cls) -> Self:
        """A corpus without records; its folder is os.devnull."""
        frames: dict[str, Any] = {name: to_frame(read_table(name, [])) for name in layout.SCHEMA_OF}
        return cls(Path(os.devnull), **frames, passes=of_annotator(frames[layout.STATEMENTS], ""))

    def table(self, name: str) -> pl.DataFrame:
        """A table by its name. Raises KeyError for an unknown name."""
        if name not in layout.SCHEMA_OF:
            raise KeyError(name)
        frame: pl.DataFrame = getattr(self, name)
        return frame

    def records(self, kind: type[Record]) -> Iterator[Record]:
        """The records of a kind, such as `Statement`, in file order."""
        return (msgspec.convert(row, kind) for row in self.table(TABLE_OF[kind]).iter_rows(named=True))

    @property
    def paths(self) -> list[Path]:
        """The files of the tables."""
        files = (layout.registry_files, layout.statement_files, layout.anchor_files)
        return [path for of in files for path in of(self.folder)]

    @cached_property
    def registries(self) -> dict[str, pa.Table]:
        """The registries by name, as Arrow tables of plain types, each column in one chunk."""
        return {name: plain_table(self.table(name)) for name in layout.REGISTRIES}

    @cached_property
    def joined(self) -> pl.DataFrame:
        """The statements with `REPORT_COLUMNS`, `split` and `fold`, `offices_in_report` and `speaker_level`."""
        return self.join(self.statements)

    @cached_property
    def by_split(self) -> dict[str, pl.DataFrame]:
        """`joined` without the column `split`, as split -> statements."""
        return in_splits(self.joined)

    @cached_property
    def passes_by_split(self) -> dict[str, pl.DataFrame]:
        """The annotators' passes with the columns of `by_split`, as split -> statements."""
        return in_splits(self.join(self.passes))

    def join(self, statements: pl.DataFrame) -> pl.DataFrame:
        """Statements or passes with the columns that `joined` adds."""
        levels = enum_of("offices", "level", schemas=self.schemas)
        return with_reports(with_offices(statements, self.actors, self.offices, levels), self.reports)


def in_splits(joined: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Rows by the column `split`, without it."""
    return {split: joined.filter(pl.col("split") == split).drop("split") for split in SPLITS}


def read_statements(pool: Executor, files: Sequence[Path], batch_bytes: int) -> pl.DataFrame:
    """The statements in some files, in order. Raises CorpusError or OSError if they cannot be read."""
    parts = pool.map(partial(read_table, layout.STATEMENTS), batched(files, batch_bytes))
    return to_frame(pa.concat_tables(parts))


def read_passes(pool: Executor, corpus: Path, batch_bytes: int) -> pl.DataFrame:
    """The statements of all annotators' passes, pass by pass. Raises CorpusError or OSError if they cannot be read."""
    files: dict[str, list[Path]] = {}
    for path in layout.annotator_files(corpus):
        files.setdefault(path.parent.name, []).append(path)
    parts = [of_annotator(read_statements(pool, paths, batch_bytes), name) for name, paths in files.items()]
    return pl.concat(parts or [of_annotator(to_frame(read_table(layout.STATEMENTS, [])), "")])


def of_annotator(statements: pl.DataFrame, name: str) -> pl.DataFrame:
    """Statements with the name of their pass in the column `annotator`."""
    return statements.with_columns(annotator=pl.lit(name, pl.String))


def to_frame(table: pa.Table) -> pl.DataFrame:
    """An Arrow table as a frame with the same chunks."""
    return pl.DataFrame(pl.from_arrow(table, rechunk=False))


def batched(files: Sequence[Path], enough: int) -> list[list[Path]]:
    """The files in order, in batches of `enough` bytes or a little more; one empty batch if there are no files."""
    batches: list[list[Path]] = [[]]
    size = 0
    for path in files:
        if size >= enough:
            batches.append([])
            size = 0
        batches[-1].append(path)
        size += path.stat().st_size
    return batches
