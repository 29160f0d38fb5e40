"""Agreement between two annotators' passes over the same texts, with intervals, and what they disagree on.

Statistics are kept statement by statement and summed, so that a bootstrap resamples statements and not single tokens.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np

from chithi.evaluation.bootstrap import ROUNDS, SEED, alpha, by_nltk, f1, share
from chithi.evaluation.matching import Pair, match_counts, matches
from chithi.records.layout import language_of
from chithi.text.tokens import token_spans

LAYERS = ("speaker", "role", "directive", "request", "addressee")
Record = dict[str, Any]
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measure with its 95 percent interval (percentiles of the bootstrap) and the number of items it rests on."""

    measure: str
    layer: str
    language: str
    value: float
    low: float
    high: float
    items: int


def measurements(pairs: list[Pair], by_language: bool = False) -> list[Measurement]:
    """All measures, for all statements and, if asked for, for each language."""
    groups = {"all": pairs}
    if by_language:
        for pair in pairs:
            groups.setdefault(language_of(pair.one["report"]), []).append(pair)
    return [figure for language, members in groups.items() for figure in measured(members, language)]


def table(figures: list[Measurement]) -> str:
    """The figures as aligned columns."""
    head = f"{'language':<9}{'layer':<11}{'measure':<19}{'value':>7}  95% interval   items"
    lines = [f"{f.language:<9}{f.layer:<11}{f.measure:<19}{f.value:>7.3f}  {f.low:.3f} - {f.high:.3f}{f.items:>8,}" for f in figures]
    return "\n".join([head, *lines])


def markdown(found: list[Measurement]) -> str:
    """The figures as a Markdown table: a row a layer, a column a measure, each value with its interval."""
    measures = ["alpha over tokens", "F1, exact", "F1, overlap", "same id", "alpha"]
    cells = {(f.layer, f.measure): f"{f.value:.3f} ({f.low:.3f}-{f.high:.3f})" for f in found}
    rows = [[layer, *(cells.get((layer, measure), "") for measure in measures)] for layer in dict.fromkeys(f.layer for f in found)]
    head = [["layer", *measures], ["---", *["---:"] * len(measures)]]
    return "\n".join("| " + " | ".join(row) + " |" for row in head + rows) + "\n"


def measured(pairs: list[Pair], language: str) -> Iterator[Measurement]:
    """The measures of some statements, each with its interval; those without any item are left out."""
    weights = np.random.default_rng(SEED).multinomial(len(pairs), np.full(len(pairs), 1 / len(pairs)), ROUNDS)
    for measure, layer, rows, of, items in counted(pairs):
        counts = np.array(rows).reshape(len(pairs), -1)
        low, high = np.percentile(of(weights @ counts), [2.5, 97.5])
        total = counts.sum(axis=0)
        value = by_nltk(total) if of is alpha else float(of(total[None])[0])
        yield Measurement(measure, layer, language, value, float(low), float(high), items)


def counted(pairs: list[Pair]) -> Iterator[tuple[str, str, list[list[int]], Callable[[Array], Array], int]]:
    """What goes into each measure: its name, the layer, the counts of each statement, the formula, the number of items."""
    for layer in LAYERS:
        spans_found = [match_counts(pair, layer) for pair in pairs]
        if items := sum(one + two for one, two, *_ in spans_found):
            tokens = [token_counts(pair, layer) for pair in pairs]
            yield "alpha over tokens", layer, tokens, alpha, sum(map(sum, tokens))
            yield "F1, exact", layer, [[exact, exact, one, two] for one, two, exact, _, _ in spans_found], f1, items
            yield "F1, overlap", layer, [[first, second, one, two] for one, two, _, first, second in spans_found], f1, items
        same = [id_counts(pair, layer) for pair in pairs] if layer in IDS else []
        if items := sum(matched for matched, _ in same):
            yield "same id", layer, same, share, items
    for key in ("act", "topic"):
        labelled = [request_labels(pair, key) for pair in pairs]
        if values := sorted({value for found in labelled for both in found for value in both}):
            yield "alpha", key, [contingency(found, values) for found in labelled], alpha, sum(map(len, labelled))


def token_counts(pair: Pair, layer: str) -> list[int]:
    """Tokens by whether each pass has them in a span of the layer: neither, the second, the first, both."""
    counts = [0, 0, 0, 0]
    one, two = pair.spans(layer)
    for start, end in token_spans(pair.one["text"]):
        inside = [any(s["start"] < end and start < s["end"] for s in found) for found in (one, two)]
        counts[2 * inside[0] + inside[1]] += 1
    return counts


IDS: dict[str, Callable[[Record], Any]] = {
    "speaker": itemgetter("id"),
    "role": lambda span: sorted(span["offices"]),
    "directive": itemgetter("id"),
}


def id_counts(pair: Pair, layer: str) -> list[int]:
    """Matched spans of a layer, and those with the same ids."""
    found = matches(pair, layer)
    return [len(found), sum(IDS[layer](a) == IDS[layer](b) for a, b in found)]


def request_labels(pair: Pair, key: str) -> list[tuple[str, str]]:
    """The act or topic of matched requests in both passes."""
    return [(a[key], b[key]) for a, b in matches(pair, "request")]


def contingency(pairs: list[tuple[str, str]], values: list[str]) -> list[int]:
    """How often each pair of labels occurs, flattened."""
    counts = np.zeros((len(values), len(values)), int)
    for a, b in pairs:
        counts[values.index(a), values.index(b)] += 1
    return [int(n) for n in counts.ravel()]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One decision that the passes take differently: `one` and `two` say how, null where a pass has nothing."""

    statement: str
    layer: str
    one: str | None
    two: str | None
    text: str


def disagreements(pairs: list[Pair]) -> Iterator[Disagreement]:
    """All differences, one by one: spans that only one pass has or that differ, other ids, acts, topics."""
    for pair in pairs:
        name, text = pair.one["id"], pair.one["text"]
        for layer in LAYERS:
            one, two = pair.spans(layer)
            found = matches(pair, layer)
            yield from (Disagreement(name, layer, a["text"], None, text) for a in one if all(a is not m for m, _ in found))
            yield from (Disagreement(name, layer, None, b["text"], text) for b in two if all(b is not m for _, m in found))
            for a, b in found:
                if (a["start"], a["end"]) != (b["start"], b["end"]):
                    yield Disagreement(name, layer, a["text"], b["text"], text)
                for label, value in labels(layer).items():
                    if value(a) != value(b):
                        yield Disagreement(name, f"{layer} {label}", str(value(a)), str(value(b)), text)


def labels(layer: str) -> dict[str, Callable[[Record], Any]]:
    """What two matched spans of a layer can differ in besides their edges."""
    if layer == "request":
        return {"act": itemgetter("act"), "topic": itemgetter("topic")}
    return {"id": IDS[layer]} if layer in IDS else {}
