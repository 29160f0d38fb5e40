"""Scores as tables for a terminal."""

from collections.abc import Iterator, Sequence

from chithi.evaluation.annotations import LAYERS
from chithi.evaluation.counting import MATCHINGS, TUPLE
from chithi.evaluation.scores import ALL, MEAN, ComparedScore, Score
from chithi.evaluation.scoring import Scored, ScoredOriginals

FIRST = ("f1", "exact")  # the measure and the matching that groups and systems are compared by
NARROW = 9


def tables(scored: Scored) -> Iterator[str]:
    """The lines of all tables: spans, attributes, groups, and the comparison with another system if there is one."""
    yield summary(scored)
    overall = [score for score in scored.scores if score.group == ALL]
    yield from ("", "spans", *span_table([score for score in overall if score.attribute is None]))
    if attributes := [score for score in overall if score.attribute]:
        yield from (
            "",
            "attributes: accuracy on matched spans, and F1 of span and attribute",
            *attribute_table(attributes),
        )
    yield from ("", "exact F1 by group", *group_table(scored.scores))
    if compared := [score for score in overall if isinstance(score, ComparedScore)]:
        yield from ("", "exact F1 beside the other system", *comparison(compared))
    yield from ("", scored.signature)


def summary(scored: Scored) -> str:
    """What was scored, in one line."""
    parts = [gold(scored)]
    parts += [f"{scored.missing:,} without a prediction, which count as empty"] if scored.missing else []
    others = "paragraphs" if isinstance(scored, ScoredOriginals) else "statements"
    parts += [f"{scored.outside:,} predictions of other {others} passed over"] if scored.outside else []
    parts += [f"{scored.lost:,} predicted spans stand nowhere in their text"] if scored.lost else []
    return "; ".join(parts)


def gold(scored: Scored) -> str:
    """The size of the gold side."""
    if not isinstance(scored, ScoredOriginals):
        return f"{scored.statements:,} gold statements"
    size = f"{scored.paragraphs:,} gold paragraphs with {scored.statements:,} statements"
    return f"{size}, {scored.placed:,} of {scored.places:,} spans placed"


def span_table(scores: Sequence[Score]) -> Iterator[str]:
    """A line a layer: precision, recall and F1 with its interval, exact and overlapping, and the gold spans."""
    found = {(score.layer, score.measure, score.matching): score for score in scores}
    head = f"{'precision':>{NARROW}} {'recall':>6} {'F1':>6} {'95% interval':^14}"
    yield f"{'':<10} {'exact':<{len(head)}}  overlap"
    yield f"{'layer':<10} {head}  {head} {'items':>8}"
    for layer in dict.fromkeys(score.layer for score in scores):
        cells = []
        for how in MATCHINGS:
            p, r, f = (found.get((layer, measure, how)) for measure in ("precision", "recall", "f1"))
            cells.append(f"{cell(p):>{NARROW}} {cell(r):>6} {cell(f):>6} {interval(f):^14}")
        yield f"{layer:<10} {'  '.join(cells)} {found[layer, *FIRST].items:>8,}"


def attribute_table(scores: Sequence[Score]) -> Iterator[str]:
    """A line an attribute: accuracy and F1, on exact and on overlapping spans, and the number of matched spans."""
    found = {(score.layer, score.attribute, score.measure, score.matching): score for score in scores}
    head = f"{'accuracy':>{NARROW}} {'matched':>8} {'F1':>6} {'95% interval':^14}"
    yield f"{'':<19} {'exact':<{len(head)}}  overlap"
    yield f"{'attribute':<19} {head}  {head}"
    for layer, name in dict.fromkeys((score.layer, score.attribute) for score in scores):
        cells = []
        for how in MATCHINGS:
            share, f = found[layer, name, "accuracy", how], found[layer, name, "f1", how]
            cells.append(f"{cell(share):>{NARROW}} {share.items:>8,} {cell(f):>6} {interval(f):^14}")
        yield f"{layer + ' ' + str(name):<19} {'  '.join(cells)}"


def group_table(scores: Sequence[Score]) -> Iterator[str]:
    """A line a group, a column a layer."""
    first = [score for score in scores if score.attribute is None and (score.measure, score.matching) == FIRST]
    found = {(score.group, score.layer): score for score in first}
    layers = [layer for layer in (MEAN, *LAYERS, TUPLE) if (ALL, layer) in found]
    yield f"{'group':<18} " + " ".join(f"{layer:>9}" for layer in layers)
    for group in dict.fromkeys(score.group for score in first):
        yield f"{group:<18} " + " ".join(f"{cell(found.get((group, layer))):>9}" for layer in layers)


def comparison(scores: Sequence[ComparedScore]) -> Iterator[str]:
    """A line a layer: this system's F1, the other's, their difference, and p."""
    yield f"{'layer':<10} {'this':>6} {'other':>6} {'difference':>10} {'p':>7}"
    for score in scores:
        if score.attribute is None and (score.measure, score.matching) == FIRST:
            difference = "-" if score.difference is None else f"{score.difference:+.3f}"
            p = "-" if score.p is None else f"{score.p:.4f}"
            yield f"{score.layer:<10} {cell(score):>6} {number(score.other):>6} {difference:>10} {p:>7}"


def cell(score: Score | None) -> str:
    """The value of a score."""
    return number(score.value if score else None)


def number(value: float | None) -> str:
    """A value with three decimals; "-" for none."""
    return "-" if value is None else f"{value:.3f}"


def interval(score: Score | None) -> str:
    """The interval of a score; "-" if it has none."""
    if score is None or score.low is None:
        return "-"
    return f"{score.low:.3f} - {score.high:.3f}"
