"""JSON pointers: how they are written, and where in a line they lead."""

import json
import re

Pointer = tuple[str | int, ...]


def json_pointer(pointer: Pointer) -> str:
    """RFC 6901: ("requests", 0, "text") is /requests/0/text."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


SPACE = re.compile(r"[ \t\r\n]*")
DECODER = json.JSONDecoder()


def column(raw: bytes, pointer: Pointer) -> int:
    """Where the value that a pointer leads to starts in a line, 1-based, in code points; where it leads nowhere, as far as it leads."""
    text = raw.decode(errors="replace").rstrip("\r\n")
    at = skip(text, 0)
    for part in pointer:
        value = child(text, at, part)
        if value is None:
            break
        at = value
    return at + 1


def skip(text: str, at: int) -> int:
    """The next position that is no space."""
    match = SPACE.match(text, at)
    return match.end() if match else at


def child(text: str, at: int, part: str | int) -> int | None:
    """Where a key's or an index's value starts within the object or array at a position; None where there is none."""
    opening = text[at : at + 1]
    if opening not in ("{", "["):
        return None
    at, n = skip(text, at + 1), 0
    while at < len(text) and text[at] not in "}]":
        name: str | int = n
        if opening == "{":
            name, at = json.decoder.scanstring(text, at + 1)  # type: ignore[attr-defined]
            at = skip(text, skip(text, at) + 1)
        if name == part:
            return at
        at = skip(text, DECODER.raw_decode(text, at)[1])
        at = skip(text, at + 1) if text[at : at + 1] == "," else at
        n += 1
    return None
