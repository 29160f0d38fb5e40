"""The corpus as polars frames, their types taken from the JSON Schemas."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.json

from chithi.records import layout
from chithi.records.schemas import DEFINITIONS, load, schema_of

ARROW = {"string": pa.string(), "integer": pa.int32(), "boolean": pa.bool_()}
LONGEST_RECORD = 1 << 23  # bytes
BATCH_BYTES = 1 << 20  # bytes to read at once, as every reading has its price, and so has memory that is not used again


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """The five tables, one row a record, columns as in the schemas; in the order of their files; and their folder."""

    reports: pl.DataFrame
    speakers: pl.DataFrame
    offices: pl.DataFrame
    directives: pl.DataFrame
    statements: pl.DataFrame
    folder: Path


def arrow_type(schema: dict[str, Any]) -> pa.DataType:
    """The Arrow type of the values that a JSON Schema describes; each may be null."""
    if "$ref" in schema:
        return arrow_type(load(DEFINITIONS)["$defs"][schema["$ref"].rpartition("/")[2]])
    kinds = schema.get("type", "string")
    kind = next(k for k in ([kinds] if isinstance(kinds, str) else kinds) if k != "null")
    if kind == "object":
        return pa.struct([(key, arrow_type(sub)) for key, sub in schema["properties"].items()])
    if kind == "array":
        return pa.list_(arrow_type(schema["items"]))
    return ARROW[kind]


def parsed(table: str, data: bytes) -> pa.Table:
    """JSON lines of a table, which must be valid."""
    schema = pa.schema(arrow_type(schema_of(table)))
    if not data:
        return schema.empty_table()
    read, parse = pa.json.ReadOptions(use_threads=False, block_size=LONGEST_RECORD), pa.json.ParseOptions(explicit_schema=schema)
    return pa.json.read_json(pa.BufferReader(data), read, parse)


def frame(table: str, data: bytes) -> pl.DataFrame:
    """The same as a frame."""
    return pl.DataFrame(pl.from_arrow(parsed(table, data)))


def batched(files: list[Path]) -> list[list[Path]]:
    """The files in their order, as many of them together as are worth reading at once; one batch if there are none."""
    batches: list[list[Path]] = [[]]
    size = 0
    for path in files:
        if size >= BATCH_BYTES:
            batches.append([])
            size = 0
        batches[-1].append(path)
        size += path.stat().st_size
    return batches


def statements_of(files: list[Path]) -> pa.Table:
    """The statements in some files, one behind the other."""
    return parsed(layout.STATEMENTS, b"".join(path.read_bytes() for path in files))


def read(corpus: Path) -> Corpus:
    """Reads a valid corpus. Raises OSError where a file cannot be read; run validate first, which says what is wrong with the others."""
    registries = {path.stem: frame(path.stem, path.read_bytes()) for path in layout.registry_files(corpus)}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(statements_of, batched(layout.statement_files(corpus))))
    return Corpus(**registries, statements=pl.DataFrame(pl.from_arrow(pa.concat_tables(parts), rechunk=False)), folder=corpus)
