"""Matching of spans: worked cases, comparison with a search of every pair, and properties."""

from typing import Any

import pytest
from hypothesis import given

from chithi.evaluation.annotations import Span, annotation
from chithi.evaluation.matching import match_spans, overlaps

from .annotated import record, request, spans
from .rules.cases import typed


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        pytest.param([], [(0, 4)], [], id="nothing to match"),
        pytest.param([(0, 4)], [(0, 4)], [(0, 0)], id="equal"),
        pytest.param([(0, 4)], [(4, 8)], [], id="half-open neighbours share nothing"),
        pytest.param([(0, 10)], [(0, 4), (4, 10)], [(0, 1)], id="the largest overlap"),
        pytest.param([(0, 10)], [(0, 5), (5, 10)], [(0, 0)], id="a tie goes to the first in two"),
        pytest.param([(0, 5), (5, 10)], [(0, 10)], [(0, 0)], id="a tie goes to the first in one"),
        pytest.param([(0, 6), (6, 20)], [(2, 12)], [(1, 0)], id="the largest, not the first"),
        pytest.param([(0, 6), (6, 9)], [(2, 20), (0, 1)], [(0, 0)], id="the largest, though fewer are matched"),
        pytest.param([(5, 9)], [(0, 9), (5, 9)], [(0, 1)], id="equal spans before a longer one"),
        pytest.param([(0, 5), (6, 9)], [(3, 8), (8, 9)], [(0, 0), (1, 1)], id="each span once"),
    ],
)
def test_matching_of_worked_cases(one: list[Span], two: list[Span], expected: list[tuple[int, int]]) -> None:
    assert match_spans(one, two) == expected


def shared(a: Span, b: Span) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


@given(spans, spans)
def test_overlaps_are_those_of_every_pair(one: list[Span], two: list[Span]) -> None:
    every = [(shared(a, b), n, m) for n, a in enumerate(one) for m, b in enumerate(two) if shared(a, b)]
    assert sorted(overlaps(one, two)) == sorted(every)


@given(spans, spans)
def test_matching_takes_the_best_pair_again_and_again(one: list[Span], two: list[Span]) -> None:
    left = {(n, m) for n, a in enumerate(one) for m, b in enumerate(two) if shared(a, b)}
    expected = []
    while left:
        best = max(left, key=lambda at: (one[at[0]] == two[at[1]], shared(one[at[0]], two[at[1]]), -at[0], -at[1]))
        expected.append(best)
        left = {(n, m) for n, m in left if n != best[0] and m != best[1]}
    assert match_spans(one, two) == sorted(expected)


@given(spans, spans)
def test_matching_is_one_to_one_and_maximal_and_the_same_from_both_sides(one: list[Span], two: list[Span]) -> None:
    found = match_spans(one, two)
    first, second = {n for n, _ in found}, {m for _, m in found}
    assert len(first) == len(second) == len(found)
    assert all(n in first or m in second for _, n, m in overlaps(one, two))
    assert sorted((n, m) for m, n in match_spans(two, one)) == found
    assert {(a, a) for a in set(one) & set(two)} <= {(one[n], two[m]) for n, m in found}


class Watched(list[Span]):
    """A list of spans that counts how often an item is read."""

    looks = 0

    def __getitem__(self, at: Any) -> Any:
        self.looks += 1
        return super().__getitem__(at)


def test_the_work_grows_with_the_spans_not_with_their_pairs() -> None:
    """One long span over many short ones takes quadratic time in a sweep by starts alone."""
    size = 5000
    one = Watched([(0, 10 * size), *((10 * n, 10 * n + 9) for n in range(1, size))])
    two = Watched((10 * n + 3, 10 * n + 12) for n in range(size))
    assert len(match_spans(one, two)) == size
    assert one.looks + two.looks < 20 * size


def test_a_span_that_requests_share_counts_once() -> None:
    one = record(requests=[request((0, 2), addressee=(9, 11)), request((3, 5), addressee=(9, 11))])
    assert [mention.span for mention in annotation(typed(one)).layers["addressee"]] == [(9, 11)]


def test_mentions_stand_in_the_order_of_the_text() -> None:
    one = record(requests=[request((6, 8)), request((0, 2)), request((3, 5))])
    assert [mention.span for mention in annotation(typed(one)).layers["request"]] == [(0, 2), (3, 5), (6, 8)]
