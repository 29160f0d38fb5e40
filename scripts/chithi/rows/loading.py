"""The rows of a corpus as a `datasets.DatasetDict`, without publishing it."""

from pathlib import Path

from datasets import Dataset, DatasetDict, DatasetInfo

from chithi.corpus import Corpus
from chithi.rows.config import Config, to_columns
from chithi.rows.configs import DEFAULT, config_of


def load(config: str | Config = DEFAULT, corpus: Corpus | Path | str | None = None) -> DatasetDict:
    """The rows of a config, split by split; by default of the corpus that ships. Needs no network.

    `config` is the name of a published config, such as requests, or a `Config`. The rows equal those that
    `load_dataset` reads from the published files, so a split without rows is left out. Raises ValueError for an unknown
    name, and if the corpus has no rows for the config; CorpusError if the corpus cannot be read.
    """
    wanted = config_of(config) if isinstance(config, str) else config
    source = corpus if isinstance(corpus, Corpus) else Corpus.read(corpus)
    if not (found := wanted.filled(source)):
        raise ValueError(f"the corpus in {source.folder} has no rows for the config {wanted.name}")
    info = DatasetInfo(features=wanted.features(source.schemas))
    rows = {split: wanted.rows(source, to_columns(records)) for split, records in found.items()}
    return DatasetDict({split: Dataset(table, info) for split, table in rows.items()})
