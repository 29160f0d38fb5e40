"""Runs the levels over the files of a corpus: bytes, json, schema, statement, corpus, each on what passed the one below."""

import gc
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import BinaryIO

import orjson

from chithi.records import layout
from chithi.records.blocks import blocks, lines_of
from chithi.records.pointers import column, json_pointer
from chithi.records.schemas import explainer, fits
from chithi.validation.columns import batches
from chithi.validation.findings import Finding, Problem, ValidationResult
from chithi.validation.index import CorpusIndex, Location, Record, Registries
from chithi.validation.parallel import TICKETS, elsewhere, tickets
from chithi.validation.reading import diagnose, parse, plain, raw_lines, read
from chithi.validation.rules import RULES, Rule, rules_of
from chithi.validation.rules.schema import explain
from chithi.validation.sieve import Sieve
from chithi.validation.suppressions import Suppressions

Progress = Callable[[int], None]
SHARES = 24  # for each process: enough for all of them to end at about the same time


def validate(
    corpus: Path, paths: Sequence[Path] = (), jobs: int = 1, progress: Progress = lambda records: None, sources: Path | None = None
) -> ValidationResult:
    """Validates a whole corpus; or single files, with the corpus to refer to.

    `jobs` processes share the statements; `progress` is told the number of records done; `sources` is a folder with the text files
    of the articles. Raises OSError where a file cannot be read.
    """
    run = Validation()
    registries = {path.absolute(): path for path in layout.registry_files(corpus)}
    asked = {path.absolute() for path in paths} or registries.keys()
    with without_gc():
        for place, path in registries.items():
            run.read_registry(path, asked=place in asked)
        statements = paths or [*layout.statement_files(corpus), *layout.annotator_files(corpus)]
        statements = [path for path in statements if path.absolute() not in registries] if paths else statements
        run.check_all(statements, jobs, progress)
        for place, path in registries.items():
            if place in asked:
                run.check_entries(layout.table_of(path))
        if not paths:
            run.check_corpus(corpus)
        if sources:
            run.check_sources(statements, sources)
    return run.apply_suppressions(
        Suppressions.read(corpus / layout.EXCEPTIONS), ran=codes_run(whole=not paths, sources=sources is not None)
    )


@contextmanager
def without_gc() -> Iterator[None]:
    """Records hold no cycles, and looking for some takes as long as all the rest."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Validation:
    """One run: the registries come first, then the statements that refer to them, then the corpus as a whole."""

    def __init__(self, registries: Registries | None = None, sound: bool = True) -> None:
        self.result = ValidationResult()
        self.registries = registries or Registries()
        self.index = CorpusIndex()
        self.sound = sound  # so far no registry has a line that cannot be used; else references would be accused wrongly

    def read_registry(self, path: Path, asked: bool) -> None:
        """Reads a registry into the registries; where an id stands twice, the first entry counts."""
        table = layout.table_of(path)
        places = self.index.places.setdefault(table, {})
        self.result.files += asked
        for number, raw in raw_lines(path):
            place = Location(str(path), number)
            self.result.records += asked
            if (record := self.readable(table, raw, place, asked)) is None:
                self.sound = False
                continue
            getattr(self.registries, table).setdefault(record["id"], record)
            if place != (first := places.setdefault(record["id"], place)):
                self.index.twice.append((place, record["id"], first))

    def readable(self, table: str, raw: bytes, place: Location, asked: bool = True) -> Record | None:
        """The record of a line that passes the levels bytes, json and schema, else None; what is wrong becomes a problem."""
        line = parse(raw, table)
        findings = line.findings
        if line.record is not None and not fits(table)(line.record):
            # What the schema has to say of odd numbers and of brackets without end is better said by the level below.
            odd = () if plain(line.record) else diagnose(raw, line.record, table)
            findings = [found for found in odd if found[0] in ("J201", "J202")]
            findings = findings or [*line.findings, *explain(explainer(table).iter_errors(line.record))]
        for code, finding in findings if asked else ():
            self.report(code, finding, place, raw, line.record)
        return None if any(code[0] == "S" or code in ("J201", "J202") for code, _ in findings) else line.record

    def check_all(self, paths: Sequence[Path], jobs: int, progress: Progress) -> None:
        """Checks files of statements, in several processes if asked to."""
        if jobs == 1:
            self.check_statements(paths, progress)
            return
        parts = shares(paths, min(SHARES * jobs, TICKETS))
        with tickets(len(parts)) as drawn, ExitStack() as running:
            work = partial(check_parts, self.registries, self.sound, parts, drawn)
            others = [running.enter_context(elsewhere(work)) for _ in range(1, jobs)]
            found = check_parts(self.registries, self.sound, parts, drawn, progress)
            for result in others:
                found |= result()
        for _, part in sorted(found.items()):
            self.result.problems += part.result.problems
            self.result.files += part.result.files
            self.result.records += part.result.records
            self.index.merge(part.index)

    def check_statements(self, paths: Sequence[Path], progress: Progress = lambda records: None) -> None:
        """Checks the statements of files block by block: the sieve waves good ones through, the rules look at the others."""
        sieve = Sieve(self.registries)
        for path in paths:
            self.index.enter(path, self.registries)
            before = self.result.records
            for data in blocks(path):
                self.result.records += self.check_block(sieve, path, self.result.records - before + 1, data)
                progress(self.result.records)
            self.result.files += 1

    def check_block(self, sieve: Sieve, path: Path, first: int, data: bytes) -> int:
        """Checks the statements on some lines of a file, from `first` on; returns the number of lines."""
        statements = sieve.read(data)
        unread = {n for n, statement in enumerate(statements) if statement is None}
        lines = lines_of(data) if unread else []
        for n in unread:
            statements[n] = sieve.struct(self.run_rules(path, first + n, lines[n]))
        for batch in batches(first, statements):
            misplaced = layout.in_corpus(path) and batch.report != path.stem
            for n in batch.lines if misplaced else [batch.lines[n] for n in sieve.suspects(batch)]:
                if n - first not in unread:
                    lines = lines or lines_of(data)
                    self.run_rules(path, n, lines[n - first])
            self.index.note(batch)
        return len(statements)

    def run_rules(self, path: Path, number: int, raw: bytes) -> Record | None:
        """Runs all rules for a statement on a line; returns its record if the level schema has nothing against it."""
        place = Location(str(path), number)
        record = self.readable(layout.STATEMENTS, raw, place)
        if record is not None:
            self.apply(rules_of("statement"), record, place, raw)
            if self.sound:
                self.apply(rules_of("corpus"), record, place, raw)
            for rule in rules_of("corpus", "file"):
                for finding in rule.check(record, path):
                    self.report(rule.code, finding, place, raw, record)
        return record

    def check_entries(self, table: str) -> None:
        """Runs the rules for single entries of a registry."""
        for name, entry in getattr(self.registries, table).items():
            self.apply(rules_of("corpus", table), entry, self.index.places[table][name])

    def check_corpus(self, corpus: Path) -> None:
        """Runs the rules for the corpus as a whole."""
        for rule in rules_of("corpus", "folder"):
            for path, finding in rule.check(corpus):
                self.report(rule.code, finding, Location(str(path), 0), b"")
        for rule in rules_of("corpus", "corpus") if self.sound else ():
            for place, finding in rule.check(self.index, self.registries):
                self.report(rule.code, finding, place)

    def check_sources(self, paths: Sequence[Path], folder: Path) -> None:
        """Holds the reports and statements that come from an article against its text file, found in a folder by its hash."""
        import hashlib

        articles = {
            hashlib.sha256(data).hexdigest(): data.decode(errors="replace") for data in map(Path.read_bytes, sorted(folder.glob("*.txt")))
        }
        for rule in rules_of("corpus", "source of a report"):
            for name, report in self.registries.reports.items():
                for finding in rule.check(report, list(articles), self.registries) if report["sha256"] else ():
                    self.report(rule.code, finding, self.index.places["reports"][name])
        for path in paths:
            for number, raw, line in read(path, layout.STATEMENTS):
                record = line.record if line.record and fits(layout.STATEMENTS)(line.record) else None
                digest = self.registries.reports.get(record["report"], {}).get("sha256") if record else None
                if record and digest in articles:
                    article = [text for text in articles[digest].split("\n") if text.strip()]
                    for rule in rules_of("corpus", "source of a statement"):
                        for finding in rule.check(record, article, self.registries):
                            self.report(rule.code, finding, Location(str(path), number), raw, record)

    def apply(self, rules: Sequence[Rule], record: Record, place: Location, raw: bytes | None = None) -> None:
        """Runs rules on one record."""
        for rule in rules:
            for finding in rule.check(record, self.registries):
                self.report(rule.code, finding, place, raw, record)

    def report(self, code: str, finding: Finding, place: Location, raw: bytes | None = None, record: Record | None = None) -> None:
        """Turns a finding into a problem with its column; the line is read again where it is no longer at hand."""
        if raw is None:
            raw = line_at(place)
            record = orjson.loads(raw)
        name = record.get("id") if record else None
        self.result.problems.append(
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

    def apply_suppressions(self, suppressions: Suppressions, ran: set[str]) -> ValidationResult:
        """The result without the problems that the exceptions file tolerates, and with the problems of that file."""
        kept = [problem for problem in self.result.problems if not suppressions.cover(problem)]
        self.result.tolerated = len(self.result.problems) - len(kept)
        self.result.problems = sorted([*kept, *suppressions.problems(ran)])
        return self.result


def codes_run(whole: bool, sources: bool) -> set[str]:
    """The codes whose exceptions have to be needed: all where the whole corpus was looked at, those of the articles where these were."""
    return {code for code, rule in RULES.items() if whole and (sources or not rule.of.startswith("source"))}


def shares(paths: Sequence[Path], count: int) -> list[Sequence[Path]]:
    """Files in at most as many runs as are asked for, of about the same number of bytes."""
    ends = list(accumulate(path.stat().st_size for path in paths))
    cuts = [bisect_left(ends, ends[-1] * n / count) for n in range(1, min(count, len(paths)))]
    return [paths[start:end] for start, end in pairwise([0, *cuts, len(paths)])]


def check_parts(
    registries: Registries, sound: bool, parts: list[Sequence[Path]], drawn: BinaryIO, progress: Progress = lambda records: None
) -> dict[int, Validation]:
    """What each of several processes does: checks parts of the files of statements, by number, until none is left to draw."""
    found: dict[int, Validation] = {}
    done = 0
    while ticket := drawn.read(1):
        found[ticket[0]] = run = Validation(registries, sound)
        run.check_statements(parts[ticket[0]], lambda records, before=done: progress(before + records))  # type: ignore[misc]
        run.registries = Registries()  # all of them have it
        done += run.result.records
    return found


def line_at(place: Location) -> bytes:
    """A line of a file by its number."""
    with open(place.path, "rb") as stream:
        return next(islice(stream, place.line - 1, None), b"")
