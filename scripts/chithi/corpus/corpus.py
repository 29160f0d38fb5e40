"""The class `Corpus`."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec
import polars as pl
import pyarrow as pa

from chithi.corpus.frames import CorpusError, plain_table, read_table
from chithi.records import layout
from chithi.records.metadata import Metadata, read_metadata
from chithi.records.own_schemas import SchemaError, read_schemas
from chithi.records.records import TABLE_OF, Entry
from chithi.records.schemas import SHIPPED, Schemas, enum_of

Record = TypeVar("Record", bound=Entry)

SPLITS = enum_of("reports", "split")
REPORT_COLUMNS = ("event", "language", "published", "held", "place")  # published with each statement
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
            batches = batched(layout.statement_files(folder), batch_bytes)
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                parts = list(pool.map(partial(read_table, layout.STATEMENTS), batches))
        except OSError as error:
            raise CorpusError(Path(error.filename or folder), None, error.strerror or str(error)) from error
        except SchemaError as error:
            raise CorpusError(error.path, None, error.reason) from error
        except msgspec.MsgspecError as error:
            raise CorpusError(folder / layout.METADATA, None, str(error)) from error
        tables[layout.STATEMENTS] = pa.concat_tables(parts)
        frames: dict[str, Any] = {name: to_frame(table) for name, table in tables.items()}
        return cls(folder, **frames, metadata=metadata, schemas=schemas)

    @classmethod
    def empty(cls) -> Self:
        """A corpus without records; its folder is os.devnull."""
        frames: dict[str, Any] = {name: to_frame(read_table(name, [])) for name in layout.SCHEMA_OF}
        return cls(Path(os.devnull), **frames)

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
        return [*layout.registry_files(self.folder), *layout.statement_files(self.folder)]

    @cached_property
    def registries(self) -> dict[str, pa.Table]:
        """The registries by name, as Arrow tables of plain types, each column in one chunk."""
        return {name: plain_table(self.table(name)) for name in layout.REGISTRIES}

    @cached_property
    def joined(self) -> pl.DataFrame:
        """The statements, each with the split of its report and with `REPORT_COLUMNS`."""
        reports = self.reports.select("split", *REPORT_COLUMNS, report="id")
        return self.statements.join(reports, on="report", how="left", maintain_order="left")

    @cached_property
    def by_split(self) -> dict[str, pl.DataFrame]:
        """`joined` without the column `split`, as split -> statements."""
        return {split: self.joined.filter(pl.col("split") == split).drop("split") for split in SPLITS}


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
