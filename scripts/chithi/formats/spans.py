"""Statements as records, for formats that hold spans."""

import re
from collections.abc import Iterator

import msgspec
import polars as pl

from chithi.formats.format import FormatError
from chithi.records.records import Addressee, Statement
from chithi.text.display import shown

FILE_NAME = re.compile(r"\w[\w.+-]*")  # of an id that names a file


def typed_statements(statements: pl.DataFrame) -> Iterator[Statement]:
    """Statements as records. Raises FormatError for a span whose text does not stand at its offsets."""
    for row in statements.select(Statement.__struct_fields__).iter_rows(named=True):
        statement = msgspec.convert(row, Statement)
        for layer, _, span in statement.spans():
            if not 0 <= span.start < span.end or statement.text[span.start : span.end] != span.text:
                where = f"{span.start} to {span.end} of {shown(statement.id)}"
                raise FormatError(f"the {layer} at {where} is not what stands there: run chithi validate")
        yield statement


def addressees_of(statement: Statement) -> list[Addressee]:
    """The addressees in the order of the requests; one that several requests share is there once."""
    found = [request.addressee for request in statement.requests if request.addressee]
    return [addressee for n, addressee in enumerate(found) if addressee not in found[:n]]


def file_name(record: str) -> str:
    """The id of a record as the name of a file. Raises FormatError for an id that is none."""
    if not FILE_NAME.fullmatch(record):
        raise FormatError(f"{shown(record)} is not the name of a file, and its statements need one")
    return record
