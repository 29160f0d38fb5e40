"""The official scorer: predictions against gold statements.

Spans are matched one to one, best first (`match_spans`). Exact scores count the matches with equal spans, as seqeval
does for entities; overlapping scores count all matches. The scores of an attribute count the matches that agree in it
as well. All scores are micro averages over the statements of a group.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from chithi.evaluation.bootstrap import Counts
from chithi.evaluation.counting import WIDTH, counts
from chithi.evaluation.gold import OUTSIDE, Gold
from chithi.evaluation.grounding import Grounded
from chithi.evaluation.predictions import MOST, Keys, Place, Prediction, ScoreError
from chithi.text.display import shown
from chithi.validation.findings import Finding

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
    keys: Keys
    missing: int = 0
    outside: int = 0
    lost: int = 0


def count_predictions(
    gold: Gold,
    predictions: Iterable[tuple[Place, Prediction]],
    progress: Callable[[int], None] = lambda records: None,
) -> Counted:
    """Counts predictions, which may be in any order, one by one.

    Raises ScoreError for an unknown id, a second prediction of a statement, a text that is not the statement's, a key
    that only some predictions have, and offsets that are wrong.
    """
    found = Counted(np.zeros((len(gold), WIDTH), np.int32), Keys())
    done = np.zeros(len(gold), bool)
    findings: list[tuple[Place, str, Finding]] = []
    with closing(gold.lines):
        for n, (place, prediction) in enumerate(predictions, 1):
            progress(n)
            if (row := gold.rows.get(prediction.id)) is None:
                raise ScoreError(
                    f"{place}: no statement has the id {shown(prediction.id)}: correct it, or name --corpus"
                )
            if row == OUTSIDE:
                found.outside += 1
                continue
            if done[row]:
                raise ScoreError(f"{place}: a second prediction for {shown(prediction.id)}: keep one")
            done[row] = True
            found.keys.note(prediction, place)
            findings += ((place, prediction.id, wrong) for wrong in count_one(gold, row, prediction, place, found))
            if len(findings) > FINDINGS:
                break
        if findings:
            raise OffsetError(findings[:FINDINGS], n)
        found.keys.check()
        for row in np.flatnonzero(~done).tolist():
            found.missing += 1
            statement = gold.statement(row)
            found.counts[row] = counts(statement, Prediction(statement.id))
    return found


def count_one(gold: Gold, row: int, prediction: Prediction, place: Place, found: Counted) -> list[Finding]:
    """Adds the counts of one prediction. Returns what is wrong with its offsets."""
    statement = gold.statement(row)
    if isinstance(prediction.text, str) and prediction.text != statement.text:
        raise ScoreError(f"{place}: the text is not that of {statement.id} in the corpus: predict on the text there")
    if sum(1 for _ in prediction.spans()) > MOST:
        raise ScoreError(f"{place}: more than {MOST:,} spans: predict those of one statement")
    grounded = Grounded(prediction, statement)
    if not grounded.findings:
        found.counts[row] = counts(statement, prediction)
        found.lost += grounded.lost
    return grounded.findings
