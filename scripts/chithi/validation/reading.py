"""Reads lines into records and findings: the levels bytes, json and schema, line by line."""

import re
from itertools import islice
from typing import Any

import msgspec
import orjson

from chithi.records.blocks import MAX_LINE, Line
from chithi.records.canonical import canonical
from chithi.records.schemas import SHIPPED, Schemas, explainer, fits
from chithi.validation.findings import MOST, Finding
from chithi.validation.rules import rules_of
from chithi.validation.rules.json import LONGEST, MAX_NESTING
from chithi.validation.rules.schema import explain

UNEXPLAINED = [("S305", Finding((), "the record does not fit its schema", "compare it with the patterns there"))]
FLOAT = re.compile(rb"[0-9]\.0[,}\]]")  # a float with an integral value, as canonical form writes it


class Parsed(msgspec.Struct, frozen=True):
    """The record of a line, or None, and the findings of the levels bytes and json in it, each after its code."""

    record: dict[str, Any] | None
    findings: list[tuple[str, Finding]]


def parse(raw: bytes, table: str) -> Parsed:
    """Reads one line. A line in canonical form has no findings, so the rules run on other lines only."""
    try:
        record = orjson.loads(raw) if len(raw) <= MAX_LINE else None
    except orjson.JSONDecodeError:
        record = None
    if isinstance(record, dict) and is_canonical(record, raw, table) and not FLOAT.search(raw):
        return Parsed(record, [])
    findings, usable = diagnose(Line(raw, table), record)
    return Parsed(record if usable else None, findings)


def is_canonical(record: dict[str, Any], raw: bytes, table: str) -> bool:
    """Whether a line is the canonical form of its record. False for a record nested too deeply to be written."""
    try:
        return canonical(record, table) == raw
    except TypeError:
        return False


def diagnose(line: Line, record: Any) -> tuple[list[tuple[str, Finding]], bool]:
    """What the levels bytes and json find in a line, and whether its record can be used nevertheless.

    The first fatal finding of the level bytes ends the search. So does the first rule of the level json that finds
    anything. Of one rule, MOST findings are made.
    """
    found = [(rule, finding) for rule in rules_of("line") if rule.level == "bytes" for finding in rule.check(line)]
    for rule, finding in found:
        if rule.fatal or (rule.name == "control-character" and record is None):
            return [(rule.code, finding)], False
    told = [(rule.code, finding) for rule, finding in found]
    for rule in rules_of("line"):
        # A finding of the level bytes already explains why the line is not canonical.
        if rule.level == "json" and (rule.fatal or not told) and (findings := list(islice(rule.check(line), MOST))):
            return told + [(rule.code, finding) for finding in findings], not rule.fatal and isinstance(record, dict)
    return told, isinstance(record, dict)


def check_line(
    raw: bytes, table: str, schemas: Schemas = SHIPPED
) -> tuple[dict[str, Any] | None, list[tuple[str, Finding]], bool]:
    """The record of a line, what the levels bytes, json and schema find in it, and whether it fits its schema."""
    line = parse(raw, table)
    if line.record is None or fits(table, schemas)(line.record):
        return line.record, line.findings, line.record is not None
    told = [(rule.code, f) for rule in rules_of(f"JSON of {table}") for f in islice(rule.check(line.record), MOST)]
    if told:
        return line.record, [*line.findings, *told], False
    # The level json explains odd numbers and deep nesting better than the schema does.
    odd = [] if plain(line.record) else diagnose(Line(raw, table), line.record)[0]
    findings = [found for found in odd if found[0] in ("J201", "J202")]
    wrong = list(explain(islice(explainer(table, schemas).iter_errors(line.record), MOST)))
    return line.record, findings or [*line.findings, *(wrong or UNEXPLAINED)], False


def plain(value: Any, levels: int = MAX_NESTING) -> bool:
    """Whether the level json has nothing to say of the numbers and the nesting of a value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return levels > 0 and all([plain(item, levels - 1) for item in value])
    return not isinstance(value, float) and not (isinstance(value, int) and abs(value) >= 10**LONGEST)
