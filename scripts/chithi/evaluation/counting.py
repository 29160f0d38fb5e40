"""What is counted for one statement: spans, matches, and labels of matches that agree.

A row of counts has a run of columns for each of BLOCKS: the layers, and the tuples.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chithi.evaluation.annotations import ATTRIBUTES, LAYERS, Annotated, Span, annotation
from chithi.evaluation.matching import Layer, match_spans

TUPLE = "tuple"
MATCHINGS = ("exact", "overlap")
SPANS = ("gold", "predicted", *MATCHINGS)  # spans in gold, predicted, matched and equal, matched
BLOCKS = {layer: [*SPANS, *(f"{a} {how}" for a in names for how in MATCHINGS)] for layer, names in ATTRIBUTES.items()}
BLOCKS[TUPLE] = list(SPANS)
WIDTH = sum(map(len, BLOCKS.values()))


def columns() -> Iterator[tuple[str, slice]]:
    """The columns of each block in a row of counts."""
    at = 0
    for block, names in BLOCKS.items():
        yield block, slice(at, at + len(names))
        at += len(names)


def counts(gold: Annotated, predicted: Annotated) -> list[int]:
    """The counts of one statement: WIDTH integers, in the order of BLOCKS."""
    one, two = annotation(gold), annotation(predicted)
    row: list[int] = []
    for name in LAYERS:
        row += layer_counts(Layer(one.layers[name], two.layers[name]), ATTRIBUTES[name])
    row += tuple_counts(tuples(gold), tuples(predicted))
    return row


def layer_counts(layer: Layer, attributes: Iterable[str]) -> Iterator[int]:
    """The counts of a layer: its SPANS, then for each attribute the matches that agree in it, exact ones and all."""
    matches = layer.matches
    yield from (len(layer.one), len(layer.two), layer.exact, len(matches))
    for name in attributes:
        same = [a.span == b.span for a, b in matches if a.labels[name] == b.labels[name]]
        yield from (sum(same), len(same))


class Tuple(NamedTuple):
    """Who asks whom for what, citing what: the spans of a request, its speaker, its addressee, the citations in it."""

    request: Span
    speaker: list[Span]  # none or one
    addressee: list[Span]
    citations: list[Span]


def tuples(annotated: Annotated) -> list[Tuple]:
    """The tuples of a statement, one a request, in the order of the text."""
    speaker = [(annotated.speaker.start, annotated.speaker.end)] if annotated.speaker else []
    citations = sorted((citation.start, citation.end) for citation in annotated.directives or ())
    found = []
    for request in annotated.requests or ():
        start, end = request.start, request.end
        addressee = [(request.addressee.start, request.addressee.end)] if request.addressee else []
        within = [span for span in citations if start <= span[0] and span[1] <= end]
        found.append(Tuple((start, end), speaker, addressee, within))
    return sorted(found)


def tuple_counts(gold: list[Tuple], predicted: list[Tuple]) -> tuple[int, int, int, int]:
    """The SPANS of the tuples. Requests are matched as in their layer; a tuple counts if its other parts match, too."""
    pairs = match_spans([one.request for one in gold], [two.request for two in predicted])
    matched = [(gold[n], predicted[m]) for n, m in pairs]
    exact = sum(one == two for one, two in matched)
    overlapping = sum(all(map(all_overlap, one[1:], two[1:])) for one, two in matched)
    return len(gold), len(predicted), exact, overlapping


def all_overlap(one: list[Span], two: list[Span]) -> bool:
    """Whether two lists have as many spans, and each span of one is matched with a span of the other."""
    return one == two or (len(one) == len(two) == len(match_spans(one, two)))
