"""A corpus in memory: its tables as polars frames, and its records."""

from chithi.corpus.corpus import SPLITS, Corpus
from chithi.corpus.frames import CorpusError
from chithi.corpus.joining import REPORT_COLUMNS

__all__ = ["REPORT_COLUMNS", "SPLITS", "Corpus", "CorpusError"]
