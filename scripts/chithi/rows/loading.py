"""The rows of a corpus as a `datasets.DatasetDict`, without publishing it."""

from pathlib import Path

from datasets import Dataset, DatasetDict, DatasetInfo

from chithi.corpus import Corpus
from chithi.rows.config import Config
from chithi.rows.configs import DEFAULT, config_of


def load(config: str | Config = DEFAULT, corpus: Corpus | Path | str | None = None) -> DatasetDict:
    """The rows of a config, split by split; by default of the corpus that ships. Needs no network.

    `config` is the name of a published config, such as requests, or a `Config`. The rows equal those that
    `load_dataset` reads from the published files. Raises ValueError for an unknown name, CorpusError if the corpus
    cannot be read.
    """
    found = config_of(config) if isinstance(config, str) else config
    source = corpus if isinstance(corpus, Corpus) else Corpus.read(corpus)
    tables = found.tables(source)
    return DatasetDict({split: Dataset(rows, DatasetInfo(features=found.features)) for split, rows in tables.items()})
