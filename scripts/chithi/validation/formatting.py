"""Canonical form: how a file is written, and offsets filled in from the text of a span."""

import json
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from chithi.records.layout import STATEMENTS, table_of
from chithi.records.pointers import Pointer, column, json_pointer
from chithi.records.replacing import replace_file
from chithi.records.schemas import canonical
from chithi.text.display import shown
from chithi.text.tokens import places
from chithi.validation.findings import Finding, Problem
from chithi.validation.reading import Parsed, parse, read
from chithi.validation.rules import RULES

MENDED = {rule.code for rule in RULES.values() if rule.fixable}  # findings that canonical form does away with
BY_HAND = "mend the line by hand: `chithi format` leaves a file alone in which it cannot read a record"
REFILL = "remove start and end: `chithi format` fills them in"
BOM = b"\xef\xbb\xbf"
BLANK = b" \t\r\n"
OFFSETS = {"start", "end"}


@dataclass(slots=True)
class Formatted:
    """A file in canonical form: the bytes it should have, whether it has them, and why it cannot be written, if so."""

    path: Path
    before: bytes
    after: bytes = b""
    problems: list[Problem] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the file has other bytes than it should."""
        return self.before != self.after

    def write(self) -> None:
        """Replaces the file. Raises OSError where that can't be done, and where the file has changed since it was read."""
        replace_file(self.path, self.after, before=self.before)


def format_file(path: Path) -> Formatted:
    """Puts a file into canonical form, without writing it.

    A line that is not blank and gives no record is a problem, and so is a span that is ambiguous. In the end the records are looked up in
    what is to be written: one that is not there is a problem, too, whatever the steps before have done.
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
        result.problems += [problem(path, number, raw, code, finding) for code, finding in findings]
    result.after = b"".join(written)
    if not (written or result.problems):
        finding = Finding((), "no line of the file holds a record", "write its records, or remove the file")
        result.problems.append(problem(path, 1, b"", "B101", finding))
    if result.changed and not result.problems and (lost := first_lost(result.before, result.after)):
        finding = Finding((), "the file in canonical form would lack what this line holds", BY_HAND)
        result.problems.append(problem(path, lost, b"", "F002", finding))
    return result


def first_lost(before: bytes, after: bytes) -> int | None:
    """The number of the first line whose record is not what the line in its turn holds afterwards; None where all records are there."""
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
    """Whether a value holds all that another one held: the same in NFC, to which only offsets that were missing may have been added.

    `text` is the one that the offsets point into, as it was before.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        given = {key: moved_offset(text, value) if key in OFFSETS else value for key, value in old.items()}
        return new.keys() - old.keys() <= OFFSETS and all(
            key in new and keeps(value, new[key], text) for key, value in given.items()
        )
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(keeps(one, other, text) for one, other in zip(old, new, strict=True))
    if isinstance(old, str):
        return bool(new == unicodedata.normalize("NFC", old))
    return type(old) is type(new) and bool(old == new)


def reread(raw: bytes, line: Parsed, table: str) -> dict[str, Any] | None:
    """The record of a line, also where a byte order mark kept the reader from taking it."""
    if line.record is not None or not raw.strip():
        return line.record
    return parse(raw.removeprefix(BOM).rstrip(b"\r\n") + b"\n", table).record


def problem(path: Path, number: int, raw: bytes, code: str, finding: Finding) -> Problem:
    """A finding in a line of a file as a problem."""
    at = finding.column or column(raw, finding.pointer)
    return Problem(
        str(path),
        number,
        at,
        code,
        json_pointer(finding.pointer),
        finding.message,
        finding.hint,
        finding.found,
        finding.expected,
    )


def composed(record: dict[str, Any]) -> dict[str, Any]:
    """The record in NFC; offsets move with the text that they point into."""
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


def moved_offset(text: Any, offset: Any) -> Any:
    """An offset into a text as one into its NFC form; None where it lies outside of the text, or between letters that NFC makes one."""
    if not isinstance(text, str) or type(offset) is not int or unicodedata.is_normalized("NFC", text):
        return offset
    before, behind = (unicodedata.normalize("NFC", part) for part in (text[:offset], text[offset:]))
    there = 0 <= offset <= len(text) and before + behind == unicodedata.normalize("NFC", text)
    return len(before) if there else None


def immovable(record: dict[str, Any]) -> list[Finding]:
    """Tells which offsets have no counterpart in the NFC form of the text that they point into."""
    text = record.get("text")
    return [
        Finding((*pointer, key), "the offset points at nothing in the text's NFC form", REFILL, shown(span[key]))
        for pointer, span in written_spans(record)
        for key in ("start", "end")
        if key in span and span[key] is not None and moved_offset(text, span[key]) is None
    ]


def fill(statement: dict[str, Any]) -> list[Finding]:
    """Fills in the offsets of the spans that give none, in place; what cannot be found, or is found more than once, is told."""
    findings = []
    for pointer, span in written_spans(statement):
        surface, text, start = span.get("text"), statement.get("text"), span.get("start", 0)
        if not (isinstance(surface, str) and surface and isinstance(text, str) and type(start) is int):
            continue  # which is for the validator to tell
        if "start" in span and "end" in span:
            continue
        at = [start] if "start" in span else places(text, surface)
        if len(at) == 1:
            span.update(start=at[0], end=at[0] + len(surface))
        elif at:
            hint = f'add "start" with one of {", ".join(map(str, at))}'
            findings.append(
                Finding((*pointer, "text"), f"the span's text occurs {len(at)} times", hint, shown(surface))
            )
        else:
            hint = "correct the span or the text; a span holds whole words"
            findings.append(
                Finding(
                    (*pointer, "text"), "the span's text does not occur in the statement's text", hint, shown(surface)
                )
            )
    return findings


def written_spans(statement: dict[str, Any]) -> list[tuple[Pointer, dict[str, Any]]]:
    """Whatever in a statement looks like a span, complete or not."""
    found: list[tuple[Pointer, Any]] = [((key,), statement.get(key)) for key in ("speaker", "role")]
    for key in ("directives", "requests"):
        items = statement.get(key)
        found += [((key, n), item) for n, item in enumerate(items if isinstance(items, list) else ())]
    found += [((*pointer, "addressee"), item.get("addressee")) for pointer, item in found if isinstance(item, dict)]
    return [(pointer, item) for pointer, item in found if isinstance(item, dict)]
