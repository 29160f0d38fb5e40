"""The dataset folder: built beside its place, compared with the corpus, and only then put there."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from chithi.corpus import Corpus
from chithi.records.layout import registry_files, shipped, statement_files
from chithi.records.replacing import Kind, clear_leftovers, mount_points, remove_tree, replace_folder, scratch
from chithi.release.card import card, metadata
from chithi.release.checksums import SUMS, discard, foreign, sums
from chithi.release.croissant import croissant
from chithi.release.parquet import ROWS_A_GROUP, ROWS_A_SHARD, Shard, shard_path, shards, write_shard
from chithi.rows.arrow import Columns, columns, packed, parts, relisted, rows_of, select
from chithi.rows.configs import CONFIGS, OF_REPORT, WITH_TOKENS, as_columns, published, records
from chithi.rows.tags import decode_bio
from chithi.text.display import shown
from chithi.views import figures

FIGURES = "figures"
DATASET, ASIDE = "dataset", "aside"  # in a scratch folder: a complete build, new or old, and an old one on its way out


class PublishError(Exception):
    """The dataset cannot be published; the message says why in one sentence."""


def build(corpus: Corpus, out: Path, version: str, *, load: bool = False) -> dict[str, dict[str, int]]:
    """Builds the dataset of a valid corpus at `out`, which is replaced as a whole. Returns config -> split -> number of rows.

    All rows are compared with the corpus before they are written, and their ids with the files of the corpus afterwards; with `load` all
    rows once more, as `datasets` reads them from the files. Raises PublishError where the dataset does not hold what the corpus holds, or
    where `out` is something else than an earlier build.
    """
    place = checked_place(out)
    place.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(place.parent, BUILDS)
    with scratch(place.parent, BUILDS) as folder:
        shards = write(corpus, folder / "unfinished", version)
        check_ids(corpus.folder, folder / "unfinished")
        if load:
            compare(corpus, folder / "unfinished", folder / "cache")
        os.rename(folder / "unfinished", folder / DATASET)
        (folder / ASIDE).mkdir()
        if checked_place(out) != place:
            raise PublishError(f"{shown(str(out))} leads elsewhere by now: run again")
        try:
            replace_folder(place, folder / DATASET, folder / ASIDE / place.name)
        except OSError as error:
            raise PublishError(f"{shown(str(out))} cannot be replaced ({error.strerror}): remove it, or name another folder") from error
    rows: dict[str, dict[str, int]] = {}
    for shard in shards:
        splits = rows.setdefault(shard.config, {})
        splits[shard.split] = splits.get(shard.split, 0) + shard.rows
    return rows


def checked_place(out: Path) -> Path:
    """The place where `out` leads. Raises PublishError unless it is free, an empty folder, or an earlier build and nothing else."""
    place, name = Path(os.path.realpath(out)), shown(str(out))
    if place.is_symlink():
        raise PublishError(f"{name} is a symbolic link that leads to itself: name another place for the dataset")
    if place.exists() and not place.is_dir():
        raise PublishError(f"{name} is no folder: name another place for the dataset")
    if mounted := [point for point in mount_points() if point.is_relative_to(place)]:
        raise PublishError(f"{shown(str(mounted[0]))} is a mount point, which cannot be replaced: name another folder")
    if Path(os.path.realpath(os.curdir)).is_relative_to(place):
        raise PublishError(f"{name} is the current folder, or holds it: run from elsewhere, or name another folder")
    if place.exists() and (found := foreign(place)):
        raise PublishError(f"{shown(str(found))} was not made by chithi publish, or was changed: name another folder, or move it away")
    return place


def remove_scratch(folder: Path) -> None:
    """Removes the scratch folder of a build; a build in it, such as the one that was replaced, goes as far as its own list proves it.

    A build that a killed run had moved aside, and for which it put nothing in the place, is put back. Raises PublishError where something
    stays that no list proves.
    """
    for old in (folder / ASIDE).glob("*"):
        if not (place := folder.parent / old.name).exists():
            os.rename(old, place)
    for build in [folder / DATASET, *(folder / ASIDE).glob("*")]:
        if build.exists():
            discard(build)
        if build.exists():
            raise PublishError(
                f"{shown(str(foreign(build)))} was not made by chithi publish: move it away, and remove {shown(str(folder))}"
            )
    remove_tree(folder)


BUILDS = Kind(".chithi-build-", remove_scratch)


def write(corpus: Corpus, folder: Path, version: str) -> list[Shard]:
    """Writes all files of the dataset; the same corpus gives the same bytes. Raises PublishError where rows differ from the corpus."""
    with interruptible_threads() as pool:  # the config that takes longest goes first
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


@contextmanager
def interruptible_threads() -> Iterator[Executor]:
    """A thread a core, as more take longer. When an error or an interrupt ends the context, what has not begun is not waited for."""
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


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


class Identified(msgspec.Struct):
    """What is read of a record to count it: its id, and of a statement the number of its requests."""

    id: str
    requests: list[msgspec.Raw] = []


def check_ids(corpus: Path, folder: Path) -> None:
    """Counts the rows of a dataset by id, each from the files themselves. Raises PublishError unless they are those of the corpus."""
    decode = msgspec.json.Decoder(Identified).decode_lines
    statements = [record for path in statement_files(corpus) for record in decode(path.read_bytes())]
    ids = {path.stem: [record.id for record in decode(path.read_bytes())] for path in registry_files(corpus)}
    ids["statements"] = ids["tokens"] = [record.id for record in statements]
    ids["requests"] = [f"{record.id}.{n}" for record in statements for n in range(1, len(record.requests) + 1)]
    for config in CONFIGS:
        paths = sorted((folder / config).glob("*.parquet"))
        published = Counter(name for path in paths for name in pq.ParquetFile(path).read(["id"])["id"].to_pylist())
        there = Counter(ids[config])
        if (missing := there - published) or (added := published - there):
            names = f"lacks {shown(min(missing))}" if missing else f"has {shown(min(added))} once too often"
            raise PublishError(
                f"the config {config} {names}: the corpus has changed meanwhile, or the dataset is wrong; nothing was published"
            )


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
