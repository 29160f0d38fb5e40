"""Records for tests of rules, and functions that run one rule on one record."""

from typing import Any

import msgspec

from chithi.records.blocks import Line
from chithi.records.records import Entry, Registries, Report, Statement
from chithi.validation.columns import Columns
from chithi.validation.findings import Finding
from chithi.validation.rules import RULES

Record = dict[str, Any]
SPAN_DEFAULTS: dict[str, Record] = {
    "speaker": {"id": "x"},
    "role": {"offices": ["x"]},
    "directives": {"id": "x"},
    "requests": {"act": "instruct", "topic": "health", "addressee": None, "english": None},
}


def span(text: str, surface: str, **more: Any) -> Record:
    start = text.index(surface)
    return {"start": start, "end": start + len(surface), "text": surface} | more


def statement(text: str, report: str = "x.pl", **parts: Any) -> Record:
    base = {"id": f"{report}.01", "report": report, "paragraph": None, "text": text, "translation": None}
    return base | {"speaker": None, "role": None, "directives": [], "requests": []} | parts


def typed(record: Record) -> Statement:
    """The record as a Statement, with default values for what its spans lack."""
    whole = dict(record)
    for key, defaults in SPAN_DEFAULTS.items():
        if isinstance(record[key], list):
            whole[key] = [defaults | item for item in record[key]]
        elif record[key]:
            whole[key] = defaults | record[key]
    return msgspec.convert(whole, Statement)


def entry(kind: type[Entry], **fields: Any) -> Any:
    """An entry of a registry. Fields that are not given are None."""
    return kind(**dict.fromkeys(kind.__struct_fields__) | fields)


def found_in_line(code: str, line: str | bytes) -> list[Finding]:
    """What one rule finds in one line."""
    return list(RULES[code].check(Line(line.encode() if isinstance(line, str) else line, "statements")))


def found_in_report(code: str, **fields: Any) -> list[Finding]:
    """What one rule finds in one report."""
    return list(RULES[code].check(entry(Report, **fields), Registries()))


def found(code: str, record: Record, registries: Registries | None = None) -> list[Finding]:
    """What one rule finds in one statement. Fails if the prefilter of the rule misses the statement."""
    one, beside, rule = typed(record), registries or Registries(), RULES[code]
    findings = list(rule.check(one, beside))
    assert not findings or rule.suspects is None or 0 in set(rule.suspects(Columns([one], beside)))
    return findings
