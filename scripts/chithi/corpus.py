"""The corpus as polars frames, their types taken from the JSON Schemas."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.json

from chithi import tables
from chithi.schemas import DEFINITIONS, load, schema_of

ARROW = {"string": pa.string(), "integer": pa.int32(), "boolean": pa.bool_()}
LONGEST_RECORD = 1 << 23  # bytes


@dataclass(frozen=True, slots=True)
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


def frame(table: str, data: bytes) -> pl.DataFrame:
    """JSON lines of a table, which must be valid, as a frame."""
    schema = pa.schema(arrow_type(schema_of(table)))
    if not data:
        return pl.DataFrame(pl.from_arrow(schema.empty_table()))
    read, parse = pa.json.ReadOptions(block_size=LONGEST_RECORD), pa.json.ParseOptions(explicit_schema=schema)
    return pl.DataFrame(pl.from_arrow(pa.json.read_json(io.BytesIO(data), read, parse)))


def read(corpus: Path) -> Corpus:
    """Reads a valid corpus. Raises OSError where a file cannot be read; run validate first, which says what is wrong with the others."""
    registries = {path.stem: frame(path.stem, path.read_bytes()) for path in tables.registry_files(corpus)}
    statements = b"".join(path.read_bytes() for path in tables.statement_files(corpus))
    return Corpus(**registries, statements=frame(tables.STATEMENTS, statements), folder=corpus)
