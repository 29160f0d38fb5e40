"""`chithi.spark.score`: Spark counts each prediction against its gold statement, the driver scores the sums."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as fn
from pyspark.sql.pandas.types import from_arrow_schema

from chithi.evaluation.annotations import LAYERS
from chithi.evaluation.gold import TRAIN, Groups
from chithi.evaluation.predictions import Keys, Place, ScoreError
from chithi.evaluation.scorer import FINDINGS, Counted, OffsetError
from chithi.evaluation.scoring import SPLITS, Held, Scored, facts_of, scored
from chithi.records import layout
from chithi.records.broken import CorpusError
from chithi.records.replacing import temporary
from chithi.spark import counting
from chithi.spark.counting import COUNTED, DIGEST, PREDICTION, REPORT, STATEMENT, Known, batched, placed
from chithi.spark.files import File, Folder, path_in
from chithi.spark.lines import Keep, Text, keeping, own_session, read_lines
from chithi.text.display import shown
from chithi.validation.findings import Finding
from chithi.validation.index import LINES

JSONL = "*.jsonl"
REPORTS = "reports.jsonl"


def score(  # noqa: PLR0913 - the options of the local scorer
    spark: SparkSession,
    predictions: Path | str,
    gold: Path | str = "test",
    corpus: Path | str | None = None,
    *,
    against: Path | str | None = None,
    layers: Sequence[str] = LAYERS,
) -> Scored:
    """Scores predictions as `chithi.score` does, with the same figures and the same signature.

    `predictions` and `against` are JSONL files or folders of them, `gold` is a split or a file of statements; all of
    them, and the corpus, may be anywhere that Spark reads. What comes to the driver are the distinct counts.

    Raises ScoreError for predictions that cannot be scored, CorpusError for a broken corpus, and OSError for files.
    """
    session = own_session(spark)
    home = Folder(session, corpus or layout.shipped("corpus"))
    with temporary() as copies, keeping() as keep:
        if home.local is None and home.has(layout.METADATA):
            (copies / layout.METADATA).write_bytes(home.read(layout.METADATA))
        folder = Path(home.local or copies)
        held = GoldRows(session, keep, home, str(gold))
        systems = [held.count(Folder(session, path)) for path in (predictions, against) if path is not None]
        vectors = combined([counted for counted, _ in systems])
        return summed(folder, held, vectors, [found for _, found in systems], layers)


class Sums(NamedTuple):
    """What is known of a system's predictions, without their counts."""

    keys: Keys
    missing: int
    outside: int
    lost: int


class GoldRows:
    """The statements of a corpus as rows, and what is known of the gold ones."""

    def __init__(self, spark: SparkSession, keep: Keep, home: Folder, gold: str) -> None:
        self.spark, self.keep = spark, keep
        self.split = gold if gold in SPLITS else ""
        self.name = self.split or "file"
        splits = self.splits(home)
        self.text = statement_lines(spark, keep, home, None if self.split else Folder(spark, gold))
        self.statements = keep(self.read(splits))
        self.gold = self.statements.where("gold")
        self.check()
        lines = self.gold.select("place", "statement").repartition(1).sortWithinPartitions("place")
        digest = lines.mapInArrow(counting.digest, from_arrow_schema(DIGEST)).collect()[0]
        self.digest, self.size = digest["digest"], digest["statements"]
        if not self.size:
            raise ScoreError(
                f"{home.path}: no statements in {gold}" if self.split else f"{gold}: no gold statements there"
            )

    def read(self, splits: DataFrame) -> DataFrame:
        """The statements: which of them are gold, and which are train's."""
        read = batched(STATEMENT, partial(counting.statements, self.text.marked()))
        found = self.text.numbered().mapInArrow(read, from_arrow_schema(STATEMENT)).join(splits, "report", "left")
        is_file = fn.lit(False) if self.split else fn.col("place") >= (len(self.text.files) - 1) * LINES
        gold = fn.coalesce(fn.col("split") == self.split, fn.lit(False)) if self.split else is_file
        train = (fn.col("split") == TRAIN) & ~is_file
        line = fn.when(gold, fn.col("statement")).alias("statement")
        read_of_all = ("id", "place", "language", "speaker", "documents", "error")
        return found.select(*read_of_all, gold.alias("gold"), train.alias("train"), line)

    def splits(self, home: Folder) -> DataFrame:
        """The split of each report. Raises CorpusError for the first line of reports.jsonl that is no report."""
        file = File(path_in(home.path, REPORTS), "", path_in(home.uri, REPORTS), home.size(REPORTS))
        text = read_lines(self.spark, self.keep, [file.uri], [file])
        read = batched(REPORT, partial(counting.reports, text.marked()))
        found = self.keep(text.numbered().mapInArrow(read, from_arrow_schema(REPORT)))
        refuse_lines(found, [file])
        return found.groupBy("report").agg(fn.max_by("split", "place").alias("split"))

    def check(self) -> None:
        """Raises CorpusError for the first line that is no statement, ScoreError for a second gold one of an id."""
        refuse_lines(self.statements, self.text.files)
        for row in seconds(self.gold).collect():
            path, _ = placed([file.name for file in self.text.files], row["place"])
            raise ScoreError(f"{path}: a second gold statement has the id {shown(row['id'])}: run chithi validate")

    def refuse_broken(self, counted: DataFrame) -> None:
        """Raises CorpusError for the first gold line that is no statement."""
        for row in counted.where("broken is not null").orderBy("gold").limit(1).collect():
            raise CorpusError(self.text.files[row["gold"] // LINES].name, None, row["broken"])

    def known(self, paths: list[str]) -> Known:
        """What the groups of statements depend on."""
        if self.split == TRAIN:
            return Known(None, paths)
        train = self.statements.where("train")
        speakers = train.where("speaker is not null").select("speaker").distinct().collect()
        documents = train.select(fn.explode("documents").alias("document")).distinct().collect()
        return Known(({row[0] for row in speakers}, {row[0] for row in documents}), paths)

    def count(self, folder: Folder) -> tuple[DataFrame, Sums]:
        """Counts the predictions in files: a row of COUNTED for each gold statement, and the sums of the others."""
        text = prediction_lines(self.spark, self.keep, folder)
        paths = [file.name for file in text.files]
        read = batched(PREDICTION, partial(counting.predictions, paths))
        found = self.keep(text.numbered().mapInArrow(read, from_arrow_schema(PREDICTION)))
        known = self.spark.sparkContext.broadcast(self.known(paths))
        gold = self.gold.select("id", fn.col("place").alias("gold"), "language", "speaker", "documents", "statement")
        both = gold.join(found.where("error is null").select("id", "place", "prediction"), "id", "left")
        run = batched(COUNTED, partial(counting.count, partial(getattr, known, "value")))
        counted = self.keep(both.mapInArrow(run, from_arrow_schema(COUNTED)))
        others = found.where("error is null").join(self.gold.select("id"), "id", "left_anti")
        outside = self.statements.where("not gold").select("id")
        self.refuse_broken(counted)
        refuse(found, counted, others.join(outside, "id", "left_anti"), paths)
        read_in_all = found.count()
        refuse_offsets(counted, read_in_all, paths)
        keys = keys_of(counted, paths)
        keys.check()
        missing = counted.where("place is null").count()
        lost = counted.agg(fn.sum("lost")).collect()[0][0]
        return counted, Sums(keys, missing, read_in_all - (self.size - missing), lost)


def refuse_lines(rows: DataFrame, files: Sequence[File]) -> None:
    """Raises CorpusError for the first line that is no record."""
    for row in rows.where("error is not null").orderBy("place").limit(1).collect():
        path, line = placed([file.name for file in files], row["place"])
        raise CorpusError(path, line, row["error"])


def statement_lines(spark: SparkSession, keep: Keep, home: Folder, gold: Folder | None) -> Text:
    """The lines of all statements of a corpus; those of a file of gold statements come last."""
    folder = Folder(spark, path_in(home.path, layout.STATEMENTS))
    uris = folder.matching(JSONL) if home.has(layout.STATEMENTS) else []
    names = {uri: path_in(folder.path, uri.rpartition("/")[2]) for uri in uris if gold is None or uri != gold.uri}
    files = [File(name, layout.STATEMENTS, uri, folder.size(uri.rpartition("/")[2])) for uri, name in names.items()]
    roots = [folder.path] if files else []
    if gold is None:
        return read_lines(spark, keep, roots, files, JSONL)
    files.append(File(gold.path, layout.STATEMENTS, gold.uri, gold.size("")))
    return read_lines(spark, keep, [*roots, *([] if gold.uri in uris else [gold.path])], files)


def prediction_lines(spark: SparkSession, keep: Keep, folder: Folder) -> Text:
    """The lines of predictions. Raises ScoreError for a folder without any."""
    uris = folder.matching(JSONL)
    if not uris:
        remedy = "name the file or the folder of the predictions"
        raise ScoreError(f"{folder.path}: no file there ends with .jsonl: {remedy}")
    is_folder = folder.is_folder()
    names = [uri.rpartition("/")[2] if is_folder else "" for uri in uris]
    files = [
        File(path_in(folder.path, name), "", uri, folder.size(name)) for name, uri in zip(names, uris, strict=True)
    ]
    return read_lines(spark, keep, [folder.path], files, JSONL if is_folder else None)


def seconds(rows: DataFrame) -> DataFrame:
    """The first row of which another with the same id stands before it, if there is one."""
    nth = fn.row_number().over(Window.partitionBy("id").orderBy("place"))
    return rows.select("id", "place").withColumn("nth", nth).where("nth > 1").orderBy("place").limit(1)


def refuse(found: DataFrame, counted: DataFrame, unknown: DataFrame, paths: list[str]) -> None:
    """Raises ScoreError for the first line that cannot be scored."""
    errors: list[tuple[int, int, str]] = []  # place, which error of a line comes first, message
    for frame in (found, counted):
        rows = frame.where("error is not null").orderBy("place").limit(1).collect()
        errors += [(row["place"], 0, row["error"]) for row in rows]
    for row in unknown.orderBy("place").limit(1).collect():
        place, remedy = placed(paths, row["place"]), "correct it, or name --corpus"
        errors.append((row["place"], 0, f"{place}: no statement has the id {shown(row['id'])}: {remedy}"))
    for row in seconds(counted.where("place is not null")).collect():
        place = placed(paths, row["place"])
        errors.append((row["place"], 1, f"{place}: a second prediction for {shown(row['id'])}: keep one"))
    if errors:
        raise ScoreError(min(errors)[-1])


def refuse_offsets(counted: DataFrame, read: int, paths: list[str]) -> None:
    """Raises OffsetError if spans do not stand at their offsets."""
    rows = counted.where("findings is not null").orderBy("place").limit(FINDINGS).collect()
    decoder = msgspec.json.Decoder(list[Finding])
    every: list[tuple[Place, str, Finding]] = [
        (placed(paths, row["place"]), row["id"], finding) for row in rows for finding in decoder.decode(row["findings"])
    ]
    if every:
        raise OffsetError(every[:FINDINGS], read)


def keys_of(counted: DataFrame, paths: list[str]) -> Keys:
    """Which keys the predictions have and lack, each with the first line."""
    rows = counted.where("place is not null").select("place", fn.posexplode("keys").alias("nth", "key"))
    keys = Keys()
    for row in rows.groupBy("key").agg(fn.min(fn.struct("place", "nth")).alias("first")).orderBy("first").collect():
        layer, key, has = row["key"].split(" ")
        getattr(keys, has)[layer, key] = placed(paths, row["first"]["place"])
    return keys


def combined(systems: Sequence[DataFrame]) -> list[Any]:
    """The distinct counts of statements of the same groups, side by side for two systems, and how often each occurs."""
    first = systems[0].select("id", "groups", fn.col("counts").alias("counts_0"))
    for other in systems[1:]:
        first = first.join(other.select("id", fn.col("counts").alias("counts_1")), "id")
    columns = ["groups", *(f"counts_{n}" for n in range(len(systems)))]
    return first.groupBy(*columns).agg(fn.count("*").alias("times")).collect()


def summed(corpus: Path, held: GoldRows, rows: list[Any], systems: Sequence[Sums], layers: Sequence[str]) -> Scored:
    """The scores of the counts."""
    numbers: dict[tuple[str, ...], int] = {}
    of_rows = [numbers.setdefault(tuple(row["groups"]), len(numbers)) for row in rows]
    times = np.array([row["times"] for row in rows], np.int64)
    groups = Groups(np.array(of_rows, np.uint32), list(numbers))
    both = [
        Counted(np.array([row[f"counts_{n}"] for row in rows], np.int64), found.keys, *found[1:])
        for n, found in enumerate(systems)
    ]
    return scored(
        corpus, Held(facts_of(held.name, held.digest, held.size), held.size, groups, times=times), both, layers
    )
