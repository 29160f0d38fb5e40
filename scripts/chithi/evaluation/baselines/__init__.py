"""Baselines: systems to beat, tuned on the folds of train alone. Each learns from train and predicts statements."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from chithi.corpus import Corpus
from chithi.corpus.joining import FOLDS, TRAIN, fold_of
from chithi.evaluation.baselines import crf, rules
from chithi.records.records import Statement

Predict = Callable[[Corpus, Sequence[Statement], Sequence[Statement]], Iterator[dict[str, Any]]]

BASELINES: dict[str, Predict] = {"rules": rules.predict, "crf": crf.predict}


def predictions(name: str, corpus: Corpus, split: str = "test") -> Iterator[dict[str, Any]]:
    """The predictions of a baseline for a split, one a statement, with offsets, ids and labels.

    The statements of train are predicted fold by fold, from what the other folds tell.
    """
    statements = {statement.id: statement for statement in corpus.records(Statement)}
    train = [statements[name] for name in corpus.by_split[TRAIN]["id"]]
    predict = BASELINES[name]
    if split != TRAIN:
        yield from predict(corpus, train, [statements[name] for name in corpus.by_split[split]["id"]])
        return
    for fold in range(FOLDS):
        inside = [fold_of(statement.report.rpartition(".")[0]) == fold for statement in train]
        others = [one for one, left_out in zip(train, inside, strict=True) if not left_out]
        yield from predict(corpus, others, [one for one, wanted in zip(train, inside, strict=True) if wanted])
