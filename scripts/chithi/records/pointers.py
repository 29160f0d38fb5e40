"""JSON pointers (RFC 6901), and the columns of the values that they point to."""

import json
import re
from collections.abc import Iterator

Pointer = tuple[str | int, ...]


def json_pointer(pointer: Pointer) -> str:
    """A pointer as RFC 6901 writes it.

    >>> json_pointer(("requests", 0, "text"))
    '/requests/0/text'
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


SPACE = re.compile(r"[ \t\r\n]*")
DECODER = json.JSONDecoder()


def column(raw: bytes, pointer: Pointer) -> int:
    """The column, 1-based, in code points, at which the value of a pointer starts in a line of JSON.

    If the line has no such value, the column is that of the innermost value on the way to it.

    >>> column(b'{"id": 7, "role": null}', ("role",)), column(b'{"id": 7}', ("role",))
    (19, 1)
    """
    text = raw.decode(errors="replace").rstrip("\r\n")
    at = skip(text, 0)
    for part in pointer:
        value = child(text, at, part)
        if value is None:
            break
        at = value
    return at + 1


def skip(text: str, at: int) -> int:
    """The next position that is not white space."""
    match = SPACE.match(text, at)
    return match.end() if match else at


def child(text: str, at: int, part: str | int) -> int | None:
    """Where the value of a key or index starts in the object or array at a position; None if it has none."""
    return next((start for name, start in items(text, at) if name == part), None)


def items(text: str, at: int) -> Iterator[tuple[str | int, int]]:
    """The keys or numbers of the values in the object or array at a position, and where each value stands."""
    opening = text[at : at + 1]
    if opening not in ("{", "["):
        return
    at, n = skip(text, at + 1), 0
    while at < len(text) and text[at] not in "}]":
        name: str | int = n
        if opening == "{":
            name, at = json.decoder.scanstring(text, at + 1)  # type: ignore[attr-defined]
            at = skip(text, skip(text, at) + 1)
        yield name, at
        at = skip(text, DECODER.raw_decode(text, at)[1])
        at = skip(text, at + 1) if text[at : at + 1] == "," else at
        n += 1
