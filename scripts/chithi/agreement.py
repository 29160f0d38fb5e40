"""Agreement between two annotators' passes over the same texts, with intervals, and what they disagree on.

Statistics are kept statement by statement and summed, so that a bootstrap resamples statements and not single tokens.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from chithi.rules.table import language_of
from chithi.spans import spans
from chithi.tables import ANNOTATORS
from chithi.tokens import token_spans

LAYERS = ("speaker", "role", "directive", "request", "addressee")
ROUNDS = 1000
SEED = 2025
Record = dict[str, Any]
Array = np.ndarray[Any, Any]


class AgreementError(Exception):
    """The passes cannot be compared; the message says why."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One statement as two annotators have it."""

    one: Record
    two: Record

    def spans(self, layer: str) -> tuple[list[Record], list[Record]]:
        """The spans of a layer in both passes, each once, in the order of the text."""
        found = []
        for record in (self.one, self.two):
            of_layer = {(s["start"], s["end"]): s for name, _, s in spans(record) if name == layer}
            found.append([span for _, span in sorted(of_layer.items())])
        return found[0], found[1]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with its 95 percent interval (percentiles of the bootstrap) and the number of items it rests on."""

    measure: str
    layer: str
    language: str
    value: float
    low: float
    high: float
    items: int


def read_pairs(corpus: Path, passes: tuple[str, str] | None = None) -> list[Pair]:
    """The statements that stand in both passes under annotators/, by default the only two. Raises AgreementError where there are none."""
    folder = corpus / ANNOTATORS
    names = passes or tuple(sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else ())
    try:
        first, second = names
    except ValueError:
        raise AgreementError(f"{folder} holds {len(names)} passes: name the two to compare with --passes ONE TWO") from None
    one, two = read_pass(folder / first), read_pass(folder / second)
    if not (common := [name for name in one if name in two]):
        raise AgreementError(f"no statement stands in both passes, {first} and {second}")
    for name in common:
        if one[name]["text"] != two[name]["text"]:
            raise AgreementError(f"the passes have different texts of {name}: agreement is about one text")
    return [Pair(one[name], two[name]) for name in common]


def read_pass(folder: Path) -> dict[str, Record]:
    """The statements of a pass by id. Raises AgreementError where the folder does not exist."""
    if not folder.is_dir():
        raise AgreementError(f"{folder}: no such pass")
    lines = (line for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().split(b"\n") if line)
    return {record["id"]: record for record in map(orjson.loads, lines)}


def figures(pairs: list[Pair], by_language: bool = False) -> list[Figure]:
    """All measures, for all statements and, if asked for, for each language."""
    groups = {"all": pairs}
    if by_language:
        for pair in pairs:
            groups.setdefault(language_of(pair.one), []).append(pair)
    return [figure for language, members in groups.items() for figure in measured(members, language)]


def table(figures: list[Figure]) -> str:
    """The figures as aligned columns."""
    head = f"{'language':<9}{'layer':<11}{'measure':<19}{'value':>7}  95% interval   items"
    lines = [f"{f.language:<9}{f.layer:<11}{f.measure:<19}{f.value:>7.3f}  {f.low:.3f} - {f.high:.3f}{f.items:>8,}" for f in figures]
    return "\n".join([head, *lines])


def markdown(found: list[Figure]) -> str:
    """The figures as a Markdown table: a row a layer, a column a measure, each value with its interval."""
    measures = ["alpha over tokens", "F1, exact", "F1, overlap", "same id", "alpha"]
    cells = {(f.layer, f.measure): f"{f.value:.3f} ({f.low:.3f}-{f.high:.3f})" for f in found}
    rows = [[layer, *(cells.get((layer, measure), "") for measure in measures)] for layer in dict.fromkeys(f.layer for f in found)]
    head = [["layer", *measures], ["---", *["---:"] * len(measures)]]
    return "\n".join("| " + " | ".join(row) + " |" for row in head + rows) + "\n"


def measured(pairs: list[Pair], language: str) -> Iterator[Figure]:
    """The measures of some statements, each with its interval; those without any item are left out."""
    weights = np.random.default_rng(SEED).multinomial(len(pairs), np.full(len(pairs), 1 / len(pairs)), ROUNDS)
    for measure, layer, rows, of, items in counted(pairs):
        counts = np.array(rows).reshape(len(pairs), -1)
        low, high = np.percentile(of(weights @ counts), [2.5, 97.5])
        total = counts.sum(axis=0)
        value = by_nltk(total) if of is alpha else float(of(total[None])[0])
        yield Figure(measure, layer, language, value, float(low), float(high), items)


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


def token_counts(pair: Pair, layer: str) -> list[int]:
    """Tokens by whether each pass has them in a span of the layer: neither, the second, the first, both."""
    counts = [0, 0, 0, 0]
    one, two = pair.spans(layer)
    for start, end in token_spans(pair.one["text"]):
        inside = [any(s["start"] < end and start < s["end"] for s in found) for found in (one, two)]
        counts[2 * inside[0] + inside[1]] += 1
    return counts


def match_counts(pair: Pair, layer: str) -> list[int]:
    """Spans of the first pass, of the second, exact matches, and of each pass those that overlap one of the other."""
    one, two = pair.spans(layer)
    exact = sum((a["start"], a["end"]) in {(b["start"], b["end"]) for b in two} for a in one)
    return [len(one), len(two), exact, sum(any(overlap(a, b) for b in two) for a in one), sum(any(overlap(a, b) for a in one) for b in two)]


def overlap(a: Record, b: Record) -> int:
    """The number of characters that two spans share."""
    return max(0, int(min(a["end"], b["end"])) - int(max(a["start"], b["start"])))


def matches(pair: Pair, layer: str) -> list[tuple[Record, Record]]:
    """Spans of both passes that overlap most, each used once."""
    one, two = pair.spans(layer)
    ranked = sorted(((overlap(a, b), -n, -m) for n, a in enumerate(one) for m, b in enumerate(two)), reverse=True)
    taken: list[tuple[int, int]] = []
    for shared, n, m in ranked:
        if shared and all(-n != i and -m != j for i, j in taken):
            taken.append((-n, -m))
    return [(one[n], two[m]) for n, m in sorted(taken)]


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
