"""What is counted for one statement: spans, matches, and labels of matches that agree.

A row of counts has a run of columns for each of BLOCKS: the layers, and the tuples.
"""

from collections.abc import Iterator, Sequence

from chithi.evaluation.annotations import ATTRIBUTES, LAYERS, OFFSETS, Annotated, Placed, Span, layers_of
from chithi.evaluation.matching import match_spans

TUPLE = "tuple"
MATCHINGS = ("exact", "overlap")
SPANS = ("gold", "predicted", *MATCHINGS)  # spans in gold, predicted, matched and equal, matched
BLOCKS = {layer: [*SPANS, *(f"{a} {how}" for a in names for how in MATCHINGS)] for layer, names in ATTRIBUTES.items()}
BLOCKS[TUPLE] = list(SPANS)
WIDTH = sum(map(len, BLOCKS.values()))

NO_MATCH = {layer: [0] * (len(names) - 2) for layer, names in BLOCKS.items()}

Layers = Sequence[list[Placed]]  # the spans of each of LAYERS
Match = tuple[Placed, Placed]  # a span of gold and the predicted one that it is matched with


def columns() -> Iterator[tuple[str, slice]]:
    """The columns of each block in a row of counts."""
    at = 0
    for block, names in BLOCKS.items():
        yield block, slice(at, at + len(names))
        at += len(names)


def counts(gold: Annotated, predicted: Annotated) -> list[int]:
    """The counts of one statement: WIDTH integers, in the order of BLOCKS."""
    row, found = span_counts(layers_of(gold), layers_of(predicted))
    row += (len(gold.requests or ()), len(predicted.requests or ()))
    return row + tuple_counts(gold, predicted, found["request"])


def span_counts(gold: Layers, predicted: Layers) -> tuple[list[int], dict[str, list[Match]]]:
    """The counts of all layers, and the matches of each. The spans of a layer are in the order of the text."""
    row: list[int] = []
    found: dict[str, list[Match]] = {}
    for layer, one, two in zip(LAYERS, gold, predicted, strict=True):
        row += (len(one), len(two))
        found[layer] = matches = match(one, two) if one and two else []
        row += layer_counts(layer, matches) if matches else NO_MATCH[layer]
    return row, found


def match(gold: list[Placed], predicted: list[Placed]) -> list[Match]:
    """Matches the spans of a layer, which are in the order of the text."""
    pairs = match_spans(list(map(OFFSETS, gold)), list(map(OFFSETS, predicted)))
    return [(gold[n], predicted[m]) for n, m in pairs]


def layer_counts(layer: str, matches: list[Match]) -> list[int]:
    """The matches of a layer, exact ones and all; then the same for those that agree in each attribute."""
    row = NO_MATCH[layer].copy()
    for (start, end, one), (other_start, other_end, two) in matches:
        exact = start == other_start and end == other_end
        row[0] += exact
        row[1] += 1
        for at, label in enumerate(ATTRIBUTES[layer].values(), 1):
            if label(one) == label(two):
                row[2 * at] += exact
                row[2 * at + 1] += 1
    return row


def tuple_counts(gold: Annotated, predicted: Annotated, requests: list[Match]) -> list[int]:
    """The matched requests whose speaker, addressee and citations match as well: exact ones and all.

    A tuple is who asks whom for what, citing what: a request with its speaker, its addressee and the citations in it.
    """
    exact = overlapping = 0
    for one, two in requests:
        parts, others = parts_of(gold, one), parts_of(predicted, two)
        exact += parts == others and OFFSETS(one) == OFFSETS(two)
        overlapping += parts == others or all(map(all_overlap, parts, others))
    return [exact, overlapping]


def parts_of(annotated: Annotated, placed: Placed) -> list[list[Span]]:
    """The spans of the speaker, of the addressee of a request, and of the citations in it, in the order of the text."""
    start, end, request = placed
    speaker, addressee, citations = annotated.speaker, request.addressee, annotated.directives
    return [
        [(speaker.start, speaker.end)] if speaker else [],
        [(addressee.start, addressee.end)] if addressee else [],
        sorted((one.start, one.end) for one in citations if start <= one.start and one.end <= end) if citations else [],
    ]


def all_overlap(one: list[Span], two: list[Span]) -> bool:
    """Whether two lists have as many spans, and each span of one is matched with a span of the other."""
    return one == two or (len(one) == len(two) == len(match_spans(one, two)))
