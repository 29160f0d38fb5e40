"""`chithi.score` held to seqeval and nervaluate where they measure the same, and properties of its scores."""

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import chithi
from chithi.evaluation.annotations import LAYERS, Span, annotation
from chithi.evaluation.counting import counts
from chithi.evaluation.matching import overlaps

from .annotated import Record, record, records, request
from .rules.cases import typed
from .test_score import numbered, values, written

unhurried = settings(deadline=None, max_examples=30)
edges = st.sets(st.integers(0, 12), max_size=6).map(sorted)
disjoint = edges.map(lambda at: list(zip(at[::2], at[1::2], strict=False)))
texts = st.lists(st.tuples(disjoint, disjoint), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gold")


def scored(folder: Path, gold: list[Record], guess: list[Record]) -> Any:
    return chithi.score(numbered(guess), written(folder / "gold.jsonl", numbered(gold)))


def asking(found: list[Span]) -> Record:
    """A statement whose requests have these spans, counted in words of TEXT."""
    return record(requests=[request((3 * start, 3 * end - 1)) for start, end in found])


def bio(found: list[Span]) -> list[str]:
    tags = ["O"] * 12
    for start, end in found:
        tags[start:end] = ["B-X", *["I-X"] * (end - start - 1)]
    return tags


@unhurried
@given(texts)
def test_exact_spans_are_seqevals(folder: Path, both: list[tuple[list[Span], list[Span]]]) -> None:
    seqeval = pytest.importorskip("seqeval.metrics")
    assume(any(one or two for one, two in both))
    found = values(scored(folder, *([asking(pair[side]) for pair in both] for side in (0, 1))))
    one, two = ([bio(pair[side]) for pair in both] for side in (0, 1))
    for kind in ("recall", "precision", "f1"):
        theirs = getattr(seqeval, f"{kind}_score")(one, two, zero_division=0)
        assert found["request", None, kind, "exact"] == pytest.approx(theirs)


@unhurried
@given(texts)
def test_overlapping_spans_are_nervaluates_where_each_has_one_candidate(
    folder: Path, both: list[tuple[list[Span], list[Span]]]
) -> None:
    """Elsewhere they differ: nervaluate takes neighbours, such as (0, 5) and (5, 8), for overlapping."""
    nervaluate = pytest.importorskip("nervaluate")
    assume(any(one or two for one, two in both))
    for pair in both:
        wide = [[(start, end + 1) for start, end in found] for found in pair]
        near = list(overlaps(*wide))
        assume(len(near) == len({n for _, n, _ in near}) == len({m for _, _, m in near}))
        assume(near == [(size + 1, n, m) for size, n, m in overlaps(*pair)])
    one, two = (
        [[{"label": "X", "start": start, "end": end} for start, end in pair[side]] for pair in both] for side in (0, 1)
    )
    theirs = nervaluate.Evaluator(one, two, tags=["X"], loader="dict").evaluate()["overall"]["ent_type"]
    found = values(scored(folder, *([asking(pair[side]) for pair in both] for side in (0, 1))))
    for kind in ("recall", "precision", "f1"):
        assert found["request", None, kind, "overlap"] == pytest.approx(getattr(theirs, kind))


@unhurried
@given(st.lists(st.tuples(records, records), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_order_changes_nothing(folder: Path, both: list[tuple[Record, Record]], chance: random.Random) -> None:
    gold, guess = (numbered(side) for side in zip(*both, strict=True))
    path = written(folder / "gold.jsonl", gold)
    found = chithi.score(guess, path)
    assert chithi.score(chance.sample(guess, len(guess)), path) == found
    shuffled = chithi.score(guess, written(folder / "other.jsonl", chance.sample(gold, len(gold))))
    assert shuffled.scores == found.scores


@given(records, records)
def test_exact_matches_are_matches_and_no_count_exceeds_the_spans(one: Record, two: Record) -> None:
    gold, guess = typed(one), typed(two)
    row = counts(gold, guess)
    spans = [annotation(side).layers for side in (gold, guess)]
    at = 0
    for layer in LAYERS:
        of_gold, predicted, exact, matched, *agreeing = row[at : at + 4 + 2 * (2 if layer == "request" else 1)]
        assert (of_gold, predicted) == tuple(len(side[layer]) for side in spans)
        assert exact <= matched <= min(of_gold, predicted)
        assert all(
            strict <= exact and strict <= loose <= matched for strict, loose in zip(*[iter(agreeing)] * 2, strict=True)
        )
        at += 4 + len(agreeing)


@given(records)
def test_a_statement_agrees_with_itself(one: Record) -> None:
    row = counts(typed(one), typed(one))
    requests = row[-4:]
    assert len(set(requests)) == 1
