"""The rows of a corpus as a `datasets.DatasetDict`, without publishing it."""

from pathlib import Path

from datasets import Dataset, DatasetDict, DatasetInfo

from chithi.corpus import Corpus
from chithi.records.layout import ORIGINALS
from chithi.rows.config import Config, to_columns
from chithi.rows.configs import DEFAULT, config_of
from chithi.rows.originals import NOTICE, read_originals


def load(
    config: str | Config = DEFAULT, corpus: Corpus | Path | str | None = None, *, sources: Path | str | None = None
) -> DatasetDict:
    """The rows of a config, split by split; by default of the corpus that ships. Needs no network.

    `config` is the name of a published config, such as requests, or a `Config`. The rows equal those that
    `load_dataset` reads from the published files, so a split without rows is left out. `originals` is never published:
    its rows are the paragraphs of the articles in the folder `sources`, as `chithi hydrate --out` writes them.

    Raises ValueError for an unknown name, if the corpus has no rows for the config, if `sources` is missing or belongs
    to no such config, and if no article in it is recognised; CorpusError if the corpus cannot be read; OSError if
    `sources` cannot be.
    """
    if config == ORIGINALS and sources is None:
        raise ValueError(f"the config {ORIGINALS} is made from articles that you hold: give their folder as sources")
    if config != ORIGINALS and sources is not None:
        raise ValueError(f"sources belongs to the config {ORIGINALS}: no other is made from articles")
    wanted = None if config == ORIGINALS else config_of(config) if isinstance(config, str) else config
    source = corpus if isinstance(corpus, Corpus) else Corpus.read(corpus)
    if wanted is None:
        wanted = read_originals(source, sources or "")
    if not (found := wanted.filled(source)):
        raise ValueError(f"the corpus in {source.folder} has no rows for the config {wanted.name}")
    info = DatasetInfo(NOTICE if config == ORIGINALS else "", features=wanted.features(source.schemas))
    rows = {split: wanted.rows(source, to_columns(records)) for split, records in found.items()}
    return DatasetDict({split: Dataset(table, info) for split, table in rows.items()})
