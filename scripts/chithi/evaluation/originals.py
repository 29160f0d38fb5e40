"""Predictions on the paragraphs of articles that somebody holds, held against the statements placed there.

What is counted for a paragraph is told in `pooling`; paragraphs take the place of statements in groups and resamples.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import numpy as np

from chithi.corpus import Corpus
from chithi.evaluation.counting import WIDTH
from chithi.evaluation.gold import TRAIN, Groups, groups_of
from chithi.evaluation.grounding import Grounded
from chithi.evaluation.pooling import paragraph_counts
from chithi.evaluation.predictions import MOST, ParagraphPrediction, Place, ScoreError, read_predictions
from chithi.evaluation.scorer import FINDINGS, SHARE_BYTES, Counted, OffsetError
from chithi.records.layout import ORIGINALS
from chithi.records.processes import shares
from chithi.rows.originals import ArticlesError, OriginalsConfig, read_originals
from chithi.rows.paragraphs import Original, Paragraph
from chithi.text.display import shown
from chithi.validation.findings import Finding


class GoldParagraphs:
    """The paragraphs of a split's articles.

    rows: the number of each by id. placed: spans that stand in them. places: how many spans the anchors of the split
    have, also those of articles that were not found. groups: as `Gold` has them.
    """

    def __init__(self, corpus: Corpus, config: OriginalsConfig, split: str) -> None:
        originals = config.originals(corpus)
        mine = [original for original in originals if original.report.split == split]
        self.split = split
        self.paragraphs = [paragraph for original in mine for paragraph in original.paragraphs]
        self.rows = {paragraph.id: n for n, paragraph in enumerate(self.paragraphs)}
        self.placed = sum(original.spans for original in mine)
        self.places = places_of(corpus, config, split)
        self.others = {paragraph.id for one in originals if one.report.split != split for paragraph in one.paragraphs}
        found = {original.report.id for original in originals}
        self.absent = set(corpus.reports["id"]) - found  # reports whose articles were not found
        self.groups = grouped(corpus, mine, split)

    def __len__(self) -> int:
        return len(self.paragraphs)

    @property
    def statements(self) -> int:
        """How many statements stand in the paragraphs."""
        return sum(len(paragraph.statements) for paragraph in self.paragraphs)

    @property
    def facts(self) -> dict[str, object]:
        """What the signature of scores says of the gold side."""
        digest = hashlib.sha256(msgspec.json.encode(self.paragraphs)).hexdigest()
        return {
            "gold": f"{ORIGINALS}/{self.split}",
            "sha256": digest[:16],
            "paragraphs": len(self),
            "statements": self.statements,
            "placed": f"{self.placed}/{self.places}",
        }

    def is_outside(self, name: str) -> bool:
        """Whether an id is that of a paragraph in another split, or in an article of the corpus that was not found."""
        return name in self.others or name.rpartition(".p")[0] in self.absent


def read_paragraphs(folder: Path, sources: Path, split: str) -> GoldParagraphs:
    """The paragraphs of a split in the articles of a folder.

    Raises ScoreError if there are none, CorpusError if the corpus cannot be read, OSError if a folder cannot be.
    """
    corpus = Corpus.read(folder)
    try:
        gold = GoldParagraphs(corpus, read_originals(corpus, sources), split)
    except ArticlesError as error:
        raise ScoreError(str(error)) from error
    if not gold.paragraphs:
        raise ScoreError(f"{sources}: no article there is one of {split}")
    return gold


def places_of(corpus: Corpus, config: OriginalsConfig, split: str) -> int:
    """How many spans the anchors of a split have."""
    reports = corpus.reports.filter(corpus.reports["split"] == split)["id"]
    return sum(1 for name in reports for anchor in config.found.anchors.get(name, ()) for _ in anchor.places())


def grouped(corpus: Corpus, originals: Iterable[Original], split: str) -> Groups:
    """The groups of all paragraphs of some articles. Of several speakers, train has to have all, as of documents."""
    train = corpus.by_split[TRAIN]
    speakers = set(train["speaker"].struct.field("id").drop_nulls())
    documents = set(train["directives"].explode().struct.field("id").drop_nulls())
    names: dict[tuple[str, ...], int] = {}
    numbers = []
    for original in originals:
        for paragraph in original.paragraphs:
            spoken = {one.speaker_id for one in paragraph.statements if one.speaker_id}
            cited = {citation.id for one in paragraph.statements for citation in one.directives}
            seen = (speakers, documents) if split != TRAIN else None
            found = tuple(groups_of(original.report.language, spoken, cited, seen))
            numbers.append(names.setdefault(found, len(names)))
    return Groups(np.array(numbers, np.uint32), list(names))


def read_lines(paths: Iterable[Path]) -> Iterator[tuple[Place, ParagraphPrediction]]:
    """The predictions in some files. Raises ScoreError for a line that is none, and OSError."""
    for group in shares([(str(path), "") for path in paths], SHARE_BYTES):
        for part in group:
            yield from read_predictions(part, ParagraphPrediction)


def count_paragraphs(gold: GoldParagraphs, predictions: Iterable[tuple[Place, ParagraphPrediction]]) -> Counted:
    """Counts predictions of paragraphs. Those without one count as empty.

    Raises ScoreError for an unknown id, a second prediction of a paragraph, another text, too many spans, and a key
    that only some statements have; OffsetError for wrong offsets.
    """
    counted = Counted(np.zeros((len(gold), WIDTH), np.int32))
    done: set[int] = set()
    findings: list[tuple[Place, str, Finding]] = []
    read = 0
    for place, prediction in predictions:
        read += 1
        row = gold.rows.get(prediction.id)
        if row is None:
            refuse_unknown(gold, prediction, place)
            counted.outside += 1
            continue
        if row in done:
            raise ScoreError(f"{place}: a second prediction for {shown(prediction.id)}: keep one")
        done.add(row)
        grounded = ground(gold.paragraphs[row], prediction, place, counted)
        findings += ((place, prediction.id, wrong) for wrong in grounded.findings)
        if len(findings) > FINDINGS:
            break
        if not grounded.findings:
            counted.counts[row] = paragraph_counts(gold.paragraphs[row].statements, prediction.statements)
    if findings:
        raise OffsetError(findings[:FINDINGS], read)
    counted.keys.check()
    for row in set(range(len(gold))) - done:
        counted.missing += 1
        counted.counts[row] = paragraph_counts(gold.paragraphs[row].statements, [])
    return counted


def refuse_unknown(gold: GoldParagraphs, prediction: ParagraphPrediction, place: Place) -> None:
    """Raises ScoreError for a prediction whose id no article of the corpus can have."""
    if not gold.is_outside(prediction.id):
        remedy = "correct it: it is <report>.p<number of the paragraph in the file held>"
        raise ScoreError(f"{place}: no paragraph has the id {shown(prediction.id)}: {remedy}")


def ground(paragraph: Paragraph, prediction: ParagraphPrediction, place: Place, counted: Counted) -> Grounded:
    """Puts a prediction into its paragraph, and notes its keys and lost spans. Raises ScoreError if it cannot be."""
    if isinstance(prediction.text, str) and prediction.text != paragraph.text:
        raise ScoreError(f"{place}: the text is not that of {paragraph.id} in the file held: predict on the text there")
    if sum(1 for statement in prediction.statements for _ in statement.spans()) > MOST:
        raise ScoreError(f"{place}: more than {MOST:,} spans: predict those of one paragraph")
    grounded = Grounded(paragraph.text)
    for n, statement in enumerate(prediction.statements):
        counted.keys.note(statement, place)
        grounded.put(statement, ("statements", n))
    counted.lost += grounded.lost
    return grounded
