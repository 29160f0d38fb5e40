"""Mutated exports: no traceback, no silent loss, and nothing is written where anything is told."""

import pytest

from .import_mutations import run
from .imports import FORMATS


def check(source: str, seeds: range) -> None:
    if source == "inception":
        pytest.importorskip("cassis")
    counts, wrong = run(source, seeds)
    assert wrong == []
    assert sum(counts.values()) == len(seeds)
    assert {came for _, came in counts} >= {"told", "in the records", "the same"}


@pytest.mark.parametrize("source", FORMATS)
def test_some_mutated_exports(source: str) -> None:
    check(source, range(40))


@pytest.mark.slow
@pytest.mark.parametrize("source", FORMATS)
def test_many_mutated_exports(source: str) -> None:
    check(source, range(40, 440))
