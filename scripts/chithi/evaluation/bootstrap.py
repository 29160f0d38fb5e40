"""Scores from counts that are kept statement by statement, and their intervals."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
ROUNDS = 1000
SEED = 2025


def by_nltk(table: Array) -> float:
    """NLTK's alpha of one contingency table, flattened; 1 where only one label occurs, which NLTK cannot divide by."""
    from nltk.metrics.agreement import AnnotationTask

    k = round(len(table) ** 0.5)
    labels = [divmod(cell, k) for cell, count in enumerate(table.tolist()) for _ in range(count)]
    if len({label for both in labels for label in both}) == 1:
        return 1.0
    return float(AnnotationTask([(coder, item, both[coder]) for item, both in enumerate(labels) for coder in (0, 1)]).alpha())


def alpha(tables: Array) -> Array:
    """Krippendorff's alpha for nominal labels and two coders, of contingency tables flattened to rows of k * k counts.

    1 - observed / expected disagreement (Krippendorff 2004, Content Analysis, chapter 11); 1 where only one label occurs. The
    bootstrap needs it for many tables at once; it is NLTK's.
    """
    k = round(tables.shape[1] ** 0.5)
    square = tables.reshape(-1, k, k)
    coincidences = square + square.transpose(0, 2, 1)
    totals = coincidences.sum(axis=2)
    n = totals.sum(axis=1)
    observed = n - np.trace(coincidences, axis1=1, axis2=2)
    expected = n**2 - (totals**2).sum(axis=1)
    values: Array = np.where(expected > 0, 1 - (n - 1) * observed / np.maximum(expected, 1), 1.0)
    return values


def f1(counts: Array) -> Array:
    """The harmonic mean of the shares of both passes' spans that are matched: rows of (matched, matched, spans, spans)."""
    values: Array = (counts[:, 0] + counts[:, 1]) / np.maximum(counts[:, 2] + counts[:, 3], 1)
    return values


def share(counts: Array) -> Array:
    """The second count's share in the first."""
    shares: Array = counts[:, 1] / np.maximum(counts[:, 0], 1)
    return shares
