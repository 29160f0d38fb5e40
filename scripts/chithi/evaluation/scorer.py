"""The official scorer: predictions against gold statements.

Spans are matched one to one, best first (`match_spans`). Exact scores count the matches with equal spans, as seqeval
does for entities; overlapping scores count all matches. The scores of an attribute count the matches that agree in it
as well. All scores are micro averages over the statements of a group.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chithi.evaluation.bootstrap import Counts
from chithi.evaluation.counting import WIDTH, counts
from chithi.evaluation.gold import MISSING, OUTSIDE, Gold
from chithi.evaluation.grounding import Grounded
from chithi.evaluation.predictions import MOST, Keys, Place, Prediction, ScoreError, read_predictions
from chithi.records.processes import COMMON, Part, count_shares, processes, shares
from chithi.records.records import Statement
from chithi.text.display import shown
from chithi.validation.findings import Finding

SHARE_BYTES = 1 << 20  # of predictions that are counted together, some 2,000
FINDINGS = 100  # wrong offsets that are reported before reading stops


class OffsetError(ScoreError):
    """Spans do not stand at their offsets: `findings` has each with the place and the id of its prediction.

    `read` is the number of predictions that were read.
    """

    def __init__(self, findings: list[tuple[Place, str, Finding]], read: int) -> None:
        super().__init__(f"{findings[0][0]}: {findings[0][2].message}")
        self.findings, self.read = findings, read


@dataclass
class Counted:
    """The counts of predictions.

    counts: int32, (gold statements, WIDTH), in the order of the gold statements; see `BLOCKS`.
    missing: gold statements without a prediction, which count as empty.
    outside: predictions of statements of the corpus that are not gold, which are passed over.
    lost: spans whose text stands nowhere; they count as predicted.
    """

    counts: Counts
    keys: Keys = field(default_factory=Keys)
    missing: int = 0
    outside: int = 0
    lost: int = 0


@dataclass
class PartCounts:
    """The counts of some predictions, by the rows of their gold statements, with the lines that they stand in.

    read: how many predictions there are. findings: what is wrong with their offsets, as `OffsetError` has it.
    """

    path: str = ""
    rows: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    counts: list[list[int]] = field(default_factory=list)
    keys: Keys = field(default_factory=Keys)
    read: int = 0
    outside: int = 0
    lost: int = 0
    findings: list[tuple[Place, str, Finding]] = field(default_factory=list)


def count_files(
    gold: Gold, paths: Sequence[Path], jobs: int = 1, progress: Callable[[int], None] = lambda records: None
) -> Counted:
    """Counts the predictions in some files, which may be in any order. With several jobs, processes share them.

    Raises ScoreError as `count_part` does, and for a second prediction of a statement, a key that only some predictions
    have, and offsets that are wrong; OSError if a file cannot be read, ChildProcessError if a process is gone.
    """
    files = [(str(path), "") for path in paths]
    found = shares(files, SHARE_BYTES)
    if jobs == 1:
        return summed(
            gold, (count_part(gold, read_predictions(part, Prediction)) for group in found for part in group), progress
        )
    with processes(min(jobs, count_shares(files, SHARE_BYTES)), gold) as pool:
        return summed(gold, chain.from_iterable(pool.map(count_parts_here, found)), progress)


def count_parts_here(parts: Sequence[Part]) -> list[PartCounts]:
    """Counts the predictions in some parts of files, in a process of a pool that was given the gold statements."""
    return [count_part(COMMON[0], read_predictions(part, Prediction)) for part in parts]


def count_part(gold: Gold, predictions: Iterable[tuple[Place, Prediction]]) -> PartCounts:
    """Counts some predictions, one by one.

    Raises ScoreError for an unknown id, a text that is not the statement's, and too many spans.
    """
    found = PartCounts()
    with closing(gold.lines):
        for place, prediction in predictions:
            found.read += 1
            row = gold.rows.find(prediction.id)
            if row == OUTSIDE:
                found.outside += 1
                continue
            statement = None if row == MISSING else gold.statement(row)
            if statement is None or statement.id != prediction.id:
                remedy = "correct it, or name --corpus"
                raise ScoreError(f"{place}: no statement has the id {shown(prediction.id)}: {remedy}")
            found.path = place.path
            found.rows.append(row)
            found.lines.append(place.line)
            found.keys.note(prediction, place)
            count_one(statement, prediction, place, found)
            if len(found.findings) > FINDINGS:
                break
    return found


def count_one(statement: Statement, prediction: Prediction, place: Place, found: PartCounts) -> None:
    """Adds the counts of one prediction, or what is wrong with its offsets."""
    if isinstance(prediction.text, str) and prediction.text != statement.text:
        raise ScoreError(f"{place}: the text is not that of {statement.id} in the corpus: predict on the text there")
    if len(prediction.directives or ()) + len(prediction.requests or ()) > MOST:
        raise ScoreError(f"{place}: more than {MOST:,} citations and requests: predict those of one statement")
    prediction.report, prediction.text = statement.report, statement.text
    grounded = Grounded(statement.text)
    grounded.put(prediction)
    found.findings += ((place, prediction.id, wrong) for wrong in grounded.findings)
    found.counts.append([0] * WIDTH if grounded.findings else counts(statement, prediction))
    found.lost += grounded.lost


def summed(gold: Gold, parts: Iterable[PartCounts], progress: Callable[[int], None] = lambda records: None) -> Counted:
    """The counts of all parts together, in the order of the gold statements."""
    found = Counted(np.zeros((len(gold), WIDTH), np.int32))
    done = np.zeros(len(gold), bool)
    findings: list[tuple[Place, str, Finding]] = []
    read = 0
    for part in parts:
        refuse_second(gold, part, done)
        if part.rows:
            found.counts[part.rows] = part.counts
            done[part.rows] = True
        found.keys.add(part.keys)
        found.outside += part.outside
        found.lost += part.lost
        findings += part.findings
        read += part.read
        progress(read)
        if len(findings) > FINDINGS:
            break
    if findings:
        raise OffsetError(findings[:FINDINGS], read)
    found.keys.check()
    with closing(gold.lines):
        for row in np.flatnonzero(~done).tolist():
            found.missing += 1
            statement = gold.statement(row)
            found.counts[row] = counts(statement, Prediction(statement.id))
    return found


def refuse_second(gold: Gold, part: PartCounts, done: NDArray[np.bool_]) -> None:
    """Raises ScoreError for the first prediction of a part whose statement has one, in the part or before."""
    seen: set[int] = set()
    for row, line in zip(part.rows, part.lines, strict=True):
        if row in seen or done[row]:
            with closing(gold.lines):
                name = shown(gold.statement(row).id)
            raise ScoreError(f"{Place(part.path, line)}: a second prediction for {name}: keep one")
        seen.add(row)
