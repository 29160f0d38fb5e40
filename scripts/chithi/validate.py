"""Runs the levels over the files of a corpus: bytes, json, schema, statement, corpus, each on what passed the one below."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import orjson

from chithi import tables
from chithi.exceptions import Exceptions
from chithi.lines import Line, column, read
from chithi.problem import Finding, Problem, json_pointer
from chithi.rules import Census, Context, Place, Rule, Sighting, rules_of
from chithi.rules.schema import explain
from chithi.rules.table import Record
from chithi.schemas import explainer, fits


@dataclass(slots=True)
class Verdict:
    """What a validation found, and how much it looked at."""

    problems: list[Problem] = field(default_factory=list)
    files: int = 0
    records: int = 0
    tolerated: int = 0


def validate(corpus: Path, paths: Sequence[Path] = ()) -> Verdict:
    """Validates a whole corpus; or single files, with the corpus to refer to. Raises OSError where a file cannot be read."""
    run = Validation()
    registries = tables.registry_files(corpus)
    for path in registries:
        run.read_registry(path, asked=not paths or path in paths)
    statements = paths or [*tables.statement_files(corpus), *tables.annotator_files(corpus)]
    for path in statements:
        if path not in registries:
            run.check_statements(path)
    for path in registries:
        if not paths or path in paths:
            run.check_entries(tables.table_of(path))
    if not paths:
        run.check_corpus(corpus)
    return run.tolerating(Exceptions.read(corpus / tables.EXCEPTIONS), whole=not paths)


class Validation:
    """One run: the registries come first, then the statements that refer to them, then the corpus as a whole."""

    def __init__(self) -> None:
        self.verdict = Verdict()
        self.context = Context()
        self.census = Census()
        self.sound = True  # so far no registry has a line that cannot be used; else references would be accused wrongly

    def good_lines(self, path: Path, table: str, asked: bool = True) -> Iterator[tuple[Line, Record]]:
        """The lines of a file that pass the levels bytes, json and schema, with their records; the others become problems."""
        self.verdict.files += asked
        for line in read(path, table):
            self.verdict.records += asked
            findings = line.findings
            if line.record is not None and not fits(table)(line.record):
                findings = [*findings, *explain(explainer(table).iter_errors(line.record))]
            for code, finding in findings if asked else ():
                self.report(code, finding, Place(str(path), line.number), line.raw, line.record)
            if line.record is not None and not any(code.startswith("S") for code, _ in findings):
                yield line, line.record
            elif table in tables.REGISTRIES:
                self.sound = False

    def read_registry(self, path: Path, asked: bool) -> None:
        """Reads a registry into the context; where an id stands twice, the first entry counts."""
        table = tables.table_of(path)
        for line, record in self.good_lines(path, table, asked):
            self.sight(table, record["id"], Place(str(path), line.number))
            getattr(self.context, table).setdefault(record["id"], record)

    def check_statements(self, path: Path) -> None:
        """Checks the statements of a file, one by one, and notes what the rules for the whole corpus need."""
        rules = rules_of("statement") + (rules_of("corpus") if self.sound else [])
        for line, record in self.good_lines(path, tables.STATEMENTS):
            place = Place(str(path), line.number)
            self.apply(rules, record, place, line.raw)
            for rule in rules_of("corpus", "file"):
                for finding in rule.check(record, path):
                    self.report(rule.code, finding, place, line.raw, record)
            if tables.ANNOTATORS not in path.parts:
                self.sight(tables.STATEMENTS, record["id"], place)
                self.census.used.update(references(record))
                labels = hash(repr([record["speaker"], record["role"], record["directives"], record["requests"]]))
                self.census.sightings.append(Sighting(place, record["id"], record["report"], record["text"], labels))

    def check_entries(self, table: str) -> None:
        """Runs the rules for single entries of a registry."""
        for name, entry in getattr(self.context, table).items():
            self.apply(rules_of("corpus", table), entry, self.census.places[table][name])

    def check_corpus(self, corpus: Path) -> None:
        """Runs the rules for the corpus as a whole."""
        for rule in rules_of("corpus", "folder"):
            for path, finding in rule.check(corpus):
                self.report(rule.code, finding, Place(str(path), 0), b"")
        for rule in rules_of("corpus", "corpus") if self.sound else ():
            for place, finding in rule.check(self.census, self.context):
                self.report(rule.code, finding, place)

    def apply(self, rules: list[Rule], record: Record, place: Place, raw: bytes | None = None) -> None:
        """Runs rules on one record."""
        for rule in rules:
            for finding in rule.check(record, self.context):
                self.report(rule.code, finding, place, raw, record)

    def sight(self, table: str, name: str, place: Place) -> None:
        """Notes where an id stands, and where it stands again."""
        first = self.census.places.setdefault(table, {}).setdefault(name, place)
        if first != place:
            self.census.twice.append((place, name, first))

    def report(self, code: str, finding: Finding, place: Place, raw: bytes | None = None, record: Record | None = None) -> None:
        """Turns a finding into a problem with its column; the line is read again where it is no longer at hand."""
        if raw is None:
            raw = line_at(place)
            record = orjson.loads(raw)
        name = record.get("id") if record else None
        self.verdict.problems.append(
            Problem(
                *place,
                column=finding.column or column(raw, finding.pointer),
                code=code,
                pointer=json_pointer(finding.pointer),
                message=finding.message,
                hint=finding.hint,
                found=finding.found,
                expected=finding.expected,
                record=name if isinstance(name, str) else None,
            )
        )

    def tolerating(self, exceptions: Exceptions, whole: bool) -> Verdict:
        """The verdict without the problems that the exceptions file tolerates, and with the problems of that file."""
        kept = [problem for problem in self.verdict.problems if not exceptions.cover(problem)]
        self.verdict.tolerated = len(self.verdict.problems) - len(kept)
        self.verdict.problems = sorted([*kept, *exceptions.problems(whole)])
        return self.verdict


def references(statement: Record) -> Iterator[tuple[str, str]]:
    """The registry entries that a statement uses, as (table, id)."""
    if statement["speaker"]:
        yield "speakers", statement["speaker"]["id"]
    if statement["role"]:
        yield from (("offices", office) for office in statement["role"]["offices"])
    yield from (("directives", span["id"]) for span in statement["directives"])


def line_at(place: Place) -> bytes:
    """A line of a file by its number."""
    with open(place.path, "rb") as stream:
        return next(islice(stream, place.line - 1, None), b"")
