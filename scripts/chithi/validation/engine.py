"""Validates a corpus or files of it: first the registries, then the statements, then the corpus as a whole."""

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
from chithi.records.own_schemas import SchemaError, read_schemas
from chithi.records.records import Registries
from chithi.validation.block import Block, Checked, Piece
from chithi.validation.findings import Finding, Location, ValidationResult, problem
from chithi.validation.index import CorpusIndex, picked
from chithi.validation.metadata import check_metadata
from chithi.validation.parallel import checking
from chithi.validation.rules import RULES, Rule, rules_of
from chithi.validation.suppressions import Suppressions

Progress = Callable[[int], None]


def validate(
    corpus: Path,
    paths: Sequence[Path] = (),
    jobs: int = 1,
    progress: Progress = lambda records: None,
    sources: Path | None = None,
) -> ValidationResult:
    """Validates a whole corpus, or only the files at `paths`, which refer to the corpus.

    `jobs` is the number of processes that share the statements. `progress` is called with the number of records done.
    `sources` is a folder with the text files of the articles. Raises OSError if a file cannot be read.
    """
    registries = {path.absolute(): path for path in layout.registry_files(corpus)}
    metadata = corpus / layout.METADATA
    asked = {path.absolute() for path in paths} or {*registries, metadata.absolute()}
    files = statement_files(corpus, paths, {*registries, metadata.absolute()})
    suppressions = Suppressions.read(corpus / layout.EXCEPTIONS)
    with without_gc():
        run = Validation(Registries(articles=articles_in(sources) if sources else None))
        if not run.read_schemas(corpus):
            return run.apply_suppressions(suppressions, ran=set())
        for place, path in registries.items():
            run.read_registry(path, asked=place in asked)
        if metadata.exists():
            run.read_metadata(metadata, asked=metadata.absolute() in asked)
        with checking(files, run.registries, jobs) as blocks:
            # With several jobs, other processes check statements meanwhile.
            for place, path in registries.items():
                if place in asked:
                    run.check_entries(layout.table_of(path))
            run.check_held_reports()
            if not paths:
                run.check_folder(corpus)
            run.collect(blocks, progress)
        run.result.files += len(files)
        run.check_corpus(asked, whole=not paths)
    return run.apply_suppressions(suppressions, ran=codes_run(whole=not paths, sources=sources is not None))


def statement_files(corpus: Path, paths: Sequence[Path], others: set[Path]) -> list[tuple[str, str]]:
    """The files of statements to check, each with its table: those in `paths` but not in `others`, or all."""
    if paths:
        tables = {True: layout.ANNOTATORS, False: layout.STATEMENTS}
        chosen = (path for path in paths if path.absolute() not in others)
        return [(str(path), tables[layout.ANNOTATORS in path.parts]) for path in chosen]
    folder = str(corpus / layout.STATEMENTS)
    adjudicated = [(os.path.join(folder, name), layout.STATEMENTS) for name in layout.statement_names(corpus)]
    return adjudicated + [(str(path), layout.ANNOTATORS) for path in layout.annotator_files(corpus)]


def articles_in(folder: Path) -> dict[str, list[str]]:
    """The articles in a folder of text files: SHA-256 of the file -> its lines without the empty ones."""
    articles = {}
    for data in map(Path.read_bytes, sorted(folder.glob("*.txt"))):
        lines = data.decode(errors="replace").split("\n")
        articles[hashlib.sha256(data).hexdigest()] = [line for line in lines if line.strip()]
    return articles


def codes_run(whole: bool, sources: bool) -> set[str]:
    """The codes of the rules that ran on everything; only for these can an exception be called unused."""
    return {code for code, rule in RULES.items() if whole and (sources or rule.of not in ("article", "held report"))}


@contextmanager
def without_gc() -> Iterator[None]:
    """Turns garbage collection off. Records hold no cycles, and looking for cycles takes as long as all the rest."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Validation:
    """One run, and what it has found so far."""

    def __init__(self, registries: Registries) -> None:
        self.result = ValidationResult()
        self.registries = registries
        self.index = CorpusIndex()

    def read_schemas(self, corpus: Path) -> bool:
        """Reads the schemas of a corpus. If one cannot be used, reports that, and returns False."""
        try:
            self.registries = msgspec.structs.replace(self.registries, schemas=read_schemas(corpus))
        except SchemaError:
            self.check_folder(corpus)
            return False
        return True

    def read_metadata(self, path: Path, asked: bool) -> None:
        """Reads corpus.json, and adds its problems if it was asked for. The registries have been read."""
        metadata, found = check_metadata(path, self.registries)
        if metadata:
            facts = {"edges": metadata.edges, "original_language": metadata.original_language}
            self.registries = msgspec.structs.replace(self.registries, **facts)
        self.result.problems += found if asked else []
        self.result.files += asked

    def read_registry(self, path: Path, asked: bool) -> None:
        """Reads a registry, and adds its problems if it was asked for. The first entry with an id counts."""
        name, table, line = str(path), layout.table_of(path), 1
        entries, places = getattr(self.registries, table), self.index.places.setdefault(table, {})
        sound = self.registries.sound
        for data in blocks(path):
            block = Block([Piece(name, table, line, count_lines(data), data)], self.registries.schemas)
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
        """Adds the results of the blocks of statements."""
        for checked in blocks:
            self.result.problems += checked.problems
            self.result.records += checked.records
            self.index.merge(checked.index)
            progress(self.result.records)

    def check_entries(self, table: str) -> None:
        """Runs the rules for single entries of a registry."""
        places = self.index.places[table]
        entries = getattr(self.registries, table).items()
        self.report(
            (rule, finding, places[name])
            for rule in rules_of(table)
            for name, entry in entries
            for finding in rule.check(entry, self.registries)
        )

    def check_held_reports(self) -> None:
        """Runs the rules for reports whose articles should be at hand."""
        places = self.index.places["reports"]
        reports = self.registries.reports.values() if self.registries.articles is not None else ()
        held = [report for report in reports if report.sha256]
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
        """Runs the rules for the corpus as a whole; for single files, only those that need no others."""
        rules = [rule for rule in rules_of("corpus") if self.registries.sound and (whole or not rule.whole)]
        found = ((rule, finding, place) for rule in rules for place, finding in rule.check(self.index, self.registries))
        self.report(each for each in found if whole or Path(each[2].path).absolute() in asked)

    def report(self, found: Iterable[tuple[Rule, Finding, Location]]) -> None:
        """Adds findings as problems. Their lines are read again, all lines of a file together."""
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
