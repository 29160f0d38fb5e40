"""The dataset folder: built beside its place, compared with the corpus, and only then put there."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from chithi.corpus import Corpus
from chithi.records.layout import shipped
from chithi.release.card import card
from chithi.release.croissant import croissant
from chithi.release.parquet import BuildOptions, Manifest, Shard, cut, shard_path, write_shard
from chithi.rows.config import Config, to_columns
from chithi.views.figures import charts, generated_blocks

SUMS = "SHA256SUMS"
FIGURES = "figures"
DEFAULTS = BuildOptions()


class PublishError(Exception):
    """The dataset cannot be published; the message says why in one sentence."""


def build(
    corpus: Corpus, out: Path, version: str, *, load: bool = False, options: BuildOptions = DEFAULTS
) -> Manifest:
    """Builds the dataset of a valid corpus at `out`, which is replaced as a whole. Returns what was written.

    All rows are compared with the corpus before they are written; with `load` once more, as `datasets` reads
    them from the files. Raises PublishError where the dataset does not hold what the corpus holds, or where
    `out` is something else than an earlier build.
    """
    if out.exists() and not replaceable(out):
        raise PublishError(
            f"{out} is there already and was not made by chithi publish: name another folder, or move it away"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
        built = Path(scratch) / "dataset"
        manifest = write(corpus, built, version, options)
        if load:
            compare(corpus, built, Path(scratch) / "cache", options)
        replace(out, built, Path(scratch) / "old")
    return manifest


def replaceable(out: Path) -> bool:
    """True for an empty folder and for an earlier build."""
    return out.is_dir() and ((out / SUMS).is_file() or not any(out.iterdir()))


def write(corpus: Corpus, folder: Path, version: str, options: BuildOptions = DEFAULTS) -> Manifest:
    """Writes all files of the dataset into a new folder; the same corpus gives the same bytes.

    Raises PublishError where rows differ from the corpus.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # more threads take longer
        slow_first = sorted(options.configs, key=lambda config: not config.slow)
        pending = {config: submit_shards(pool, corpus, config, folder, options) for config in slow_first}
        for name, chart in charts(corpus).items():
            write_text(folder / FIGURES / name, chart)
        blocks = generated_blocks(corpus)
        written = {
            config: {split: [shard.result() for shard in shards] for split, shards in pending[config].items()}
            for config in options.configs
        }
    manifest = Manifest(options, written)
    write_text(folder / "README.md", card(corpus, manifest, blocks, version))
    write_text(folder / "croissant.json", croissant(corpus, manifest, version))
    shutil.copyfile(shipped("DATASHEET.md"), folder / "DATASHEET.md")
    shutil.copyfile(shipped("corpus") / "LICENSE", folder / "LICENSE")
    write_text(folder / SUMS, sums(folder))
    return manifest


def write_text(path: Path, text: str) -> None:
    """Writes a text file, the same on any machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def sums(folder: Path) -> str:
    """The SHA-256 of every file, in the form that sha256sum --check reads."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)


def submit_shards(
    pool: Executor, corpus: Corpus, config: Config, folder: Path, options: BuildOptions
) -> dict[str, list[Future[Shard]]]:
    """Starts to write the shards of a config, as split -> shards."""
    pending: dict[str, list[Future[Shard]]] = {}
    for split, records in config.records(corpus).items():
        parts = cut(records, options.rows_a_shard)
        for n, part in enumerate(parts):
            path = shard_path(config, split, n, len(parts))
            groups = checked_rows(corpus, config, split, part, options.rows_a_group)
            pending.setdefault(split, []).append(
                pool.submit(write_shard, folder, path, config.schema, groups)
            )
    return pending


def checked_rows(
    corpus: Corpus, config: Config, split: str, records: pl.DataFrame, rows_a_group: int
) -> Iterator[pa.Table]:
    """The rows made of some records, a group at a time; one empty group if there are none.

    Raises PublishError where a group does not give its records back.
    """
    for start in range(0, max(records.height, 1), rows_a_group):
        columns = to_columns(records.slice(start, rows_a_group))
        rows = config.rows(corpus, columns)
        if not config.roundtrips(rows, columns):
            raise difference(config, split)
        yield rows


def compare(corpus: Corpus, folder: Path, cache: Path, options: BuildOptions = DEFAULTS) -> None:
    """Loads the dataset as its users do and compares every row with the corpus.

    Raises PublishError where anything differs.
    """
    with offline(cache) as load_dataset:  # no two threads may call it at once
        for config in options.configs:
            loaded = load_dataset(str(folder), config.name, streaming=True, cache_dir=str(cache))
            for split, records in config.records(corpus).items():
                there = split in loaded
                batches = loaded[split].with_format("arrow").iter(options.rows_a_group) if there else ()
                if not gives_all(config, batches, records):
                    raise difference(config, split)


def difference(config: Config, split: str) -> PublishError:
    """Says which part of a dataset is not the corpus."""
    lost = f"the config {config.name} does not give back the records of the corpus (split {split})"
    return PublishError(f"{lost}; nothing was published")


def gives_all(config: Config, batches: Iterable[pa.Table], records: pl.DataFrame) -> bool:
    """Whether the rows of a config, which come in batches, give all records back and nothing else."""
    at = 0
    for batch in batches:
        if not config.roundtrips(batch, to_columns(records.slice(at, batch.num_rows))):
            return False
        at += batch.num_rows
    return at == records.height


@contextmanager
def offline(cache: Path) -> Iterator[Any]:
    """`load_dataset`, without a network, without progress bars, and with a cache of its own."""
    import datasets

    datasets.disable_progress_bars()
    before = datasets.config.HF_HUB_OFFLINE
    datasets.config.HF_HUB_OFFLINE = True
    try:
        yield datasets.load_dataset
    finally:
        datasets.config.HF_HUB_OFFLINE = before
        shutil.rmtree(cache, ignore_errors=True)


def replace(out: Path, new: Path, old: Path) -> None:
    """Puts the new folder where the old one is; should that fail, the old one is put back."""
    if out.exists():
        os.rename(out, old)
    try:
        os.rename(new, out)
    except OSError:
        if old.exists():
            os.rename(old, out)
        raise
