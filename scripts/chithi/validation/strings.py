"""The strings of records and of other JSON, as the rules for texts look at them."""

import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

import msgspec

from chithi.records.layout import language_of
from chithi.records.pointers import Pointer
from chithi.records.records import Entry, Statement

Record = TypeVar("Record", bound=Entry)


class Text(NamedTuple):
    """A string, and what the rules have to know of it.

    `pointer` leads to it. `language` is the tag of the language that it is in, None where it may be in any. `table`
    tells what it belongs to: "statements", "registries", or "" for a file that is no table.
    """

    pointer: Pointer
    text: str
    language: str | None = None
    table: str = ""


def statement_texts(statement: Statement) -> Iterator[Text]:
    """The text and the translation of a statement.

    The texts of spans, and the English words of requests, are parts of these, so they count only where they alone are
    not in NFC.
    """
    language = language_of(statement.report)
    yield Text(("text",), statement.text, language, "statements")
    if statement.translation is not None:
        yield Text(("translation",), statement.translation, "en", "statements")
    if is_composed(statement.text):
        for _, pointer, span in statement.spans():
            if not is_composed(span.text):
                yield Text((*pointer, "text"), span.text, language, "statements")
    for n, request in enumerate(statement.requests if is_composed(statement.translation or "") else ()):
        if not is_composed(request.english or ""):
            yield Text(("requests", n, "english"), request.english or "", "en", "statements")


def json_texts(value: Any, pointer: Pointer = ()) -> Iterator[Text]:
    """All strings of a JSON value, keys included; a key is shown at its value."""
    if isinstance(value, str):
        yield Text(pointer, value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield Text((*pointer, key), key)
            yield from json_texts(item, (*pointer, key))
    elif isinstance(value, list):
        for n, item in enumerate(value):
            yield from json_texts(item, (*pointer, n))


def is_composed(text: str) -> bool:
    """Whether a text is in NFC."""
    return unicodedata.is_normalized("NFC", text)


def composed(record: Record) -> Record:
    """The record in NFC, with offsets into its `text` moved to fit: itself if it is in NFC already."""
    if is_composed(msgspec.json.encode(record).decode()):  # quotes compose with nothing
        return record
    fields = msgspec.to_builtins(record)
    return msgspec.convert(compose(fields, fields.get("text", "")), type(record))


def compose(value: Any, text: str, key: str = "") -> Any:
    """A value in NFC. `text` is the old text into which offsets, the values of start and end, point."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {name: compose(item, text, name) for name, item in value.items()}
    if isinstance(value, list):
        return [compose(item, text) for item in value]
    if key in ("start", "end"):
        return len(unicodedata.normalize("NFC", text[:value])) + max(value - len(text), 0)
    return value
