"""What evaluation reads from a statement. This module alone knows how a record is built."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from chithi.records.spans import spans

Record = dict[str, Any]
Span = tuple[int, int]  # half-open offsets in code points
Label = str | list[str]

LAYERS = ("speaker", "role", "directive", "request", "addressee")
ATTRIBUTES: dict[str, dict[str, Callable[[Record], Label]]] = {
    "speaker": {"id": itemgetter("id")},
    "role": {"offices": lambda span: sorted(span["offices"])},
    "directive": {"id": itemgetter("id")},
    "request": {"act": itemgetter("act"), "topic": itemgetter("topic")},
    "addressee": {},
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

    `layers` has a list for each of LAYERS: its mentions in the order of the text, and no span twice.
    """

    id: str
    report: str
    text: str
    layers: dict[str, list[Mention]]


def annotation(record: Record) -> Annotation:
    """The annotation that a statement holds. A span that several requests share counts once."""
    found: dict[str, dict[Span, Mention]] = {layer: {} for layer in LAYERS}
    for layer, _, span in spans(record):
        labels = {name: label(span) for name, label in ATTRIBUTES[layer].items()}
        mention = Mention((span["start"], span["end"]), span["text"], labels)
        found[layer][mention.span] = mention
    layers = {layer: [by_span[span] for span in sorted(by_span)] for layer, by_span in found.items()}
    return Annotation(record["id"], record["report"], record["text"], layers)
