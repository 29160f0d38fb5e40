"""The table of requests as comma-separated values, for spreadsheets and statistics programs.

The file is in UTF-8 with a byte order mark, without which Excel takes it for another encoding, and its lines end with
CRLF (RFC 4180). No cell is run as a formula: one that would be begins with an apostrophe instead.
"""

import csv
from collections.abc import Iterator
from io import StringIO

import polars as pl

from chithi.corpus import Corpus
from chithi.formats.format import TextFormat
from chithi.formats.table import Cell, cells, header

BYTE_ORDER_MARK = "\ufeff"
RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what begins a formula, as OWASP lists it


class Csv(TextFormat):
    """One row a request, for spreadsheets."""

    name = "csv"
    carries = "the table of requests, one row a request"

    def write(self, corpus: Corpus, statements: pl.DataFrame) -> Iterator[str]:
        """The requests as lines."""
        yield BYTE_ORDER_MARK + line(header())
        for row in cells(corpus, statements):
            yield line([tame(row[name]) for name in header()])


def line(values: list[Cell] | list[str]) -> str:
    """Values as one line of the file, with its end."""
    stream = StringIO()
    csv.writer(stream).writerow(values)
    return stream.getvalue()


def tame(cell: Cell) -> Cell:
    """The cell, behind an apostrophe if a spreadsheet would take it for a formula.

    >>> tame("=1+1"), tame("1+1"), tame(-1)
    ("'=1+1", '1+1', -1)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RUN) else cell
