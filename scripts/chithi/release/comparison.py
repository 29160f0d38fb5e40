"""Comparison of a dataset folder with the corpus: all rows as `datasets` reads them, and all keys in the files."""

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from chithi.corpus import Corpus
from chithi.records.files import open_regular, read_regular
from chithi.records.replacing import temporary
from chithi.release import PublishError
from chithi.release.parquet import DEFAULTS, BuildOptions
from chithi.rows.config import Config, Identified, to_columns
from chithi.text.display import shown

NO_PLAIN_PATH = re.compile(r"[\[\]*?\ud800-\udfff]|::")  # surrogates stand for bytes that are not UTF-8


def compare(corpus: Corpus, folder: Path, cache: Path, options: BuildOptions = DEFAULTS) -> None:
    """Loads the dataset as its users do, and compares every row with the corpus.

    Raises PublishError if anything differs.
    """
    with loadable(folder, cache) as (path, kept), offline(kept) as load_dataset:  # which is not thread-safe
        for config in options.configs:
            expected = config.filled(corpus)
            loaded = load_dataset(str(path), config.name, streaming=True, cache_dir=str(kept)) if expected else {}
            for split, records in expected.items():
                there = split in loaded
                batches = loaded[split].with_format("arrow").iter(options.rows_a_group) if there else ()
                if not are_rows(corpus, config, batches, records):
                    raise difference(config, split)


def is_pattern(path: str) -> bool:
    """Whether `load_dataset` would not take a path for that of a folder."""
    return NO_PLAIN_PATH.search(path) is not None


@contextmanager
def loadable(folder: Path, cache: Path) -> Iterator[tuple[Path, Path]]:
    """A folder and a cache; copies elsewhere if their path is one that `load_dataset` takes for a pattern."""
    if not is_pattern(f"{folder}\n{cache}"):
        yield folder, cache
        return
    with temporary() as copies:
        shutil.copytree(folder, copies / "dataset")
        yield copies / "dataset", copies / "cache"


def difference(config: Config, split: str) -> PublishError:
    """The error for a split that does not hold the records of the corpus."""
    lost = f"the config {config.name} does not give back the records of the corpus (split {split})"
    return PublishError(f"{lost}; nothing was published")


def are_rows(corpus: Corpus, config: Config, batches: Iterable[pa.Table], records: pl.DataFrame) -> bool:
    """Whether batches of rows are, column by column, those that the records of a config give, and no others."""
    at = 0
    for batch in batches:
        expected = config.rows(corpus, to_columns(records.slice(at, batch.num_rows)))
        if batch.column_names != expected.column_names or not batch.cast(expected.schema).equals(expected):
            return False
        at += batch.num_rows
    return at == records.height


@contextmanager
def offline(cache: Path) -> Iterator[Any]:
    """`load_dataset` without network and progress bars. `cache` is removed at the end."""
    import datasets

    datasets.disable_progress_bars()
    before = datasets.config.HF_HUB_OFFLINE
    datasets.config.HF_HUB_OFFLINE = True
    try:
        yield datasets.load_dataset
    finally:
        datasets.config.HF_HUB_OFFLINE = before
        shutil.rmtree(cache, ignore_errors=True)


def compare_ids(corpus: Path, folder: Path, options: BuildOptions = DEFAULTS) -> None:
    """Compares the keys of the rows with those that follow from the records, both read from the files.

    Raises PublishError unless the dataset has each expected row once, and no others.
    """
    decode = msgspec.json.Decoder(Identified).decode_lines
    files = {path for config in options.configs for path in config.files(corpus)}
    records = {path: decode(read_regular(path)) for path in files}
    for config in options.configs:
        expected = sorted(key for path in config.files(corpus) for key in config.keys(path, records[path]))
        found = sorted(published_keys(config, folder / config.name))
        if expected != found:
            missing, added = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
            names = f"lacks {shown(min(missing))}" if missing else f"has {shown(min(added))} once too often"
            reason = "the corpus has changed meanwhile, or the dataset is wrong"
            raise PublishError(f"the config {config.name} {names}: {reason}; nothing was published")


def published_keys(config: Config, folder: Path) -> Iterator[str]:
    """The keys of the rows in the files of a config."""
    for path in sorted(folder.glob("*.parquet")):
        with open_regular(path) as stream:  # pyarrow opens no path that is not UTF-8
            columns = pq.ParquetFile(stream).read(list(config.key)).select(list(config.key)).columns
        yield from map("/".join, zip(*(column.to_pylist() for column in columns), strict=True))
