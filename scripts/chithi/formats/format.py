"""The base classes of formats of other tools."""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import polars as pl

from chithi.corpus import Corpus
from chithi.text.display import shown

if TYPE_CHECKING:
    from chithi.formats.reading import Reading


class FormatError(Exception):
    """A format cannot represent a record, or lacks its library; the message says why, in one sentence."""


class Format(ABC):
    """A format that another tool reads. Derive from one of the classes below, which say what is written."""

    name: str  # for `chithi export --to`
    carries: str  # the part of a statement that a file holds, for the list of formats


class TextFormat(Format):
    """A text file, written statement by statement; it may go to standard output."""

    @abstractmethod
    def write(self, corpus: Corpus, statements: pl.DataFrame) -> Iterator[str]:
        """The text of a file with these statements of a corpus, in pieces.

        `statements` has the columns of `Corpus.joined`. Raises FormatError if the format cannot represent a statement.
        """


class BinaryFormat(Format):
    """A file of bytes, which needs a name."""

    @abstractmethod
    def encode(self, corpus: Corpus, statements: pl.DataFrame) -> bytes:
        """The bytes of a file with these statements, which have the columns of `Corpus.joined`.

        Raises FormatError if the format cannot represent a statement, or if its library is not installed.
        """


class FolderFormat(Format):
    """A folder of files, which needs a name."""

    @abstractmethod
    def files(self, corpus: Corpus, statements: pl.DataFrame) -> Iterator[tuple[str, bytes]]:
        """The files by path below the folder, with slashes. `statements` has the columns of `Corpus.joined`.

        Raises FormatError if the format cannot represent a statement, or if its library is not installed.
        """


class Readable(ABC):
    """What a format that can be imported has besides."""

    beside: tuple[str, ...] = ()  # endings or names of the files that belong to one that is given alone

    @abstractmethod
    def read(self, reading: "Reading", corpus: Corpus) -> None:
        """Reads an export of the tool: adds its statements to the reading, and a problem for what cannot be read."""


def library(module: str, extra: str) -> ModuleType:
    """Imports a library that only one format needs. Raises FormatError, with the line that installs it, without it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise FormatError(f"this needs the library {module}: pip install 'chithi[{extra}]'") from error


def plain_line(text: str, record: str, name: str) -> str:
    """The text, if it is a line that a file of lines can hold; white space except spaces cuts it or is lost.

    `record` is the id of what has the text, `name` that of the format. Raises FormatError for control characters, and
    for white space except spaces.
    """
    if unfit := [c for c in text if c != " " and (c.isspace() or unicodedata.category(c) == "Cc")]:
        raise FormatError(f"{name} cannot carry {shown(unfit[0])}, which stands in the text of {shown(record)}")
    return text
