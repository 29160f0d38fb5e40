"""Intervals and the paired test, compared with worked cases and with the binomial distribution."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chithi.evaluation.agreement import measurements
from chithi.evaluation.bootstrap import exchange, interval, paired_test, resample
from chithi.evaluation.measures import share

from .annotated import few, labelled, pair, record


def test_resamples_without_items_are_left_out() -> None:
    """Three statements, one with a speaker, equal passes: about 3 resamples in 10 hold no speaker."""
    found = measurements([pair(one, one) for one in (record(speaker=labelled((0, 2), id="a")), record(), record())])
    assert [m.layer for m in found] == ["speaker"] * 4
    assert all((m.value, m.low, m.high) == (1, 1, 1) for m in found)


@pytest.mark.parametrize(("differing", "expected"), [(0, 1.0), (1, 0.0)])
def test_an_interval_rests_on_what_was_drawn(differing: int, expected: float) -> None:
    """Only one statement has an item, so every resample with items has that item's value."""
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
    assert paired_test(exchange(*systems([1] * 60, [0] * 60), resamples=100), share) == (1, 1 / 101)


def test_two_equal_systems_do_not_differ() -> None:
    assert paired_test(exchange(*systems([1, 0, 1], [1, 0, 1])), share) == (0, 1)


def test_the_paired_test_of_worked_cases() -> None:
    """Of 2 ** n exchanges, only two give a difference as large as the observed one: all and none."""
    for size in (3, 6):
        found = paired_test(exchange(*systems([1] * size, [0] * size), resamples=20_000), share)
        assert found is not None
        assert found.difference == 1
        assert found.p == pytest.approx(2 / 2**size, abs=0.01)


right_or_wrong = st.tuples(st.integers(0, 1), st.integers(0, 1))


@given(st.lists(right_or_wrong, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_paired_test_knows_no_order(right: list[tuple[int, int]], chance: random.Random) -> None:
    def tested(found: list[tuple[int, int]]) -> Any:
        return paired_test(
            exchange(*systems([one for one, _ in found], [two for _, two in found]), resamples=50), share
        )

    found = tested(right)
    assert tested(chance.sample(right, len(right))) == found
    assert 0 < found.p <= 1
    assert tested([(two, one) for one, two in right]).difference == -found.difference


def test_no_paired_test_without_items() -> None:
    nothing = np.zeros((3, 2), np.int64)
    assert paired_test(exchange(nothing, nothing), share) is None
