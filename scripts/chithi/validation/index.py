"""The index of a corpus: where its records are, what they refer to, and which of them may be duplicates."""

import os
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec
import numpy as np
from msgspec import field

from chithi.records.blocks import blocks, count_lines, lines_of
from chithi.records.canonical import decoder
from chithi.records.layout import REGISTRIES, STATEMENTS
from chithi.records.records import ANY, Statement
from chithi.text.code_points import Array
from chithi.text.duplicates import SketchIndex, digests, joined, repeated
from chithi.validation.columns import Columns
from chithi.validation.findings import Location
from chithi.validation.offices import OfficesTold

LINES = 1 << 32  # more than any file has


class CorpusIndex(msgspec.Struct):
    """What the rules for the corpus as a whole look at. Statements are numbered in the order in which they were read.

    corpus: the folder of the corpus.
    places: registry -> id -> the place of its first entry.
    twice: for each further entry with an id its place, the id, and the place of the first entry.
    used: registry -> the ids that statements refer to.
    doubtful: whatever may be an id on lines that are no valid statements; ANY if lines could not be read at all.
    at: for each statement the number of its path * LINES + the number of its line; int64.
    in_test: for each statement whether its report is in the test split; bool.
    ids: for each statement a digest of its id; uint64.
    passes: the ids of the statements of single passes, and their places.
    """

    corpus: str = ""
    places: dict[str, dict[str, Location]] = field(default_factory=dict)
    twice: list[tuple[Location, str, Location]] = field(default_factory=list)
    used: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in REGISTRIES})
    paths: list[str] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    at: list[Array] = field(default_factory=list)
    in_test: list[Array] = field(default_factory=list)
    ids: list[Array] = field(default_factory=list)
    passes: "CorpusIndex | None" = None
    texts: SketchIndex = field(default_factory=SketchIndex)
    offices: OfficesTold = field(default_factory=OfficesTold)

    def note_uses(self, columns: Columns, adjudicated: bool) -> None:
        """Notes what statements refer to. Only adjudicated ones count as statements of their report."""
        if adjudicated:
            self.used["reports"].update(columns.report_ids)
        self.used["actors"].update([span.id for span in columns.speakers.spans])
        self.used["actors"].update([actor for span in columns.addressees.spans for actor in span.actors])
        self.used["offices"].update([office for span in columns.roles.spans for office in span.offices])
        self.used["directives"].update([span.id for span in columns.directives.spans])

    def may_use(self, table: str, name: str) -> bool:
        """Whether a statement refers to an entry, or may have done so on a line that is no valid statement."""
        return name in self.used[table] or name in self.doubtful or ANY in self.doubtful

    def note_ids(self, columns: Columns, paths: Sequence[str], at: Array) -> None:
        """Notes the ids of the statements of one block; `paths` and `at` are as above."""
        self.paths += paths
        self.at.append(at)
        self.ids.append(digests([statement.id for statement in columns.statements]))

    def note(self, columns: Columns, paths: Sequence[str], at: Array) -> None:
        """Notes the adjudicated statements of one block; `paths` and `at` are as above. Further blocks are merged."""
        self.note_ids(columns, paths, at)
        in_test = [report is not None and report.split == "test" for report in columns.reports]
        self.in_test.append(np.array(in_test, bool))
        self.offices.add(columns)
        decomposed = [n for n in columns.strings.decomposed if n < len(columns.texts)]
        self.texts.add(columns.texts, columns.strings.code_points, decomposed)

    def merge(self, other: "CorpusIndex") -> None:
        """Appends the index of another block."""
        for table, names in other.used.items():
            self.used[table] |= names
        self.doubtful |= other.doubtful
        self.offices.merge(other.offices, sum(map(len, self.at)))
        self.at += [at + len(self.paths) * LINES for at in other.at]
        self.paths += other.paths
        self.in_test += other.in_test
        self.ids += other.ids
        self.texts.merge(other.texts)
        if self.passes and other.passes:
            self.passes.merge(other.passes)
        else:
            self.passes = self.passes or other.passes

    def place(self, statement: int) -> Location:
        """The place of a statement."""
        path, line = divmod(int(joined(self.at, np.int64)[statement]), LINES)
        return Location(self.paths[path], line)

    def called(self, place: Location) -> str:
        """A place as messages give it: path:line, the path relative to the corpus if it is in it."""
        path = place.path.removeprefix(f"{self.corpus}{os.sep}").replace(os.sep, "/")
        return f"{path}:{place.line}"

    def tested(self) -> Array:
        """For each statement whether it is in the test split."""
        return joined(self.in_test, bool)

    def repeated_ids(self) -> Iterator[tuple[Location, str, Location]]:
        """For each id that stands again in a file: its place, the id, and its first place."""
        groups = repeated(joined(self.ids, np.uint64))
        found = self.statements(n for group in groups for n in group)
        for group in groups:
            first: dict[tuple[str, str], Location] = {}
            for n in group:
                place = self.place(n)
                before = first.setdefault((place.path, found[n].id), place)
                if before != place:
                    yield place, found[n].id, before

    def statements(self, numbers: Iterable[int]) -> dict[int, Statement]:
        """Statements read again from their files, each of which is opened once."""
        wanted: dict[str, dict[int, int]] = {}
        for n in numbers:
            path, line = self.place(n)
            wanted.setdefault(path, {})[line] = n
        decode = decoder(STATEMENTS).decode
        return {lines[at]: decode(raw) for path, lines in wanted.items() for at, raw in picked(path, lines)}

    def texts_of(self, numbers: Iterable[int]) -> dict[int, str]:
        """The texts of statements read again."""
        return {n: statement.text for n, statement in self.statements(numbers).items()}


def picked(path: str, numbers: Collection[int]) -> Iterator[tuple[int, bytes]]:
    """Lines of a file by their numbers, each with its number."""
    first = 1
    for data in blocks(path):
        behind = first + count_lines(data)
        if any(first <= number < behind for number in numbers):
            yield from ((number, raw) for number, raw in enumerate(lines_of(data), first) if number in numbers)
        first = behind
