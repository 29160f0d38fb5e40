"""Canonical form: how a file is written. `proof` proves that writing it loses nothing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import orjson

from chithi.records.blocks import MAX_LINE, Line, lines_of
from chithi.records.canonical import canonical
from chithi.records.files import read_regular
from chithi.records.layout import EXCEPTIONS, METADATA, REGISTRIES, STATEMENTS, SUPPRESSIONS, table_of
from chithi.records.replacing import replace_file
from chithi.validation.diagnosis import not_json
from chithi.validation.document import format_document
from chithi.validation.findings import Finding, LineProblems, Location, Problem, problem
from chithi.validation.layouts import extents, is_spread
from chithi.validation.metadata import placed
from chithi.validation.normal_form import in_nfc, overlaid_marks
from chithi.validation.offsets import settle, unsorted
from chithi.validation.proof import first_lost, once
from chithi.validation.reading import diagnose, parse, plain
from chithi.validation.rules import RULES

MENDED = {rule.code for rule in RULES.values() if rule.fixable}  # codes that canonical form removes
BY_HAND = "the file stays as it is until this is mended by hand"
NOT_UTF8 = ("B102", "B104")
WHOLE = ("J202", "J203", "J206")  # found in lines that may be read as they stand; another layout mends nothing
BOM = b"\xef\xbb\xbf"
BLANK = b" \t\r\n"
RECORDS = "write objects, {...}, one on each line"
MANY = 10_000  # objects in another layout than one a line that may be shorter, on average, than SHORTEST
SHORTEST = 40  # characters: 1 MiB then holds so few objects that reading each takes no more than a second

TOO_SHORT = (
    "J205",
    Finding((), f"more than {MANY:,} objects that are too short for records", f"{RECORDS}; {BY_HAND}"),
)
MAY_BE_EMPTY = {*REGISTRIES, SUPPRESSIONS}


@dataclass(slots=True)
class Formatted:
    """A file and its canonical form: the bytes before and after, and the problems that forbid writing.

    `notes` say what was changed in the records, each after the number of its line.
    """

    path: Path
    before: bytes
    after: bytes = b""
    problems: list[Problem] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether canonical form changes any byte of the file."""
        return self.before != self.after

    def write(self) -> None:
        """Replaces the file. Raises OSError if that fails, or if the file has changed since it was read."""
        replace_file(self.path, self.after, before=self.before)


class Entry(msgspec.Struct):
    """What may be a record of a file: its bytes, its place, and the record with the findings that forbid to write it.

    `line` and `column` are those of its first character; `record` is None if there is none.
    """

    line: int
    column: int
    raw: bytes
    record: dict[str, Any] | None
    findings: list[tuple[str, Finding]]

    def problems(self, path: str) -> Iterator[Problem]:
        """The findings as problems in a file."""
        found = LineProblems()
        for code, finding in self.findings:
            found.add(Location(path, self.line), code, finding, self.raw)
        for each in found.problems():
            before = self.raw.decode(errors="replace").removeprefix("\ufeff")[: each.column - 1]
            feeds = before.count("\n")
            column = len(before) - before.rfind("\n") if feeds else self.column + each.column - 1
            yield msgspec.structs.replace(each, line=self.line + feeds, column=column)


def format_file(path: Path) -> Formatted:
    """Puts a file into canonical form, without writing it. Raises OSError if it cannot be read."""
    if path.name == METADATA:
        return format_metadata(path, read_regular(path))
    table = SUPPRESSIONS if path.name == EXCEPTIONS else table_of(path)
    return format_bytes(path, read_regular(path), table)


def format_metadata(path: Path, data: bytes) -> Formatted:
    """Puts the bytes of a corpus.json into canonical form."""
    after, findings = format_document(data)
    bounded = LineProblems(unit="file")
    for code, finding in by_hand(findings):
        bounded.add(Location(str(path), 1), code, finding, data)
    text = data.decode(errors="replace")
    return Formatted(path, data, after, [placed(text, whole) for whole in bounded.problems()])


def format_bytes(path: Path, data: bytes, table: str) -> Formatted:
    """Puts the bytes of a file into canonical form.

    Whatever is not blank and holds no record is a problem, and so is a span that cannot be placed. At the end every
    record is looked up in the bytes to be written. A record that is missing there is a problem too, whatever the
    reason.
    """
    result = Formatted(path, data)
    if not data and table in MAY_BE_EMPTY:
        return result
    written = []
    for entry in entries_of(data, table):
        if entry.record is not None and not entry.findings:
            written.append(canonical(mended(entry, entry.record, table, result), table))
        result.problems += entry.problems(str(path))
    result.after = b"".join(written)
    if not (written or result.problems):
        finding = Finding((), "no line of the file holds a record", "write its records, or remove the file")
        result.problems.append(problem(Location(str(path), 1), "B101", finding, b""))
    if result.changed and not result.problems and (lost := first_lost(result.before, result.after)):
        finding = Finding((), "the file in canonical form would lack what this line holds", BY_HAND)
        result.problems.append(problem(Location(str(path), lost), "F002", finding, b""))
    return result


def entries_of(data: bytes, table: str) -> list[Entry]:
    """The records of a file, one a line; if that cannot be, in whatever layout they lie.

    If no layout fits, the findings are those of the layout that the file seems to have.
    """
    lines = lines_of(data)
    entries = [entry for n, raw in enumerate(lines, 1) if (entry := on_line(n, raw, table))]
    if not any(entry.findings for entry in entries):
        return entries
    seems_spread = is_spread(lines)
    if not seems_spread and any(code in WHOLE for entry in entries for code, _ in entry.findings[:1]):
        return entries
    try:
        spread = list(anywhere(data.decode().removeprefix("\ufeff"), table))
    except UnicodeDecodeError:
        unreadable = [entry for entry in entries if any(code in NOT_UTF8 for code, _ in entry.findings)]
        return unreadable if unreadable and seems_spread else entries
    return spread if seems_spread or (spread and (spread[-1].findings or [TOO_SHORT]) == [TOO_SHORT]) else entries


def on_line(number: int, raw: bytes, table: str) -> Entry | None:
    """The record of a line, with or without a byte order mark before it; None for a blank line."""
    line = parse(raw[: MAX_LINE + 1], table)
    record = line.record
    bare = raw[: MAX_LINE + 1].removeprefix(BOM).rstrip(b"\r\n") + b"\n"
    if record is None and raw.strip() and bare != raw:
        record = parse(bare, table).record
    findings = [(code, f) for code, f in line.findings if code not in MENDED]
    if record is None and raw.strip(BLANK) and not findings:
        findings = line.findings
    if record is None and not findings:
        return None
    return Entry(number, 1, raw[: MAX_LINE + 1], record, by_hand(findings) if record is None else findings)


def by_hand(findings: list[tuple[str, Finding]]) -> list[tuple[str, Finding]]:
    """Findings with a hint that says that the file stays as it is."""
    return [(code, msgspec.structs.replace(f, hint=f"{f.hint}; {BY_HAND}")) for code, f in findings]


def anywhere(text: str, table: str) -> Iterator[Entry]:
    """The records of a file whose lines mean nothing. Where something is no record, its finding is the last."""
    line, column, at = 1, 1, 0
    for n, (start, end, whole) in enumerate(extents(text)):
        if n > MANY and start < n * SHORTEST:
            yield Entry(line, column, text[at:start].encode(), None, [TOO_SHORT])
            return
        feeds = text.count("\n", at, start)
        line, column = line + feeds, start - text.rfind("\n", at, start) if feeds else column + start - at
        at = start
        raw = text[start:end].encode()
        record, findings = in_object(raw, table) if whole else (None, [])
        if record is None and not findings:  # the place is told best by a reader of the whole
            yield Entry(1, 1, text.encode(), None, by_hand(wrong_layout(text, start, table)))
            return
        yield Entry(line, column, raw, record, by_hand(findings))
        if findings:
            return


def in_object(raw: bytes, table: str) -> tuple[dict[str, Any] | None, list[tuple[str, Finding]]]:
    """The record in brackets that may stand on several lines, and what forbids to read it."""
    if (clear := unobjectionable(raw)) is not None:
        return clear, []
    for code in ("B109", "J201", "J202", "J203", "J204", "J206"):  # each holds for what passed those before it
        if findings := list(RULES[code].check(Line(raw, table))):
            return None, [] if code == "J204" else [(code, finding) for finding in findings]
    return orjson.loads(raw), []


def unobjectionable(raw: bytes) -> dict[str, Any] | None:
    """The record in brackets, if it is so plain that no rule can object; asking each takes ten times as long."""
    try:
        record = orjson.loads(raw)
        if isinstance(record, dict) and len(raw) <= MAX_LINE and plain(record):
            json.loads(raw, object_pairs_hook=once)
            return record
    except ValueError:
        pass
    return None


def wrong_layout(text: str, at: int, table: str) -> list[tuple[str, Finding]]:
    """What is wrong with a file that should be one object after another, or an array of objects."""
    found = diagnose(Line(text[at:].encode(), table), None)[0]
    if deep := [each for each in found if each[0] == "J201"]:
        return deep
    if finding := not_json(text, several=True):
        return [("J204", finding)]
    return [("J205", Finding((), "this is not a record", RECORDS, column=at + 1))]


def mended(entry: Entry, record: dict[str, Any], table: str, result: Formatted) -> dict[str, Any]:
    """The record with its strings in NFC and its spans in their places. Adds what was done, and what could not be."""
    if not entry.raw.isascii() or b"\\u" in entry.raw:
        if findings := list(overlaid_marks(record)):
            entry.findings += [("F001", finding) for finding in findings]
            return record
        record = in_nfc(record, record.get("text"))
    if table == STATEMENTS:
        notes, findings = settle(record)
        entry.findings += [("F001", finding) for finding in findings]
        notes += [f"{key} were sorted by start" for key in unsorted(record)]
        result.notes += [(entry.line, note) for note in notes]
    return record
