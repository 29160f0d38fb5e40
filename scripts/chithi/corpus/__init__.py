"""A corpus in memory: its tables as polars frames, and its records."""

from chithi.corpus.corpus import REPORT_COLUMNS, SPLITS, Corpus
from chithi.corpus.frames import CorpusError

__all__ = ["REPORT_COLUMNS", "SPLITS", "Corpus", "CorpusError"]
