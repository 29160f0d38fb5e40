"""Arrow arrays: taken apart, put together again, and as numbers. None of this loads pandas, as `pyarrow.array` and `to_numpy` would."""

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

Columns = dict[str, pa.Array]  # by name, in their order, equally long
Numbers = np.ndarray[Any, np.dtype[Any]]


def columns(rows: pa.Table) -> Columns:
    """The columns of a table, each in one piece; what is in one piece already is not copied."""
    found = ((name, rows[name]) for name in rows.column_names)
    return {name: column.chunk(0) if column.num_chunks == 1 else column.combine_chunks() for name, column in found}


def select(columns: Columns, *names: str) -> Columns:
    """Some of the columns, in the order of their names here."""
    return {name: columns[name] for name in names}


def rows_of(columns: Columns) -> pa.Table:
    """The table with these columns."""
    return pa.Table.from_arrays(list(columns.values()), list(columns))


def parts(structs: pa.StructArray) -> Columns:
    """The fields of structs, null where the struct is."""
    return dict(zip((field.name for field in structs.type), structs.flatten(), strict=True))


def packed(fields: Columns, like: pa.Array) -> pa.StructArray:
    """Structs of these fields, null where others are."""
    return pa.StructArray.from_arrays(list(fields.values()), list(fields), mask=like.is_null())


def relisted(lists: pa.ListArray, values: pa.Array) -> pa.ListArray:
    """Lists as long as others, of other values; empty where these are null."""
    sizes = pc.coalesce(pc.list_value_length(lists), column(np.zeros(len(lists), np.int32)))
    return pa.ListArray.from_arrays(column(bounds(numbers(sizes))), values)


def numbers(column: pa.Array) -> Numbers:
    """Numbers, none of them null, out of the same memory."""
    return np.from_dlpack(column)


def column(values: Numbers) -> pa.Array:
    """The same the other way round."""
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, pa.py_buffer(values)])


def strings(values: list[str]) -> pa.StringArray:
    """A column of strings."""
    return pl.Series(values, dtype=pl.String).to_arrow().cast(pa.string())


def bounds(sizes: Numbers) -> Numbers:
    """Where each of several runs begins when they stand one behind the other, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
