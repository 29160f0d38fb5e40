"""A corpus as frames."""

from chithi.corpus.frames import Corpus, read

__all__ = ["Corpus", "read"]
