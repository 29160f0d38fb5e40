"""Baselines: systems to beat, tuned on the folds of train alone. Each learns from train and predicts statements."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from chithi.corpus import Corpus
from chithi.corpus.joining import FOLDS, TRAIN, fold_of
from chithi.evaluation.baselines import crf, rules
from chithi.records.records import Statement

Predict = Callable[[Corpus, Sequence[Statement], Sequence[Statement]], Iterator[dict[str, Any]]]


class BaselineError(Exception):
    """A baseline has nothing to learn from; the message says why."""


BASELINES: dict[str, Predict] = {"rules": rules.predict, "crf": crf.predict}


def predictions(name: str, corpus: Corpus, split: str = "test") -> Iterator[dict[str, Any]]:
    """The predictions of a baseline for a split, one a statement, with offsets, ids and labels.

    The statements of train are predicted fold by fold, from what the other folds tell. Raises BaselineError if nothing
    is left to learn from.
    """
    statements = {statement.id: statement for statement in corpus.records(Statement)}
    train = [statements[name] for name in corpus.by_split[TRAIN]["id"]]
    if not train:
        raise BaselineError("the corpus has no statements in train to learn from")
    predict = BASELINES[name]
    if split != TRAIN:
        yield from predict(corpus, train, [statements[name] for name in corpus.by_split[split]["id"]])
        return
    folds = [fold_of(statement.report.rpartition(".")[0]) for statement in train]
    if len(set(folds)) == 1:
        raise BaselineError("the events of train are all in one fold, so no other is left to learn from")
    for fold in range(FOLDS):
        others = [statement for statement, number in zip(train, folds, strict=True) if number != fold]
        yield from predict(corpus, others, [one for one, number in zip(train, folds, strict=True) if number == fold])
