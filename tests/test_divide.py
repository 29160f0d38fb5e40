"""How events are divided between train and test: the search against all divisions, and what stays."""

import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import orjson
import pytest

import chithi

ROOT = Path(__file__).parents[1]
SPLITS = ROOT / "tests" / "fixtures" / "splits.txt"
sys.path.insert(0, str(ROOT / "scripts"))
import divide  # noqa: E402

LABELS = ["act instruct", "act suggest", "citations pl", "language pl", "requests pl", "statements all"]
KINDS = [(kind, of) for kind, of in map(str.split, LABELS)]


def events(seed: int, n: int = 10) -> divide.Counted:
    """Some events with random counts."""
    return divide.Counted(KINDS, np.random.default_rng(seed).integers(0, 6, (n, len(KINDS))))


@pytest.mark.parametrize("seed", range(5))
def test_the_search_finds_the_best_of_all_divisions(seed: int) -> None:
    counted = events(seed)
    every = np.array(list(product([False, True], repeat=len(counted.counts))))
    best = counted.cost(every @ counted.counts).min()
    found = divide.divide(counted, {}, 200)
    assert counted.cost(counted.counts[found].sum(0)[None])[0] == pytest.approx(best)


def test_what_is_kept_stays_where_it_is() -> None:
    counted = events(1)
    kept = {0: True, 1: True, 2: True, 3: False}
    found = divide.divide(counted, kept, 3)
    assert {event: bool(found[event]) for event in kept} == kept


def test_a_condition_that_is_missed_is_told() -> None:
    counts = np.array([[4, 0, 1, 5, 4, 5], [0, 4, 1, 5, 4, 5], [4, 4, 1, 5, 8, 9]])
    counted = divide.Counted(KINDS, counts)
    missed = counted.missed(np.array([[4, 0, 0, 5, 2, 5]]))[0] > 0
    assert [kind for kind, is_missed in zip(KINDS, missed, strict=True) if is_missed] == [
        ("act", "instruct"),  # all of test, half of train
        ("act", "suggest"),  # none in test
        ("citations", "pl"),  # none in test
        ("requests", "pl"),  # two of 16 in test
    ]


def test_the_program_writes_one_split_for_each_event(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    good = ROOT / "tests" / "fixtures" / "good"
    for path in good.rglob("*.json*"):
        target = corpus / path.relative_to(good)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    kept = tmp_path / "kept"
    kept.write_text("utopia-congress-2025 train\nfabula-elections-2025 test\n")
    program = [sys.executable, ROOT / "scripts" / "divide.py", "--corpus", corpus, "--keep", kept, "--write"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    splits = {(r["event"], r["split"]) for r in map(orjson.loads, (corpus / "reports.jsonl").read_bytes().splitlines())}
    assert splits == {("utopia-congress-2025", "train"), ("fabula-elections-2025", "test")}


def test_the_division_of_the_corpus_is_frozen() -> None:
    """What is in train stays there, for ever: a new event gets a line of its own in the list."""
    reports = chithi.Corpus.read().reports.select("event", "split").unique()
    frozen = dict(line.split() for line in SPLITS.read_text(encoding="utf-8").splitlines())
    assert dict(reports.iter_rows()) == frozen


def test_the_division_of_the_corpus_meets_all_conditions() -> None:
    corpus = chithi.Corpus.read()
    events, counted = divide.count(corpus)
    splits = dict(corpus.reports.select("event", "split").iter_rows())
    in_test = np.array([splits[event] == "test" for event in events])
    missed = counted.missed(counted.counts[in_test].sum(0)[None])[0]
    assert [kind for kind, gap in zip(counted.kinds, missed, strict=True) if gap > 0] == []
