"""The base class of formats of other tools."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import polars as pl

from chithi.corpus import Corpus


class FormatError(Exception):
    """A format cannot represent a record; the message names the record and says why, in one sentence."""


class Format(ABC):
    """A format that another tool reads: a text file, written statement by statement."""

    name: str  # for `chithi export --to`
    carries: str  # the part of a statement that a file holds, for the list of formats

    @abstractmethod
    def write(self, corpus: Corpus, statements: pl.DataFrame) -> Iterator[str]:
        """The text of a file with these statements of a corpus, in pieces.

        `statements` has the columns of `Corpus.joined`. Raises FormatError if the format cannot represent a statement.
        """
