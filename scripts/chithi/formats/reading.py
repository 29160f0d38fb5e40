"""What comes back from another tool: the statements as an annotator left them, and what cannot be read."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec import UNSET, UnsetType, field

from chithi.formats.archives import Export
from chithi.validation.findings import FURTHER, SHOWN, Problem

BROKEN, MISSING, UNREADABLE, UNKNOWN, CHANGED = "I601", "I602", "I603", "I604", "I605"
STRANGE, TWICE, MISPLACED, LOOSE, INCOMPLETE, UNKEPT = "I606", "I607", "I608", "I609", "I610", "I611"
NUMBER = re.compile(r"[0-9]{1,9}")
ID_FIELD = {"speaker": "id", "role": "offices", "directive": "id", "addressee": "actors"}  # layer -> field with its ids
REGISTRY = {"speaker": "actors", "role": "offices", "directive": "directives", "addressee": "actors"}
SINGLE = ("speaker", "directive")  # layers whose spans have one id


class Spot(NamedTuple):
    """A place in an export: a file, a line and a column, both 1-based, and a JSON pointer or the id of an annotation.

    Line 0 is the file as a whole.
    """

    path: str
    line: int = 0
    column: int = 1
    pointer: str = ""


class Mark(msgspec.Struct):
    """A span as it came back. Offsets are code points of the statement's text.

    `ids` are those of registry entries; a request has an act, a topic, perhaps an addressee and English words instead.
    """

    layer: str
    start: int
    end: int
    at: Spot
    ids: list[str] = field(default_factory=list)
    act: str | None = None
    topic: str | None = None
    english: str | None = None
    addressee: "Mark | None" = None
    parts: dict[str, Spot] = field(default_factory=dict)  # places of single fields, where they have their own


class Sheet(msgspec.Struct):
    """What came back of one statement. A field that is UNSET is one that the export does not carry."""

    id: str
    text: str
    at: Spot
    marks: list[Mark] = field(default_factory=list)
    report: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    paragraph: int | UnsetType | None = UNSET
    translation: str | UnsetType | None = UNSET
    reorders: bool = False  # whether the tool may list ids in another order than the annotator chose


class Reading:
    """What was read of an export: statements, problems, and notes on what was passed over."""

    def __init__(self, export: Export) -> None:
        self.export = export
        self.sheets: list[Sheet] = []
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.files = 0
        self.lost: set[str] = set()  # the statements whose files have a problem, and did not come back
        # Where exports note how many statements they have: the folder, with a slash, the place, and the number.
        self.expected: list[tuple[str, Spot, int]] = []

    def tell(
        self, at: Spot, code: str, message: str, hint: str, *values: str | None, record: str | None = None
    ) -> None:
        """Adds a problem. `values` are the value found and the one expected, as `shown` prints them."""
        found, expected, *_ = [*values, None, None]
        self.problems.append(Problem(*at[:3], code, at.pointer, message, hint, found, expected, record))

    def troubled(self, record: str) -> bool:
        """Whether a record has a problem already, of which others may follow."""
        return any(problem.record == record for problem in self.problems)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file of the export; None, and a problem, if an archive is damaged there."""
        self.files += 1
        try:
            return self.export.read(name)
        except self.export.damage as error:
            self.tell(Spot(self.export.shown(name)), BROKEN, f"the archive is damaged here: {error}", "export it again")
            return None

    def text(self, name: str) -> str | None:
        """The text of a file of the export, without a byte order mark; None, and a problem, if it is not UTF-8."""
        if (data := self.read(name)) is None:
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            spot = Spot(self.export.shown(name), data.count(b"\n", 0, error.start) + 1)
            self.tell(spot, BROKEN, "the file is not UTF-8", "export it again, or save it in UTF-8")
            return None


def limited(problems: list[Problem]) -> list[Problem]:
    """The problems in order. Of one statement in one file the first ones are kept, and the others are counted."""
    groups: dict[tuple[str, str | None], list[Problem]] = {}
    for problem in sorted(problems):
        groups.setdefault((problem.path, problem.record), []).append(problem)
    kept = []
    for (path, record), group in groups.items():
        kept += group[:SHOWN] if record is not None else group
        if record is not None and len(group) > SHOWN:
            message = f"and {len(group) - SHOWN:,} more in this statement"
            hint = "mend the first ones, and import again"
            last = group[SHOWN - 1]
            kept.append(Problem(path, last.line, last.column, FURTHER, "", message, hint, record=record))
    return kept


class Linked:
    """Which addressee each request is linked to. A second one is a problem, and so is one without a request."""

    def __init__(self, reading: Reading, record: str) -> None:
        self.reading, self.record = reading, record
        self.asked: set[int] = set()  # the addressees that are linked, by identity

    def link(self, request: Mark, addressee: Mark, at: Spot) -> None:
        """Links a request to whom it is addressed to."""
        if request.addressee is not None and request.addressee is not addressee:
            hint = "keep one: an addressee is one span, which may name several actors"
            self.reading.tell(at, UNKEPT, "a request has two addressees", hint, record=self.record)
        request.addressee = addressee
        self.asked.add(id(addressee))

    def check(self, marks: list[Mark]) -> None:
        """Adds a problem for each addressee that no request is linked to, unless another problem may explain it."""
        for mark in marks if not self.reading.troubled(self.record) else ():
            if mark.layer == "addressee" and id(mark) not in self.asked:
                hint = "draw the relation from the request to it, or delete it"
                self.reading.tell(mark.at, LOOSE, "no request is linked to this addressee", hint, record=self.record)


def from_units(text: str) -> dict[int, int]:
    """Offsets in UTF-16 units -> offsets in code points. Those within a surrogate pair are left out.

    >>> from_units("a\\U0001f600b")
    {0: 0, 1: 1, 3: 2, 4: 3}
    """
    return dict(unit_offsets(text))


def unit_offsets(text: str) -> Iterator[tuple[int, int]]:
    """The offset of each character and of the end, in UTF-16 units and in code points."""
    units = 0
    for point, character in enumerate(text):
        yield units, point
        units += 2 if character > "\uffff" else 1
    yield units, len(text)
