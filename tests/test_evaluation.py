"""The evaluation kernel, held to worked cases, to properties, and to NLTK and seqeval."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from chithi.evaluation import measures
from chithi.evaluation.agreement import Measurement, measured, measurements
from chithi.evaluation.annotations import LAYERS, Span, annotation
from chithi.evaluation.bootstrap import Values, interval, paired_test, resample
from chithi.evaluation.matching import Pair, match_spans, overlaps
from chithi.evaluation.measures import Measure, alpha, exact, nltk_alpha, overlapping, share, share_measure, touching

TEXT = "ab " * 12
Record = dict[str, Any]
span = st.builds(lambda start, length: (start, start + length), st.integers(0, len(TEXT) - 8), st.integers(1, 8))
spans = st.lists(span, unique=True, max_size=8).map(sorted)


def labelled(found: Span, **labels: Any) -> Record:
    return {"start": found[0], "end": found[1], "text": TEXT[slice(*found)]} | labels


def request(found: Span, act: str = "request", topic: str = "health", addressee: Span | None = None) -> Record:
    return labelled(found, act=act, topic=topic, addressee=addressee and labelled(addressee))


def record(**parts: Any) -> Record:
    empty = {"speaker": None, "role": None, "directives": [], "requests": []}
    return {"id": "x.de.01", "report": "x.de", "text": TEXT} | empty | parts


def pair(one: Record, two: Record) -> Pair:
    return Pair(annotation(one), annotation(two))


def requests(one: list[Span], two: list[Span]) -> Pair:
    return pair(record(requests=list(map(request, one))), record(requests=list(map(request, two))))


unhurried = settings(deadline=None, max_examples=30)  # each example draws resamples, or asks another library
ids = st.sampled_from("ab")
records = st.builds(
    record,
    speaker=st.none() | st.builds(labelled, span, id=ids),
    role=st.none() | st.builds(labelled, span, offices=st.lists(ids, min_size=1, unique=True)),
    directives=st.lists(st.builds(labelled, span, id=ids), max_size=2),
    requests=st.lists(st.builds(request, span, act=ids, topic=ids, addressee=st.none() | span), max_size=3),
)
pairs = st.lists(
    st.builds(
        lambda one, two, report: pair(one | {"report": report}, two | {"report": report}),
        records,
        records,
        st.sampled_from(["x.de", "x.pl"]),
    ),
    min_size=1,
    max_size=4,
)


# Matching


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
    """Spans that count how often one is looked at."""

    looks = 0

    def __getitem__(self, at: Any) -> Any:
        self.looks += 1
        return super().__getitem__(at)


def test_the_work_grows_with_the_spans_not_with_their_pairs() -> None:
    """A long span over short ones is the case that a sweep by starts alone takes quadratic time for."""
    size = 5000
    one = Watched([(0, 10 * size), *((10 * n, 10 * n + 9) for n in range(1, size))])
    two = Watched((10 * n + 3, 10 * n + 12) for n in range(size))
    assert len(match_spans(one, two)) == size
    assert one.looks + two.looks < 20 * size


def test_a_span_that_requests_share_counts_once() -> None:
    one = record(requests=[request((0, 2), addressee=(9, 11)), request((3, 5), addressee=(9, 11))])
    assert [mention.span for mention in annotation(one).layers["addressee"]] == [(9, 11)]


def test_mentions_stand_in_the_order_of_the_text() -> None:
    one = record(requests=[request((6, 8)), request((0, 2)), request((3, 5))])
    assert [mention.span for mention in annotation(one).layers["request"]] == [(0, 2), (3, 5), (6, 8)]


# Measures


GOLD, PREDICTION = [(0, 5), (6, 11), (12, 14), (24, 26)], [(0, 5), (6, 14), (30, 32)]


@pytest.mark.parametrize(
    ("matched", "recall", "precision", "f1"),
    [(exact, 1 / 4, 1 / 3, 2 / 7), (overlapping, 2 / 4, 2 / 3, 4 / 7), (touching, 3 / 4, 2 / 3, 5 / 7)],
)
def test_spans_of_a_worked_case(matched: measures.Matched, recall: float, precision: float, f1: float) -> None:
    """(6, 14) overlaps two spans of the gold annotation, and is matched with the longer one."""
    compared = requests(GOLD, PREDICTION)
    kinds = [measures.recall, measures.precision, measures.f1]
    found = [value(kind("", "request", matched), compared) for kind in kinds]
    assert found == [recall, precision, f1]


def value(measure: Measure, *compared: Pair) -> float:
    return measure.value(measure.counts(compared).sum(axis=0))


def test_accuracy_of_a_worked_case() -> None:
    one = record(directives=[labelled((0, 5), id="a"), labelled((6, 8), id="b"), labelled((9, 11), id="c")])
    two = record(directives=[labelled((0, 2), id="a"), labelled((6, 8), id="x"), labelled((12, 14), id="c")])
    assert value(measures.accuracy("", "directive", "id"), pair(one, two)) == 1 / 2


def test_alpha_of_krippendorffs_own_example() -> None:
    """Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section B: 12 units, 5 values, alpha 0.692."""
    table = np.zeros((5, 5), np.int64)
    for one, two in zip("aabbdcccedda", "babbbccceddd", strict=True):
        table["abcde".index(one), "abcde".index(two)] += 1
    assert round(float(alpha(table.reshape(1, 25))[0]), 3) == 0.692


def test_alpha_over_tokens_of_a_worked_case() -> None:
    """12 tokens: one has the first 4 in spans, two those 3 to 6. 24 values, 8 inside, 4 disagreements counted twice."""
    compared = requests([(0, 5), (6, 11)], [(6, 17)])
    measure = measures.alpha_over_tokens("", "request")
    assert measure.counts([compared]).tolist() == [[6, 4, 0, 2]]
    assert value(measure, compared) == pytest.approx(1 - 23 * 8 / (24**2 - 16**2 - 8**2))


def test_alpha_over_labels_of_a_worked_case() -> None:
    """Four matched requests: both say a, both say b, and each says a once where the other says b."""
    at = [(0, 2), (3, 5), (6, 8), (9, 11)]
    one, two = ([request(found, act=act) for found, act in zip(at, acts, strict=True)] for acts in ("abab", "abba"))
    measure = measures.alpha_over_labels("", "request", "act", ["a", "b"])
    compared = pair(record(requests=one), record(requests=two))
    assert measure.counts([compared]).tolist() == [[1, 2, 0, 1]]
    assert value(measure, compared) == pytest.approx(1 - 7 * 4 / (8**2 - 4**2 - 4**2))


labels = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40)


def contingency(found: list[tuple[int, int]]) -> Values:
    table = np.zeros((3, 3), np.int64)
    for one, two in found:
        table[one, two] += 1
    return table.ravel()


@unhurried
@given(st.lists(labels, min_size=1, max_size=3))
def test_alpha_is_nltks_row_by_row(tables: list[list[tuple[int, int]]]) -> None:
    rows = np.array([contingency(found) for found in tables])
    assert alpha(rows).tolist() == pytest.approx([nltk_alpha(row) for row in rows])


@unhurried
@given(labels.filter(lambda found: len({label for both in found for label in both}) > 1))
def test_alpha_is_that_of_nltks_own_items(found: list[tuple[int, int]]) -> None:
    task = AnnotationTask([(coder, item, both[coder]) for item, both in enumerate(found) for coder in (0, 1)])
    assert nltk_alpha(contingency(found)) == pytest.approx(task.alpha())


def test_alpha_where_there_is_nothing_to_expect() -> None:
    only_one_label, nothing = [[7, 0, 0, 0]], [[0, 0, 0, 0]]
    assert alpha(np.array(only_one_label + nothing)).tolist() == pytest.approx([1, np.nan], nan_ok=True)
    assert measures.token_alpha(np.array(only_one_label)).tolist() == pytest.approx([np.nan], nan_ok=True)


edges = st.sets(st.integers(0, 12), max_size=6).map(sorted)
disjoint = edges.map(lambda at: list(zip(at[::2], at[1::2], strict=False)))


@unhurried
@given(st.lists(st.tuples(disjoint, disjoint), min_size=1, max_size=4))
def test_exact_spans_are_seqevals(texts: list[tuple[list[Span], list[Span]]]) -> None:
    seqeval = pytest.importorskip("seqeval.metrics")
    compared = [requests(*([(3 * a, 3 * b - 1) for a, b in found] for found in both)) for both in texts]
    one, two = ([bio(both[side]) for both in texts] for side in (0, 1))
    for kind, theirs in (("recall", "recall_score"), ("precision", "precision_score"), ("f1", "f1_score")):
        ours = np.nan_to_num(value(getattr(measures, kind)("", "request", exact), *compared))
        assert ours == pytest.approx(getattr(seqeval, theirs)(one, two, zero_division=0))


def bio(found: list[Span]) -> list[str]:
    tags = ["O"] * 12
    for start, end in found:
        tags[start:end] = ["B-X", *["I-X"] * (end - start - 1)]
    return tags


def test_a_measure_added_after_the_recipe() -> None:
    """CONTRIBUTING.md, "Add a measure"."""
    same_start = share_measure(
        "same start",
        "request",
        lambda layer: (len(layer.matches), sum(a.span[0] == b.span[0] for a, b in layer.matches)),
        "request",
    )
    compared = [requests([(0, 5), (6, 8)], [(0, 2), (5, 8)]), requests([(0, 5)], [(0, 5)])]
    found = measured(same_start, same_start.counts(compared), "all", 100, 1)
    assert found == Measurement("same start", "request", "all", 2 / 3, 0.5, 1.0, 3)


# What holds for all measures


def shares(found: list[Measurement]) -> list[tuple[str, str, float]]:
    return [(m.measure, m.layer, m.value) for m in found if "alpha" not in m.measure]


def few(compared: list[Pair], seed: int = 1) -> list[Measurement]:
    return measurements(compared, by_language=True, resamples=20, seed=seed)


@unhurried
@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_statements_changes_nothing(compared: list[Pair], chance: random.Random) -> None:
    shuffled = chance.sample(compared, len(compared))
    assert sorted(few(shuffled), key=str) == sorted(few(compared), key=str)


@unhurried
@given(pairs)
def test_swapping_the_passes_changes_nothing(compared: list[Pair]) -> None:
    assert few([Pair(found.two, found.one) for found in compared]) == few(compared)


@unhurried
@given(pairs)
def test_recall_from_one_side_is_precision_from_the_other(compared: list[Pair]) -> None:
    for layer in LAYERS:
        for matched in (exact, overlapping, touching):
            recall, precision = measures.recall("", layer, matched), measures.precision("", layer, matched)
            turned = [Pair(found.two, found.one) for found in compared]
            assert recall.counts(compared).tolist() == precision.counts(turned).tolist()


@unhurried
@given(st.lists(records, min_size=1, max_size=6))
def test_an_annotation_agrees_with_itself(found: list[Record]) -> None:
    assert all((m.value, m.low, m.high) == (1, 1, 1) for m in few([pair(one, one) for one in found]))


@unhurried
@given(pairs)
def test_values_lie_within_bounds_and_exact_is_the_strictest(compared: list[Pair]) -> None:
    found = few(compared)
    assert all(m.low is None or m.high is None or m.low <= m.high <= 1 for m in found)
    assert all(0 <= number <= 1 for _, _, number in shares(found))
    for layer in LAYERS:
        f1s = [measures.f1("", layer, kind) for kind in (exact, overlapping, touching)]
        strict, loose, loosest = (value(measure, *compared) for measure in f1s)
        assert np.isnan(strict) or strict <= loose <= loosest


@unhurried
@given(pairs, st.integers(2, 3))
def test_shares_do_not_depend_on_how_often_everything_occurs(compared: list[Pair], times: int) -> None:
    assert shares(measurements(compared * times, resamples=1)) == shares(measurements(compared, resamples=1))


@unhurried
@given(pairs)
def test_statements_without_annotations_leave_shares_alone(compared: list[Pair]) -> None:
    empty = pair(record(), record())
    assert shares(measurements([*compared, empty], resamples=1)) == shares(measurements(compared, resamples=1))


def test_nothing_is_measured_where_there_is_nothing() -> None:
    assert measurements([]) == []
    assert measurements([pair(record(), record())]) == []


# Intervals


def test_resamples_without_items_are_left_out() -> None:
    """Three statements, one with a speaker, equal passes: about 3 resamples in 10 hold no speaker."""
    found = measurements([pair(one, one) for one in (record(speaker=labelled((0, 2), id="a")), record(), record())])
    assert [m.layer for m in found] == ["speaker"] * 4
    assert all((m.value, m.low, m.high) == (1, 1, 1) for m in found)


@pytest.mark.parametrize(("differing", "expected"), [(0, 1.0), (1, 0.0)])
def test_an_interval_rests_on_what_was_drawn(differing: int, expected: float) -> None:
    """One item among many statements without any: whatever is drawn, the value is that item's."""
    counts = np.array([[1, 1 - differing]] + [[0, 0]] * 20)
    assert interval(counts, share) == (expected, expected)


def test_no_interval_without_items() -> None:
    assert interval(np.zeros((3, 2), np.int64), share) is None
    one = pair(record(speaker=labelled((0, 2), id="a")), record(speaker=labelled((0, 2), id="a")))
    intervals = {(m.low, m.high) for seed in range(20) for m in few([one, *[pair(record(), record())] * 3], seed)}
    assert intervals == {(1, 1)}
    single = [measurements([one, *[pair(record(), record())] * 3], resamples=1, seed=seed) for seed in range(20)]
    assert {(m.value, m.low, m.high) for found in single for m in found} == {(1, 1, 1), (1, None, None)}


def test_an_interval_is_that_of_the_binomial() -> None:
    """400 statements of one item, half of them in agreement: 0.5 with a standard error of 0.025."""
    low, high = interval(np.array([[1, 0], [1, 1]] * 200), share, resamples=5000) or (0, 0)
    assert (low, high) == pytest.approx((0.5 - 1.96 * 0.025, 0.5 + 1.96 * 0.025), abs=0.005)


def test_seed_and_resamples_are_arguments() -> None:
    counts = np.array([[n, n // 2] for n in range(1, 30)])
    assert interval(counts, share, seed=1) == interval(counts, share, seed=1) != interval(counts, share, seed=2)
    assert resample(counts, 7, 1).shape == (7, 2)


def test_resamples_are_drawn_from_the_sorted_distinct_counts() -> None:
    counts = np.array([[3, 1], [0, 0], [3, 1], [2, 2]])
    drawn = np.random.default_rng(5).multinomial(4, [1 / 4, 1 / 4, 2 / 4], 100)
    assert (resample(counts, 100, 5) == drawn @ np.array([[0, 0], [2, 2], [3, 1]])).all()


def test_many_distinct_counts_are_drawn_in_blocks_without_a_difference() -> None:
    size = 10_000
    counts = np.stack([np.arange(size), np.ones(size, int)], axis=1)
    drawn = np.random.default_rng(5).multinomial(size, np.full(size, 1 / size), 500)
    assert (resample(counts, 500, 5) == drawn @ counts).all()


# The paired test


def systems(right_in_one: list[int], right_in_two: list[int]) -> tuple[Any, Any]:
    one, two = (np.array([[1, right] for right in found]) for found in (right_in_one, right_in_two))
    return one, two


def test_p_counts_what_was_observed() -> None:
    """None of 100 exchanges of 60 statements comes near a difference of 1, so p is 1 in 101, never 0."""
    assert paired_test(*systems([1] * 60, [0] * 60), share, resamples=100) == (1, 1 / 101)


def test_two_equal_systems_do_not_differ() -> None:
    assert paired_test(*systems([1, 0, 1], [1, 0, 1]), share) == (0, 1)


def test_the_paired_test_of_worked_cases() -> None:
    """Of 2 ** n exchanges, those of all and of none have a difference as large as the one observed."""
    for size in (3, 6):
        found = paired_test(*systems([1] * size, [0] * size), share, resamples=20_000)
        assert found is not None
        assert found.difference == 1
        assert found.p == pytest.approx(2 / 2**size, abs=0.01)


right_or_wrong = st.tuples(st.integers(0, 1), st.integers(0, 1))


@given(st.lists(right_or_wrong, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_paired_test_knows_no_order(right: list[tuple[int, int]], chance: random.Random) -> None:
    def tested(found: list[tuple[int, int]]) -> Any:
        return paired_test(*systems([one for one, _ in found], [two for _, two in found]), share, resamples=50)

    found = tested(right)
    assert tested(chance.sample(right, len(right))) == found
    assert 0 < found.p <= 1
    assert tested([(two, one) for one, two in right]).difference == -found.difference


def test_no_paired_test_without_items() -> None:
    nothing = np.zeros((3, 2), np.int64)
    assert paired_test(nothing, nothing, share) is None
