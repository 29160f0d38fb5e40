"""What a validation finds: findings within a record, problems within a file, the result of a run."""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

import msgspec
from msgspec import field

from chithi.records.pointers import Pointer, column, json_pointer

SHOWN = 20  # findings of one line; the others are counted
MOST = 10_000  # findings of one line by its schema, or by a rule for JSON, that are counted; it takes 0.5 s
FURTHER = "V001"  # the code of their number


class Location(NamedTuple):
    """A line of a file, 1-based; line 0 is the file as a whole."""

    path: str
    line: int


class Finding(msgspec.Struct, frozen=True):
    """What a rule found within one record. The engine adds the file and the line.

    `pointer` leads to the value, key by key. `column` overrides the column of that value (1-based, in code points).
    `found` and `expected` are values as `chithi.text.display.shown` prints them.
    """

    pointer: Pointer
    message: str
    hint: str
    found: str | None = None
    expected: str | None = None
    column: int | None = None


class Problem(msgspec.Struct, frozen=True, order=True):
    """One finding in one file.

    `path` is relative to the corpus, with forward slashes; that of a file outside of the corpus is as it was given.
    `line` and `column` are 1-based; columns are code points. Line 0 is the file as a whole.
    """

    path: str
    line: int
    column: int
    code: str
    pointer: str
    message: str
    hint: str
    found: str | None = None
    expected: str | None = None
    record: str | None = None

    @property
    def place(self) -> str:
        """path:line:column, or the path alone where the line is 0."""
        return ":".join(str(part) for part in (self.path, self.line, self.line and self.column) if part)

    def values(self) -> list[tuple[str, str]]:
        """The values found and expected, where there are any, each after its label."""
        return [(label, v) for label, v in (("found", self.found), ("expected", self.expected)) if v is not None]


class ValidationResult(msgspec.Struct):
    """What a validation found, and how much it looked at.

    `opened` has the path at which each file of a problem was opened, by the problem's path. `notes` say what could not
    be checked, and why.
    """

    problems: list[Problem] = field(default_factory=list)
    files: int = 0
    records: int = 0
    tolerated: int = 0
    opened: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def problem(place: Location, code: str, finding: Finding, raw: bytes, record: str | None = None) -> Problem:
    """A finding in a line as a problem, with its column. `record` is the id of the line's record."""
    at = finding.column or column(raw, finding.pointer)
    pointer = json_pointer(finding.pointer)
    return Problem(*place, at, code, pointer, finding.message, finding.hint, finding.found, finding.expected, record)


class Kind(NamedTuple):
    """The findings that are counted together: those of a line, or those of one tolerable rule in it.

    A tolerable rule counts alone, so that what an exception covers takes nothing from the others.
    """

    place: Location
    code: str = FURTHER
    record: str | None = None


class LineProblems:
    """The problems in some lines. Of each kind the first SHOWN are kept, and the others are counted.

    A line of 1 MiB can break a rule 100,000 times, and finding the column of each would take minutes. `tolerable` holds
    the codes of the tolerable rules; `unit` is what a "line" is called in messages.
    """

    def __init__(self, tolerable: Collection[str] = (), unit: str = "line") -> None:
        self.tolerable, self.unit = tolerable, unit
        self.kept: list[Problem] = []
        self.counts: Counter[Kind] = Counter()
        self.lines: dict[Kind, bytes] = {}  # those with more findings than are kept

    def add(self, place: Location, code: str, finding: Finding, raw: bytes, record: str | None = None) -> None:
        """Adds a finding in a line. `record` is the id of the line's record."""
        kind = Kind(place, code, record) if code in self.tolerable else Kind(place)
        self.counts[kind] += 1
        if self.counts[kind] <= SHOWN:
            self.kept.append(problem(place, code, finding, raw, record))
        else:
            self.lines[kind] = raw

    def problems(self) -> list[Problem]:
        """The problems, and behind the last one of a line the number of those that are left out."""
        counts = ((kind, self.counts[kind] - SHOWN, raw) for kind, raw in self.lines.items())
        return self.kept + [further(kind, count, raw, self.unit) for kind, count, raw in counts]


def further(kind: Kind, count: int, raw: bytes, unit: str) -> Problem:
    """The number of findings in a line that are not shown, at the end of the line."""
    end = len(raw.decode(errors="replace").rstrip("\r\n")) + 1
    least = "at least " if count + SHOWN >= MOST else ""
    message = f"and {least}{count:,} more in this {unit}"
    return Problem(*kind.place, end, kind.code, "", message, "mend the first ones, and run again", record=kind.record)
