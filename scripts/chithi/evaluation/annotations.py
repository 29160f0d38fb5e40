"""The layers and labels that evaluation compares. Only this module knows how a statement is built."""

from collections.abc import Callable, Iterable
from operator import attrgetter, itemgetter
from typing import Any, Protocol

from msgspec import Struct

Span = tuple[int, int]  # half-open offsets in code points
Placed = tuple[int, int, Any]  # the offsets of a span, and the span as its record has it
Label = str | list[str] | None

OFFSETS = itemgetter(0, 1)  # of a Placed
LAYERS = ("speaker", "role", "directive", "request", "addressee")


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


class Marked(Protocol):
    """Whatever has the spans of a statement."""

    speaker: Any
    role: Any
    directives: Any
    requests: Any


class Annotated(Marked, Protocol):
    """A statement, or a system's prediction of one."""

    id: Any
    report: Any
    text: Any


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


def layers_of(annotated: Marked) -> tuple[list[Placed], ...]:
    """The spans of each of LAYERS, in the order of the text. An addressee that several requests share counts once."""
    speaker, role = annotated.speaker, annotated.role
    requests = placed(annotated.requests or ())
    addressees = placed(request.addressee for _, _, request in requests if request.addressee)
    if len(addressees) > 1:
        addressees = list({OFFSETS(one): one for one in addressees}.values())
    return (
        [(speaker.start, speaker.end, speaker)] if speaker else [],
        [(role.start, role.end, role)] if role else [],
        placed(annotated.directives or ()),
        requests,
        addressees,
    )


def placed(spans: Iterable[Any]) -> list[Placed]:
    """Spans with their offsets, in the order of the text."""
    found = [(span.start, span.end, span) for span in spans]
    if len(found) > 1:
        found.sort(key=OFFSETS)
    return found


def annotation(annotated: Annotated) -> Annotation:
    """The annotation that a statement or a prediction holds."""
    found = zip(LAYERS, layers_of(annotated), strict=True)
    layers = {layer: [Mention(layer, (start, end), span) for start, end, span in spans] for layer, spans in found}
    return Annotation(annotated.id, annotated.report, annotated.text, layers)
