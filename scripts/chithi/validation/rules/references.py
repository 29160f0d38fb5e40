"""Level corpus, on references: what a statement refers to exists, and agrees with the statement."""

import os
from collections.abc import Iterable, Iterator, Set
from itertools import chain
from operator import attrgetter
from pathlib import Path

from chithi.records.layout import strangers
from chithi.records.pointers import Pointer
from chithi.records.records import Registries, Statement
from chithi.text.display import shown
from chithi.text.person_names import same_name
from chithi.validation.columns import Columns, Layer, failing
from chithi.validation.findings import Finding
from chithi.validation.numbering import numbering_of
from chithi.validation.rule import file_rule, folder_rule, statement_rule
from chithi.validation.rules.schema import near


def unknown(pointer: Pointer, table: str, name: str, registries: Registries) -> Iterator[Finding]:
    """Reports an id that its registry lacks."""
    if not registries.may_have(table, name):
        message = f"unknown {table.removesuffix('s')} id {shown(name)}{near(name, registries.ids_of(table))}"
        yield Finding(pointer, message, f"correct it, or add the entry to {table}.jsonl")


def wrongly_numbered(columns: Columns) -> Iterable[int]:
    """Statements with a citation that prints another number than its entry. Equal pairs are compared once."""
    entries, agree = columns.registries.directives, numbering_of(columns.registries.schemas).agree

    def right(text: str, name: str) -> bool:
        return name not in entries or agree(text, entries[name].number)

    return failing(columns.directives, right, "text", "id")


@statement_rule("T411", "wrong-document-number", wrongly_numbered, tolerable=True)
def other_number(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A citation prints another number than its registry entry has.

    Spellings may differ (separators, digits, Cyrillic letters, Đ or D), and a short number is enough. The number itself
    must be the same. Where a corpus has a form of its own for numbers, they are compared by their digits and letters.

    Bad: "Directive 35-CT/TW" with the id 45-ct-tw-2025
    Good: "Directive 45-CT/TW" with the id 45-ct-tw-2025
    """
    agree = numbering_of(registries.schemas).agree
    for n, span in enumerate(statement.directives):
        entry = registries.directives.get(span.id)
        if entry and not agree(span.text, entry.number):
            hint = "correct the id, or the number in the text"
            values = shown(span.text), shown(entry.number)
            yield Finding(("directives", n, "id"), "the citation prints another number", hint, *values)


def of_unknown_reports(columns: Columns) -> Iterable[int]:
    """Statements of an unknown report."""
    return [n for n, report in enumerate(columns.reports) if report is None]


@statement_rule("C501", "unknown-report", of_unknown_reports)
def unknown_report(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A statement belongs to a report that reports.jsonl does not have.

    Bad: "report":"ha-giang-inspection.ru"
    Good: "report":"ha-giang-inspection-2025-03.ru"
    """
    yield from unknown(("report",), "reports", statement.report, registries)


def with_unknown_actors(columns: Columns) -> Iterable[int]:
    """Statements with an unknown speaker or an unknown addressee."""
    known = columns.registries.actors.keys()
    yield from failing(columns.speakers, known.__contains__, "id")
    yield from listing_unknown(columns.addressees, "actors", known)


@statement_rule("C502", "unknown-actor", with_unknown_actors)
def unknown_actor(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """The id of a speaker or of an addressee is not in actors.jsonl.

    Bad: "id":"tran-than-man"
    Good: "id":"tran-thanh-man"
    """
    if statement.speaker:
        yield from unknown(("speaker", "id"), "actors", statement.speaker.id, registries)
    for n, request in enumerate(statement.requests):
        for m, actor in enumerate(request.addressee.actors if request.addressee else ()):
            yield from unknown(("requests", n, "addressee", "actors", m), "actors", actor, registries)


def unknown_holders(columns: Columns) -> Iterable[int]:
    """Statements with a role that names an unknown office."""
    return listing_unknown(columns.roles, "offices", columns.registries.offices.keys())


def listing_unknown(of: Layer, field: str, known: Set[str]) -> Iterator[int]:
    """Statements with a span that has an unknown id in a field that is a list of ids."""
    lists = list(map(attrgetter(field), of.spans))
    if not known >= set(chain.from_iterable(lists)):  # most often all are known
        yield from (n for n, ids in zip(of.owners, lists, strict=True) if not known >= set(ids))


@statement_rule("C503", "unknown-office", unknown_holders)
def unknown_office(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """An office id is not in offices.jsonl.

    Bad: "offices":["national-assembly-chairman"]
    Good: "offices":["national-assembly-chair"]
    """
    for n, office in enumerate(statement.role.offices if statement.role else ()):
        yield from unknown(("role", "offices", n), "offices", office, registries)


def unknown_citations(columns: Columns) -> Iterable[int]:
    """Statements that cite an unknown document."""
    return failing(columns.directives, columns.registries.directives.__contains__, "id")


@statement_rule("C504", "unknown-directive", unknown_citations)
def unknown_directive(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A directive id is not in directives.jsonl.

    Bad: "id":"45-ct-tw"
    Good: "id":"45-ct-tw-2025"
    """
    for n, span in enumerate(statement.directives):
        yield from unknown(("directives", n, "id"), "directives", span.id, registries)


def of_other_reports(columns: Columns) -> Iterable[int]:
    """Statements whose id does not begin with the id of their report."""
    return [n for n, statement in enumerate(columns.statements) if statement.id.rpartition(".")[0] != statement.report]


@statement_rule("C505", "id-of-other-report", of_other_reports)
def id_of_other_report(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A statement's id does not begin with the id of its report.

    Bad: "id":"x.pl.01","report":"y.pl"
    Good: "id":"y.pl.01","report":"y.pl"
    """
    report, _, _ = statement.id.rpartition(".")
    if report != statement.report:
        hint = "the id is the report's id, a point, and two or more digits"
        values = shown(statement.id), shown(statement.report + ".01")
        yield Finding(("id",), "the id does not begin with the report's", hint, *values)


def bodies_with_roles(columns: Columns) -> Iterable[int]:
    """Statements with a role whose speaker is a body or a group."""
    entries = columns.registries.actors
    bodies = failing(columns.speakers, lambda name: name not in entries or entries[name].kind == "person", "id")
    return set(columns.roles.owners).intersection(bodies)


@statement_rule("C506", "role-of-body", bodies_with_roles, tolerable=True)
def role_of_a_body(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A body or a group has a role.

    Only persons hold offices; a committee, a delegation or a class of people holds none.

    Bad: speaker "Standing Committee" with the role "secretary"
    Good: the role null, or the person as the speaker
    """
    speaker = registries.actors.get(statement.speaker.id) if statement.speaker else None
    if statement.role and speaker and speaker.kind != "person":
        hint = "set the role to null, or name the person as speaker"
        message = f"the {speaker.kind} {shown(speaker.id)} has a role"
        yield Finding(("role",), message, hint, shown(statement.role.text))


def cited_early(columns: Columns) -> Iterable[int]:
    """Statements that cite a document issued after their report."""
    entries, reports = columns.registries.directives, columns.reports
    for n, span in columns.directives.pairs():
        entry, report = entries.get(span.id), reports[n]
        if report and entry and entry.issued and is_later(entry.issued, report.published or report.held or ""):
            yield n


def is_later(issued: str, spoken: str) -> bool:
    """Whether a document was issued after a day, year or month, to the precision that both dates share."""
    return issued[: len(spoken)] > spoken[: len(issued)]


@statement_rule("C507", "cited-before-issue", cited_early, tolerable=True)
def issued_afterwards(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A document was issued after the report that cites it.

    Numbers may be used again, such as 45-CT/TW in 2020 and in 2025. If one date lacks the day or the month, only what
    both dates give is compared.

    Bad: a report of March 2025 that cites 45-ct-tw-2025, of 14 April 2025
    Good: the document of that number that existed then
    """
    report = registries.reports.get(statement.report)
    spoken = (report.published or report.held) if report else None
    for n, span in enumerate(statement.directives):
        entry = registries.directives.get(span.id)
        if spoken and entry and entry.issued and is_later(entry.issued, spoken):
            message = f"{shown(span.id)} was issued after the report that cites it"
            hint = "find the document of that number that existed then"
            yield Finding(("directives", n, "id"), message, hint, entry.issued, f"until {spoken}")


def oddly_numbered(columns: Columns) -> Iterable[int]:
    """Statements with a paragraph but no article, or with an article but no paragraph."""
    pairs = enumerate(zip(columns.statements, columns.reports, strict=True))
    return [n for n, (one, report) in pairs if report and (report.sha256 is None) != (one.paragraph is None)]


@statement_rule("C508", "paragraph-without-article", oddly_numbered, tolerable=True)
def paragraph_without_article(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A paragraph is given without an article, or an article without the paragraph.

    `paragraph` is a line of the article whose `sha256` the report gives. Both are given, or neither is.

    Bad: "paragraph":3 where the report's sha256 is null
    Good: "paragraph":null there
    """
    report = registries.reports.get(statement.report)
    if report and (report.sha256 is None) != (statement.paragraph is None):
        if report.sha256 is not None:
            message = "the article is held, but no paragraph is given"
            hint = "give the number of the article's non-empty line"
        else:
            message = "a paragraph is given, but the article is not held"
            hint = "set it to null, or give the report's sha256"
        yield Finding(("paragraph",), message, hint, shown(statement.paragraph))


def wrongly_named(columns: Columns) -> Iterable[int]:
    """Statements that give a person another's name. Equal pairs of name and id are compared once."""
    names = {name: entry.name_en for name, entry in columns.registries.actors.items() if entry.kind == "person"}

    def right(text: str, name: str) -> bool:
        return name not in names or same_name(text, names[name])

    return failing(columns.speakers, right, "text", "id")


@statement_rule("C516", "wrong-speaker-name", wrongly_named, tolerable=True)
def other_name(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """An actor's id is used for a speaker with another name.

    Names in Latin letters are compared word by word. Others are compared by sound, as far as their script shows it.

    Bad: "text":"Truong Thi Mai","id":"tran-thanh-man"
    Good: "text":"Truong Thi Mai","id":"truong-thi-mai"
    """
    span = statement.speaker
    speaker = registries.actors.get(span.id) if span else None
    if span and speaker and speaker.kind == "person" and not same_name(span.text, speaker.name_en):
        hint = "correct the id, or the name in the text"
        values = shown(span.text), shown(speaker.name_en)
        yield Finding(("speaker", "id"), "the name is not that of the speaker", hint, *values)


def misfiled(columns: Columns) -> Iterable[int]:
    """Statements in the file of another report."""
    pairs = list(zip(columns.paths, columns.report_ids, strict=True))
    wrong = {(path, report) for path, report in set(pairs) if not path.endswith(f"{os.sep}{report}.jsonl")}
    return [n for n, pair in enumerate(pairs) if pair in wrong] if wrong else ()


@file_rule("C509", "statement-in-wrong-file", misfiled, explains=("C505", "T412"))
def in_file_of_other_report(statement: Statement, path: Path) -> Iterator[Finding]:
    """A statement stands in the file of another report.

    It is told once for all statements of a file that belong to the same other report.

    Bad: a statement of ha-giang-inspection-2025-03.ru in central-party-office-2025.de.jsonl
    Good: every statement in statements/<report id>.jsonl
    """
    if statement.report != path.stem:
        hint = "move the statement, or rename the file or the report"
        values = shown(statement.report), shown(path.stem)
        yield Finding(("report",), "the statement stands in the file of another report", hint, *values)


@folder_rule("C510", "unexpected-file")
def stranger(corpus: Path) -> Iterator[tuple[Path, Finding]]:
    """A JSON file belongs to no table.

    The tools would ignore it silently.

    Bad: corpus/actors-new.jsonl
    Good: its entries in corpus/actors.jsonl
    """
    for path in strangers(corpus):
        hint = "move its records into one of the tables, or the file elsewhere"
        yield path, Finding((), "the file belongs to no table of the corpus", hint)
