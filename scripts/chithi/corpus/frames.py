"""JSON lines as Arrow tables and polars frames, with types from the JSON Schemas."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import orjson
import polars as pl
import pyarrow as pa
import pyarrow.json

from chithi.records.blocks import lines_of
from chithi.records.broken import CorpusError
from chithi.records.canonical import decoder
from chithi.records.files import read_regular
from chithi.records.schemas import definition_of, schema_of, types_of

ARROW = {"string": pa.string(), "integer": pa.int32(), "boolean": pa.bool_()}
PLAIN = {
    pl.String: pa.string(),
    pl.Int32: pa.int32(),
    pl.Int64: pa.int64(),
    pl.Boolean: pa.bool_(),
    pl.Date: pa.date32(),
}
OBJECT = re.compile(rb"\s*\{")
LARGEST_BLOCK = (1 << 31) - 1  # bytes, the most that pyarrow takes


def arrow_type(schema: dict[str, Any]) -> pa.DataType:
    """The Arrow type of the values that a JSON Schema describes. Each value may be null."""
    schema = definition_of(schema)
    kind = next(kind for kind in types_of(schema) if kind != "null")
    if kind == "object":
        return pa.struct([(key, arrow_type(sub)) for key, sub in schema["properties"].items()])
    if kind == "array":
        return pa.list_(arrow_type(schema["items"]))
    return ARROW[kind]


def parse(table: str, data: bytes) -> pa.Table:
    """The Arrow table of JSON lines. Raises pyarrow.ArrowInvalid if they are not records of the table.

    pyarrow 26 crashes on a block of bytes whose first value is null. So everything is read as one block, and its first
    value has to be an object.
    """
    schema = pa.schema(arrow_type(schema_of(table)))
    if not data:
        return pa.Table.from_batches([], schema)  # `schema.empty_table` would load pandas
    if not OBJECT.match(data):
        raise pa.ArrowInvalid("the first value is not an object")
    return pa.json.read_json(
        pa.BufferReader(data),
        pa.json.ReadOptions(use_threads=False, block_size=min(len(data), LARGEST_BLOCK)),
        pa.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
    )


def read_table(table: str, paths: Sequence[Path]) -> pa.Table:
    """The Arrow table of all records in some files, in order.

    Raises CorpusError if a file holds anything but records of the table, OSError if it cannot be read. Only keys,
    types and nulls are checked; `chithi validate` checks the values.
    """
    data = b"".join(map(read_regular, paths))
    try:
        found = parse(table, data)
        found.validate(full=True)  # pyarrow's JSON reader does not check that strings are UTF-8
    except pa.ArrowException as error:
        raise broken(table, paths, str(error)) from error
    try:
        decoder(table).decode_lines(data)  # pyarrow takes a missing key for a null
    except (msgspec.MsgspecError, RecursionError) as error:
        raise broken(table, paths, str(error)) from error
    return found


def broken(table: str, paths: Sequence[Path], otherwise: str) -> CorpusError:
    """The error that names the first broken line of some files; `otherwise` is its reason if no line is broken."""
    for path in paths:
        for number, line in enumerate(lines_of(read_regular(path)), 1):
            if line.strip() and (reason := fault(table, line)):
                return CorpusError(path, number, reason)
    return CorpusError(paths[0], None, otherwise)


def fault(table: str, line: bytes) -> str | None:
    """The reason why a line is not a record of a table; None if it is one."""
    try:
        orjson.loads(line)
        decoder(table).decode(line)
        parse(table, line)  # also refuses a key that occurs twice
    except orjson.JSONDecodeError as error:
        return f"not JSON ({error.msg})"
    except (msgspec.MsgspecError, pa.ArrowException, RecursionError):
        return f"not a record of the table {table}"
    return None


def plain_type(dtype: pl.DataType) -> pa.DataType:
    """The Arrow type of a column, from those that every Parquet reader knows: no views, no large strings or lists."""
    if isinstance(dtype, pl.List):
        return pa.list_(plain_type(dtype.inner))  # type: ignore[arg-type]
    if isinstance(dtype, pl.Struct):
        return pa.struct([(f.name, plain_type(f.dtype)) for f in dtype.fields])  # type: ignore[arg-type]
    return PLAIN[type(dtype)]


def plain_table(frame: pl.DataFrame) -> pa.Table:
    """A frame as an Arrow table of plain types, each column in one chunk."""
    schema = pa.schema([(name, plain_type(dtype)) for name, dtype in frame.schema.items()])
    return frame.to_arrow().cast(schema).combine_chunks()
