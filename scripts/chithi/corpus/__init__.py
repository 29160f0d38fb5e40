"""A corpus in memory: its tables as polars frames, and its records."""

from chithi.corpus.corpus import SPLITS, Corpus
from chithi.corpus.joining import REPORT_COLUMNS
from chithi.records.broken import CorpusError

__all__ = ["REPORT_COLUMNS", "SPLITS", "Corpus", "CorpusError"]
