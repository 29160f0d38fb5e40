"""How the records lie in a file: one a line, spread over several lines, several on one line, or in an array."""

import re
from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

import orjson

# Atomic groups, so that a line which does not match costs no more than one that does.
LEXEME = r'(?>"(?:[^"\\\x00-\x1f]|\\.)*+"|-?[0-9][0-9.eE+-]*+|true|false|null|[{}\[\],:])'
TOKENS = re.compile(rf"(?>\s*+{LEXEME})*+\s*+")
STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\]]', re.DOTALL)
SPACE = re.compile(r"[ \t\r\n]*+")
BOM = "\ufeff"
UNREADABLE = "\ufffd"  # what stands for bytes that are not UTF-8


def is_spread(lines: Sequence[bytes]) -> bool:
    """Whether the records of a file are spread over its lines, as in pretty-printed JSON or in an array.

    Then most lines hold tokens of JSON but no value, some of them open brackets for others to close, and some are not
    the beginning of an object. A record that was cut off begins one.
    """
    whole, parts = 0, []
    for line in (raw.removeprefix(BOM.encode()).strip() for raw in lines):
        try:
            whole += isinstance(orjson.loads(line), dict)
        except orjson.JSONDecodeError:
            # A line that is not UTF-8 is no part of JSON; else a large file in another encoding would look spread.
            text = "" if UNREADABLE in (text := line.decode(errors="replace")) else text
            parts += [text] if text and TOKENS.fullmatch(text) else []
    return len(parts) > max(whole, 1) and not all(part[0] == "{" for part in parts) and any(map(is_open, parts))


def is_open(text: str) -> bool:
    """Whether brackets that stand outside of strings open without being closed, or close without having been opened."""
    signs = [match[0] for match in STRUCTURE.finditer(text)]
    return signs.count("{") != signs.count("}") or signs.count("[") != signs.count("]")


class Extent(NamedTuple):
    """A record in a text, from its opening bracket up to behind its closing one.

    `whole` is False for what is no object, or not closed; it then reaches to the end of the text.
    """

    start: int
    end: int
    whole: bool = True


def extents(text: str) -> Iterator[Extent]:
    """Finds the objects in a text: one after another, with or without space between them, or in arrays.

    The last one is not whole if something else stands there. Only brackets and strings are looked at.
    """
    at = skip(text, 0)
    while at < len(text):
        if text[at] == "[":
            at = yield from array(text, at)
        else:
            yield (found := extent(text, at))
            at = found.end
        at = skip(text, at)


def array(text: str, at: int) -> Generator[Extent, None, int]:
    """The objects in the array that opens at a position. Returns the position behind it, or the end of the text."""
    at = skip(text, at + 1)
    while not text.startswith("]", at):
        yield (found := extent(text, at))
        at = skip(text, found.end)
        if text.startswith(",", at):
            at = skip(text, at + 1)
            if text.startswith("]", at):
                yield Extent(at, len(text), False)
                return len(text)
        elif not text.startswith("]", at):
            if found.whole:
                yield Extent(at, len(text), False)
            return len(text)
    return at + 1


def extent(text: str, at: int) -> Extent:
    """The object that opens at a position; not whole if none does, or none that is closed."""
    depth = 0
    for match in STRUCTURE.finditer(text, at) if text.startswith("{", at) else ():
        depth += 1 if match[0] in "{[" else -1 if match[0] in "}]" else 0
        if depth == 0:
            return Extent(at, match.end())
    return Extent(at, len(text), False)


def skip(text: str, at: int) -> int:
    """The next position that is neither space nor a byte order mark before a value."""
    match = SPACE.match(text, at)
    at = match.end() if match else at
    return at + 1 if text.startswith(BOM, at) and text.startswith(("{", "["), at + 1) else at
