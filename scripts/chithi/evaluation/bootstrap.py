"""Confidence intervals and tests from counts for each statement.

A formula turns rows of summed counts, int64, shape (rows, k), into values, float64, shape (rows,). It gives nan for a
row without items.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Values = NDArray[np.float64]
Formula = Callable[[Counts], Values]

RESAMPLES = 1000
SEED = 2025
PERCENTILES = (2.5, 97.5)
CELLS = 1 << 22  # draws held at a time, 32 MB; 1,000 resamples of 100,000 distinct vectors would take 800 MB
ROUNDING = 1e-12  # differences of values that are closer than this are equal


class Interval(NamedTuple):
    """A 95 percent confidence interval."""

    low: float
    high: float


class PairedTest(NamedTuple):
    """The difference between two systems, and how often chance alone makes one as large."""

    difference: float
    p: float


def interval(counts: Counts, formula: Formula, resamples: int = RESAMPLES, seed: int = SEED) -> Interval | None:
    """The percentile interval (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13).

    counts: integers, (statements, k). Resamples without items have no value and are left out. None if no resample has
    items.
    """
    values = formula(resample(counts, resamples, seed))
    values = values[~np.isnan(values)]
    return Interval(*np.percentile(values, PERCENTILES).tolist()) if values.size else None


def resample(counts: Counts, resamples: int, seed: int, times: Counts | None = None) -> Counts:
    """The summed counts of each resample: int64, (resamples, k).

    Statements are drawn with replacement, so the number of draws of each distinct vector of counts is multinomial. The
    distinct vectors are sorted, so the order of the statements does not matter. `times` says how many statements have
    each row of counts; without it, each row is one statement.
    """
    vectors, frequencies = distinct(counts, times)
    statements = int(frequencies.sum())
    shares = frequencies / statements
    generator = np.random.default_rng(seed)
    step = max(1, CELLS // len(vectors))
    sizes = [min(step, resamples - drawn) for drawn in range(0, resamples, step)]
    return np.concatenate([summed(generator.multinomial(statements, shares, size), vectors) for size in sizes])


def distinct(counts: Counts, times: Counts | None = None) -> tuple[Counts, Counts]:
    """The distinct rows of counts in ascending order, and how often each occurs: a row counts `times`, else once.

    Rows are packed into one integer each where they fit; for 100,000 rows of 15 counts that takes 0.02 s, and
    `np.unique` of rows 0.24 s.
    """
    sizes = counts.max(axis=0).astype(np.int64) + 1
    if counts.min() < 0 or math.prod(sizes.tolist()) >= 1 << 63:
        vectors, of, frequencies = np.unique(counts.astype(np.int64), axis=0, return_inverse=True, return_counts=True)
        return vectors, frequencies if times is None else added(times, of, len(vectors))
    packed = np.zeros(len(counts), np.int64)
    for column, size in zip(counts.T, sizes, strict=True):
        packed = packed * size + column
    if times is None:
        _, first, frequencies = np.unique(packed, return_index=True, return_counts=True)
        return counts[first].astype(np.int64), frequencies
    _, first, of = np.unique(packed, return_index=True, return_inverse=True)
    return counts[first].astype(np.int64), added(times, of, len(first))


def added(times: Counts, of: Counts, length: int) -> Counts:
    """The sums of `times` by the numbers in `of`, which are below `length`."""
    sums: Counts = np.zeros(length, np.int64)
    np.add.at(sums, of.reshape(-1), times)
    return sums


def summed(times: Counts, vectors: Counts) -> Counts:
    """The sums of vectors, each taken the given number of times: (rows, n) and (n, k) to (rows, k).

    The product is computed in float64, which is exact below 2**53. For 300 resamples of 9,483 tables of 441 cells it
    takes 0.25 s, and 6.9 s in int64.
    """
    return (times.astype(np.float64) @ vectors.astype(np.float64)).astype(np.int64)


class Exchange(NamedTuple):
    """The summed counts of two systems: as they are, (1, k), and after exchanges in each resample, (resamples, k)."""

    observed: tuple[Counts, Counts]
    resampled: tuple[Counts, Counts]


def exchange(
    one: Counts, two: Counts, resamples: int = RESAMPLES, seed: int = SEED, times: Counts | None = None
) -> Exchange:
    """Exchanges the counts of two systems for each statement with probability 1/2, in each resample.

    one, two: int64, (statements, k), the statements in the same order. times: see `resample`.
    """
    vectors, frequencies = distinct(np.hstack([one, two]), times)
    first, second = np.hsplit(vectors, 2)
    exchanges = np.random.default_rng(seed).binomial(frequencies, 0.5, (resamples, len(vectors)))
    exchanged = summed(exchanges, second - first)
    sums = (frequencies @ first)[None], (frequencies @ second)[None]
    return Exchange(sums, (sums[0] + exchanged, sums[1] - exchanged))


def paired_test(exchanged: Exchange, formula: Formula) -> PairedTest | None:
    """Tests the difference between two systems over the same statements, by approximate randomization.

    Noreen 1989, Computer-Intensive Methods for Testing Hypotheses; Yeh 2000, COLING. p is two-sided: the share of
    differences at least as large as the observed one, which is counted as one of them. Resamples without items are left
    out. None if a system has no items.
    """
    first, second = (float(formula(sums)[0]) for sums in exchanged.observed)
    observed = first - second
    if np.isnan(observed):
        return None
    drawn = np.abs(formula(exchanged.resampled[0]) - formula(exchanged.resampled[1]))
    defined = drawn[~np.isnan(drawn)]
    extreme = np.count_nonzero(defined >= abs(observed) - ROUNDING)
    return PairedTest(observed, float((extreme + 1) / (len(defined) + 1)))
