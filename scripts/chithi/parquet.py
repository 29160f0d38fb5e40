"""The Parquet files of the dataset: plain, cut into shards, each with what the card and Croissant have to say of it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

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


def shards(rows: pa.Table, most: int) -> list[pa.Table]:
    """The rows cut into as few parts of equal size (give or take a row) as hold no more than `most` each; one where there are none."""
    count = max(1, -(-rows.num_rows // most))
    cuts = [rows.num_rows * n // count for n in range(count + 1)]
    return [rows.slice(start, end - start) for start, end in pairwise(cuts)]


def write_split(rows: pa.Table, folder: Path, config: str, split: str, most: int) -> Iterator[Shard]:
    """Writes a split as <config>/<split>-00000-of-00001.parquet and so on, as the Hub names them; the same rows give the same bytes."""
    (folder / config).mkdir(parents=True, exist_ok=True)
    parts = shards(rows, most)
    for n, part in enumerate(parts):
        name = f"{config}/{split}-{n:05}-of-{len(parts):05}.parquet"
        pq.write_table(part, folder / name, compression="zstd", row_group_size=ROWS_A_GROUP)
        data = (folder / name).read_bytes()
        yield Shard(config, split, name, rows.schema, part.num_rows, part.nbytes, len(data), hashlib.sha256(data).hexdigest())
