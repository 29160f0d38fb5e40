"""A folder for Label Studio: tasks with annotations, and the labelling configuration to import first.

One task is one statement, whose other fields are the task's data and so come back unchanged. Spans are regions, labels
and ids choices of a region, English words its text, and a relation leads from each request to who is asked. Label
Studio counts characters in code points (pull request 308 of its frontend, 2021; before, it counted UTF-16 units, and
until pull request 6135 of 2024 some versions misplaced what follows an emoji).
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from chithi.corpus import Corpus
from chithi.formats.format import FolderFormat, Readable
from chithi.formats.label_studio_reading import read_tasks
from chithi.formats.reading import Reading
from chithi.formats.spans import addressees_of, typed_statements
from chithi.records.records import Span, Statement
from chithi.records.schemas import enum_of

COLOURS = {
    "speaker": "#4292c6",
    "role": "#9ecae1",
    "directive": "#fd8d3c",
    "addressee": "#74c476",
    "request": "#9e9ac8",
}
NAMES = {"actors": "name_en", "offices": "title_en", "directives": "title_en"}  # registry -> what names an entry
# The choices of regions: name -> (layers, registry, whether there may be several).
IDS = {
    "actor": (("speaker", "addressee"), "actors", True),
    "office": (("role",), "offices", True),
    "directive_id": (("directive",), "directives", False),
}
Region = dict[str, Any]


class LabelStudio(FolderFormat, Readable):
    """Tasks with regions, choices and relations, and the labelling configuration."""

    name = "label-studio"
    carries = "statements as tasks with regions, choices and relations; a folder"

    def files(self, corpus: Corpus, statements: pl.DataFrame) -> Iterator[tuple[str, bytes]]:
        """The configuration, and all tasks in one file."""
        yield "config.xml", configuration(corpus).encode()
        languages = dict(statements.select("id", "language").iter_rows())
        tasks = [task(statement, languages[statement.id]) for statement in typed_statements(statements)]
        yield "tasks.json", json.dumps(tasks, ensure_ascii=False, indent=1).encode() + b"\n"

    def read(self, reading: Reading, corpus: Corpus) -> None:
        """Reads tasks with their annotations."""
        read_tasks(reading)


def configuration(corpus: Corpus) -> str:
    """The labelling configuration: layers, choices of a region, text, and the relation."""
    labels = (
        f"    <Label value={quoteattr(name)} background={quoteattr(colour)}/>" for name, colour in COLOURS.items()
    )
    lines = ["<View>", '  <Header value="$id"/>', '  <Labels name="layer" toName="text">', *labels, "  </Labels>"]
    lines.append('  <Text name="text" value="$text" granularity="symbol"/>')
    lines.append('  <Text name="translation" value="$translation"/>')
    lines += ["  <Relations>", '    <Relation value="addressee"/>', "  </Relations>"]
    for field in ("act", "topic"):
        allowed = [(value, value) for value in enum_of("statements", "requests", field, schemas=corpus.schemas)]
        lines += choices(field, ("request",), allowed, several=False)
    for name, (layers, registry, several) in IDS.items():
        entries = corpus.table(registry).select("id", NAMES[registry]).iter_rows()
        lines += choices(name, layers, entries, several)
    shown_for = 'whenTagName="layer" whenLabelValue="request"'
    lines.append(f'  <TextArea name="english" toName="text" perRegion="true" maxSubmissions="1" {shown_for}/>')
    return "\n".join([*lines, "</View>", ""])


def choices(name: str, layers: Iterable[str], allowed: Iterable[tuple[str, str]], several: bool) -> list[str]:
    """The lines of a choice of regions, for the regions of some layers. What is allowed is given as (value, hint)."""
    kind = f'choice="{"multiple" if several else "single"}" layout="select"'
    shown_for = f'perRegion="true" whenTagName="layer" whenLabelValue={quoteattr(",".join(layers))}'
    items = (f"    <Choice value={quoteattr(value)} hint={quoteattr(hint)}/>" for value, hint in allowed)
    return [f'  <Choices name="{escape(name)}" toName="text" {kind} {shown_for}>', *items, "  </Choices>"]


def task(statement: Statement, language: str) -> dict[str, Any]:
    """A statement as a task. A translation that is null is an empty text, which Label Studio can show."""
    data = {
        "id": statement.id,
        "report": statement.report,
        "language": language,
        "paragraph": statement.paragraph,
        "text": statement.text,
        "translation": statement.translation or "",
    }
    return {"data": data, "annotations": [{"result": list(result(statement))}]}


def result(statement: Statement) -> Iterator[Region]:
    """The regions of a statement with their choices, and the relations."""
    if found := statement.speaker:
        yield from region("speaker", "speaker", found, {"actor": [found.id]})
    if role := statement.role:
        yield from region("role", "role", role, {"office": role.offices})
    for n, citation in enumerate(statement.directives, 1):
        yield from region(f"directive-{n}", "directive", citation, {"directive_id": [citation.id]})
    asked = addressees_of(statement)
    for n, addressee in enumerate(asked, 1):
        yield from region(f"addressee-{n}", "addressee", addressee, {"actor": addressee.actors})
    for n, request in enumerate(statement.requests, 1):
        yield from region(f"request-{n}", "request", request, {"act": [request.act], "topic": [request.topic]})
        if request.english is not None:
            yield part(f"request-{n}", request, "english", "textarea", {"text": [request.english]})
    for n, request in enumerate(statement.requests, 1):
        if request.addressee:
            target = f"addressee-{asked.index(request.addressee) + 1}"
            ends = {"from_id": f"request-{n}", "to_id": target, "direction": "right"}
            yield {"type": "relation", **ends, "labels": ["addressee"]}


def region(name: str, layer: str, span: Span, chosen: dict[str, list[str]]) -> Iterator[Region]:
    """A region, and what is chosen for it. The parts of a region have its id."""
    yield part(name, span, "layer", "labels", {"text": span.text, "labels": [layer]})
    for control, values in chosen.items():
        yield part(name, span, control, "choices", {"choices": values})


def part(name: str, span: Span, control: str, kind: str, value: dict[str, Any]) -> Region:
    """One part of a region: what one control of the configuration says of it."""
    place = {"start": span.start, "end": span.end}
    return {"id": name, "from_name": control, "to_name": "text", "type": kind, "value": place | value}
