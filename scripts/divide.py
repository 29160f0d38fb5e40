"""Divides the events of a corpus between train and test, so that each side tells about the other.

    python scripts/divide.py [--corpus DIR] [--keep FILE] [--runs N] [--write]

A good division has 30 percent of the statements in test, a third of each language's requests and citations, and the
same mix of acts and topics on both sides; `Counted` has the whole list. The search starts from random
divisions, moves the event that helps most or swaps the two that help most until nothing helps, and keeps the best of
all runs. The same corpus gives the same division. Events that FILE names (`<event> <split>` a line) keep their split:
what has been released is never divided again. `--write` puts the division into reports.jsonl.
"""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import polars as pl
from numpy.typing import NDArray

import chithi

Counts = NDArray[np.int64]
Costs = NDArray[np.float64]
Kind = tuple[str, str]  # what is counted, and of what: ("requests", "pl"), ("topic", "energy")

SHARE, PART = 0.30, 1 / 3  # in test: of all statements, and of a language's requests and citations
MANY = 9  # of a language's statements with requests, from which 3 must be in test
CLOSE, ENOUGH = 0.05, 10  # shares on the two sides differ by no more, for acts and for topics with so many requests
FEW = 2  # of an act or a topic on either side
MISSED = 10.0  # what a missed condition costs
ENOUGH_BETTER = 1e-9  # than rounding


@dataclass
class Counted:
    """What there is to be shared out: how many of each kind each event has.

    kinds: the kinds, one a column. counts: int64, shape (events, kinds). Divisions are given by their counts in test,
    int64, shape (divisions, kinds).
    """

    kinds: list[Kind]
    counts: Counts

    def __post_init__(self) -> None:
        """Works out the conditions, which are the same for all divisions."""
        what, self.total = np.array([kind for kind, _ in self.kinds]), self.counts.sum(0)
        shared = (self.counts > 0).sum(0) > 1  # what one event holds cannot be shared out
        acts, topics, requests = what == "act", what == "topic", what == "requests"
        self.acts, self.mixed = acts, acts | topics
        self.balanced = acts | topics & (self.total >= ENOUGH)
        self.least = shared * np.where(self.balanced, FEW, np.where(self.mixed | (self.total == 1), 0, 1))
        self.least_in_test = np.maximum(self.least, shared * np.where(requests & (self.total >= MANY), 3, 0))
        parts = requests | (what == "citations")
        self.aims = np.where(what == "statements", SHARE, np.where(parts, PART, 0.0))
        self.weights = np.where(what == "statements", 200, parts * np.minimum(self.total, 30) / 30)

    def gaps(self, test: Counts) -> Costs:
        """How far apart the shares of each act and topic on the two sides are, among the requests of each."""
        train = self.total - test
        one, two = (side / np.maximum(side[:, self.acts].sum(1, keepdims=True), 1) for side in (test, train))
        gaps: Costs = np.abs(one - two) * self.mixed
        return gaps

    def missed(self, test: Counts) -> Costs:
        """By how much each kind misses its conditions: too few in test, too few in train, too unlike the other side."""
        few = np.maximum(self.least_in_test - test, 0) + np.maximum(self.least - (self.total - test), 0)
        missed: Costs = few + np.maximum(self.gaps(test) / CLOSE - 1, 0) * self.balanced
        return missed

    def cost(self, test: Counts) -> Costs:
        """The cost of each division: a missed condition counts far more than shares that are a little off."""
        off = self.weights * (test / np.maximum(self.total, 1) - self.aims) ** 2 + 100 * self.gaps(test) ** 2
        costs: Costs = (MISSED * self.missed(test) + off).sum(1)
        return costs


def count(corpus: chithi.Corpus) -> tuple[list[str], Counted]:
    """The events of a corpus, and what is counted in them."""
    reports = {report.id: report for report in corpus.records(chithi.Report)}
    events = sorted({report.event for report in reports.values()})
    counts: dict[str, Counter[Kind]] = {event: Counter() for event in events}
    for statement in corpus.records(chithi.Statement):
        report = reports[statement.report]
        here = counts[report.event]
        here["statements", "all"] += 1
        here["language", report.language] += 1
        here["requests", report.language] += bool(statement.requests)
        here["citations", report.language] += len(statement.directives)
        for request in statement.requests:
            here["act", request.act] += 1
            here["topic", request.topic] += 1
    kinds = sorted({kind for found in counts.values() for kind in found})
    return events, Counted(kinds, np.array([[counts[event][kind] for kind in kinds] for event in events]))


def divide(counted: Counted, kept: dict[int, bool], runs: int) -> NDArray[np.bool_]:
    """For each event whether it is in test; bool (events,). `kept` has the events that stay where they are."""
    random = np.random.default_rng(0)
    found = [climb(counted, random.random(len(counted.counts)) < SHARE, kept) for _ in range(runs)]
    return min(found, key=lambda division: float(counted.cost(counted.counts[division].sum(0)[None])[0]))


def climb(counted: Counted, division: NDArray[np.bool_], kept: dict[int, bool]) -> NDArray[np.bool_]:
    """Improves a division by one move or one swap at a time until nothing helps."""
    division = division.copy()
    for event, in_test in kept.items():
        division[event] = in_test
    free = np.setdiff1d(np.arange(len(division)), list(kept))
    moves, swaps = free[:, None], free[np.stack(np.triu_indices(len(free), 1), axis=1)]
    while True:
        now = counted.counts[division].sum(0)
        change = np.where(division[:, None], -1, 1) * counted.counts
        cost = counted.cost(now[None])[0]
        for steps in (moves, swaps):
            costs = counted.cost(now + change[steps].sum(1))
            if len(steps) and costs.min() < cost - ENOUGH_BETTER:
                division[steps[costs.argmin()]] ^= True
                break
        else:
            return division


def read_kept(path: Path | None, events: list[str]) -> dict[int, bool]:
    """The events that keep their split, by their number, each with whether it is in test."""
    lines = path.read_text(encoding="utf-8").split("\n") if path else []
    kept = dict(line.split() for line in lines if line)
    return {events.index(event): split == "test" for event, split in kept.items() if event in events}


def write(path: Path, splits: dict[str, str]) -> None:
    """Puts splits into reports.jsonl."""
    records = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    lines = [orjson.dumps(record | {"split": splits[record["event"]]}) + b"\n" for record in records]
    path.write_bytes(b"".join(lines))


def main() -> int:
    """Prints how many of each kind the two sides have, and what the division misses; 1 if it misses anything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default="corpus", metavar="DIR")
    parser.add_argument("--keep", type=Path, metavar="FILE")
    parser.add_argument("--runs", type=int, default=20, metavar="N")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    corpus = chithi.Corpus.read(options.corpus)
    events, counted = count(corpus)
    division = divide(counted, read_kept(options.keep, events), options.runs)
    test, total = counted.counts[division].sum(0), counted.counts.sum(0)
    rows = [(*kind, total[n] - test[n], test[n]) for n, kind in enumerate(counted.kinds)]
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
        print(pl.DataFrame(rows, ["kind", "of", "train", "test"], orient="row"))
    missed = counted.missed(test[None])[0] > 0
    for n in np.flatnonzero(missed).tolist():
        print("missed:", *counted.kinds[n])
    if options.write:
        splits = dict(zip(events, np.where(division, "test", "train").tolist(), strict=True))
        write(Path(options.corpus) / "reports.jsonl", splits)
    return int(missed.any())


if __name__ == "__main__":
    sys.exit(main())
