"""Level json: a line is one JSON object in canonical form, and all JSON readers agree on what it means."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

import orjson

from chithi.records.blocks import Line
from chithi.records.canonical import canonical
from chithi.text.display import shown
from chithi.validation.diagnosis import SPLIT, not_json
from chithi.validation.findings import Finding
from chithi.validation.layouts import extents, is_spread
from chithi.validation.rule import line_rule, lines_rule
from chithi.validation.rules.bytes import FORMAT

ENOUGH = 1_000  # objects of a line that tell how its records lie
MAX_NESTING = 32  # the schemas need 5
# Patterns are strings, compiled when a line first looks odd: compiling them takes longer than using them.
STRING = r'"(?:[^"\\]|\\.)*"?'  # a string that is not closed goes to the end of the line
LITERAL = r"-?(?:Infinity|NaN)|-?[0-9][0-9.eE+-]*+"
LONGEST = 18  # digits
INTEGER = rf"-?(?:0|[1-9][0-9]{{0,{LONGEST - 1}}})"
# One escape, or a surrogate pair of two. An escaped backslash counts as one escape, so the second one starts none.
ESCAPE = r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|.)"
HALF = r"\\u[dD][89a-fA-F].."
STRUCTURE = r'("(?:[^"\\]|\\.)*+")(\s*+:)?|[{}\[\]]'


@lru_cache(2)
def outside_strings(text: str) -> str:
    """The line with spaces for the characters of its strings. All other characters keep their columns."""
    return re.sub(STRING, lambda m: '"' + " " * (len(m[0]) - 1), text)


@line_rule("J201", "deep-nesting")
def nesting(line: Line) -> Iterator[Finding]:
    """A line is nested too deeply.

    No record needs more than five levels. Thousands of brackets are an attack or an accident.

    Bad: {"id":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[...
    Good: {"id":"x",...}
    """
    depth = 0
    for match in re.finditer(r"[\[{\]}]", outside_strings(line.text)):
        depth += 1 if match[0] in "[{" else -1
        if depth > MAX_NESTING:
            yield Finding((), f"nested deeper than {MAX_NESTING} levels", "records need 5", column=match.start() + 1)
            return


@line_rule("J202", "special-number")
def special_number(line: Line) -> Iterator[Finding]:
    """A number is not a plain integer.

    All numbers of a record are counts. NaN and Infinity are not JSON. Programs differ in how they read 1.0, 1e3 and
    integers of more than 18 digits.

    Bad: {"start":3.0}
    Good: {"start":3}
    """
    is_integer = re.compile(INTEGER).fullmatch
    for match in re.finditer(LITERAL, outside_strings(line.text)):
        if is_integer(match[0]):
            continue
        if not match[0][-1].isalpha():
            message = "a number that is not a plain integer"
            hint = "write an integer, or null where the field allows it"
        else:
            message, hint = "a value that JSON does not have", "write null where the field allows it"
        yield Finding((), message, hint, shown(match[0]), column=match.start() + 1)


@line_rule("J203", "lone-surrogate")
def lone_surrogate(line: Line) -> Iterator[Finding]:
    r"""An escape stands for half a character.

    \ud800 to \udfff are halves of a UTF-16 pair. Alone they are not characters.

    Bad: "text":"\ud83d"
    Good: "text":"\ud83d\ude00", or better the character itself
    """
    half = re.compile(HALF)
    if not half.search(text := line.text):
        return
    for match in filter(lambda m: half.fullmatch(m[0]), re.finditer(ESCAPE, text)):
        at, hint = match.start() + 1, "write the character itself"
        yield Finding((), "an escape stands for half a character", hint, match[0], column=at)


@line_rule("J204", "invalid-json")
def syntax(line: Line) -> Iterator[Finding]:
    """A line is not JSON.

    The finding says what is wrong, as far as it can be told: a comma before a closing bracket, a comment, typographic
    or single quotation marks, a missing comma or colon, a string that is not closed, two records on one line.

    Bad: {"id":"x","note":null,}
    Good: {"id":"x","note":null}
    """
    if finding := not_json(line.text):
        yield finding


@line_rule("J205", "not-an-object")
def not_an_object(line: Line) -> Iterator[Finding]:
    """A line is JSON, but not an object.

    Bad: ["x", null]
    Good: {"id":"x","note":null}
    """
    text = line.text.strip()
    if not text.startswith("{"):
        listed = [extent.whole for extent in islice(extents(text), ENOUGH)]
        hint = SPLIT if all(listed) and listed else "write one object, {...}, on each line"
        yield Finding((), "the record is not a JSON object", hint, shown(text))


@line_rule("J206", "duplicate-key")
def duplicate_key(line: Line) -> Iterator[Finding]:
    """A key stands twice in one object.

    Some readers keep the first value, others the last, so one of the two is lost unnoticed.

    Bad: {"id":"x","id":"y"}
    Good: {"id":"x"}
    """
    open_objects: list[set[str] | None] = []  # the keys of each open object; None for an open array
    for match in re.finditer(STRUCTURE, line.text):
        part = match[0]
        if part in "{[":
            open_objects.append(set() if part == "{" else None)
        elif part in "}]":
            open_objects.pop()
        elif open_objects and (keys := open_objects[-1]) is not None and match[2]:
            if (key := json.loads(match[1])) in keys:
                message = f"the key {shown(key)} stands twice in one object"
                yield Finding((), message, "keep one of the two", column=match.start() + 1)
            keys.add(key)


@line_rule("J207", "not-canonical", fatal=False, fixable=True)
def not_canonical(line: Line) -> Iterator[Finding]:
    r"""A record is not in canonical form.

    Canonical form has no space between tokens, the keys in the order of the schema, and no escape that is not needed.
    Two records that say the same thing then have the same bytes. A line in another form is still checked further.

    Bad: {"id": "x", "note": "H\u00e0 N\u1ed9i"}
    Good: {"id":"x","note":"Hà Nội"}
    """
    text, written = line.text, canonical(orjson.loads(line.text), line.table).decode().rstrip("\n")
    if text != written:
        differing = (i for i, (a, b) in enumerate(zip(text, written, strict=False)) if a != b)
        at = next(differing, min(len(text), len(written)))
        values = shown(text[at : at + 30]), shown(written[at : at + 30])
        yield Finding((), "not in canonical form", FORMAT, *values, column=at + 1)


@lines_rule("J208", "spread-record")
def spread_record(lines: Sequence[bytes]) -> Iterator[Finding]:
    """Records are spread over several lines.

    Pretty-printed records, or an array of records, are JSON but not one record a line. `chithi format` reads them. Such
    a file has this one finding, and none for each of its lines.

    Bad: a line with {, and the keys on the lines below it
    Good: {"id":"x","note":null}
    """
    if is_spread(lines):
        hint = "run `chithi format` on the file, which writes each record on one line"
        yield Finding((), "the record is spread over several lines", hint)
