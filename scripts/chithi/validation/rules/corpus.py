"""Level corpus, across records: ids, splits, labels, duplicates and unused entries."""

from collections.abc import Iterator
from itertools import chain

from chithi.records.records import ANY, Actor, Directive, Office, Registries, Statement
from chithi.text.display import shown
from chithi.text.duplicates import RESEMBLANCE
from chithi.text.folding import normalised
from chithi.validation.findings import Finding, Location
from chithi.validation.index import CorpusIndex
from chithi.validation.rule import corpus_rule
from chithi.validation.strings import composed

WORDING = {"start", "end", "text", "english", "addressee"}  # of a span: no labels, or another span's
Placed = Iterator[tuple[Location, Finding]]


@corpus_rule("C521", "duplicate-id", whole=False)
def id_twice(index: CorpusIndex, registries: Registries) -> Placed:
    """An id stands twice in a table.

    Bad: two actors with the id le-minh-hung
    Good: one entry for one person
    """
    passes = index.passes.repeated_ids() if index.passes else ()
    for place, name, first in chain(index.twice, index.repeated_ids(), passes):
        hint = "give one of them another id, or merge them"
        yield place, Finding(("id",), f"the id {shown(name)} stands already at {index.called(first)}", hint)


@corpus_rule("C522", "event-in-both-splits")
def event_in_two_splits(index: CorpusIndex, registries: Registries) -> Placed:
    """Reports of one event are in different splits.

    Reports of one event say the same things in several languages, so the test data would leak into training.

    Bad: ha-giang-inspection-2025-03.ru in train, ha-giang-inspection-2025-03.en in test
    Good: both in train
    """
    split_of: dict[str, str] = {}
    for report in registries.reports.values():
        first = split_of.setdefault(report.event, report.split)
        if report.split != first:
            hint = "give all reports of an event the split that the event has had first"
            message = f"the event {shown(report.event)} is in both splits"
            finding = Finding(("split",), message, hint, shown(report.split), shown(first))
            yield index.places["reports"][report.id], finding


@corpus_rule("C523", "unused-entry", tolerable=True)
def unused_entry(index: CorpusIndex, registries: Registries) -> Placed:
    """A registry entry is used by no statement.

    Bad: an office that no role names
    Good: entries that statements refer to
    """
    for table in ("actors", "offices", "directives"):
        for name, place in index.places.get(table, {}).items():
            if not index.may_use(table, name):
                hint = "remove the entry, or correct the statement that means it"
                yield place, Finding(("id",), f"no statement refers to {shown(name)}", hint)


@corpus_rule("C524", "language-in-one-split", tolerable=True)
def language_in_one_split(index: CorpusIndex, registries: Registries) -> Placed:
    """A language is in one split only, though the corpus has two.

    A model trained on a language should be tested on it, too.

    Bad: all Russian reports in train
    Good: Russian reports in train and in test
    """
    if registries.doubtful.get("reports") or len({report.split for report in registries.reports.values()}) == 1:
        return
    splits: dict[str, set[str]] = {}
    for report in registries.reports.values():
        splits.setdefault(report.language, set()).add(report.split)
    for report in registries.reports.values():
        if len(found := splits.pop(report.language, {"train", "test"})) == 1:
            message = f"the language {shown(report.language)} is in one split only"
            add = "add a report of another event in that language to the other split"
            hint = f"{add}, or tolerate it in exceptions.jsonl"
            finding = Finding(("language",), message, hint, found.pop(), "train and test")
            yield index.places["reports"][report.id], finding


@corpus_rule("C525", "conflicting-labels", whole=False, tolerable=True)
def labelled_twice(index: CorpusIndex, registries: Registries) -> Placed:
    """The same text stands twice with different labels.

    Two texts are the same if they differ in case, punctuation, spaces or normal form alone. Labels are the same if
    their spans stand in the same places, counted without these differences, with the same values. How the translation
    is worded does not matter.

    Bad: one sentence with the act instruct here and request there
    Good: one decision for one text
    """
    groups = index.texts.repeated()
    statements = index.statements(n for group in groups for n in group)
    for group in groups:
        first: dict[str, int] = {}
        for n in group:
            plain = normalised(statements[n].text)
            if not plain or misplaced(statements[n]):
                continue
            before = first.setdefault(plain, n)
            if before != n and labels(statements[n]) != labels(statements[before]):
                message = f"the same text has other labels at {index.called(index.place(before))}"
                hint = "decide by the guidelines, and label both alike"
                yield index.place(n), Finding(("text",), message, hint, shown(statements[n].text))


def misplaced(statement: Statement) -> bool:
    """Whether a span's text is not what stands at its offsets, which is told already."""
    return any(statement.text[span.start : span.end] != span.text for _, _, span in statement.spans())


def labels(statement: Statement) -> list[tuple[object, ...]]:
    """All labels that an annotator gives to a text, in an order, with their places in the normalised text."""
    found: list[tuple[object, ...]] = []
    for layer, pointer, span in statement.spans():
        before = len(normalised(statement.text[: span.start]))
        values = {key: getattr(span, key) for key in span.__struct_fields__ if key not in WORDING}
        found.append((pointer, layer, before, normalised(span.text), values))
    return found


@corpus_rule("C526", "near-duplicate-across-splits", whole=False, tolerable=True)
def leak(index: CorpusIndex, registries: Registries) -> Placed:
    """A text of the test split has a near-duplicate in the train split.

    Two texts are near-duplicates if the Jaccard index of their runs of eight characters is 0.5 or more. The characters
    are letters, digits and combining marks in lower case and in NFKC, with one space between words, so case,
    punctuation, spaces and normal forms do not count. A text of fewer than eight is its only run.

    Bad: a sentence in train, and the same with another date in test
    Good: passages of different events in different words
    """
    near = list(index.texts.near_duplicates(index.tested(), index.texts_of))
    statements = index.statements(n for test, train, _ in near for n in (test, train))
    for test, train, score in near:
        one, two = statements[test], statements[train]
        message = f"{shown(one.id)} resembles {shown(two.id)} of the train split by {score:.2f}"
        values = shown(one.text), f"resemblance under {RESEMBLANCE} to {shown(two.text)}"
        hint = "restate it anew, or see whether the events are one"
        yield index.place(test), Finding(("text",), message, hint, *values)


@corpus_rule("C527", "duplicate-entry", tolerable=True)
def one_thing_twice(index: CorpusIndex, registries: Registries) -> Placed:
    """Two registry entries stand for one thing.

    Two actors count as one if they share kind, level, name and note; two documents, if they share number and date; two
    offices, if they share title and level. The name of an actor is that in the original language, if there is one.

    Bad: le-minh-hung and lee-minh-hung, both Lê Minh Hưng
    Good: one entry
    """
    for table in ("actors", "offices", "directives"):
        first: dict[object, str] = {}
        for name, entry in getattr(registries, table).items():
            other = first.setdefault(identity(entry), name)
            if other != name:
                hint = "merge them, or say in a note what sets them apart"
                message = f"{shown(name)} and {shown(other)} seem to be one"
                yield index.places[table][name], Finding(("id",), message, hint)


def identity(entry: Actor | Office | Directive) -> tuple[str | None, ...]:
    """The fields that two entries of a registry share only if they stand for one thing."""
    entry = composed(entry)
    if isinstance(entry, Actor):
        return entry.name_original or entry.name_en, entry.kind, entry.level, entry.note
    if isinstance(entry, Office):
        return entry.title_en, entry.level
    return (entry.number, entry.issued) if entry.number else (entry.title_en, entry.issuer)


@corpus_rule("C528", "report-without-statements", tolerable=True)
def report_without_statements(index: CorpusIndex, registries: Registries) -> Placed:
    """A report has no statements.

    Bad: a report in reports.jsonl without statements/<id>.jsonl
    Good: a report with its statements
    """
    for name, place in index.places.get("reports", {}).items():
        if not index.may_use("reports", name):
            message = f"no statement belongs to the report {shown(name)}"
            yield place, Finding(("id",), message, f"write statements/{name}.jsonl, or remove the report")


@corpus_rule("C556", "office-told-late", whole=False, tolerable=True)
def office_told_late(index: CorpusIndex, registries: Registries) -> Placed:
    """An office is named only after its holder has already spoken in the report.

    Where a speaker first speaks in a report, the text names all the offices that the report gives him or her anywhere.
    Later texts may name all of them, some, or none. Offices are never distributed over statements.

    Bad: "deputy secretary" in the first statement of a speaker, "chair of the People's Committee" in the second
    Good: both in the first
    """
    late = [pair for pair in index.offices.told_late() if len({index.place(n).path for n in pair}) == 1]
    statements = index.statements(n for pair in late for n in pair)
    for first, later in late:
        statement, told = statements[later], statements[first].role
        if statement.report in index.doubtful or ANY in index.doubtful or not (statement.speaker and statement.role):
            continue
        new = [office for office in statement.role.offices if office not in (told.offices if told else ())]
        if known := [office for office in new if office in registries.offices]:
            message = f"{shown(statement.speaker.id)} has spoken before, at {index.called(index.place(first))}"
            hint = "tell it where the speaker first speaks, or leave it out here"
            yield (
                index.place(later),
                Finding(("role", "offices"), message, hint, ", ".join(map(shown, known)), "an office told there"),
            )
