"""The dataset folder: built beside its place, opened and compared with the corpus, and only then put there."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from chithi import dataset
from chithi.card import card, metadata
from chithi.corpus import Corpus
from chithi.tables import shipped

SUMS = "SHA256SUMS"
ROWS_A_GROUP = 10_000


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
        tables = write(corpus, built, version)
        compare(corpus, built, Path(scratch) / "cache")
        replace(out, built, Path(scratch) / "old")
    return {config: {split: rows.num_rows for split, rows in splits.items()} for config, splits in tables.items()}


def replaceable(out: Path) -> bool:
    """True for an empty folder and for an earlier build."""
    return out.is_dir() and ((out / SUMS).is_file() or not any(out.iterdir()))


def write(corpus: Corpus, folder: Path, version: str) -> dict[str, dict[str, pa.Table]]:
    """Writes all files of the dataset; the same corpus gives the same bytes."""
    tables = {name: {split: dataset.table(rows) for split, rows in config.items()} for name, config in dataset.configs(corpus).items()}
    for config, splits in tables.items():
        for split, rows in splits.items():
            path = folder / config / f"{split}-00000-of-00001.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(rows, path, compression="zstd", row_group_size=ROWS_A_GROUP)
    sizes = {config: sum(path.stat().st_size for path in (folder / config).iterdir()) for config in tables}
    (folder / "README.md").write_text(card(corpus, metadata(corpus, tables, sizes), version), encoding="utf-8", newline="\n")
    shutil.copyfile(shipped("DATASHEET.md"), folder / "DATASHEET.md")
    shutil.copyfile(shipped("corpus") / "LICENSE", folder / "LICENSE")
    (folder / SUMS).write_text(sums(folder), encoding="utf-8", newline="\n")
    return tables


def sums(folder: Path) -> str:
    """The SHA-256 of every file, in the form that sha256sum --check reads."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)


def compare(corpus: Corpus, folder: Path, cache: Path) -> None:
    """Opens the dataset as its users do and compares every row with the corpus. Raises PublishError where anything differs."""
    with offline(cache) as load_dataset:
        for config in ("statements", *dataset.REGISTRIES):
            loaded = load_dataset(str(folder), config, cache_dir=str(cache))
            found = {split: pl.DataFrame(pl.from_arrow(rows.data.table)) for split, rows in loaded.items()}
            for split, expected in of_corpus(corpus, config).items():
                if split not in found or not narrowed(found[split], expected).equals(expected):
                    raise PublishError(
                        f"the config {config} does not give back the records of the corpus (split {split}); nothing was published"
                    )
        loaded = load_dataset(str(folder), "requests", cache_dir=str(cache))
        for split, expected in of_corpus(corpus, "statements").items():
            asked = expected.explode("requests").drop_nulls("requests")["requests"].struct.unnest()
            rows = pl.DataFrame(pl.from_arrow(loaded[split].data.table)).rename({"text": "_", "request": "text"})
            if not rows.select("start", "end", "text", "act", "topic").equals(asked.drop("addressee")):
                raise PublishError(
                    f"the config requests does not give back the requests of the corpus (split {split}); nothing was published"
                )


def of_corpus(corpus: Corpus, config: str) -> dict[str, pl.DataFrame]:
    """What a config has to give back: the records of the corpus, by split."""
    if config != "statements":
        return {dataset.REGISTRY: getattr(corpus, config)}
    splits = corpus.statements.join(corpus.reports.select("split", report="id"), on="report", how="left", maintain_order="left")
    return dataset.by_split(splits)


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
