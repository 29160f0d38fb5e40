"""Matching of the spans of two annotations of one text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from chithi.evaluation.annotations import LAYERS, Annotation, Mention, Span
from chithi.text.tokens import token_spans


def overlaps(one: Sequence[Span], two: Sequence[Span]) -> Iterator[tuple[int, int, int]]:
    """All pairs of spans that overlap: the number of code points shared, and the index of each span.

    Sweeps over the text once. The cost is O(n log n + k) for n spans and k pairs that overlap.

    >>> list(overlaps([(0, 5), (6, 9)], [(3, 8)]))
    [(2, 0, 0), (2, 1, 0)]
    """
    sides = (one, two)
    spans = ((side, n, span) for side in (0, 1) for n, span in enumerate(sides[side]))
    starts = sorted((start, side, n) for side, n, (start, end) in spans if start < end)
    running: tuple[list[int], list[int]] = ([], [])  # spans of each side that have begun and may go on
    for start, side, n in starts:
        end, others = sides[side][n][1], sides[1 - side]
        running[1 - side][:] = [m for m in running[1 - side] if others[m][1] > start]
        for m in running[1 - side]:
            shared = min(end, others[m][1]) - start
            yield (shared, m, n) if side else (shared, n, m)
        running[side].append(n)


def match_spans(one: Sequence[Span], two: Sequence[Span]) -> list[tuple[int, int]]:
    """Matches the spans of two annotations one to one, best first, and returns sorted pairs of indices.

    Equal spans are matched first, because no other span shares more with either of them. Other pairs are matched by the
    number of code points that they share, the largest first; of ties, the pair that comes first in the text. Two spans
    that overlap are never both left unmatched. Swapping the annotations swaps the pairs. Spans must be in the order of
    the text; of equal ones in one annotation, each is matched with a span of its own. The cost is O(n log n + k log k),
    with n and k as for `overlaps`.

    >>> match_spans([(0, 10), (12, 20)], [(0, 4), (5, 14)])
    [(0, 1)]
    """
    if not one or not two:
        return []
    if len(one) == len(two) == 1:  # as most are; without this, counting takes 1.3 times as long
        (start, end), (other_start, other_end) = one[0], two[0]
        return [(0, 0)] if max(start, other_start) < min(end, other_end) else []
    ranked = sorted((one[n] != two[m], -shared, n, m) for shared, n, m in overlaps(one, two))
    first: dict[int, int] = {}
    second: set[int] = set()
    for _, _, n, m in ranked:
        if n not in first and m not in second:
            first[n] = m
            second.add(m)
    return sorted(first.items())


@dataclass(frozen=True)
class Layer:
    """The mentions of one layer in both annotations of a text."""

    one: list[Mention]
    two: list[Mention]

    @cached_property
    def spans(self) -> tuple[list[Span], list[Span]]:
        """The spans of both annotations, in the order of the text."""
        return [a.span for a in self.one], [b.span for b in self.two]

    @cached_property
    def matches(self) -> list[tuple[Mention, Mention]]:
        """Mentions matched one to one, in the order of the text."""
        return [(self.one[n], self.two[m]) for n, m in match_spans(*self.spans)]

    @property
    def exact(self) -> int:
        """The number of matches with equal spans."""
        return sum(a.span == b.span for a, b in self.matches)

    @property
    def touched(self) -> tuple[int, int]:
        """The number of spans of each annotation that overlap any span of the other."""
        pairs = list(overlaps(*self.spans))
        return len({n for _, n, _ in pairs}), len({m for _, _, m in pairs})


@dataclass(frozen=True)
class Pair:
    """Two annotations of one text: by two annotators, or gold and prediction."""

    one: Annotation
    two: Annotation

    @cached_property
    def layers(self) -> dict[str, Layer]:
        """The mentions of each of LAYERS in both annotations."""
        return {layer: Layer(self.one.layers[layer], self.two.layers[layer]) for layer in LAYERS}

    @cached_property
    def tokens(self) -> list[Span]:
        """The offsets of the tokens of the text."""
        return token_spans(self.one.text)
