"""The dataset folder: built beside its place, compared with the corpus, and only then put there."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from chithi.corpus import Corpus
from chithi.records.layout import shipped
from chithi.release.card import card, metadata
from chithi.release.croissant import croissant
from chithi.release.parquet import ROWS_A_GROUP, ROWS_A_SHARD, Shard, shard_path, shards, write_shard
from chithi.rows.arrow import Columns, columns, packed, parts, relisted, rows_of, select
from chithi.rows.configs import CONFIGS, OF_REPORT, WITH_TOKENS, as_columns, published, records
from chithi.rows.tags import decode_bio
from chithi.views import figures

SUMS = "SHA256SUMS"
FIGURES = "figures"


class PublishError(Exception):
    """The dataset cannot be published; the message says why in one sentence."""


def build(corpus: Corpus, out: Path, version: str, *, load: bool = False) -> dict[str, dict[str, int]]:
    """Builds the dataset of a valid corpus at `out`, which is replaced as a whole. Returns config -> split -> number of rows.

    All rows are compared with the corpus before they are written; with `load` once more, as `datasets` reads them from the files. Raises
    PublishError where the dataset does not hold what the corpus holds, or where `out` is something else than an earlier build.
    """
    if out.exists() and not replaceable(out):
        raise PublishError(f"{out} is there already and was not made by chithi publish: name another folder, or move it away")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
        built = Path(scratch) / "dataset"
        shards = write(corpus, built, version)
        if load:
            compare(corpus, built, Path(scratch) / "cache")
        replace(out, built, Path(scratch) / "old")
    rows: dict[str, dict[str, int]] = {}
    for shard in shards:
        splits = rows.setdefault(shard.config, {})
        splits[shard.split] = splits.get(shard.split, 0) + shard.rows
    return rows


def replaceable(out: Path) -> bool:
    """True for an empty folder and for an earlier build."""
    return out.is_dir() and ((out / SUMS).is_file() or not any(out.iterdir()))


def write(corpus: Corpus, folder: Path, version: str) -> list[Shard]:
    """Writes all files of the dataset; the same corpus gives the same bytes. Raises PublishError where rows differ from the corpus."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # more threads take longer; the config that takes longest goes first
        written = {config: list(submitted(pool, corpus, config, folder)) for config in sorted(CONFIGS, key=lambda c: c != "tokens")}
        (folder / FIGURES).mkdir(parents=True)
        for name, picture in figures.pictures(corpus).items():
            (folder / FIGURES / name).write_text(picture, encoding="utf-8", newline="\n")
        blocks = figures.figures(corpus)
        shards = [shard.result() for config in CONFIGS for shard in written[config]]
    (folder / "README.md").write_text(card(corpus, blocks, metadata(corpus, shards), version), encoding="utf-8", newline="\n")
    (folder / "croissant.json").write_text(croissant(corpus, shards, version), encoding="utf-8", newline="\n")
    shutil.copyfile(shipped("DATASHEET.md"), folder / "DATASHEET.md")
    shutil.copyfile(shipped("corpus") / "LICENSE", folder / "LICENSE")
    (folder / SUMS).write_text(sums(folder), encoding="utf-8", newline="\n")
    return shards


def sums(folder: Path) -> str:
    """The SHA-256 of every file, in the form that sha256sum --check reads."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)


def submitted(pool: Executor, corpus: Corpus, config: str, folder: Path) -> Iterator[Future[Shard]]:
    """The shards of a config, as they are to be: made group by group, compared with the records they are made of, and written."""

    def checked(split: str, group: pl.DataFrame) -> pa.Table:
        rows = as_columns(config, group)
        made = published(corpus, config, rows)
        if not roundtrips(config, made, rows):
            raise differs(config, split)
        return made

    for split, rows in records(corpus, config).items():
        cut = shards(rows, ROWS_A_SHARD)
        for n, shard in enumerate(cut):
            yield pool.submit(write_shard, shard, partial(checked, split), folder, shard_path(config, split, n, len(cut)))


def compare(corpus: Corpus, folder: Path, cache: Path) -> None:
    """Loads the dataset as its users do and compares every row with the corpus. Raises PublishError where anything differs."""
    with offline(cache) as load_dataset:  # which no two threads may call at once
        for config in CONFIGS:
            loaded = load_dataset(str(folder), config, streaming=True, cache_dir=str(cache))
            for split, rows in records(corpus, config).items():
                batches = loaded[split].with_format("arrow").iter(ROWS_A_GROUP) if split in loaded else iter(())
                if not holds(config, batches, rows):
                    raise differs(config, split)


def differs(config: str, split: str) -> PublishError:
    """Says which part of a dataset is not the corpus."""
    return PublishError(f"the config {config} does not give back the records of the corpus (split {split}); nothing was published")


def holds(config: str, batches: Iterator[pa.Table], records: pl.DataFrame) -> bool:
    """Whether rows of a config give the records back, all of them."""
    at = 0
    for batch in batches:
        if not roundtrips(config, batch, as_columns(config, records.slice(at, batch.num_rows))):
            return False
        at += batch.num_rows
    return at == records.height


def roundtrips(config: str, made: pa.Table, records: Columns) -> bool:
    """Whether rows of a config hold what as many records do: all of it, or all spans. What registries add is left aside."""
    if config == "tokens":
        spans = decode_bio(columns(made))
        same = made.select(WITH_TOKENS).equals(rows_of(select(records, *WITH_TOKENS)))
        return same and all(np.array_equal(found, records[name]) for name, found in spans.items())
    expected = rows_of(as_published(config, records))
    return bool(made.select(expected.column_names).cast(expected.schema).equals(expected))


def as_published(config: str, records: Columns) -> Columns:
    """Records in the shape of the rows that are made of them."""
    if config == "statements":
        role = parts(records["role"])
        offices = rows_of({"id": role["offices"].flatten()}).to_struct_array().combine_chunks()
        return records | {"role": packed(role | {"offices": relisted(role["offices"], offices)}, records["role"])}
    if config == "requests":
        request = parts(records["request"])
        told = {"addressee": parts(request["addressee"])["text"], "request": request["text"]}
        kept = select(records, "id", "statement", "report", *OF_REPORT, "text", "translation")
        return kept | select(request, "start", "end", "act", "topic") | told
    return records


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
