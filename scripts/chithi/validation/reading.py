"""Bytes to lines with their records, or to what is wrong with them (levels bytes and json)."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import orjson

from chithi.records.blocks import MAX_LINE, blocks, lines_of
from chithi.records.schemas import canonical, is_canonical_line
from chithi.validation.findings import Finding
from chithi.validation.rules import rules_of
from chithi.validation.rules.json import LONGEST, MAX_NESTING

FLOAT = re.compile(rb"[0-9]\.0[,}\]]")  # how canonical form writes a whole number that is no integer
HARMLESS = {"B103", "B105", "B106", "B107", "J207"}  # codes of findings that leave a record to be read, as `chithi format` does


class Line(msgspec.Struct, frozen=True):
    """What a line holds: its record (None where it holds none), and the findings of the levels bytes and json."""

    record: dict[str, Any] | None
    findings: list[tuple[str, Finding]]


def raw_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file with their numbers, from 1, as `blocks` gives them."""
    return enumerate(chain.from_iterable(map(lines_of, blocks(path))), 1)


def read(path: Path, table: str) -> Iterator[tuple[int, bytes, Line]]:
    """The lines of a file with their numbers, their bytes, and what they hold."""
    for number, raw in raw_lines(path):
        yield number, raw, parse(raw, table)


def parse(raw: bytes, table: str) -> Line:
    """One line as a record; where anything is odd about it, the rules of the levels bytes and json say what."""
    try:
        record = orjson.loads(raw) if len(raw) <= MAX_LINE else None
    except orjson.JSONDecodeError:
        record = None
    if is_canonical_line(table)(raw) or (isinstance(record, dict) and is_canonical(record, raw, table) and not FLOAT.search(raw)):
        return Line(record, [])
    findings = list(diagnose(raw, record, table))
    usable = isinstance(record, dict) and all(code in HARMLESS for code, _ in findings)
    return Line(record if usable else None, findings)


def is_canonical(record: dict[str, Any], raw: bytes, table: str) -> bool:
    """Whether a line is what canonical form makes of its record; a record that is nested too deeply to be written has none."""
    try:
        return canonical(record, table) == raw
    except TypeError:
        return False


def plain(value: Any, levels: int = MAX_NESTING) -> bool:
    """Whether a value holds no number and no nesting that the level json may have something to say of."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return levels > 0 and all([plain(item, levels - 1) for item in value])
    return not isinstance(value, float) and not (isinstance(value, int) and abs(value) >= 10**LONGEST)


def diagnose(raw: bytes, record: Any, table: str) -> Iterator[tuple[str, Finding]]:
    """What the levels bytes and json find in a line; a finding that leaves nothing to read ends the search."""
    found = [(rule.code, finding) for rule in rules_of("bytes") for finding in rule.check(raw)]
    fatal = [(code, finding) for code, finding in found if code not in HARMLESS or (code == "B105" and record is None)]
    if fatal:
        yield fatal[0]
        return
    yield from found
    text = raw.decode().removeprefix("\ufeff").rstrip("\r\n")
    for rule in rules_of("json")[:-1]:
        if findings := list(rule.check(text)):
            yield from ((rule.code, finding) for finding in findings)
            return
    if not found:
        written = canonical(record, table).decode().rstrip("\n")
        yield from (("J207", finding) for finding in rules_of("json")[-1].check(text, written))
