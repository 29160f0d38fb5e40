"""The layers and labels that evaluation compares. Only this module knows how a statement is built."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from chithi.records.records import Statement

Span = tuple[int, int]  # half-open offsets in code points
Label = str | list[str]

LAYERS = ("speaker", "role", "directive", "request", "addressee")
ATTRIBUTES: dict[str, dict[str, Callable[[Any], Label]]] = {
    "speaker": {"id": attrgetter("id")},
    "role": {"offices": lambda role: sorted(role.offices)},
    "directive": {"id": attrgetter("id")},
    "request": {"act": attrgetter("act"), "topic": attrgetter("topic")},
    "addressee": {"actors": lambda addressee: sorted(addressee.actors)},
}


@dataclass(frozen=True, slots=True)
class Mention:
    """One span of a layer: its offsets, its text, and its labels by attribute."""

    span: Span
    text: str
    labels: dict[str, Label]


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation of one text.

    `layers` has a list for each of LAYERS: its mentions in the order of the text, with distinct spans.
    """

    id: str
    report: str
    text: str
    layers: dict[str, list[Mention]]


def annotation(statement: Statement) -> Annotation:
    """The annotation that a statement holds. A span that several requests share counts once."""
    found: dict[str, dict[Span, Mention]] = {layer: {} for layer in LAYERS}
    for layer, _, span in statement.spans():
        labels = {name: label(span) for name, label in ATTRIBUTES[layer].items()}
        mention = Mention((span.start, span.end), span.text, labels)
        found[layer][mention.span] = mention
    layers = {layer: [by_span[span] for span in sorted(by_span)] for layer, by_span in found.items()}
    return Annotation(statement.id, statement.report, statement.text, layers)
