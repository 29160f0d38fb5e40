"""What a foreign format is."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import polars as pl

from chithi.corpus import Corpus


class FormatError(Exception):
    """A format cannot carry what it is given; the message names the record and says why, in one sentence."""


class Format(ABC):
    """A format that another tool reads: a text file, written statement by statement."""

    name: str  # as `chithi export --to` has it
    carries: str  # what of a statement a file holds, as `chithi export --help` says it

    @abstractmethod
    def write(self, corpus: Corpus, statements: pl.DataFrame) -> Iterator[str]:
        """The text of a file with some statements of a corpus, piece by piece.

        `statements` has the columns of `Corpus.joined`. Raises FormatError where the format cannot carry one.
        """
