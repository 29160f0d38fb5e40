"""Bytes to lines with their records, or to what is wrong with them (levels bytes and json)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from chithi.problem import Finding, Pointer
from chithi.rules import raw as raw_rules
from chithi.rules import rules_of
from chithi.schemas import canonical

SPACE = re.compile(r"[ \t]*")
DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its bytes, its record (None where it holds none), and the findings of the levels bytes and json."""

    number: int
    raw: bytes
    record: dict[str, Any] | None
    findings: list[tuple[str, Finding]]


def read(path: Path, table: str) -> Iterator[Line]:
    """The lines of a file, one by one. Raises OSError where it cannot be read."""
    with path.open("rb") as stream:
        yield from read_stream(stream, table)


def read_stream(stream: BinaryIO, table: str) -> Iterator[Line]:
    """The lines of a stream. A line that is far too long is passed over without being held; a file that is no UTF-8 at all is given up."""
    number = 0
    for number, raw in enumerate(iter(partial(stream.readline, raw_rules.MAX_LINE + 1), b""), 1):
        line = parse(number, raw, table)
        yield line
        if any(code == "B102" for code, _ in line.findings):
            return
        rest = raw
        while len(rest) > raw_rules.MAX_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(raw_rules.MAX_LINE + 1)
    if number == 0:
        yield Line(1, b"", None, [("B101", finding) for finding in raw_rules.empty_file(b"")])


def parse(number: int, raw: bytes, table: str) -> Line:
    """One line as a record; where anything is odd about it, the rules of the levels bytes and json say what."""
    try:
        record = orjson.loads(raw) if len(raw) <= raw_rules.MAX_LINE else None
    except orjson.JSONDecodeError:
        record = None
    if isinstance(record, dict) and canonical(record, table) == raw and b".0" not in raw:
        return Line(number, raw, record, [])
    findings = list(diagnose(raw, record, table))
    usable = isinstance(record, dict) and all(code in ("B105", "B106", "B107", "J207") for code, _ in findings)
    return Line(number, raw, record if usable else None, findings)


def diagnose(raw: bytes, record: Any, table: str) -> Iterator[tuple[str, Finding]]:
    """What the levels bytes and json find in a line; a finding that leaves nothing to read ends the search."""
    found = [(rule.code, finding) for rule in rules_of("bytes") for finding in rule.check(raw)][:1]
    yield from found
    if found and found[0][0] not in ("B103", "B106", "B107"):
        return
    text = raw.decode().removeprefix("\ufeff")
    for rule in rules_of("json"):
        findings = list(rule.check(text)) if rule.code != "J207" else []
        yield from ((rule.code, finding) for finding in findings)
        if findings:
            return
    if not found:
        written = canonical(record, table).decode().rstrip("\n")
        yield from (("J207", finding) for finding in rules_of("json")[-1].check(text, written))


def column(raw: bytes, pointer: Pointer) -> int:
    """Where the value that a pointer leads to starts in a line, 1-based, in code points; where it leads nowhere, as far as it leads."""
    text = raw.decode(errors="replace")
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
