"""Records of what came back from another tool, held to the corpus that was exported.

What a tool cannot carry comes from the corpus. The text has to be the same there, so that offsets mean the same.
"""

from typing import Any

from msgspec import UNSET, to_builtins

from chithi.corpus import Corpus
from chithi.formats.reading import CHANGED, MISPLACED, STRANGE, TWICE, UNREADABLE, Reading, Sheet, Spot
from chithi.formats.restoring import Restored, Spots
from chithi.records.canonical import canonical
from chithi.records.layout import STATEMENTS
from chithi.records.records import Actor, Directive, Office, Registries, Report, Statement
from chithi.text.display import brief, counted, shown
from chithi.validation.reading import check_line
from chithi.validation.rules import RULES

HELD = ("C502", "C503", "C504", "T404")  # rules that an import obeys; `chithi validate` tells the rest
MOST = 20  # statements that a note names
WIDTH = 40  # characters of a text that are shown around its first difference


def assembled(reading: Reading, corpus: Corpus) -> dict[str, list[Statement]]:
    """The statements of each report, in the order of the corpus. Adds a problem for whatever cannot be a record."""
    return Assembly(reading, corpus).reports()


class Assembly:
    """The records of a corpus, and what an export says of them."""

    def __init__(self, reading: Reading, corpus: Corpus) -> None:
        self.reading, self.corpus = reading, corpus
        self.known = {statement.id: statement for statement in corpus.records(Statement)}
        self.languages = dict(corpus.reports.select("id", "language").iter_rows())
        kinds: dict[str, Any] = {"reports": Report, "actors": Actor, "offices": Office, "directives": Directive}
        tables: dict[str, Any] = {
            table: {entry.id: entry for entry in corpus.records(kind)} for table, kind in kinds.items()
        }
        self.registries = Registries(**tables, schemas=corpus.schemas)
        self.borrowed: dict[str, list[str]] = {}  # file -> the statements whose English words come from the corpus

    def reports(self) -> dict[str, list[Statement]]:
        """The statements of each report. Those that a report has and the export lacks are a problem."""
        first: dict[str, Sheet] = {}
        found: dict[str, Statement] = {}
        for sheet in self.reading.sheets:
            if (other := first.setdefault(sheet.id, sheet)) is not sheet:
                hint = "import the work of one annotator at a time"
                message = f"this statement was annotated twice; the other stands in {other.at.path}"
                self.reading.tell(sheet.at, TWICE, message, hint, record=sheet.id)
            elif (before := self.original(sheet)) is not None:
                found[sheet.id] = self.statement(sheet, before)
        reports = {self.known[name].report for name in found}
        ordered: dict[str, list[Statement]] = {}
        for name, before in self.known.items():
            if before.report in reports:
                ordered.setdefault(before.report, []).append(found.get(name, before))
                if name not in first and name not in self.reading.lost:
                    self.lacking(name, first)
        for path, names in self.borrowed.items():
            rest = f", and {len(names) - MOST:,} more" if len(names) > MOST else ""
            self.reading.notes.append(f"{path}: English words taken from the corpus: {', '.join(names[:MOST])}{rest}")
        return ordered

    def lacking(self, name: str, first: dict[str, Sheet]) -> None:
        """Adds a problem for a statement that the export lacks, though it has others of its report."""
        beside = next(sheet for sheet in first.values() if sheet.id in self.known and self.beside(sheet.id, name))
        hint = "export the whole report; an import of a part of it would lose the rest"
        message = f"{shown(name)} of the same report did not come back"
        self.reading.tell(Spot(beside.at.path), STRANGE, message, hint, record=name)

    def beside(self, one: str, other: str) -> bool:
        """Whether two statements are of one report."""
        return self.known[one].report == self.known[other].report

    def original(self, sheet: Sheet) -> Statement | None:
        """The statement of the corpus that came back; None, and a problem, if it is none, or not the same."""
        if (before := self.known.get(sheet.id)) is None:
            hint = "import what was exported from this corpus, or name another one with --corpus"
            message = f"the corpus has no statement {shown(sheet.id)}"
            self.reading.tell(sheet.at, STRANGE, message, hint, record=sheet.id)
            return None
        for key, right in (("report", before.report), ("language", self.languages.get(before.report))):
            if (value := getattr(sheet, key)) is not UNSET and value != right:
                hint = "a statement comes back as it went out; its id, report and language belong together"
                message, values = f"the {key} is not that of the statement", (shown(value), shown(right))
                self.reading.tell(sheet.at, STRANGE, message, hint, *values, record=sheet.id)
        if sheet.text != before.text:
            self.changed(sheet, before.text)
            return None
        return before

    def changed(self, sheet: Sheet, text: str) -> None:
        """Adds a problem for a text that is not that of the corpus, with the passages where they first differ.

        That spans do not stand where they should follows from it, and is not told.
        """
        follow = [each for each in self.reading.problems if (each.record, each.code) == (sheet.id, MISPLACED)]
        self.reading.problems = [each for each in self.reading.problems if each not in follow]
        pairs = enumerate(zip(sheet.text, text, strict=False))
        at = next((n for n, (one, other) in pairs if one != other), min(len(sheet.text), len(text)))
        around = slice(max(0, at - WIDTH), at + WIDTH)
        message = f"the text is not that of the corpus, from character {at + 1} on"
        hint = "a text is changed in the corpus, not in the tool: put the old one back, or export anew"
        values = shown(sheet.text[around]), shown(text[around])
        self.reading.tell(sheet.at, CHANGED, message, hint, *values, record=sheet.id)

    def statement(self, sheet: Sheet, before: Statement) -> Statement:
        """The record of a statement that came back, held to the schema and to some rules unless it has a problem."""
        restored = Restored(self.reading, sheet, before)
        said = restored.statement()
        if restored.borrowed:
            times = f" ({counted(restored.borrowed, 'request')})" if restored.borrowed > 1 else ""
            self.borrowed.setdefault(sheet.at.path, []).append(f"{shown(sheet.id)}{times}")
        if not self.reading.troubled(sheet.id):
            self.hold(said, restored.spots)
        return said

    def hold(self, said: Statement, spots: Spots) -> None:
        """Adds a problem for whatever the schema and the rules of an import find in a record, at its place."""
        try:
            line = canonical(to_builtins(said), STATEMENTS)
        except TypeError as error:  # half a character, or a number of more than 64 bits
            message = f"a value of this statement cannot be written: {brief(str(error))}"
            self.reading.tell(spots[()], UNREADABLE, message, "mend it in the tool, and export again", record=said.id)
            return
        _, findings, fits = check_line(line, STATEMENTS, self.corpus.schemas)
        if fits:
            findings = [(code, found) for code in HELD for found in RULES[code].check(said, self.registries)]
        for code, found in findings:
            at = next(spots[key] for n in range(len(found.pointer), -1, -1) if (key := found.pointer[:n]) in spots)
            self.reading.tell(at, code, found.message, found.hint, found.found, found.expected, said.id)
