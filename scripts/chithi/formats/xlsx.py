"""The table of requests as a workbook, with a sheet that explains its columns and one that says what the corpus is.

Dates are dates, shown as far as they are known; every other text is a text, so that none is run as a formula. The same
corpus gives the same bytes.
"""

from datetime import date, datetime
from io import BytesIO
from typing import Any, NamedTuple

import polars as pl

from chithi.corpus import Corpus
from chithi.formats.format import BinaryFormat, FormatError, library
from chithi.formats.table import Cell, cells, explained, header
from chithi.text.display import shown

ROWS, CHARACTERS = 1_048_576, 32_767  # the most that a sheet and a cell of Excel hold
FIRST_YEAR = 1900  # of Excel's calendar
SHOWN_AS = {"day": "yyyy-mm-dd", "month": "yyyy-mm", "year": "yyyy"}  # by the precision of a date
WIDTHS = {"english": 60, "request": 60, "text": 60, "translation": 60, "speaker_name_en": 24, "addressee_names_en": 32}
OTHER_WIDTH = 14  # characters
MADE = datetime(2000, 1, 1)


class Style(NamedTuple):
    """The formats of cells: of the header, of texts over several lines, and of dates by precision."""

    bold: Any
    wrapped: Any
    dates: dict[str, Any]


class Xlsx(BinaryFormat):
    """One row a request, as a workbook."""

    name = "xlsx"
    carries = "the table of requests as a workbook, with its columns explained"

    def encode(self, corpus: Corpus, statements: pl.DataFrame) -> bytes:
        """The workbook. Raises FormatError for what Excel cannot hold."""
        writer, stream = library("xlsxwriter", "xlsx"), BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with writer.Workbook(stream, options) as book:
            book.set_properties({"created": MADE})
            style = style_of(book)
            write_requests(book.add_worksheet("requests"), corpus, statements, style)
            write_pairs(book.add_worksheet("columns"), ("column", "what it holds"), explained(corpus), style)
            write_pairs(book.add_worksheet("about"), ("about", "the corpus"), about(corpus), style)
        return stream.getvalue()


def style_of(book: Any) -> Style:
    """The formats of a workbook's cells."""
    dates = {precision: book.add_format({"num_format": code, "align": "left"}) for precision, code in SHOWN_AS.items()}
    return Style(book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"}), dates)


def write_requests(sheet: Any, corpus: Corpus, statements: pl.DataFrame, style: Style) -> None:
    """Writes the table, with a header that stays in sight and filters."""
    names, row = header(), 0
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, style.bold)
        sheet.set_column(column, column, WIDTHS.get(name, OTHER_WIDTH))
    for row, found in enumerate(cells(corpus, statements), 1):
        if row == ROWS:
            raise FormatError(f"a sheet holds {ROWS:,} rows: choose with --split or --language")
        for column, name in enumerate(names):
            put(sheet, (row, column), found, name, style)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, row, len(names) - 1)


def put(sheet: Any, at: tuple[int, int], found: dict[str, Cell], name: str, style: Style) -> None:
    """Writes one cell of a request, by its type. Raises FormatError for a text that is too long."""
    cell = found[name]
    if isinstance(cell, str):
        if len(cell.encode("utf-16-le")) > 2 * CHARACTERS:
            what = f"the {name} of {shown(found['id'])}"
            raise FormatError(f"xlsx cannot carry {what}, which has over {CHARACTERS:,} characters")
        sheet.write_string(*at, cell)
    elif isinstance(cell, date) and cell.year >= FIRST_YEAR:
        sheet.write_datetime(*at, cell, style.dates.get(str(found["date_precision"])))
    elif isinstance(cell, date):
        sheet.write_string(*at, cell.isoformat())
    elif cell is not None:
        sheet.write_number(*at, cell)


def write_pairs(sheet: Any, head: tuple[str, str], pairs: list[tuple[str, str]], style: Style) -> None:
    """Writes a sheet of two columns, the second of which may take several lines."""
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 110)
    for column, name in enumerate(head):
        sheet.write_string(0, column, name, style.bold)
    for row, (name, text) in enumerate(pairs, 1):
        sheet.write_string(row, 0, name, style.wrapped)
        sheet.write_string(row, 1, text, style.wrapped)


def about(corpus: Corpus) -> list[tuple[str, str]]:
    """What corpus.json says of the corpus; nothing without it."""
    known = corpus.metadata
    if not known:
        return []
    told = {
        "title": known.title,
        "version": known.version,
        "description": known.description,
        "licence": known.licence,
        "authors": ", ".join(known.authors),
        "homepage": known.homepage,
        "citation": known.citation,
        "how the text came about": known.provenance.text,
        "how the translation did": known.provenance.translation,
        "how the labels did": known.provenance.labels,
    }
    return [(name, text) for name, text in told.items() if text]
