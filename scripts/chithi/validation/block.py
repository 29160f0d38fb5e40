"""Blocks of lines, the unit of all checking: many small files together, or a part of a large one."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from chithi.records.blocks import MAX_LINE, UTF16_32, lines_of
from chithi.records.canonical import decode_canonical, typed
from chithi.records.layout import ANNOTATORS, DRAFTS, STATEMENTS
from chithi.records.records import ANY, Registries
from chithi.records.schemas import SHIPPED, Schemas, fields_of
from chithi.text.code_points import Array
from chithi.validation.columns import Columns
from chithi.validation.findings import Finding, LineProblems, Location, Problem
from chithi.validation.index import LINES, CorpusIndex
from chithi.validation.reading import check_line
from chithi.validation.rules import RULES, Rule, rules_of

REFERENCES = {"id", "report", "offices", "actors"}  # keys of ids
FEW = 100  # lines in the middle of a file that are too few to tell how its records lie
IDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


class Checked(msgspec.Struct):
    """The result of checking a block: the problems, the number of lines, and the entries for the index."""

    problems: list[Problem]
    records: int
    index: CorpusIndex


def check_block(pieces: Sequence["Piece"], registries: Registries) -> Checked:
    """Checks statements, alone and against the registries. The same input gives the same result in any process.

    All statements are adjudicated, or all are drafts, or all belong to single passes; of these the index notes only
    their ids and what they refer to.
    """
    block, index = Block(pieces, registries.schemas), CorpusIndex()
    adjudicated = block.table != ANNOTATORS
    numbers = [n for n, record in enumerate(block.records) if record is not None]
    index.doubtful |= block.doubtful()
    if numbers:
        paths, at = block.places()
        columns = Columns([block.records[n] for n in numbers], registries, [paths[n] for n in numbers])
        found = list(run_rules(columns, filed=block.table != DRAFTS))
        explained = {(n, code) for n, cause, _ in found for code in RULES[cause].explains}
        for n, code, finding in found:
            if (n, code) not in explained:
                block.report(numbers[n], code, finding, columns.statements[n].id)
        index.note_uses(columns, adjudicated)
        if adjudicated:
            index.note(columns, [piece.path for piece in pieces], at[numbers])
        else:
            index.passes = CorpusIndex()
            index.passes.note_ids(columns, [piece.path for piece in pieces], at[numbers])
    return Checked(block.problems, len(block.records), index)


def run_rules(columns: Columns, filed: bool) -> Iterator[tuple[int, str, Finding]]:
    """The findings of all rules for statements, as (number of the statement, code, finding).

    `filed` tells whether the statements are in files of the corpus, which have the names of reports.
    """
    registries = columns.registries
    for rule in rules_of("statement"):
        for n in suspects(rule, columns):
            yield from ((n, rule.code, finding) for finding in rule.check(columns.statements[n], registries))
    for rule in rules_of("file") if filed else ():
        for n in suspects(rule, columns):
            statement, path = columns.statements[n], Path(columns.paths[n])
            yield from ((n, rule.code, finding) for finding in rule.check(statement, path))
    for n, statement in enumerate(columns.statements) if registries.articles is not None else ():
        report = columns.reports[n]
        if report and (article := registries.article_of(report)) is not None:
            for rule in rules_of("article"):
                yield from ((n, rule.code, finding) for finding in rule.check(statement, article, registries))


def suspects(rule: Rule, columns: Columns) -> Iterable[int]:
    """The numbers of the statements that a rule has to check: those that its prefilter gives, or all."""
    return sorted(set(rule.suspects(columns))) if rule.suspects else range(len(columns.statements))


class Piece(NamedTuple):
    """Whole lines of a file."""

    path: str
    table: str  # that the file belongs to
    first: int  # number of the first line
    lines: int  # how many there are
    data: bytes


class Block:
    """Pieces of one table, read together: the typed record of each line, or None, and the problems found so far."""

    def __init__(self, pieces: Sequence[Piece], schemas: Schemas = SHIPPED) -> None:
        self.pieces = pieces
        self.schemas = schemas
        self.table = pieces[0].table
        self.schema = STATEMENTS if self.table in (ANNOTATORS, DRAFTS) else self.table
        self.counts = [piece.lines for piece in pieces]
        self.ends = list(accumulate(self.counts))
        self.found = LineProblems({code for code, rule in RULES.items() if rule.tolerable})
        self.spread: set[int] = set()  # pieces whose records are spread over lines
        self.unclear = False  # whether a line failed because of an id
        self.records = self.decode()
        present = [n for n, record in enumerate(self.records) if record is not None]
        for misfit in fields_of(self.schema, schemas).misfits([self.records[n] for n in present]):
            self.records[present[misfit]] = self.examine(present[misfit])

    def decode(self) -> list[Any]:
        """The records. They are decoded together if all lines are canonical, else line by line."""
        if all(piece.data.endswith(b"\n") for piece in self.pieces):
            records = decode_canonical(b"".join([piece.data for piece in self.pieces]), self.schema)
            if records:
                return records
        found = [decode_canonical(line, self.schema) for line in self.lines]
        self.note_spread([len(records) == 1 for records in found])
        return [records[0] if len(records) == 1 else self.examine(n) for n, records in enumerate(found)]

    def note_spread(self, good: Sequence[bool]) -> None:
        """Finds the pieces whose records are spread over lines. Each is one problem, not one a line.

        `good` tells for each line whether it is a record in canonical form; where most are, nothing is spread.
        """
        for at, end in enumerate(self.ends):
            first = end - self.counts[at]
            if self.pieces[at].first > 1 and self.counts[at] < FEW:
                continue
            if 2 * sum(good[first:end]) <= self.counts[at]:
                # A piece from the middle of a file may be the middle of an array, which opened before.
                lines = [b"["] * (self.pieces[at].first > 1) + self.lines[first:end]
                for rule in rules_of("lines"):
                    for finding in rule.check(lines):
                        self.spread.add(at)
                        self.report(first, rule.code, finding, None)

    @property
    def problems(self) -> list[Problem]:
        """The problems found so far."""
        return self.found.problems()

    @cached_property
    def lines(self) -> list[bytes]:
        """The lines of all pieces. Of a line that is too long, the beginning is kept that shows it."""
        return [line[: MAX_LINE + 1] for piece in self.pieces for line in lines_of(piece.data)]

    def examine(self, n: int) -> Any:
        """Runs the first three levels on a line, and adds what they find. Returns its typed record, or None."""
        if self.spread and bisect_right(self.ends, n) in self.spread:
            return None
        record, findings, fit = check_line(self.lines[n], self.schema, self.schemas)
        name = record.get("id") if record else None
        for code, finding in findings:
            self.report(n, code, finding, name if isinstance(name, str) else None)
        self.unclear |= any(REFERENCES.intersection(finding.pointer) for _, finding in findings)
        return typed(record, self.schema) if fit else None

    def doubtful(self) -> set[str]:
        """Whatever may be an id on lines without a valid record, and the names of their files.

        ANY is among them if a line is empty or cut off, or if an id in it is wrong.
        """
        failed = [n for n, record in enumerate(self.records) if record is None]
        found = {Path(self.location(n).path).stem for n in failed} | ({ANY} if self.unclear else set())
        for line in (self.lines[n] for n in failed):
            cut = not line or line.startswith(UTF16_32) or len(line) > MAX_LINE
            found |= {ANY} if cut else set(IDS.findall(line.decode(errors="replace")))
        return found

    def places(self) -> tuple[list[str], Array]:
        """The path of each line, and for each the number of its piece * LINES + the number of the line: int64."""
        counts = np.array(self.counts)
        before = np.repeat(np.array(self.ends) - counts, counts)
        first = np.array([n * LINES + piece.first for n, piece in enumerate(self.pieces)])
        paths = [piece.path for piece, count in zip(self.pieces, self.counts, strict=True) for _ in range(count)]
        return paths, np.repeat(first, counts) + np.arange(len(before)) - before

    def location(self, n: int) -> Location:
        """The place of a line."""
        at = bisect_right(self.ends, n)
        return Location(self.pieces[at].path, self.pieces[at].first + n - (self.ends[at] - self.counts[at]))

    def report(self, n: int, code: str, finding: Finding, record: str | None) -> None:
        """Adds a finding in a line as a problem. `record` is the record's id."""
        self.found.add(self.location(n), code, finding, self.lines[n], record)
