"""Rows of a release as they are stored: Parquet files from anywhere, read within bounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chithi.records.files import open_regular
from chithi.text.display import shown

ROWS_AT_ONCE = 256
TEXTS = (pa.string(), pa.large_string(), *([pa.string_view()] if hasattr(pa, "string_view") else []))
PLAIN = (pa.types.is_integer, pa.types.is_boolean, pa.types.is_null)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that the files of a config may hold. A file of a few KB can unpack to many GB."""

    values: int = 20_000_000  # of all columns
    size: int = 1024**3  # bytes, unpacked


BOUNDS = Bounds()


class StoredError(Exception):
    """A file does not hold rows of a release; the message is the end of a sentence that begins with its name."""


def parquet_files(folder: Path) -> list[Path]:
    """The Parquet files in a folder, sorted; none if the folder is missing. Raises OSError if it cannot be read."""
    return sorted(path for path in folder.iterdir() if path.suffix == ".parquet") if folder.is_dir() else []


def rows(path: Path, bounds: Bounds = BOUNDS, schema: pa.Schema | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file, within bounds.

    Raises StoredError unless its columns are those of the schema or, without one, texts, numbers and the like. What the
    file says of itself is looked at before anything is unpacked, and may be wrong; so what is unpacked is counted, too.
    """
    try:
        with open_regular(path) as stream, pq.ParquetFile(stream) as file:
            check(file, bounds)
            check_columns(file.schema_arrow, schema)
            size = 0
            for batch in file.iter_batches(ROWS_AT_ONCE):
                size += batch.nbytes
                if size > bounds.size:
                    raise StoredError(f"unpacks to more than {bounds.size:,} bytes")
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError, ValueError, MemoryError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise StoredError(f"cannot be read ({reason})") from error


def check(file: pq.ParquetFile, bounds: Bounds) -> None:
    """Raises StoredError if a file says that it holds more than the bounds allow."""
    groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
    columns = [group.column(i) for group in groups for i in range(group.num_columns)]
    if (values := max(file.metadata.num_rows, sum(column.num_values for column in columns))) > bounds.values:
        raise StoredError(f"holds {values:,} values, more than the {bounds.values:,} that are compared")
    if (size := sum(column.total_uncompressed_size for column in columns)) > bounds.size:
        raise StoredError(f"unpacks to {size:,} bytes, more than the {bounds.size:,} that are compared")


def check_columns(found: pa.Schema, schema: pa.Schema | None) -> None:
    """Raises StoredError if a file has two columns of one name, columns of odd types, or not those of the schema."""
    for name in found.names:
        if found.names.count(name) > 1:
            raise StoredError(f"has two columns called {shown(name)}")
        if schema is None and not is_plain(kind := found.field(name).type):
            raise StoredError(f"has a column {shown(name)} of the type {shown(str(kind))}, which no release has")
    if schema is not None and not found.equals(schema):
        raise StoredError(f"has other columns ({', '.join(shown(name) for name in other_columns(found, schema))})")


def other_columns(one: pa.Schema, two: pa.Schema) -> list[str]:
    """The names of the columns that only one of two schemas has, or that differ in type or in their order."""
    kinds = [{column.name: column.type for column in schema} for schema in (one, two)]
    differ = [name for name in kinds[0] | kinds[1] if kinds[0].get(name) != kinds[1].get(name)]
    return differ or [a for a, b in zip(one.names, two.names, strict=True) if a != b] or one.names


def is_plain(kind: pa.DataType) -> bool:
    """Whether a type is made of texts, whole numbers, booleans, lists and structs."""
    if pa.types.is_struct(kind):
        return all(is_plain(kind.field(i).type) for i in range(kind.num_fields))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_dictionary(kind):
        return is_plain(kind.value_type)
    return kind in TEXTS or any(is_of(kind) for is_of in PLAIN)
