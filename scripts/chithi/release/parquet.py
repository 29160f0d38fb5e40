"""The Parquet files of the dataset: plain, cut into shards, each with what the card and Croissant have to say of it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

ROWS_A_GROUP = 10_000
ROWS_A_SHARD = 50_000  # at most; a split of more rows is cut into shards of equal size, some 5 to 50 MB each


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of a split: its path within the dataset, its rows, their bytes unpacked, the bytes of the file and their SHA-256."""

    config: str
    split: str
    path: str
    schema: pa.Schema
    rows: int
    unpacked: int
    size: int
    sha256: str


def shards(rows: pl.DataFrame, most: int) -> list[pl.DataFrame]:
    """The rows cut into as few parts of equal size (give or take a row) as hold no more than `most` each; one where there are none."""
    count = max(1, -(-rows.height // most))
    cuts = [rows.height * n // count for n in range(count + 1)]
    return [rows.slice(start, end - start) for start, end in pairwise(cuts)]


def shard_path(config: str, split: str, n: int, count: int) -> str:
    """<config>/<split>-00000-of-00001.parquet and so on, as the Hub names them."""
    return f"{config}/{split}-{n:05}-of-{count:05}.parquet"


def write_shard(records: pl.DataFrame, published: Callable[[pl.DataFrame], pa.Table], folder: Path, path: str) -> Shard:
    """Writes a shard of rows that `published` makes of records, a group at a time; the same records give the same bytes."""
    config, name = path.split("/")
    (folder / config).mkdir(parents=True, exist_ok=True)
    table, unpacked = published(records.head(ROWS_A_GROUP)), 0
    flat = [column.name for column in table.schema if not pa.types.is_nested(column.type)]  # where readers can skip what they do not need
    with pq.ParquetWriter(folder / path, table.schema, compression="zstd", write_statistics=flat) as writer:
        for start in range(0, max(records.height, 1), ROWS_A_GROUP):
            table = published(records.slice(start, ROWS_A_GROUP)) if start else table
            writer.write_table(table)
            unpacked += table.nbytes
    data = (folder / path).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return Shard(config, name.partition("-")[0], path, table.schema, records.height, unpacked, len(data), digest)
