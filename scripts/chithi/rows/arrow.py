"""Arrow arrays: to take apart, to put together, and to convert to and from numpy.

None of this loads pandas, which takes 0.3 s; `pyarrow.array` and pyarrow's own `to_numpy` would.
"""

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

Columns = dict[str, pa.Array]  # by name, in order, equally long
Array = np.ndarray[Any, np.dtype[Any]]


def columns_of(table: pa.Table) -> Columns:
    """The columns of a table, each in one chunk."""
    return {name: in_one_chunk(table[name]) for name in table.column_names}


def in_one_chunk(column: pa.ChunkedArray) -> pa.Array:
    """A column in one chunk. A column with one chunk is not copied."""
    if column.num_chunks == 1:
        return column.chunk(0)
    # Without any chunk, `combine_chunks` would load pandas.
    return column.combine_chunks() if column.num_chunks else pa.nulls(0, column.type)


def table_of(columns: Columns) -> pa.Table:
    """The table with these columns."""
    return pa.Table.from_arrays(list(columns.values()), list(columns))


def select(columns: Columns, *names: str) -> Columns:
    """Some of the columns, in the order of the names given."""
    return {name: columns[name] for name in names}


def fields_of(structs: pa.StructArray) -> Columns:
    """The fields of structs as columns, null where the struct is null."""
    return dict(zip((field.name for field in structs.type), structs.flatten(), strict=True))


def structs_like(structs: pa.StructArray, fields: Columns) -> pa.StructArray:
    """Structs with these fields, null where the given structs are null."""
    return pa.StructArray.from_arrays(list(fields.values()), list(fields), mask=structs.is_null())


def lists_like(lists: pa.ListArray, values: pa.Array) -> pa.ListArray:
    """Lists of these values, as long as the given lists; empty where those are null."""
    sizes = pc.coalesce(pc.list_value_length(lists), from_numpy(np.zeros(len(lists), np.int32)))
    return pa.ListArray.from_arrays(from_numpy(run_bounds(to_numpy(sizes))), values)


def chosen(lists: pa.ListArray, values: pa.Array, mask: pa.BooleanArray) -> pa.ListArray:
    """Lists of those values for which the mask is true. Values and mask are one an item of the given lists."""
    parents = to_numpy(pc.list_parent_indices(lists).filter(mask))
    sizes = np.bincount(parents, minlength=len(lists))
    return pa.ListArray.from_arrays(from_numpy(run_bounds(sizes)), values.filter(mask))


def to_numpy(column: pa.Array) -> Array:
    """A column of numbers without nulls, shape (rows,), without a copy."""
    return np.from_dlpack(column)


def from_numpy(values: Array) -> pa.Array:
    """A column of the numbers in an array of shape (rows,), without a copy."""
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, pa.py_buffer(values)])


def strings(values: list[str]) -> pa.StringArray:
    """A column of strings."""
    return pl.Series(values, dtype=pl.String).to_arrow().cast(pa.string())


def run_bounds(sizes: Array) -> Array:
    """The index at which each of several adjoining runs begins, and the index at which the last one ends.

    sizes: the lengths of the runs, shape (runs,). The bounds are int32, shape (runs + 1,).

    >>> run_bounds(np.array([2, 0, 3])).tolist()
    [0, 2, 2, 5]
    """
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
