"""Validates a corpus or files of it: first the registries, then the statements, then the corpus as a whole."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import orjson

from chithi.records import layout
from chithi.records.blocks import blocks, count_lines
from chithi.records.own_schemas import SchemaError, read_schemas
from chithi.records.records import ANY, Registries
from chithi.validation.anchored import check_anchors
from chithi.validation.block import Block, Checked, Piece
from chithi.validation.entries import check_entries
from chithi.validation.findings import Finding, Location, Problem, ValidationResult, problem
from chithi.validation.index import CorpusIndex, picked
from chithi.validation.metadata import check_metadata
from chithi.validation.parallel import checking
from chithi.validation.rules import RULES, Rule, rules_of
from chithi.validation.selection import Selection, select
from chithi.validation.sources import aligned_in, articles_in
from chithi.validation.suppressions import Suppressions

LINE_LEVELS = ("bytes", "json", "schema")  # of rules that look at lines alone
Progress = Callable[[int], None]


def validate(
    corpus: Path | str,
    paths: Sequence[Path | str] = (),
    jobs: int = 1,
    progress: Progress = lambda records: None,
    sources: Path | str | None = None,
) -> ValidationResult:
    """Validates a whole corpus, or only the files at `paths`, which refer to the corpus.

    `jobs` is the number of processes that share the statements. `progress` is called with the number of records done.
    `sources` is a folder with the text files of the articles, or with other extractions of them. Raises OSError if a
    file cannot be read.
    """
    corpus = Path(corpus)
    selection = select(corpus, list(map(Path, paths)))
    suppressions = Suppressions.read(corpus / layout.EXCEPTIONS)
    run = Validation(selection)
    if not run.read_corpus(sources):
        return run.finish(suppressions, ran=set())
    with checking(selection.statements, run.registries, jobs) as blocks:
        # With several jobs, other processes check statements meanwhile.
        run.check_registries()
        run.collect(blocks, progress)
    run.check_spanning()
    return run.finish(suppressions, ran=run.codes_run())


def codes_run(whole: bool, sources: bool) -> set[str]:
    """The codes of the rules that ran on everything; only for these can an exception be called unused."""
    return {code for code, rule in RULES.items() if whole and (sources or rule.of not in ("article", "held report"))}


def unsettled(codes: set[str]) -> set[str]:
    """The codes of rules that may have found less than there is, because problems with some codes kept things back."""
    if "C551" in codes or any(RULES[code].level in LINE_LEVELS for code in codes & RULES.keys()):
        return set(RULES)
    without_article = {"C531", "C535"} & codes
    return {code for code, rule in RULES.items() if without_article and rule.of in ("article", "held report")}


class Validation:
    """One run, and what it has found so far."""

    def __init__(self, selection: Selection) -> None:
        self.selection, self.corpus = selection, selection.corpus
        self.result = ValidationResult(files=len(selection.statements))
        self.registries = Registries()
        self.index = CorpusIndex(corpus=str(selection.corpus))

    def read_corpus(self, sources: Path | str | None = None) -> bool:
        """Reads what statements are held to. If a schema cannot be used, reports that, and returns False."""
        if sources:
            articles, self.result.notes = articles_in(Path(sources))
            self.registries = Registries(articles=articles)
        if not self.read_schemas():
            return False
        for path in layout.registry_files(self.corpus):
            self.read_registry(path)
        self.read_metadata()
        if sources:
            self.align(Path(sources))
        return True

    def codes_run(self) -> set[str]:
        """The codes of the rules that ran on everything; only for these can an exception be called unused."""
        # Of another extraction not all statements may have been checked.
        exact = self.registries.articles is not None and not self.registries.aligned
        return codes_run(whole=self.selection.whole, sources=exact)

    def check_registries(self) -> None:
        """Checks all that takes no statements."""
        self.check_entries()
        self.check_held_reports()
        if self.selection.whole:
            self.check_folder()

    def read_schemas(self) -> bool:
        """Reads the schemas of the corpus. If one cannot be used, reports that, and returns False."""
        try:
            self.registries = msgspec.structs.replace(self.registries, schemas=read_schemas(self.corpus))
        except SchemaError:
            self.check_folder()
            return False
        return True

    def read_metadata(self) -> None:
        """Reads corpus.json, if there is one, and adds its problems if it was asked for."""
        path = self.corpus / layout.METADATA
        if os.path.lexists(path):
            metadata, found = check_metadata(path, self.registries)
            if metadata:
                facts = {"edges": metadata.edges, "original_language": metadata.original_language}
                self.registries = msgspec.structs.replace(self.registries, **facts)
            asked = self.selection.has(layout.METADATA)
            self.result.problems += found if asked else []
            self.result.files += asked

    def align(self, sources: Path) -> None:
        """Finds articles in other extractions, where no file has the hash that their reports give."""
        found, notes = aligned_in(sources, self.corpus, self.registries)
        self.result.notes = list(dict.fromkeys([*self.result.notes, *notes]))
        self.registries = msgspec.structs.replace(self.registries, aligned=found)

    def read_registry(self, path: Path) -> None:
        """Reads a registry, and adds its problems if it was asked for. The first entry with an id counts."""
        table, asked = layout.table_of(path), self.selection.has(path.name)
        entries, places = getattr(self.registries, table), self.index.places.setdefault(table, {})
        doubtful = self.registries.doubtful.setdefault(table, set())
        if path.exists() and not path.stat().st_size:
            doubtful.add(ANY)  # a registry may be empty, unless something refers to its entries
        for place, entry in self.read_entries(path, table, asked, doubtful):
            if entries.setdefault(entry.id, entry) is entry:
                places[entry.id] = place
            else:
                self.index.twice.append((place, entry.id, places[entry.id]))

    def read_entries(self, path: Path, table: str, asked: bool, doubtful: set[str]) -> Iterator[tuple[Location, Any]]:
        """The entries in a file of a registry, each with its place. What may be an id of others becomes `doubtful`."""
        name, line = str(path), 1
        for data in blocks(path):
            if not data and table != layout.ANCHORS:  # a registry may be empty
                continue
            block = Block([Piece(name, table, line, count_lines(data), data)], self.registries.schemas)
            yield from ((Location(name, line + n), entry) for n, entry in enumerate(block.records) if entry is not None)
            doubtful |= block.doubtful()
            line += len(block.records)
            self.result.problems += block.problems if asked else []
        self.result.files += asked
        self.result.records += (line - 1) * asked

    def collect(self, blocks: Iterable[Checked], progress: Progress) -> None:
        """Adds the results of the blocks of statements."""
        for checked in blocks:
            self.result.problems += checked.problems
            self.result.records += checked.records
            self.index.merge(checked.index)
            progress(self.result.records)

    def check_entries(self) -> None:
        """Runs the rules for single entries of registries, in the corpus and outside of it."""
        for table in layout.REGISTRIES:
            if self.selection.has(f"{table}.jsonl"):
                places, entries = self.index.places[table], getattr(self.registries, table)
                self.check_entries_of(table, [(places[name], entry) for name, entry in entries.items()])
        for path, table in self.selection.entries:
            # Statements refer to the corpus, so what failed in a registry outside of it excuses none of them.
            outside = self.read_entries(Path(path), table, asked=True, doubtful=set())
            self.check_entries_of(table, list(outside))

    def check_entries_of(self, table: str, entries: Sequence[tuple[Location, Any]]) -> None:
        """Runs the rules for single entries of a registry on some, each given with its place."""
        found = check_entries(table, [entry for _, entry in entries], self.registries)
        self.report((rule, finding, entries[n][0]) for n, rule, finding in found)

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

    def check_anchors(self) -> None:
        """Runs the rules for anchors, each file against the corpus's statements of the report that it is named for."""
        for path in map(Path, self.selection.anchors):
            doubtful: set[str] = set()
            found = list(self.read_entries(path, layout.ANCHORS, asked=True, doubtful=doubtful))
            places, anchors = [place for place, _ in found], [anchor for _, anchor in found]
            statements = self.corpus / layout.STATEMENTS / path.name
            if not statements.exists() and path.stem in self.index.used["reports"]:
                continue  # they stand in the file of another report, which is told
            checked = check_anchors(anchors, statements, whole=not doubtful)
            self.report((rule, finding, places[n]) for n, rule, finding in checked)

    def check_emptied(self) -> None:
        """Reports a registry that is empty though statements refer to its entries."""
        for path in layout.registry_files(self.corpus):
            if self.selection.has(path.name) and not path.stat().st_size and self.index.used[path.stem]:
                finding = Finding((), "the file is empty, though statements refer to its entries", "write them again")
                self.result.problems.append(problem(Location(str(path), 1), "B101", finding, b""))

    def check_folder(self) -> None:
        """Runs the rules for the files in the corpus's folder."""
        for rule in rules_of("folder"):
            for path, finding in rule.check(self.corpus):
                self.result.problems.append(problem(Location(str(path), 0), rule.code, finding, b"", None))

    def check_spanning(self) -> None:
        """Checks what takes all statements, or what is known of them."""
        self.check_anchors()
        self.check_emptied()
        self.check_corpus()

    def check_corpus(self) -> None:
        """Runs the rules for the corpus as a whole; for single files, only those that need no others."""
        rules = [rule for rule in rules_of("corpus") if self.selection.whole or not rule.whole]
        found = ((rule, finding, place) for rule in rules for place, finding in rule.check(self.index, self.registries))
        statements = {path for path, _ in self.selection.statements}
        self.report(
            each
            for each in found
            if each[2].path in statements or self.selection.has(self.selection.name(each[2].path))
        )

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

    def finish(self, suppressions: Suppressions, ran: set[str], others: Iterable[str] = ()) -> ValidationResult:
        """The result without the problems that the exceptions file tolerates, and with the problems of that file.

        `others` are the codes of problems that are kept elsewhere.
        """
        kept = [problem for problem in self.result.problems if not suppressions.cover(problem)]
        self.result.tolerated = len(self.result.problems) - len(kept)
        kept += suppressions.problems(ran - unsettled({problem.code for problem in kept}.union(others)))
        self.result.opened = {self.selection.name(problem.path): problem.path for problem in kept}
        named = [msgspec.structs.replace(problem, path=self.selection.name(problem.path)) for problem in kept]
        self.result.problems = list(once_a_file(sorted(named)))
        return self.result


def once_a_file(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems without those that repeat an earlier one of their file: a rule may tell each cause once a file.

    Where records are spread over lines, no problem of a later line is told: these are no records.
    """
    told, spread = set(), dict[str, int]()
    for each in problems:
        rule = RULES.get(each.code)
        repeated = rule and rule.once and (each.path, each.code, each.found) in told
        behind = each.line > spread.get(each.path, each.line)
        if not repeated and not behind:
            yield each
        if rule and rule.once:
            told.add((each.path, each.code, each.found))
        if rule and rule.of == "lines":
            spread.setdefault(each.path, each.line)
