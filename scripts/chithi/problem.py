"""A problem: one finding with its place, and how values are shown in it."""

import re

import msgspec

Pointer = tuple[str | int, ...]

LONGEST_VALUE = 160


class Finding(msgspec.Struct, frozen=True):
    """What a rule found within one record; the engine adds where the record stands.

    `pointer` leads to the value, key by key; `column` overrides the place that it points to (1-based, in code points).
    `found` and `expected` are values made safe by `shown`.
    """

    pointer: Pointer
    message: str
    hint: str
    found: str | None = None
    expected: str | None = None
    column: int | None = None


class Problem(msgspec.Struct, frozen=True, order=True):
    """One finding in one file. `line` and `column` are 1-based, the column in code points; line 0 is the file as a whole."""

    path: str
    line: int
    column: int
    code: str
    pointer: str
    message: str
    hint: str
    found: str | None = None
    expected: str | None = None
    record: str | None = None

    @property
    def place(self) -> str:
        """path:line:column, as far as there are any."""
        return ":".join(str(part) for part in (self.path, self.line, self.line and self.column) if part)

    def values(self) -> list[tuple[str, str]]:
        """The values to show, each with its label."""
        return [(label, v) for label, v in (("found", self.found), ("expected", self.expected)) if v is not None]


def json_pointer(pointer: Pointer) -> str:
    """RFC 6901: ("requests", 0, "text") is /requests/0/text."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


def visible(text: str) -> str:
    """The text with every character that prints nothing, or rules how others print, written as <U+XXXX>."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)


def shown(value: object) -> str:
    """A value as a message prints it: strings in quotes, invisible characters by code point, the middle of a long one left out."""
    if isinstance(value, str):
        text = f"'{visible(value)}'"
    else:
        text = visible(re.sub(r"^(None|True|False)$", lambda m: {"None": "null"}.get(m[0], m[0].lower()), repr(value)))
    if len(text) <= LONGEST_VALUE:
        return text
    return f"{text[: LONGEST_VALUE - 40]} ... {text[-30:]} ({len(text)} characters)"
