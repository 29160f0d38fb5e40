"""The dataset folder: built beside its place, opened and compared with the corpus, and only then put there."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from chithi import dataset, stats
from chithi.card import card, metadata
from chithi.corpus import Corpus
from chithi.croissant import croissant
from chithi.parquet import ROWS_A_GROUP, ROWS_A_SHARD, Shard, write_split
from chithi.tables import shipped
from chithi.tags import decoded, spans_of

SUMS = "SHA256SUMS"
FIGURES = "figures"


class PublishError(Exception):
    """The dataset cannot be published; the message says why in one sentence."""


def build(corpus: Corpus, out: Path, version: str) -> dict[str, dict[str, int]]:
    """Builds the dataset of a valid corpus at `out`, which is replaced as a whole. Returns config -> split -> number of rows.

    Raises PublishError where the built dataset does not hold what the corpus holds, or where `out` is something else than an earlier build.
    """
    if out.exists() and not replaceable(out):
        raise PublishError(f"{out} is there already and was not made by chithi publish: name another folder, or move it away")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
        built = Path(scratch) / "dataset"
        shards = write(corpus, built, version)
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
    """Writes all files of the dataset; the same corpus gives the same bytes."""

    def shards_of(config: str) -> list[Shard]:
        splits = dataset.config(corpus, config).items()
        return [shard for split, rows in splits for shard in write_split(rows, folder, config, split, ROWS_A_SHARD)]

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # more threads take longer; the config that takes longest goes first
        written = {config: pool.submit(shards_of, config) for config in sorted(dataset.CONFIGS, key=lambda config: config != "tokens")}
        pool.submit(import_module, "datasets")  # for `compare`, as loading it takes as long as building a config
        shards = [shard for config in dataset.CONFIGS for shard in written[config].result()]
    (folder / FIGURES).mkdir(exist_ok=True)
    for name, picture in stats.pictures(corpus).items():
        (folder / FIGURES / name).write_text(picture, encoding="utf-8", newline="\n")
    (folder / "README.md").write_text(card(corpus, metadata(corpus, shards), version), encoding="utf-8", newline="\n")
    (folder / "croissant.json").write_text(croissant(corpus, shards, version), encoding="utf-8", newline="\n")
    shutil.copyfile(shipped("DATASHEET.md"), folder / "DATASHEET.md")
    shutil.copyfile(shipped("corpus") / "LICENSE", folder / "LICENSE")
    (folder / SUMS).write_text(sums(folder), encoding="utf-8", newline="\n")
    return shards


def sums(folder: Path) -> str:
    """The SHA-256 of every file, in the form that sha256sum --check reads."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)


def compare(corpus: Corpus, folder: Path, cache: Path) -> None:
    """Opens the dataset as its users do and compares every row with the corpus. Raises PublishError where anything differs."""
    with offline(cache) as load_dataset:  # which no two threads may call at once
        for config in dataset.CONFIGS:
            loaded = load_dataset(str(folder), config, streaming=True, cache_dir=str(cache))
            for split, records in of_corpus(corpus, config).items():
                if not holds(config, loaded.get(split), records):
                    raise PublishError(
                        f"the config {config} does not give back the records of the corpus (split {split}); nothing was published"
                    )


def holds(config: str, loaded: Any, records: pl.DataFrame) -> bool:
    """Whether a split as `datasets` streams it gives the records back, all of them."""
    at = 0
    for batch in loaded.with_format("arrow").iter(ROWS_A_GROUP) if loaded is not None else ():
        if not gives_back(config, batch, records.slice(at, batch.num_rows)):
            return False
        at += batch.num_rows
    return at == records.height


def of_corpus(corpus: Corpus, config: str) -> dict[str, pl.DataFrame]:
    """What the rows of a config have to give back, row by row: records of the corpus, or their requests."""
    if config in dataset.REGISTRIES:
        return {dataset.REGISTRY: getattr(corpus, config)}
    records = corpus.statements.join(corpus.reports.select("split", report="id"), on="report", how="left", maintain_order="left")
    if config == "requests":
        records = records.select("split", "requests", statement="id").explode("requests").drop_nulls("requests").unnest("requests")
        records = records.with_columns(addressee=pl.col("addressee").struct.field("text"))
    return dataset.by_split(records)


def gives_back(config: str, batch: pa.Table, records: pl.DataFrame) -> bool:
    """Whether rows of a config hold what as many records do: all of it, or all spans."""
    if config == "tokens":
        spans = decoded(batch.combine_chunks())
        same = pl.Series(batch["id"]).equals(records["id"])
        return same and all(spans[column].equals(found) for column, found in spans_of(records).items())
    rows = pl.DataFrame(pl.from_arrow(batch))
    if config == "requests":
        rows = rows.drop("text").rename({"request": "text"})
    return narrowed(rows, records).equals(records)


def narrowed(rows: pl.DataFrame, like: pl.DataFrame) -> pl.DataFrame:
    """The rows without what was joined in: columns and struct fields of `like` alone, and structs {id} as the ids that the corpus has."""
    return rows.select(narrow(pl.col(name), rows.schema[name], dtype).alias(name) for name, dtype in like.schema.items())


def narrow(value: pl.Expr, have: pl.DataType, want: pl.DataType) -> pl.Expr:
    """An expression of one type cut down to another whose fields it has."""
    if isinstance(want, pl.List) and isinstance(have, pl.List):
        return value.list.eval(narrow(pl.element(), have.inner, want.inner))  # type: ignore[arg-type]
    if isinstance(want, pl.Struct) and isinstance(have, pl.Struct):
        inner = {field.name: field.dtype for field in have.fields}
        fields = [narrow(value.struct.field(f.name), inner[f.name], f.dtype).alias(f.name) for f in want.fields]  # type: ignore[arg-type]
        return pl.when(value.is_not_null()).then(pl.struct(fields))
    if isinstance(have, pl.Struct):
        return value.struct.field("id")
    return value.cast(want)


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
