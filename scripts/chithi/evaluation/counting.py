"""What is counted for one statement: spans, matches, and labels of matches that agree.

A row of counts has a run of columns for each of BLOCKS: the layers, and the tuples.
"""

from collections.abc import Iterator
from typing import NamedTuple

from chithi.evaluation.annotations import ATTRIBUTES, LAYERS, Annotated, Mention, Span, annotation
from chithi.evaluation.matching import match_spans

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
    one, two = annotation(gold).layers, annotation(predicted).layers
    row: list[int] = []
    for layer in LAYERS:
        row += layer_counts(one[layer], two[layer], layer)
    row += tuple_counts(tuples(gold), tuples(predicted))
    return row


def layer_counts(gold: list[Mention], predicted: list[Mention], layer: str) -> list[int]:
    """The counts of a layer: its SPANS, then for each attribute the matches that agree in it, exact ones and all."""
    row = [0] * len(BLOCKS[layer])
    row[:2] = len(gold), len(predicted)
    for n, m in match_spans([one.span for one in gold], [two.span for two in predicted]):
        one, two = gold[n], predicted[m]
        exact = one.span == two.span
        row[2] += exact
        row[3] += 1
        for at, label in enumerate(ATTRIBUTES[layer].values(), 2):
            if label(one.record) == label(two.record):
                row[2 * at] += exact
                row[2 * at + 1] += 1
    return row


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
