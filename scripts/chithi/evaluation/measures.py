"""Measures of two annotations.

A measure has counts for each text; its value follows from the sum of the counts. The counts of symmetric measures are
symmetric, too, so swapping the annotations does not change their values or intervals.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from chithi.evaluation.bootstrap import Counts, Formula, Values
from chithi.evaluation.matching import Layer, Pair, overlaps


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of two annotations.

    name: what is printed, "F1, exact".
    of: the layer or attribute measured, "speaker" or "topic".
    count: the counts of one text, always k integers.
    formula: int64 sums of counts, (rows, k), to float64 values, (rows,); nan for a row without items.
    items: the number of items in a sum of counts, (k,).
    """

    name: str
    of: str
    count: Callable[[Pair], Sequence[int]]
    formula: Formula
    items: Callable[[Counts], int]

    def counts(self, pairs: Sequence[Pair]) -> Counts:
        """The counts of each text: int64, (pairs, k)."""
        return np.array([self.count(pair) for pair in pairs], np.int64)

    def value(self, total: Counts) -> float:
        """The value of one sum of counts, (k,); nan if it has no items."""
        return float(self.formula(total[None])[0])


# Shares. The counts are (items, items that agree).


def share(counts: Counts) -> Values:
    """The share of items that agree: (rows, 2) to (rows,)."""
    items, agreeing = counts.T
    values: Values = np.full(items.shape, np.nan)
    np.divide(agreeing, items, out=values, where=items > 0)
    return values


def share_measure(name: str, of: str, count: Callable[[Layer], Sequence[int]], layer: str) -> Measure:
    """A measure that is a share of the items of one layer."""
    return Measure(name, of, lambda pair: count(pair.layers[layer]), share, lambda total: int(total[0]))


Matched = Callable[[Layer], tuple[int, int]]


def exact(layer: Layer) -> tuple[int, int]:
    """The number of spans of each annotation that equal one of the other (Tjong Kim Sang and De Meulder 2003)."""
    return layer.exact, layer.exact


def touching(layer: Layer) -> tuple[int, int]:
    """The number of spans of each annotation that overlap any span of the other; a long one may touch several."""
    return layer.touched


def f1(name: str, layer: str, matched: Matched) -> Measure:
    """The share of the spans of both annotations that are `exact` or `touching`.

    If spans are matched one to one, this is the harmonic mean of precision and recall. It needs no true negatives,
    which cannot be counted for spans (Hripcsak and Rothschild 2005, JAMIA 12(3), 296-298).
    """
    return share_measure(name, layer, lambda both: (len(both.one) + len(both.two), sum(matched(both))), layer)


def accuracy(name: str, layer: str, attribute: str) -> Measure:
    """The share of the matched spans of a layer that agree in an attribute.

    Two empty lists are no labels: such spans are left out.
    """

    def count(both: Layer) -> tuple[int, int]:
        pairs = [(a.labels[attribute], b.labels[attribute]) for a, b in both.matches]
        labelled = [one == two for one, two in pairs if one or two]
        return len(labelled), sum(labelled)

    return share_measure(name, layer, count, layer)


# Krippendorff's alpha. The counts are a flattened table of l * l cells. Cell (i, j) with i <= j is the number of items
# with the labels i and j, in either order. Cells with i > j are 0.


def alpha(tables: Counts) -> Values:
    """Krippendorff's alpha for nominal labels and two coders: (rows, l * l) to (rows,).

    1 - observed / expected disagreement, from the matrix of coincidences (Krippendorff 2011, Computing Krippendorff's
    Alpha-Reliability, section B). 1 if only one label occurs; nan if none does.
    """
    size = round(tables.shape[1] ** 0.5)
    square = tables.reshape(len(tables), size, size)
    coincidences = square + square.transpose(0, 2, 1)
    totals = coincidences.sum(axis=2)
    labels = totals.sum(axis=1)
    observed = (labels - 1) * (labels - np.trace(coincidences, axis1=1, axis2=2))
    expected = labels**2 - (totals**2).sum(axis=1)
    values: Values = np.where(labels > 0, 1.0, np.nan)
    np.subtract(1, observed / np.maximum(expected, 1), out=values, where=expected > 0)
    return values


def token_alpha(tables: Counts) -> Values:
    """Alpha over tokens outside (0) and inside (1) spans: (rows, 4) to (rows,). nan if none is inside."""
    return np.where(tables[:, 1:].any(axis=1), alpha(tables), np.nan)


def alpha_over_tokens(name: str, layer: str) -> Measure:
    """Alpha over the tokens of the text. A token is inside if it overlaps any span of the layer."""

    def count(pair: Pair) -> list[int]:
        one, two = ({n for _, n, _ in overlaps(pair.tokens, spans)} for spans in pair.layers[layer].spans)
        return [len(pair.tokens) - len(one | two), len(one ^ two), 0, len(one & two)]

    return Measure(name, layer, count, token_alpha, lambda total: int(total.sum()))


def alpha_over_labels(name: str, layer: str, attribute: str, labels: Sequence[str]) -> Measure:
    """Alpha over an attribute of the matched spans of a layer. `labels` are all labels that occur."""
    place = {label: n for n, label in enumerate(labels)}

    def count(pair: Pair) -> list[int]:
        table = [0] * len(labels) ** 2
        for both in pair.layers[layer].matches:
            i, j = sorted(place[str(mention.labels[attribute])] for mention in both)
            table[i * len(labels) + j] += 1
        return table

    return Measure(name, attribute, count, alpha, lambda total: int(total.sum()))
