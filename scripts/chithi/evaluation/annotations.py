"""The layers and labels that evaluation compares. Only this module knows how a statement is built."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Protocol

from msgspec import Struct

from chithi.records.pointers import Pointer

Span = tuple[int, int]  # half-open offsets in code points
Label = str | list[str] | None

LAYERS = ("speaker", "role", "directive", "request", "addressee")
SHARED = "addressee"  # the layer whose spans several requests may share


def ids_of(attribute: str) -> Callable[[Any], Label]:
    """Reads a list of ids, whose order does not matter."""
    return lambda span: sorted(getattr(span, attribute) or ())


ATTRIBUTES: dict[str, dict[str, Callable[[Any], Label]]] = {
    "speaker": {"id": attrgetter("id")},
    "role": {"offices": ids_of("offices")},
    "directive": {"id": attrgetter("id")},
    "request": {"act": attrgetter("act"), "topic": attrgetter("topic")},
    "addressee": {"actors": ids_of("actors")},
}


class Annotated(Protocol):
    """A statement, or a system's prediction of one."""

    id: Any
    report: Any
    text: Any
    speaker: Any
    directives: Any
    requests: Any

    def spans(self) -> Iterator[tuple[str, Pointer, Any]]:
        """All spans as (layer, pointer, span), each request before its addressee."""
        ...


class Mention(Struct, frozen=True, gc=False):
    """One span of a layer: its offsets, and the span as its record has it, from which labels are read when needed."""

    layer: str
    span: Span
    record: Any

    @property
    def text(self) -> str:
        """The text of the span."""
        return str(self.record.text)

    @property
    def labels(self) -> dict[str, Label]:
        """The labels by attribute."""
        return {name: label(self.record) for name, label in ATTRIBUTES[self.layer].items()}


class Annotation(Struct, frozen=True, gc=False):
    """One annotation of one text.

    `layers` has a list for each of LAYERS: its mentions in the order of the text.
    """

    id: str
    report: str
    text: str
    layers: dict[str, list[Mention]]


def annotation(annotated: Annotated) -> Annotation:
    """The annotation that a statement or a prediction holds. An addressee that several requests share counts once."""
    layers: dict[str, list[Mention]] = {layer: [] for layer in LAYERS}
    for layer, _, span in annotated.spans():
        layers[layer].append(Mention(layer, (span.start, span.end), span))
    for layer, mentions in layers.items():
        if len(mentions) > 1:
            mentions.sort(key=attrgetter("span"))
            if layer == SHARED:
                layers[layer] = list({mention.span: mention for mention in mentions}.values())
    return Annotation(annotated.id, annotated.report, annotated.text, layers)
