"""Measures of two annotations: worked cases, properties, and comparison with NLTK."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from chithi.evaluation import measures
from chithi.evaluation.agreement import Measurement, measured, measurements
from chithi.evaluation.annotations import LAYERS
from chithi.evaluation.bootstrap import Counts
from chithi.evaluation.matching import Pair
from chithi.evaluation.measures import Measure, alpha, exact, share_measure, touching

from .annotated import Record, few, labelled, pair, pairs, record, records, request, requests

unhurried = settings(deadline=None, max_examples=30)  # each example draws resamples, or asks another library
GOLD, PREDICTION = [(0, 5), (6, 11), (12, 14), (24, 26)], [(0, 5), (6, 14), (30, 32)]


@pytest.mark.parametrize(("matched", "f1"), [(exact, 2 / 7), (touching, 5 / 7)])
def test_spans_of_a_worked_case(matched: measures.Matched, f1: float) -> None:
    """(6, 14) touches two spans of the other annotation."""
    assert value(measures.f1("", "request", matched), requests(GOLD, PREDICTION)) == f1


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
    """Of 12 tokens, one has the first 4 in spans, and two has tokens 3 to 6.

    So 8 of 24 values are inside, and 4 disagreements are counted twice.
    """
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


def contingency(found: list[tuple[int, int]]) -> Counts:
    table = np.zeros((3, 3), np.int64)
    for one, two in found:
        table[one, two] += 1
    return table.ravel()


@unhurried
@given(st.lists(labels.filter(lambda found: len({*itertools.chain(*found)}) > 1), min_size=1, max_size=3))
def test_alpha_is_nltks_row_by_row(tables: list[list[tuple[int, int]]]) -> None:
    """NLTK divides by zero where only one label occurs."""
    rows = np.array([contingency(found) for found in tables])
    assert alpha(rows).tolist() == pytest.approx([nltk_alpha(found) for found in tables])


def nltk_alpha(found: list[tuple[int, int]]) -> float:
    task = AnnotationTask([(coder, item, both[coder]) for item, both in enumerate(found) for coder in (0, 1)])
    return float(task.alpha())


def test_alpha_where_there_is_nothing_to_expect() -> None:
    only_one_label, nothing = [[7, 0, 0, 0]], [[0, 0, 0, 0]]
    assert alpha(np.array(only_one_label + nothing)).tolist() == pytest.approx([1, np.nan], nan_ok=True)
    assert measures.token_alpha(np.array(only_one_label)).tolist() == pytest.approx([np.nan], nan_ok=True)


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
        strict, loose = (value(measures.f1("", layer, kind), *compared) for kind in (exact, touching))
        assert np.isnan(strict) or strict <= loose


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
