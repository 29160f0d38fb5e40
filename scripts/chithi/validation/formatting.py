"""Canonical form: how a file is written, and offsets filled in from the text of a span."""

import os
import tempfile
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chithi.records.layout import STATEMENTS, table_of
from chithi.records.pointers import Pointer, column, json_pointer
from chithi.records.schemas import canonical
from chithi.text.display import shown
from chithi.text.tokens import places
from chithi.validation.findings import Finding, Problem
from chithi.validation.reading import Parsed, parse, read
from chithi.validation.rules import RULES

MENDED = {rule.code for rule in RULES.values() if rule.fixable}  # findings that canonical form does away with


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


def format_file(path: Path) -> Formatted:
    """Puts a file into canonical form, without writing it. A line that cannot be read, or a span that is ambiguous, is a problem."""
    table = table_of(path)
    result = Formatted(path, path.read_bytes())
    written = []
    for number, raw, line in read(path, table):
        record = reread(raw, line, table)
        findings = [(code, f) for code, f in line.findings if code not in MENDED]
        if record is not None and not findings:
            record = composed(record)
            findings = [("F001", f) for f in fill(record)] if table == STATEMENTS else []
            written.append(canonical(record, table))
        result.problems += [problem(path, number, raw, code, finding) for code, finding in findings]
    result.after = b"".join(written)
    return result


def reread(raw: bytes, line: Parsed, table: str) -> dict[str, Any] | None:
    """The record of a line, also where a byte order mark kept the reader from taking it."""
    if line.record is not None or not raw.strip():
        return line.record
    return parse(raw.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n") + b"\n", table).record


def problem(path: Path, number: int, raw: bytes, code: str, finding: Finding) -> Problem:
    """A finding in a line of a file as a problem."""
    at = finding.column or column(raw, finding.pointer)
    return Problem(
        str(path), number, at, code, json_pointer(finding.pointer), finding.message, finding.hint, finding.found, finding.expected
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
            return {k: moved_offset(text, v) if k in ("start", "end") else compose(v) for k, v in value.items()}
        return value

    result: dict[str, Any] = compose(record)
    return result


def moved_offset(text: Any, offset: Any) -> Any:
    """An offset into a text as an offset into its NFC form."""
    if isinstance(text, str) and isinstance(offset, int) and not unicodedata.is_normalized("NFC", text):
        return len(unicodedata.normalize("NFC", text[:offset]))
    return offset


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
            findings.append(Finding((*pointer, "text"), f"the span's text occurs {len(at)} times", hint, shown(surface)))
        else:
            hint = "correct the span or the text; a span holds whole words"
            findings.append(Finding((*pointer, "text"), "the span's text does not occur in the statement's text", hint, shown(surface)))
    return findings


def written_spans(statement: dict[str, Any]) -> list[tuple[Pointer, dict[str, Any]]]:
    """Whatever in a statement looks like a span, complete or not."""
    found: list[tuple[Pointer, Any]] = [((key,), statement.get(key)) for key in ("speaker", "role")]
    for key in ("directives", "requests"):
        items = statement.get(key)
        found += [((key, n), item) for n, item in enumerate(items if isinstance(items, list) else ())]
    found += [((*pointer, "addressee"), item.get("addressee")) for pointer, item in found if isinstance(item, dict)]
    return [(pointer, item) for pointer, item in found if isinstance(item, dict)]


def write(path: Path, data: bytes) -> None:
    """Replaces a file's bytes at one stroke: what was there stays whole until the new file is complete."""
    path = path.resolve()
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as new:
        try:
            new.write(data)
            new.flush()
            os.fsync(new.fileno())
            os.chmod(new.name, path.stat().st_mode if path.exists() else 0o644)
            os.replace(new.name, path)
        except BaseException:
            os.unlink(new.name)
            raise
