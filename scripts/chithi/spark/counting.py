"""What the tasks of Spark do for the scorer: they read statements and predictions, and count one against the other."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from chithi.evaluation.counting import counts
from chithi.evaluation.gold import DECODER, InSplit, Outline, Record, groups_of
from chithi.evaluation.predictions import Place, Prediction, ScoreError, decoded
from chithi.evaluation.scorer import PartCounts, count_one
from chithi.records.layout import language_of
from chithi.records.records import Statement
from chithi.spark.lines import BOM
from chithi.validation.index import LINES

TEXT, NUMBER, BYTES, TEXTS = pa.string(), pa.int64(), pa.binary(), pa.list_(pa.string())
REPORT = pa.schema([("report", TEXT), ("place", NUMBER), ("split", TEXT), ("error", TEXT)])
STATEMENT = pa.schema(
    [
        ("id", TEXT),
        ("place", NUMBER),
        ("report", TEXT),
        ("language", TEXT),
        ("speaker", TEXT),
        ("documents", TEXTS),
        ("statement", BYTES),
        ("error", TEXT),
    ]
)
PREDICTION = pa.schema([("id", TEXT), ("place", NUMBER), ("prediction", BYTES), ("error", TEXT)])
# findings: those of `OffsetError`, as JSON. keys: those that the prediction has and lacks, each as layer, key, has.
# gold: the place of the statement. broken: why it is none.
COUNTED = pa.schema(
    [
        ("id", TEXT),
        ("place", NUMBER),
        ("groups", TEXTS),
        ("counts", pa.list_(NUMBER)),
        ("lost", NUMBER),
        ("findings", BYTES),
        ("keys", TEXTS),
        ("error", TEXT),
        ("gold", NUMBER),
        ("broken", TEXT),
    ]
)
DIGEST = pa.schema([("digest", TEXT), ("statements", NUMBER)])
Batches = Iterable[pa.RecordBatch]
Row = tuple[Any, ...]


class Known(NamedTuple):
    """What groups depend on: the speakers and documents of train, or None if it is gold. paths: of the predictions."""

    seen: tuple[set[str], set[str]] | None
    paths: list[str]


def batched(schema: pa.Schema, rows: Callable[[Batches], Iterator[Row]]) -> Callable[[Batches], Iterator[Any]]:
    """Rows in batches, as Spark takes them."""

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = list(rows([batch]))
            columns = list(zip(*found, strict=True)) if found else [()] * len(schema)
            yield pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)

    return run


def reports(marked: Collection[int], batches: Batches) -> Iterator[Row]:
    """The reports on lines of `place` and `raw`, as rows of REPORT. `marked` files begin with a byte order mark."""
    for place, _, report, error in decoded_lines(InSplit, marked, batches):
        yield (report.id, place, report.split, None) if report else (None, place, None, error)


def statements(marked: Collection[int], batches: Batches) -> Iterator[Row]:
    """The statements on lines of `place` and `raw`, as rows of STATEMENT. `marked` is as above."""
    for place, raw, outline, error in decoded_lines(Outline, marked, batches):
        if outline is None:
            yield None, place, None, None, None, None, None, error
            continue
        speaker = outline.speaker.id if outline.speaker else None
        documents = [citation.id for citation in outline.directives]
        language = language_of(outline.report)
        yield outline.id, place, outline.report, language, speaker, documents, raw, None


def decoded_lines(
    kind: type[Record], marked: Collection[int], batches: Batches
) -> Iterator[tuple[int, bytes, Record | None, str | None]]:
    """The lines that are not blank: the place, the line, and what is read of it, or why nothing is."""
    decoder = msgspec.json.Decoder(kind)
    for place, raw in lines_of(batches):
        file, line = divmod(place, LINES)
        try:
            yield place, raw, decoder.decode(BOM + raw if line == 1 and file in marked else raw), None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            yield place, raw, None, f"no record stands here ({error})"


def lines_of(batches: Batches) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, each after its place."""
    for batch in batches:
        for place, raw in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True):
            if raw.strip():
                yield place, raw


def predictions(paths: list[str], batches: Batches) -> Iterator[Row]:
    """The predictions on lines of `place` and `raw`, as rows of PREDICTION."""
    decoder = msgspec.json.Decoder(Prediction)
    for place, raw in lines_of(batches):
        try:
            yield decoded(decoder, raw, placed(paths, place)).id, place, raw, None
        except ScoreError as error:
            yield None, place, None, str(error)


def placed(paths: list[str], place: int) -> Place:
    """The file and the line of a place."""
    return Place(paths[place // LINES], place % LINES)


def count(known: Callable[[], Known], batches: Batches) -> Iterator[Row]:
    """Counts gold statements, each with its prediction if there is one, as rows of COUNTED."""
    given, decoder = known(), msgspec.json.Decoder(Prediction)
    for batch in batches:
        for row in batch.to_pylist():
            try:
                statement = DECODER.decode(row["statement"])
            except msgspec.MsgspecError as error:
                broken = f"a statement cannot be read ({error})"
                yield row["id"], None, [], None, 0, None, [], None, row["gold"], broken
                continue
            speakers = [row["speaker"]] if row["speaker"] else []
            groups = list(groups_of(row["language"], speakers, row["documents"], given.seen))
            prediction = decoder.decode(row["prediction"]) if row["prediction"] else None
            counted = counted_one(statement, prediction, row["place"], given.paths)
            yield row["id"], row["place"], groups, *counted, row["gold"], None


def counted_one(statement: Statement, prediction: Prediction | None, at: int | None, paths: list[str]) -> Row:
    """The counts, the spans that are lost, the findings, the keys and the error of a prediction at a place, if any."""
    if prediction is None or at is None:
        return counts(statement, Prediction(statement.id)), 0, None, [], None
    found, place = PartCounts(), placed(paths, at)
    found.keys.note(prediction, place)
    keys = [f"{layer} {key} {has}" for has in ("present", "absent") for layer, key in getattr(found.keys, has)]
    try:
        count_one(statement, prediction, place, found)
    except ScoreError as error:
        return None, 0, None, keys, str(error)
    wrong = msgspec.json.encode([finding for _, _, finding in found.findings]) if found.findings else None
    return found.counts[0], found.lost, wrong, keys, None


def digest(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The SHA-256 of lines, which come in order, and their number: one row of DIGEST."""
    found, lines = hashlib.sha256(), 0
    for batch in batches:
        for raw in batch.column(1).to_pylist():
            found.update(raw.rstrip(b"\r\n") + b"\n")
            lines += 1
    yield pa.record_batch([[found.hexdigest()], [lines]], schema=DIGEST)
