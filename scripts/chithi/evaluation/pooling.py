"""What is counted for one paragraph of an article, in which several statements may stand.

A system does not know how gold cuts a paragraph into statements. So statements are not matched: the spans of all of
them are pooled, layer by layer, and a span that several share, such as the mention of one speaker, counts once, with
the labels that the first of them gives it. Then they are matched and counted as those of one statement are. A tuple is
a request with the speaker of its own statement, its addressee, and the citations of the paragraph that lie within it;
tuples are matched first where they are equal, then by the spans of their requests.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from chithi.evaluation.annotations import LAYERS, OFFSETS, Marked, Placed, Span, layers_of
from chithi.evaluation.counting import all_overlap, span_counts
from chithi.evaluation.grounding import NOWHERE
from chithi.evaluation.matching import match_spans

Tuple = tuple[Span, tuple[Span, ...], tuple[Span, ...], tuple[Span, ...]]  # request, speaker, addressee, citations


def paragraph_counts(gold: Sequence[Marked], predicted: Sequence[Marked]) -> list[int]:
    """The counts of one paragraph: WIDTH integers, in the order of BLOCKS."""
    one, two = pooled_layers(gold), pooled_layers(predicted)
    row, _ = span_counts(one, two)
    return row + tuple_counts(tuples_of(gold, one), tuples_of(predicted, two))


def pooled_layers(statements: Iterable[Marked]) -> list[list[Placed]]:
    """The spans of each of LAYERS in all statements, in the order of the text. Equal ones count once."""
    parts = [layers_of(statement) for statement in statements]
    return [pooled(layers[n] for layers in parts) for n in range(len(LAYERS))]


def pooled(parts: Iterable[list[Placed]]) -> list[Placed]:
    """The distinct spans of one layer, and all spans that stand nowhere."""
    found: dict[Span, Placed] = {}
    lost = []
    for part in parts:
        for one in part:
            if OFFSETS(one) == NOWHERE:
                lost.append(one)
            else:
                found.setdefault(OFFSETS(one), one)
    return sorted([*lost, *found.values()], key=OFFSETS)


def tuples_of(statements: Iterable[Marked], layers: Sequence[list[Placed]]) -> list[Tuple]:
    """The distinct tuples of a paragraph, given its pooled layers, in the order of the text; all of lost requests."""
    citations = [OFFSETS(one) for one in layers[LAYERS.index("directive")]]
    found, lost = set(), []
    for statement in statements:
        speaker = offsets(statement.speaker)
        for request in statement.requests or ():
            start, end = request.start, request.end
            within = tuple(one for one in citations if start <= one[0] and one[1] <= end and one != NOWHERE)
            each = (start, end), speaker, offsets(request.addressee), within
            if (start, end) == NOWHERE:
                lost.append(each)
            else:
                found.add(each)
    return sorted([*lost, *found])


def offsets(span: Any) -> tuple[Span, ...]:
    """The offsets of a span, if there is one."""
    return ((span.start, span.end),) if span else ()


def tuple_counts(gold: list[Tuple], predicted: list[Tuple]) -> list[int]:
    """The tuples in gold, those predicted, those that are equal, and those that match in all parts."""
    equal = set(gold) & set(predicted)
    one, two = ([each for each in tuples if each not in equal] for tuples in (gold, predicted))
    matches = match_spans([each[0] for each in one], [each[0] for each in two])
    overlapping = sum(all(map(all_overlap, map(list, one[n][1:]), map(list, two[m][1:]))) for n, m in matches)
    return [len(gold), len(predicted), len(equal), len(equal) + overlapping]
