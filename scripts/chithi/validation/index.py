"""What rules look things up in: the registries, and the index of a corpus's statements."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import orjson
from msgspec import field

from chithi.records.blocks import blocks, lines_of
from chithi.records.layout import ANNOTATORS, REGISTRIES
from chithi.text.code_points import Array
from chithi.text.duplicates import SketchIndex, joined
from chithi.validation.columns import Batch

Record = dict[str, Any]
LINES = 1 << 32  # more than any file has


class Registries(msgspec.Struct, frozen=True):
    """The registries that a statement refers to, each as id -> record."""

    reports: dict[str, Record] = field(default_factory=dict)
    speakers: dict[str, Record] = field(default_factory=dict)
    offices: dict[str, Record] = field(default_factory=dict)
    directives: dict[str, Record] = field(default_factory=dict)


class Location(NamedTuple):
    """A line of a file, 1-based."""

    path: str
    line: int


class CorpusIndex(msgspec.Struct):
    """What the rules for the corpus as a whole look at. Statements are known by number, in the order in which they were met."""

    places: dict[str, dict[str, Location]] = field(default_factory=dict)  # registry -> id -> where it stands first
    twice: list[tuple[Location, str, Location]] = field(default_factory=list)  # where an id stands again, the id, where it stood first
    used: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in REGISTRIES})  # ids that statements refer to
    files: list[str] = field(default_factory=list)
    at: list[Array] = field(default_factory=list)  # of each statement: number of the file * LINES + line
    in_test: list[bool] = field(default_factory=list)  # of each file
    texts: SketchIndex = field(default_factory=SketchIndex)
    ids: dict[str, int] | None = None  # id -> line in the file at hand; None for a single pass, which counts as a use only

    def enter(self, path: Path, registries: Registries) -> None:
        """Notes that what follows stands in another file."""
        report = registries.reports.get(path.stem)
        self.files.append(str(path))
        self.in_test.append(report is not None and report["split"] == "test")
        self.ids = None if ANNOTATORS in path.parts else {}

    def note(self, batch: Batch) -> None:
        """Notes where statements stand and what they refer to; those of a single pass count as a use only."""
        used, ids = self.used, self.ids
        used["reports"].add(batch.report)
        used["speakers"] |= {span.id for span in batch.speakers.spans}
        used["offices"] |= {office for span in batch.roles.spans for office in span.offices}
        used["directives"] |= {span.id for span in batch.directives.spans}
        if ids is None:
            return
        for name, line in zip(batch.ids, batch.lines, strict=True):
            if (first := ids.setdefault(name, line)) != line:
                # An id begins with the report's, and a report has one file: so it can be met again in this file only.
                self.twice.append((Location(self.files[-1], line), name, Location(self.files[-1], first)))
        self.at.append(np.array(batch.lines, np.int64) + (len(self.files) - 1) * LINES)
        self.texts.add(batch.texts, batch.letters)

    def place(self, statement: int) -> Location:
        """Where a statement stands."""
        file, line = divmod(int(joined(self.at, np.int64)[statement]), LINES)
        return Location(self.files[file], line)

    def tested(self) -> Array:
        """Of each statement, whether it is in the test split."""
        tested: Array = np.array(self.in_test, bool)[joined(self.at, np.int64) // LINES]
        return tested

    def merge(self, other: "CorpusIndex") -> None:
        """Adds what another part of the run has met, behind one's own."""
        self.twice += other.twice
        for table, names in other.used.items():
            self.used[table] |= names
        self.at += [at + len(self.files) * LINES for at in other.at]
        self.files += other.files
        self.in_test += other.in_test
        self.texts.merge(other.texts)

    def records(self, statements: Iterable[int]) -> dict[int, Record]:
        """Statements read again from their files, each of which is opened once."""
        places = joined(self.at, np.int64)
        wanted: dict[int, dict[int, int]] = {}
        for n in statements:
            file, line = divmod(int(places[n]), LINES)
            wanted.setdefault(file, {})[line] = n
        found: dict[int, Record] = {}
        for file, numbers in wanted.items():
            lines = chain.from_iterable(map(lines_of, blocks(Path(self.files[file]))))
            found |= {numbers[line]: orjson.loads(raw) for line, raw in enumerate(lines, 1) if line in numbers}
        return found
