"""Lines to records, or to what is wrong with them: the levels bytes, json and schema, line by line."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import orjson

from chithi.records.blocks import MAX_LINE, Line, blocks, lines_of
from chithi.records.schemas import canonical, explainer, fits
from chithi.validation.findings import Finding
from chithi.validation.rules import rules_of
from chithi.validation.rules.json import LONGEST, MAX_NESTING
from chithi.validation.rules.schema import explain

FLOAT = re.compile(rb"[0-9]\.0[,}\]]")  # how canonical form writes a whole number that is no integer


class Parsed(msgspec.Struct, frozen=True):
    """What a line holds: its record (None where it holds none), and the findings of the levels bytes and json, with their codes."""

    record: dict[str, Any] | None
    findings: list[tuple[str, Finding]]


def read(path: Path, table: str) -> Iterator[tuple[int, bytes, Parsed]]:
    """The lines of a file with their numbers, from 1, their bytes, and what they hold."""
    for number, raw in enumerate(chain.from_iterable(map(lines_of, blocks(path))), 1):
        yield number, raw, parse(raw, table)


def parse(raw: bytes, table: str) -> Parsed:
    """One line as a record; where anything is odd about it, the rules of the levels bytes and json say what."""
    try:
        record = orjson.loads(raw) if len(raw) <= MAX_LINE else None
    except orjson.JSONDecodeError:
        record = None
    if isinstance(record, dict) and is_canonical(record, raw, table) and not FLOAT.search(raw):
        return Parsed(record, [])
    findings, usable = diagnose(Line(raw, table), record)
    return Parsed(record if usable else None, findings)


def is_canonical(record: dict[str, Any], raw: bytes, table: str) -> bool:
    """Whether a line is what canonical form makes of its record; a record that is nested too deeply to be written has none."""
    try:
        return canonical(record, table) == raw
    except TypeError:
        return False


def diagnose(line: Line, record: Any) -> tuple[list[tuple[str, Finding]], bool]:
    """What the levels bytes and json find in a line, and whether its record can be used all the same.

    The first fatal finding on bytes ends the search, as does the first rule on json that finds anything.
    """
    found = [(rule, finding) for rule in rules_of("line") if rule.level == "bytes" for finding in rule.check(line)]
    for rule, finding in found:
        if rule.fatal or (rule.name == "control-character" and record is None):
            return [(rule.code, finding)], False
    told = [(rule.code, finding) for rule, finding in found]
    for rule in rules_of("line"):
        # What makes a line other than canonical has been told where a rule on bytes has found something.
        if rule.level == "json" and (rule.fatal or not told) and (findings := list(rule.check(line))):
            return told + [(rule.code, finding) for finding in findings], not rule.fatal and isinstance(record, dict)
    return told, isinstance(record, dict)


def check_line(raw: bytes, table: str) -> tuple[dict[str, Any] | None, list[tuple[str, Finding]], bool]:
    """The record of a line, what the levels bytes, json and schema find in it, and whether it fits its schema."""
    line = parse(raw, table)
    if line.record is None or fits(table)(line.record):
        return line.record, line.findings, line.record is not None
    # What the schema has to say of odd numbers and of brackets without end is better said by the level below.
    odd = [] if plain(line.record) else diagnose(Line(raw, table), line.record)[0]
    findings = [found for found in odd if found[0] in ("J201", "J202")]
    return line.record, findings or [*line.findings, *explain(explainer(table).iter_errors(line.record))], False


def plain(value: Any, levels: int = MAX_NESTING) -> bool:
    """Whether a value holds no number and no nesting that the level json may have something to say of."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return levels > 0 and all([plain(item, levels - 1) for item in value])
    return not isinstance(value, float) and not (isinstance(value, int) and abs(value) >= 10**LONGEST)
