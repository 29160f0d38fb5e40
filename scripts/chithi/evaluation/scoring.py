"""`chithi.score`: predictions held against gold statements, from the files to the scores."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from chithi.evaluation.annotations import LAYERS
from chithi.evaluation.bootstrap import RESAMPLES, SEED, Counts
from chithi.evaluation.counting import TUPLE
from chithi.evaluation.gold import TRAIN, Gold, Groups, read_gold
from chithi.evaluation.predictions import (
    Keys,
    Line,
    ParagraphPrediction,
    Place,
    Prediction,
    ScoreError,
    prediction_files,
)
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


class ScoredOriginals(Scored, frozen=True):
    """The scores of a system on articles.

    missing, outside: of paragraphs. placed: spans that stand in the paragraphs, of the `places` that the split has.
    """

    paragraphs: int
    placed: int
    places: int


class Held(NamedTuple):
    """The gold side of scores.

    facts: what a signature says of it. further: the further fields of ScoredOriginals; empty for statements. times: see
    `Run`.
    """

    facts: dict[str, object]
    statements: int
    groups: Groups
    further: tuple[int, ...] = ()
    times: Counts | None = None


class Judge(NamedTuple):
    """A gold side, and what counts predictions against it."""

    held: Held
    counted: Callable[[Predictions], Counted]


def score(  # noqa: PLR0913 - each option is one that users of a scorer expect
    predictions: Predictions,
    gold: Path | str = "test",
    corpus: Path | str | None = None,
    *,
    originals: Path | str | None = None,
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

    `originals` is a folder of articles. Then predictions are of the paragraphs that `load("originals", sources=FOLDER)`
    gives: an `id`, and `statements` with the keys above, whose ids may be left out. A system does not know how gold
    cuts a paragraph into statements, so these are not matched: the spans of a paragraph are pooled layer by layer,
    equal ones count once, and spans are matched one to one. A tuple is a request with the speaker of its statement, its
    addressee, and the citations of the paragraph within it. Paragraphs without any statement count, too, and paragraphs
    are what is resampled and grouped. `gold` is a split.

    Raises ScoreError for predictions that cannot be scored, CorpusError for a broken corpus, and OSError for files.
    """
    folder = Path(corpus or layout.shipped("corpus"))
    judge = of_statements(folder, gold, jobs, progress) if originals is None else of_originals(folder, originals, gold)
    every = [predictions] if against is None else [predictions, against]
    return scored(folder, judge.held, list(map(judge.counted, every)), layers)


def scored(corpus: Path, held: Held, both: Sequence[Counted], layers: Sequence[str]) -> Scored:
    """The scores of counts, those of a system or of two. Raises ScoreError if there is nothing to score."""
    wanted = [figure for figure in figures() if is_scored(figure, layers, [each.keys for each in both])]
    if not wanted:
        raise ScoreError("nothing to score: no prediction has a layer: give speaker, role, directives, requests")
    values = list(scores(Run(held.groups, wanted, times=held.times), *(each.counts for each in both)))
    found = both[0].missing, both[0].outside, both[0].lost
    facts = signature(corpus, held.facts, wanted), values, held.statements, *found
    return ScoredOriginals(*facts, *held.further) if held.further else Scored(*facts)


def of_statements(folder: Path, gold: Path | str, jobs: int, progress: Progress) -> Judge:
    """The statements of a split, or those in a file. Raises ScoreError, CorpusError or OSError."""
    split = str(gold) if gold in SPLITS else None
    held = read_gold(folder, split or "", None if split else Path(gold))
    facts = facts_of(split or "file", held.digest, len(held))
    return Judge(Held(facts, len(held), held.groups), lambda predictions: counted(held, predictions, jobs, progress))


def facts_of(gold: str, digest: str, statements: int) -> dict[str, object]:
    """What a signature says of gold statements: the split, or `file`, the SHA-256 of their lines, their number."""
    return {"gold": gold, "sha256": digest[:16], "statements": statements}


def of_originals(folder: Path, sources: Path | str, gold: Path | str) -> Judge:
    """The paragraphs of a split in the articles of a folder. Raises ScoreError, CorpusError or OSError."""
    if gold not in SPLITS:
        raise ScoreError(f"{gold}: predictions on articles are held against a split: give train or test")
    from chithi.evaluation.originals import count_paragraphs, read_lines, read_paragraphs

    held = read_paragraphs(folder, Path(sources), str(gold))

    def count(predictions: Predictions) -> Counted:
        if isinstance(predictions, (str, Path)):
            return count_paragraphs(held, read_lines(prediction_files(Path(predictions))))
        return count_paragraphs(held, placed(predictions, ParagraphPrediction))

    return Judge(Held(held.facts, held.statements, held.groups, (len(held), held.placed, held.places)), count)


def counted(gold: Gold, predictions: Predictions, jobs: int, progress: Progress) -> Counted:
    """The counts of predictions, in files or as records."""
    if isinstance(predictions, (str, Path)):
        return count_files(gold, prediction_files(Path(predictions)), jobs, progress)
    return summed(gold, [count_part(gold, placed(predictions, Prediction))], progress)


def placed(records: Iterable[Mapping[str, Any]], kind: type[Line]) -> Iterator[tuple[Place, Line]]:
    """Predictions from records, each with its number as its place. Raises ScoreError for what is no prediction."""
    for number, record in enumerate(records, 1):
        place = Place("predictions", number)
        try:
            yield place, msgspec.convert(record, kind)
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


def signature(corpus: Path, gold: Mapping[str, object], wanted: Sequence[Figure]) -> str:
    """What the scores depend on, as key:value pairs with | between them."""
    metadata = read_metadata(corpus)
    facts = {
        "corpus": f"{metadata.name}-{metadata.version}" if metadata else "unnamed",
        **gold,
        "layers": ",".join(layer for layer in LAYERS if any(figure.layer == layer for figure in wanted)),
        "matching": "one-to-one",
        "n": RESAMPLES,
        "seed": SEED,
        "scorer": VERSION,
    }
    return "|".join(f"{key}:{value}" for key, value in facts.items())
