"""Level corpus, statement by statement: what a statement refers to exists, and fits."""

from collections.abc import Iterator
from pathlib import Path

from chithi.records.layout import in_corpus, strangers
from chithi.records.spans import Span
from chithi.text.display import shown
from chithi.text.document_numbers import agree
from chithi.text.person_names import same_name
from chithi.validation.findings import Finding
from chithi.validation.index import Record, Registries
from chithi.validation.rule import rule
from chithi.validation.rules.schema import near


def unknown(pointer: tuple[str | int, ...], kind: str, name: str, registry: dict[str, Record]) -> Iterator[Finding]:
    """The finding that an id is in no registry; a registry that is empty could not be read, and accuses nobody."""
    if registry and name not in registry:
        message = f"unknown {kind} id {shown(name)}{near(name, tuple(registry))}"
        yield Finding(pointer, message, f"correct it, or add the entry to {kind}s.jsonl")


@rule("T411", "statement", tolerable=True)
def other_number(statement: Record, registries: Registries) -> Iterator[Finding]:
    """A citation prints another number than its registry entry has.

    Spellings may differ (Đ or D, separators, digits, Cyrillic letters), a short number is enough, the number itself must be the same.

    Bad: "Directive 35-CT/TW" with the id 45-ct-tw-2025
    Good: "Directive 45-CT/TW" with the id 45-ct-tw-2025
    """
    for n, span in enumerate(statement["directives"]):
        entry = registries.directives.get(span["id"])
        if entry and not agree(span["text"], entry["number"]):
            hint = "correct the id, or the number in the text"
            yield Finding(("directives", n, "id"), "the citation prints another number", hint, shown(span["text"]), shown(entry["number"]))


@rule("C501", "corpus")
def unknown_report(statement: Record, registries: Registries) -> Iterator[Finding]:
    """A statement belongs to a report that reports.jsonl does not have.

    Bad: "report":"ha-giang-inspection.ru"
    Good: "report":"ha-giang-inspection-2025-03.ru"
    """
    yield from unknown(("report",), "report", statement["report"], registries.reports)


@rule("C502", "corpus")
def unknown_speaker(statement: Record, registries: Registries) -> Iterator[Finding]:
    """A speaker id is not in speakers.jsonl.

    Bad: "id":"tran-than-man"
    Good: "id":"tran-thanh-man"
    """
    if statement["speaker"]:
        yield from unknown(("speaker", "id"), "speaker", statement["speaker"]["id"], registries.speakers)


@rule("C503", "corpus")
def unknown_office(statement: Record, registries: Registries) -> Iterator[Finding]:
    """An office id is not in offices.jsonl.

    Bad: "offices":["national-assembly-chairman"]
    Good: "offices":["national-assembly-chair"]
    """
    for n, office in enumerate(statement["role"]["offices"] if statement["role"] else ()):
        yield from unknown(("role", "offices", n), "office", office, registries.offices)


@rule("C504", "corpus")
def unknown_directive(statement: Record, registries: Registries) -> Iterator[Finding]:
    """A directive id is not in directives.jsonl.

    Bad: "id":"45-ct-tw"
    Good: "id":"45-ct-tw-2025"
    """
    for n, span in enumerate(statement["directives"]):
        yield from unknown(("directives", n, "id"), "directive", span["id"], registries.directives)


@rule("C505", "corpus")
def id_of_other_report(statement: Record, registries: Registries) -> Iterator[Finding]:
    """A statement's id does not begin with its report's.

    Bad: "id":"x.pl.01","report":"y.pl"
    Good: "id":"y.pl.01","report":"y.pl"
    """
    report, _, _ = statement["id"].rpartition(".")
    if report != statement["report"]:
        hint = "the id is the report's id, a point, and two or more digits"
        yield Finding(("id",), "the id does not begin with the report's", hint, shown(statement["id"]), shown(statement["report"] + ".01"))


@rule("C506", "corpus", tolerable=True)
def role_of_a_body(statement: Record, registries: Registries) -> Iterator[Finding]:
    """A body has a role.

    Offices are held by persons; a committee or a delegation holds none.

    Bad: speaker "Standing Committee" with the role "secretary"
    Good: the role null, or the person as the speaker
    """
    speaker = registries.speakers.get(statement["speaker"]["id"]) if statement["speaker"] else None
    if statement["role"] and speaker and speaker["kind"] == "body":
        hint = "set the role to null, or name the person as speaker"
        yield Finding(("role",), f"the body {shown(speaker['id'])} has a role", hint, shown(statement["role"]["text"]))


@rule("C507", "corpus", tolerable=True)
def issued_afterwards(statement: Record, registries: Registries) -> Iterator[Finding]:
    """A document was issued after the report that cites it.

    Numbers collide: 45-CT/TW is of 2020 and of 2025. Dates are compared as far as both are known.

    Bad: a report of March 2025 that cites 45-ct-tw-2025, of 14 April 2025
    Good: the document of that number that existed then
    """
    report = registries.reports.get(statement["report"])
    spoken = (report["published"] or report["held"]) if report else None
    for n, span in enumerate(statement["directives"]):
        entry: Span | None = registries.directives.get(span["id"])
        if spoken and entry and entry["issued"] and entry["issued"][: len(spoken)] > spoken[: len(entry["issued"])]:
            message = f"{shown(span['id'])} was issued after the report that cites it"
            yield Finding(
                ("directives", n, "id"), message, "find the document of that number that existed then", entry["issued"], f"until {spoken}"
            )


@rule("C508", "corpus", tolerable=True)
def paragraph_without_article(statement: Record, registries: Registries) -> Iterator[Finding]:
    """A paragraph is given without an article, or an article without the paragraph.

    `paragraph` counts the lines of the article whose `sha256` the report gives; both are there or neither.

    Bad: "paragraph":3 where the report's sha256 is null
    Good: "paragraph":null there
    """
    report = registries.reports.get(statement["report"])
    if report and (report["sha256"] is None) != (statement["paragraph"] is None):
        held = report["sha256"] is not None
        message = "the article is held, but no paragraph is given" if held else "a paragraph is given, but the article is not held"
        hint = "give the number of the article's non-empty line" if held else "set it to null, or give the report's sha256"
        yield Finding(("paragraph",), message, hint, shown(statement["paragraph"]))


@rule("C516", "corpus", tolerable=True)
def other_name(statement: Record, registries: Registries) -> Iterator[Finding]:
    """A speaker id is used with another person's name.

    Names in Latin letters are compared word by word, others by their sound as far as their script gives it.

    Bad: "text":"Truong Thi Mai","id":"tran-thanh-man"
    Good: "text":"Truong Thi Mai","id":"truong-thi-mai"
    """
    span = statement["speaker"]
    speaker = registries.speakers.get(span["id"]) if span else None
    if span and speaker and speaker["kind"] == "person" and not same_name(span["text"], speaker["name_en"]):
        hint = "correct the id, or the name in the text"
        yield Finding(("speaker", "id"), "the name is not that of the speaker", hint, shown(span["text"]), shown(speaker["name_en"]))


@rule("C509", "corpus", of="file")
def in_file_of_other_report(statement: Record, path: Path) -> Iterator[Finding]:
    """A statement stands in the file of another report.

    Bad: a statement of ha-giang-inspection-2025-03.ru in central-party-office-2025.de.jsonl
    Good: every statement in statements/<report id>.jsonl
    """
    if in_corpus(path) and statement["report"] != path.stem:
        hint = "move the statement, or rename the file or the report"
        yield Finding(("report",), "the statement stands in the file of another report", hint, shown(statement["report"]), shown(path.stem))


@rule("C510", "corpus", of="folder")
def stranger(corpus: Path) -> Iterator[tuple[Path, Finding]]:
    """A JSON file belongs to no table.

    It would be passed over unseen.

    Bad: corpus/speakers-new.jsonl
    Good: its entries in corpus/speakers.jsonl
    """
    for path in strangers(corpus):
        yield (
            path,
            Finding((), "the file belongs to no table of the corpus", "move its records into one of the tables, or the file elsewhere"),
        )
