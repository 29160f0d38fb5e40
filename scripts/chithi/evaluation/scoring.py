"""`chithi.score`: predictions held against gold statements, from the files to the scores."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from chithi.evaluation.annotations import LAYERS
from chithi.evaluation.bootstrap import RESAMPLES, SEED
from chithi.evaluation.counting import TUPLE
from chithi.evaluation.gold import TRAIN, Gold, read_gold
from chithi.evaluation.predictions import Keys, Place, Prediction, ScoreError, prediction_files
from chithi.evaluation.scorer import Counted, count_files, count_part, summed
from chithi.evaluation.scores import MEAN, Figure, Run, Score, figures, scores
from chithi.records import layout
from chithi.records.metadata import read_metadata

VERSION = 1  # of the scorer: it changes when the same predictions get other scores
SPLITS = (TRAIN, "test")
KEY_OF = {
    "speaker": "speaker",
    "role": "role",
    "directive": "directives",
    "request": "requests",
    "addressee": "requests",
}

Predictions = Path | str | Iterable[Mapping[str, Any]]
Progress = Callable[[int], None]


class Scored(Struct, frozen=True):
    """The scores of a system, and what they rest on.

    signature: what anybody needs to get the same scores; scores with the same signature can be compared.
    statements: gold statements. missing, outside, lost: see `Counted`.
    """

    signature: str
    scores: list[Score]
    statements: int
    missing: int
    outside: int
    lost: int


def score(  # noqa: PLR0913 - each option is one that users of a scorer expect
    predictions: Predictions,
    gold: Path | str = "test",
    corpus: Path | str | None = None,
    *,
    against: Predictions | None = None,
    layers: Sequence[str] = LAYERS,
    jobs: int = 1,
    progress: Progress = lambda records: None,
) -> Scored:
    """Scores predictions against a split of a corpus, by default test of the one that ships, or a file of statements.

    `predictions` is a JSONL file, a folder of them, or records: an `id` and any of `speaker`, `role`, `directives` and
    `requests`, as in a statement. Offsets may be left out. `against` compares with the predictions of another system.
    Only what all predictions have is scored, and of that the `layers`; the mean and the tuples need all five. `jobs` is
    the number of processes that share files of predictions.

    Raises ScoreError for predictions that cannot be scored, CorpusError for a broken corpus, and OSError for files.
    """
    folder = Path(corpus or layout.shipped("corpus"))
    split = str(gold) if gold in SPLITS else None
    held = read_gold(folder, split or "", None if split else Path(gold))
    found = counted(held, predictions, jobs, progress)
    other = None if against is None else counted(held, against, jobs, progress)
    both = [found] if other is None else [found, other]
    wanted = [figure for figure in figures() if is_scored(figure, layers, [each.keys for each in both])]
    if not wanted:
        raise ScoreError("nothing to score: no prediction has a layer: give speaker, role, directives, requests")
    run = Run(held.groups, wanted)
    return Scored(
        signature(folder, split or "file", held, wanted),
        list(scores(run, found.counts, other.counts if other else None)),
        len(held),
        found.missing,
        found.outside,
        found.lost,
    )


def counted(gold: Gold, predictions: Predictions, jobs: int, progress: Progress) -> Counted:
    """The counts of predictions, in files or as records."""
    if isinstance(predictions, (str, Path)):
        return count_files(gold, prediction_files(Path(predictions)), jobs, progress)
    return summed(gold, [count_part(gold, placed(predictions))], progress)


def placed(records: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Place, Prediction]]:
    """Predictions from records, each with its number as its place. Raises ScoreError for what is no prediction."""
    for number, record in enumerate(records, 1):
        place = Place("predictions", number)
        try:
            yield place, msgspec.convert(record, Prediction)
        except msgspec.ValidationError as error:
            raise ScoreError(f"{place}: no prediction ({error})") from error


def is_scored(figure: Figure, layers: Sequence[str], keys: Sequence[Keys]) -> bool:
    """Whether a figure is wanted, and its layer and its attribute are not absent from the predictions."""
    needed = LAYERS if figure.layer in (MEAN, TUPLE) else [figure.layer]
    if not set(needed) <= set(layers):
        return False
    absent = {key for each in keys for key in each.absent}
    wants = {("", KEY_OF[layer]) for layer in needed} | {(figure.layer, figure.attribute)}
    wants |= {("request", "addressee")} if "addressee" in needed else set()
    return not wants & absent


def signature(corpus: Path, gold: str, held: Gold, wanted: Sequence[Figure]) -> str:
    """What the scores depend on, as key:value pairs with | between them."""
    metadata = read_metadata(corpus)
    facts = {
        "corpus": f"{metadata.name}-{metadata.version}" if metadata else "unnamed",
        "gold": gold,
        "sha256": held.digest[:16],
        "statements": len(held),
        "layers": ",".join(layer for layer in LAYERS if any(figure.layer == layer for figure in wanted)),
        "matching": "one-to-one",
        "n": RESAMPLES,
        "seed": SEED,
        "scorer": VERSION,
    }
    return "|".join(f"{key}:{value}" for key, value in facts.items())
