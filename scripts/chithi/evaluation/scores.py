"""From counts to scores: values, intervals and tests, over all statements and over groups of them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from chithi.evaluation.annotations import ATTRIBUTES, LAYERS
from chithi.evaluation.bootstrap import (
    PERCENTILES,
    RESAMPLES,
    SEED,
    Counts,
    Formula,
    Values,
    exchange,
    paired_test,
    resample,
)
from chithi.evaluation.counting import BLOCKS, MATCHINGS, SPANS, columns
from chithi.evaluation.gold import Groups

MEAN = "mean"
ALL = "all"
SPAN_COLUMNS = len(SPANS)

Rows = NDArray[np.intp]


class Figure(NamedTuple):
    """One figure of a system.

    layer: one of LAYERS, `mean` or `tuple`.
    formula: sums of the counts of the layer's block, (rows, k), to values, (rows,).
    items: the columns whose sum is the number of items: gold spans, for accuracy matched spans.
    """

    layer: str
    attribute: str | None
    measure: str
    matching: str
    formula: Formula
    items: list[int]


class Score(Struct, frozen=True):
    """The value of a figure over a group, with its 95 percent interval, and the number of items that it rests on.

    `value` is None for the accuracy of no match. `low` and `high` are None if no resample has a value.
    """

    layer: str
    attribute: str | None
    measure: str
    matching: str
    group: str
    value: float | None
    low: float | None
    high: float | None
    items: int


class ComparedScore(Score, frozen=True):
    """A score beside that of another system.

    other: the other system's value. difference: value - other. p: see `paired_test`.
    """

    other: float | None
    difference: float | None
    p: float | None


def ratio(above: Counts, below: Counts, defined: Counts) -> Values:
    """above / below, each (rows,); 0 where below is 0, and nan where `defined` is 0."""
    values: Values = np.zeros(above.shape)
    np.divide(above, below, out=values, where=below > 0)
    values[defined == 0] = np.nan
    return values


def precision(correct: int) -> Formula:
    """The share of predicted spans that are correct, by the column of correct ones; 0 if none was predicted."""
    return lambda sums: ratio(sums[:, correct], sums[:, 1], sums[:, 0] + sums[:, 1])


def recall(correct: int) -> Formula:
    """The share of gold spans that were found, by the column of correct ones; 0 if only predicted ones are there."""
    return lambda sums: ratio(sums[:, correct], sums[:, 0], sums[:, 0] + sums[:, 1])


def f1(correct: int) -> Formula:
    """The harmonic mean of precision and recall (van Rijsbergen 1979, Information Retrieval, chapter 7)."""
    return lambda sums: ratio(2 * sums[:, correct], sums[:, 0] + sums[:, 1], sums[:, 0] + sums[:, 1])


def accuracy(agreeing: int, matched: int) -> Formula:
    """The share of matched spans that agree in an attribute."""
    return lambda sums: ratio(sums[:, agreeing], sums[:, matched], sums[:, matched])


def mean_f1(how: int) -> Formula:
    """The mean of the layers' F1, without layers that have no spans. The counts of all layers stand side by side."""

    def formula(sums: Counts) -> Values:
        width = len(MATCHINGS) + 2
        values = np.array([f1(how)(sums[:, at : at + width]) for at in range(0, sums.shape[1], width)])
        defined = ~np.isnan(values)
        return ratio(np.where(defined, values, 0).sum(axis=0), defined.sum(axis=0), defined.sum(axis=0))

    return formula


def figures() -> Iterator[Figure]:
    """All figures, in the order in which they are printed, the first figure first. Add a figure here."""
    for at, how in enumerate(MATCHINGS, 2):
        yield Figure(MEAN, None, "f1", how, mean_f1(at), [n * SPAN_COLUMNS for n in range(len(LAYERS))])
    for layer, names in BLOCKS.items():
        for at, how in enumerate(MATCHINGS, 2):
            yield from span_figures(layer, None, how, at)
            for attribute in ATTRIBUTES.get(layer, ()):
                agreeing = names.index(f"{attribute} {how}")
                yield Figure(layer, attribute, "accuracy", how, accuracy(agreeing, at), [at])
                yield from span_figures(layer, attribute, how, agreeing)


def span_figures(layer: str, attribute: str | None, how: str, correct: int) -> Iterator[Figure]:
    """Precision, recall and F1, by the column of correct spans."""
    for measure in (precision, recall, f1):
        yield Figure(layer, attribute, measure.__name__, how, measure(correct), [0])


def blocks() -> dict[str, list[int]]:
    """The columns of counts that the figures of each layer read; those of the mean are the spans of all layers."""
    found = {block: list(range(at.start, at.stop)) for block, at in columns()}
    return {MEAN: [at for layer in LAYERS for at in found[layer][:SPAN_COLUMNS]], **found}


class Run(NamedTuple):
    """What scores rest on.

    groups: the groups of each statement, beside ALL. figures: those that are wanted. times: how many statements there
    are for each that is given; None where each is given by itself.
    """

    groups: Groups
    figures: Sequence[Figure]
    resamples: int = RESAMPLES
    seed: int = SEED
    times: Counts | None = None


def scores(run: Run, counted: Counts, other: Counts | None = None) -> Iterator[Score]:
    """The scores of a system over all statements and over each group; beside those of another, ComparedScores.

    counted, other: int32, (statements, WIDTH), the statements in the same order.
    """
    wanted = {figure.layer for figure in run.figures}
    for group, members in members_of(run.groups).items():
        for layer, at in blocks().items():
            if layer in wanted:
                cells = np.ix_(members, np.array(at))
                part = counted[cells]
                beside = None if other is None else other[cells]
                times = None if run.times is None else run.times[members]
                yield from scores_of_block(run._replace(times=times), layer, group, part, beside)


def scores_of_block(run: Run, layer: str, group: str, part: Counts, beside: Counts | None) -> Iterator[Score]:
    """The scores of the figures of a layer over a group. The counts are int32, (statements, k)."""
    total = (part.sum(axis=0, dtype=np.int64) if run.times is None else run.times @ part.astype(np.int64))[None]
    resampled = resample(part, run.resamples, run.seed, run.times)
    exchanged = None if beside is None else exchange(part, beside, run.resamples, run.seed, run.times)
    for figure in run.figures:
        if figure.layer == layer:
            values = figure.formula(resampled)
            values = values[~np.isnan(values)]
            low, high = np.percentile(values, PERCENTILES).tolist() if values.size else (None, None)
            items = int(total[0, figure.items].sum())
            facts = (*figure[:4], group, defined(figure.formula(total)), low, high, items)
            if exchanged is None:
                yield Score(*facts)
            else:
                difference, p = paired_test(exchanged, figure.formula) or (None, None)
                yield ComparedScore(*facts, defined(figure.formula(exchanged.observed[1])), difference, p)


def members_of(groups: Groups) -> dict[str, Rows]:
    """The statements of each group, as arrays of their numbers; ALL is the first group, the others are sorted."""
    numbers: dict[str, list[int]] = {}
    for n, names in enumerate(groups.names):
        for name in names:
            numbers.setdefault(name, []).append(n)
    found = {name: np.flatnonzero(np.isin(groups.numbers, numbers[name])) for name in sorted(numbers)}
    return {ALL: np.arange(len(groups.numbers)), **found}


def defined(values: Values) -> float | None:
    """A value of one row; None for nan."""
    return None if np.isnan(values[0]) else float(values[0])
