"""Building the dataset folder. It is built beside its place, compared with the corpus, and then moved there."""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa

from chithi.corpus import Corpus
from chithi.records.files import read_regular
from chithi.records.layout import METADATA, shipped
from chithi.records.metadata import Metadata
from chithi.records.replacing import clear_leftovers, scratch
from chithi.release import PublishError, no_metadata
from chithi.release.card import BASELINES, DATASHEET, FIGURES, Parts, card
from chithi.release.checksums import SUMS, sums
from chithi.release.comparison import compare, compare_ids, difference
from chithi.release.croissant import croissant
from chithi.release.header import LICENCE
from chithi.release.parquet import DEFAULTS, BuildOptions, Manifest, Shard, cut, shard_path, write_shard
from chithi.release.place import BUILDS, checked_place, put
from chithi.rows.config import Config, to_columns
from chithi.text.display import shown
from chithi.views.figures import block_in, generated_blocks, render_blocks
from chithi.views.page import NAME, page
from chithi.views.pictures import charts


def build(corpus: Corpus, out: Path, version: str, *, load: bool = False, options: BuildOptions = DEFAULTS) -> Manifest:
    """Builds the dataset of a valid corpus at `out`, and replaces an earlier build there. Returns what was written.

    All rows are compared with the corpus before they are written. Then their ids are compared with the files of the
    corpus. With `load`, `datasets` reads the files, and all rows are compared once more. Raises PublishError if the
    dataset does not hold what the corpus holds, if a config may not be published, if the corpus has no corpus.json or
    no statements, or if `out` is neither free nor an earlier build.
    """
    if corpus.metadata is None:
        raise no_metadata(corpus.folder)
    if corpus.statements.is_empty():
        raise PublishError("the corpus has no statements: nothing was published")
    if withheld := [config.name for config in options.configs if not config.published]:
        raise PublishError(f"the config {withheld[0]} holds articles, and is never published")
    place = checked_place(out)
    place.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(place.parent, BUILDS)
    with scratch(place.parent, BUILDS) as folder:
        unfinished = folder / "unfinished"
        manifest = write(corpus, corpus.metadata, unfinished, version, options)
        compare_ids(corpus.folder, unfinished, options)
        if load:
            compare(corpus, unfinished, folder / "cache", options)
        put(unfinished, out, place, folder)
    return manifest


def write(corpus: Corpus, metadata: Metadata, folder: Path, version: str, options: BuildOptions = DEFAULTS) -> Manifest:
    """Writes all files of the dataset into a new folder. The same corpus gives the same bytes.

    Raises PublishError if rows differ from the corpus, or if its datasheet or licence cannot be read.
    """
    with interruptible_threads() as pool:
        slow_first = sorted(options.configs, key=lambda config: not config.slow)
        pending = {config: submit_shards(pool, corpus, config, folder, options) for config in slow_first}
        blocks, drawn = generated_blocks(corpus, version), charts(corpus)
        texts = {f"{FIGURES}/{name}.svg": chart.svg for name, chart in drawn.items()}
        texts |= companions(corpus.folder, blocks)
        if corpus.statements.height <= options.statements_on_page:
            texts[NAME] = page(corpus, version)
        written = {
            config: {split: [shard.result() for shard in shards] for split, shards in pending[config].items()}
            for config in options.configs
            if pending[config]
        }
    manifest = Manifest(options, written)
    blocks[BASELINES] = block_in(texts.get(DATASHEET, ""), BASELINES)
    texts["README.md"] = card(corpus, metadata, manifest, version, Parts(blocks, drawn, texts.keys()))
    texts["croissant.json"] = croissant(corpus, metadata, manifest, version)
    for name, text in texts.items():
        write_text(folder / name, text)
    write_text(folder / SUMS, sums(folder))
    return manifest


def companions(corpus: Path, blocks: Mapping[str, str]) -> dict[str, str]:
    """The texts of the datasheet and the licence of a corpus by name, if it has them; the datasheet's blocks are new.

    Raises PublishError if one cannot be read.
    """
    texts = {}
    for name in (DATASHEET, LICENCE):
        if path := companion(corpus, name):
            try:
                text = read_regular(path).decode().replace("\r\n", "\n")
            except (OSError, UnicodeDecodeError) as error:
                reason = "it is not in UTF-8" if isinstance(error, ValueError) else error.strerror
                raise PublishError(f"{shown(str(path))}: {reason}; nothing was published") from error
            if text.strip():  # the card links to what says something
                texts[name] = text
    if DATASHEET in texts:
        texts[DATASHEET] = render_blocks(texts[DATASHEET], blocks)
    return texts


def companion(corpus: Path, name: str) -> Path | None:
    """A file of a corpus that is no table, or what stands in its place: in its folder, or else beside it; or None.

    Where several corpora lie side by side, what is beside them belongs to none, except to the one that ships.
    """
    folder = corpus.resolve()
    alone = all(path.parent == folder for path in folder.parent.glob(f"*/{METADATA}"))
    beside = [folder.parent] if alone or folder == shipped("corpus").resolve() else []
    return next((path for place in (folder, *beside) if os.path.lexists(path := place / name)), None)


def write_text(path: Path, text: str) -> None:
    """Writes a text file in UTF-8 with line feeds, on any machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def interruptible_threads() -> Iterator[Executor]:
    """A pool with one thread a core; with more, a build takes longer.

    Tasks that have not begun are dropped at the end, so an error or an interrupt does not wait for them.
    """
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def submit_shards(
    pool: Executor, corpus: Corpus, config: Config, folder: Path, options: BuildOptions
) -> dict[str, list[Future[Shard]]]:
    """Submits the shards of a config for writing, as split -> futures. A split without rows is left out."""
    pending: dict[str, list[Future[Shard]]] = {}
    for split, records in config.filled(corpus).items():
        parts = cut(records, options.rows_a_shard)
        for n, part in enumerate(parts):
            path = shard_path(config, split, n, len(parts))
            groups = checked_rows(corpus, config, split, part, options.rows_a_group)
            pending.setdefault(split, []).append(pool.submit(write_shard, folder, path, config.schema, groups))
    return pending


def checked_rows(
    corpus: Corpus, config: Config, split: str, records: pl.DataFrame, rows_a_group: int
) -> Iterator[pa.Table]:
    """The rows of some records, one group at a time.

    Raises PublishError if a group does not hold its records.
    """
    for start in range(0, records.height, rows_a_group):
        columns = to_columns(records.slice(start, rows_a_group))
        rows = config.rows(corpus, columns)
        if not config.roundtrips(corpus, rows, columns):
            raise difference(config, split)
        yield rows
