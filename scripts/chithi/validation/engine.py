"""Validates a corpus, or files of it: the registries first, then the statements that refer to them, then all of it together."""

import gc
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import orjson

from chithi.records import layout
from chithi.records.blocks import blocks, count_lines
from chithi.records.records import Registries
from chithi.validation.block import Block, Checked, Piece, problem
from chithi.validation.findings import Finding, Location, ValidationResult
from chithi.validation.index import CorpusIndex, picked
from chithi.validation.parallel import checking
from chithi.validation.rules import RULES, Rule, rules_of
from chithi.validation.suppressions import Suppressions

Progress = Callable[[int], None]


def validate(
    corpus: Path, paths: Sequence[Path] = (), jobs: int = 1, progress: Progress = lambda records: None, sources: Path | None = None
) -> ValidationResult:
    """Validates a whole corpus; or single files, with the corpus to refer to.

    `jobs` processes share the statements; `progress` is told the number of records done; `sources` is a folder with the text files
    of the articles. Raises OSError where a file cannot be read.
    """
    registries = {path.absolute(): path for path in layout.registry_files(corpus)}
    asked = {path.absolute() for path in paths} or set(registries)
    files = statement_files(corpus, paths, set(registries))
    with without_gc():
        run = Validation(articles_in(sources) if sources else None)
        for place, path in registries.items():
            run.read_registry(path, asked=place in asked)
        with checking(files, run.registries, jobs) as blocks:
            # Where there are other processes, they check statements meanwhile.
            for place, path in registries.items():
                if place in asked:
                    run.check_entries(layout.table_of(path))
            run.check_held_reports()
            if not paths:
                run.check_folder(corpus)
            run.collect(blocks, progress)
        run.result.files += len(files)
        run.check_corpus(asked, whole=not paths)
    suppressions = Suppressions.read(corpus / layout.EXCEPTIONS)
    return run.apply_suppressions(suppressions, ran=codes_run(whole=not paths, sources=sources is not None))


def statement_files(corpus: Path, paths: Sequence[Path], registries: set[Path]) -> list[tuple[str, str]]:
    """The files of statements to check, each with its table: those among the paths, or all of the corpus."""
    if paths:
        tables = {True: layout.ANNOTATORS, False: layout.STATEMENTS}
        return [(str(path), tables[layout.ANNOTATORS in path.parts]) for path in paths if path.absolute() not in registries]
    folder = str(corpus / layout.STATEMENTS)
    adjudicated = [(os.path.join(folder, name), layout.STATEMENTS) for name in layout.statement_names(corpus)]
    return adjudicated + [(str(path), layout.ANNOTATORS) for path in layout.annotator_files(corpus)]


def articles_in(folder: Path) -> dict[str, list[str]]:
    """The articles whose text files a folder holds: SHA-256 -> lines, without the empty ones."""
    files = map(Path.read_bytes, sorted(folder.glob("*.txt")))
    return {
        hashlib.sha256(data).hexdigest(): [line for line in data.decode(errors="replace").split("\n") if line.strip()] for data in files
    }


def codes_run(whole: bool, sources: bool) -> set[str]:
    """The codes whose exceptions have to be needed: all where the whole corpus was looked at, those of the articles where these were."""
    return {code for code, rule in RULES.items() if whole and (sources or rule.of not in ("article", "held report"))}


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
    """One run, and what it has found so far."""

    def __init__(self, articles: dict[str, list[str]] | None) -> None:
        self.result = ValidationResult()
        self.registries = Registries(articles=articles)
        self.index = CorpusIndex()

    def read_registry(self, path: Path, asked: bool) -> None:
        """Reads a registry; where an id stands twice, the first entry counts. Problems are told of one that was asked for."""
        name, table, line = str(path), layout.table_of(path), 1
        entries, places = getattr(self.registries, table), self.index.places.setdefault(table, {})
        sound = self.registries.sound
        for data in blocks(path):
            block = Block([Piece(name, table, line, count_lines(data), data)])
            for n, entry in enumerate(block.records):
                if entry is None:
                    sound = False
                    continue
                place = Location(name, line + n)
                if entries.setdefault(entry.id, entry) is entry:
                    places[entry.id] = place
                else:
                    self.index.twice.append((place, entry.id, places[entry.id]))
            line += len(block.records)
            self.result.problems += block.problems if asked else []
        self.registries = msgspec.structs.replace(self.registries, sound=sound)
        self.result.files += asked
        self.result.records += (line - 1) * asked

    def collect(self, blocks: Iterable[Checked], progress: Progress) -> None:
        """Takes in what the check of the statements gives."""
        for checked in blocks:
            self.result.problems += checked.problems
            self.result.records += checked.records
            self.index.merge(checked.index)
            progress(self.result.records)

    def check_entries(self, table: str) -> None:
        """Runs the rules for single entries of a registry."""
        places = self.index.places[table]
        entries = getattr(self.registries, table).items()
        self.report((rule, finding, places[name]) for rule in rules_of(table) for name, entry in entries for finding in rule.check(entry))

    def check_held_reports(self) -> None:
        """Runs the rules for reports whose articles should be at hand."""
        places = self.index.places["reports"]
        held = [report for report in self.registries.reports.values() if report.sha256 and self.registries.articles is not None]
        self.report(
            (rule, finding, places[report.id])
            for rule in rules_of("held report")
            for report in held
            for finding in rule.check(report, self.registries)
        )

    def check_folder(self, corpus: Path) -> None:
        """Runs the rules for the files in a corpus's folder."""
        for rule in rules_of("folder"):
            for path, finding in rule.check(corpus):
                self.result.problems.append(problem(Location(str(path), 0), rule.code, finding, b"", None))

    def check_corpus(self, asked: set[Path], whole: bool) -> None:
        """Runs the rules for the corpus as a whole; of single files, those that say something of their records."""
        rules = [rule for rule in rules_of("corpus") if self.registries.sound and (whole or not rule.whole)]
        found = ((rule, finding, place) for rule in rules for place, finding in rule.check(self.index, self.registries))
        self.report(each for each in found if whole or Path(each[2].path).absolute() in asked)

    def report(self, found: Iterable[tuple[Rule, Finding, Location]]) -> None:
        """Adds findings as problems; their lines are read again, all of a file together."""
        every = list(found)
        wanted: dict[str, set[int]] = {}
        for _, _, place in every:
            wanted.setdefault(place.path, set()).add(place.line)
        lines = {Location(path, line): raw for path, numbers in wanted.items() for line, raw in picked(path, numbers)}
        for rule, finding, place in every:
            raw = lines[place]
            self.result.problems.append(problem(place, rule.code, finding, raw, orjson.loads(raw)["id"]))

    def apply_suppressions(self, suppressions: Suppressions, ran: set[str]) -> ValidationResult:
        """The result without the problems that the exceptions file tolerates, and with the problems of that file."""
        kept = [problem for problem in self.result.problems if not suppressions.cover(problem)]
        self.result.tolerated = len(self.result.problems) - len(kept)
        self.result.problems = sorted([*kept, *suppressions.problems(ran)])
        return self.result
