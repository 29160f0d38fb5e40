"""Canonical form: how a file is written, and the proof that writing it loses nothing."""

import json
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from chithi.records.canonical import canonical
from chithi.records.layout import STATEMENTS, table_of
from chithi.records.replacing import replace_file
from chithi.validation.findings import Finding, Location, Problem, problem
from chithi.validation.offsets import OFFSETS, fill, immovable, moved_offset
from chithi.validation.reading import Parsed, parse, read
from chithi.validation.rules import RULES

MENDED = {rule.code for rule in RULES.values() if rule.fixable}  # codes that canonical form removes
BY_HAND = "mend the line by hand: `chithi format` leaves a file alone in which it cannot read a record"
BOM = b"\xef\xbb\xbf"
BLANK = b" \t\r\n"


@dataclass(slots=True)
class Formatted:
    """A file and its canonical form: the bytes before and after, and the problems that forbid writing."""

    path: Path
    before: bytes
    after: bytes = b""
    problems: list[Problem] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether canonical form changes any byte of the file."""
        return self.before != self.after

    def write(self) -> None:
        """Replaces the file. Raises OSError if that fails, or if the file has changed since it was read."""
        replace_file(self.path, self.after, before=self.before)


def format_file(path: Path) -> Formatted:
    """Puts a file into canonical form, without writing it.

    A line that is not blank and holds no record is a problem, and so is an ambiguous span. At the end every record is
    looked up in the bytes to be written. A record that is missing there is a problem too, whatever the reason.
    """
    table = table_of(path)
    result = Formatted(path, path.read_bytes())
    written = []
    for number, raw, line in read(path, table):
        record = reread(raw, line, table)
        findings = [(code, f) for code, f in line.findings if code not in MENDED]
        if record is not None and not findings:
            findings = [("F001", f) for f in immovable(record)]
            record = composed(record)
            findings += [("F001", f) for f in fill(record)] if table == STATEMENTS else []
            written.append(canonical(record, table))
        elif raw.strip(BLANK) and not findings:
            findings = [(code, msgspec.structs.replace(f, hint=BY_HAND)) for code, f in line.findings]
        result.problems += [problem(Location(str(path), number), code, finding, raw) for code, finding in findings]
    result.after = b"".join(written)
    if not (written or result.problems):
        finding = Finding((), "no line of the file holds a record", "write its records, or remove the file")
        result.problems.append(problem(Location(str(path), 1), "B101", finding, b""))
    if result.changed and not result.problems and (lost := first_lost(result.before, result.after)):
        finding = Finding((), "the file in canonical form would lack what this line holds", BY_HAND)
        result.problems.append(problem(Location(str(path), lost), "F002", finding, b""))
    return result


def first_lost(before: bytes, after: bytes) -> int | None:
    """Compares the records of a file before and after, in order.

    Gives the number of the first line, from 1, whose record is not kept, and None where all are kept.
    """
    lines = [(number, line) for number, line in enumerate(before.split(b"\n"), 1) if line.strip(BLANK)]
    written = after.split(b"\n")[:-1]
    for (number, line), new in zip(lines, written, strict=False):
        try:
            old = json.loads(line.removeprefix(BOM))
        except ValueError:
            return number
        if not keeps(old, json.loads(new), old.get("text")):
            return number
    return lines[len(written)][0] if len(written) < len(lines) else None


def keeps(old: Any, new: Any, text: Any) -> bool:
    """Whether the new value holds all that the old one holds.

    Strings may be put into NFC, offsets may move with them, and missing offsets may be added; nothing else may change.
    `text` is the old text into which the offsets point.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        moved = {key: moved_offset(text, value) if key in OFFSETS else value for key, value in old.items()}
        kept = all(key in new and keeps(value, new[key], text) for key, value in moved.items())
        return kept and new.keys() - old.keys() <= OFFSETS
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(keeps(one, other, text) for one, other in zip(old, new, strict=True))
    if isinstance(old, str):
        return bool(new == unicodedata.normalize("NFC", old))
    return type(old) is type(new) and bool(old == new)


def reread(raw: bytes, line: Parsed, table: str) -> dict[str, Any] | None:
    """The record of a line, with or without a byte order mark before it."""
    if line.record is not None or not raw.strip():
        return line.record
    return parse(raw.removeprefix(BOM).rstrip(b"\r\n") + b"\n", table).record


def composed(record: dict[str, Any]) -> dict[str, Any]:
    """The record with all its strings in NFC, and its offsets moved to fit."""
    text = record.get("text")

    def compose(value: Any) -> Any:
        if isinstance(value, str):
            return unicodedata.normalize("NFC", value)
        if isinstance(value, list):
            return [compose(item) for item in value]
        if isinstance(value, dict):
            return {k: moved_offset(text, v) if k in OFFSETS else compose(v) for k, v in value.items()}
        return value

    result: dict[str, Any] = compose(record)
    return result
