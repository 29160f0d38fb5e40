"""The Parquet files of a dataset, cut into shards, and the manifest of what was written."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from chithi.rows.config import Config
from chithi.rows.configs import CONFIGS


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """The configs of a dataset, the sizes of its files, and when it carries the page to look at."""

    configs: tuple[Config, ...] = CONFIGS
    rows_a_shard: int = 50_000  # at most; gives files of about 5 to 50 MB
    rows_a_group: int = 10_000  # at most
    statements_on_page: int = 10_000  # of a corpus with more, there is no page: it would open slowly


DEFAULTS = BuildOptions()


@dataclass(frozen=True, slots=True)
class Shard:
    """One file of a split."""

    path: str  # within the dataset
    rows: int
    unpacked: int  # bytes of the rows in memory
    size: int  # bytes of the file
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a dataset: the shards of each config by split, in the order of the configs and of the rows."""

    options: BuildOptions
    files: dict[Config, dict[str, list[Shard]]]

    def __iter__(self) -> Iterator[tuple[Config, list[Shard]]]:
        """Each config with all its shards."""
        for config, splits in self.files.items():
            yield config, [shard for shards in splits.values() for shard in shards]

    @property
    def rows(self) -> dict[str, dict[str, int]]:
        """The numbers of rows, as name of a config -> split -> number."""
        return {
            config.name: {split: sum(shard.rows for shard in shards) for split, shards in splits.items()}
            for config, splits in self.files.items()
        }


def cut(records: pl.DataFrame, most: int) -> list[pl.DataFrame]:
    """The fewest parts with at most `most` records each; at least one part. Their sizes differ by at most one."""
    count = max(1, -(-records.height // most))
    bounds = [records.height * n // count for n in range(count + 1)]
    return [records.slice(start, end - start) for start, end in pairwise(bounds)]


def shard_path(config: Config, split: str, n: int, count: int) -> str:
    """The path of a shard in the Hub's naming scheme, such as tokens/train-00000-of-00002.parquet."""
    return f"{config.name}/{split}-{n:05}-of-{count:05}.parquet"


def write_shard(folder: Path, path: str, schema: pa.Schema, groups: Iterable[pa.Table]) -> Shard:
    """Writes a shard, one group of rows after another. The same rows give the same bytes."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    rows = unpacked = 0
    flat = [column.name for column in schema if not pa.types.is_nested(column.type)]
    # Statistics let readers skip groups. For nested columns they are useless.
    with (
        (folder / path).open("wb") as stream,  # pyarrow opens no path that is not UTF-8
        pq.ParquetWriter(stream, schema, compression="zstd", write_statistics=flat) as writer,
    ):
        for group in groups:
            writer.write_table(group)
            rows += group.num_rows
            unpacked += group.nbytes
    data = (folder / path).read_bytes()
    return Shard(path, rows, unpacked, len(data), hashlib.sha256(data).hexdigest())
