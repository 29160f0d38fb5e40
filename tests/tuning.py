"""Tunes the CRF on the folds of train: python -m tests.tuning [CORPUS]

Prints the mean exact F1 for each pair of regularisation weights; test is not looked at.
"""

import sys
from functools import partial
from itertools import product

import chithi
from chithi.evaluation.baselines import BASELINES, crf, predictions

WEIGHTS = (0.03, 0.1, 0.3)


def main() -> None:
    """Prints a line a pair, in the order of the grid."""
    corpus = chithi.Corpus.read(*sys.argv[1:])
    for c1, c2 in product(WEIGHTS, WEIGHTS):
        BASELINES["tuned"] = partial(crf.predict, parameters=crf.PARAMETERS | {"c1": c1, "c2": c2})
        mean = chithi.score(predictions("tuned", corpus, "train"), "train", corpus.folder).scores[0]
        print(f"c1 {c1:<4} c2 {c2:<4} {mean.value:.4f}", flush=True)


if __name__ == "__main__":
    main()
