"""Agreement and disagreements between two annotators' passes over the same texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from chithi.evaluation.annotations import LAYERS
from chithi.evaluation.bootstrap import RESAMPLES, SEED, Counts, interval
from chithi.evaluation.matching import Layer, Pair
from chithi.evaluation.measures import Measure, accuracy, alpha_over_labels, alpha_over_tokens, exact, f1, touching
from chithi.records.layout import language_of

IDENTIFIERS = {"speaker": "id", "role": "offices", "directive": "id", "addressee": "actors"}  # layer -> attribute
CATEGORIES = {"act": "request", "topic": "request"}  # attribute -> layer
PRINTED = {"offices": "id", "actors": "id"}  # attribute -> its name in the output, which has to stay as it is


@dataclass(frozen=True, slots=True)
class Measurement:
    """The value of a measure with its 95 percent interval, and the number of items it rests on.

    `layer` is a layer or an attribute. `low` and `high` are None if no resample has a value.
    """

    measure: str
    layer: str
    language: str
    value: float
    low: float | None
    high: float | None
    items: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A difference between the passes in one statement: what each has, None if it has nothing."""

    statement: str
    layer: str
    one: str | None
    two: str | None
    text: str


def measures(pairs: Sequence[Pair]) -> Iterator[Measure]:
    """The measures of agreement, in the order in which they are printed. Add a measure here."""
    for layer in LAYERS:
        yield alpha_over_tokens("alpha over tokens", layer)
        yield f1("F1, exact", layer, exact)
        yield f1("F1, overlap", layer, touching)
        if layer in IDENTIFIERS:
            yield accuracy("same id", layer, IDENTIFIERS[layer])
    for attribute, layer in CATEGORIES.items():
        mentions = (mention for pair in pairs for mention in pair.layers[layer].one + pair.layers[layer].two)
        labels = sorted({str(mention.labels[attribute]) for mention in mentions})
        yield alpha_over_labels("alpha", layer, attribute, labels)


def measurements(
    pairs: Sequence[Pair],
    by_language: bool = False,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> list[Measurement]:
    """The measures over all statements and, with `by_language`, over each language, if they have items."""
    groups = {"all": list(range(len(pairs)))}
    if by_language:
        for n, pair in enumerate(pairs):
            groups.setdefault(language_of(pair.one.report), []).append(n)
    counted = [(measure, measure.counts(pairs)) for measure in measures(pairs)] if pairs else []
    found = []
    for language, members in groups.items():
        rows = ((measure, counts[members]) for measure, counts in counted)
        found += [measured(measure, counts, language, resamples, seed) for measure, counts in rows]
    return [measurement for measurement in found if measurement]


def measured(measure: Measure, counts: Counts, language: str, resamples: int, seed: int) -> Measurement | None:
    """One measurement from the counts of some statements, (statements, k). None if they have no items."""
    total = counts.sum(axis=0)
    value = measure.value(total)
    if np.isnan(value):
        return None
    low, high = interval(counts, measure.formula, resamples, seed) or (None, None)
    return Measurement(measure.name, measure.of, language, value, low, high, measure.items(total))


def table(found: Sequence[Measurement]) -> str:
    """Measurements as aligned columns."""
    head = f"{'language':<9}{'layer':<11}{'measure':<19}{'value':>7}  95% interval   items"
    return "\n".join([head, *map(line, found)])


def line(m: Measurement) -> str:
    """A line of the table."""
    return f"{m.language:<9}{m.layer:<11}{m.measure:<19}{m.value:>7.3f}  {shown(m, ' - '):<13}{m.items:>8,}"


def markdown(found: Sequence[Measurement]) -> str:
    """Measurements as a Markdown table: a row a layer, a column a measure, each value with its interval."""
    names = ["alpha over tokens", "F1, exact", "F1, overlap", "same id", "alpha"]
    cells = {(m.layer, m.measure): f"{m.value:.3f} ({shown(m, '-')})" for m in found}
    layers = dict.fromkeys(m.layer for m in found)
    rows = [[layer, *(cells.get((layer, name), "") for name in names)] for layer in layers]
    head = [["layer", *names], ["---", *["---:"] * len(names)]]
    return "\n".join("| " + " | ".join(row) + " |" for row in head + rows) + "\n"


def shown(measurement: Measurement, between: str) -> str:
    """The interval of a measurement; "-" if it has none."""
    if measurement.low is None or measurement.high is None:
        return "-"
    return f"{measurement.low:.3f}{between}{measurement.high:.3f}"


def disagreements(pairs: Sequence[Pair]) -> Iterator[Disagreement]:
    """All differences: spans that one pass lacks, matched spans that differ, and labels of matched spans."""
    for pair in pairs:
        for name, layer in pair.layers.items():
            for kind, one, two in differences(name, layer):
                yield Disagreement(pair.one.id, kind, one, two, pair.one.text)


def differences(name: str, layer: Layer) -> Iterator[tuple[str, str | None, str | None]]:
    """The differences in a layer as (layer or "layer attribute", what one has, what two has)."""
    matched_one, matched_two = {a.span for a, _ in layer.matches}, {b.span for _, b in layer.matches}
    yield from ((name, a.text, None) for a in layer.one if a.span not in matched_one)
    yield from ((name, None, b.text) for b in layer.two if b.span not in matched_two)
    for a, b in layer.matches:
        if a.span != b.span:
            yield name, a.text, b.text
        for attribute, label in a.labels.items():
            if label != b.labels[attribute]:
                yield f"{name} {PRINTED.get(attribute, attribute)}", str(label), str(b.labels[attribute])
