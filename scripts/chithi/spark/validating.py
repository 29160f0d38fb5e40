"""`chithi.spark.validate`: the driver reads the registries, Spark checks the statements, and the reports if many."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import msgspec
import orjson
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as fn
from pyspark.sql.pandas.types import from_arrow_schema

from chithi.records import layout
from chithi.records.blocks import lines_of
from chithi.records.records import ANY
from chithi.spark import across, checking
from chithi.spark.checking import FINDING, ROW, Common, checked, in_tasks, problem_table
from chithi.spark.lines import Keep, keeping, own_session, read_lines, with_feed
from chithi.spark.reports import PATH, TABLE, Reports, decoded
from chithi.spark.selecting import Given, given
from chithi.validation.engine import Validation
from chithi.validation.findings import ValidationResult
from chithi.validation.rules import RULES
from chithi.validation.suppressions import Suppressions

JOINED = 1 << 25  # bytes of reports.jsonl; so many, some 35,000 reports, take 60 MiB in each worker
FEW = 1_000_000  # rows that are sent to all executors


class Outcome(NamedTuple):
    """What a validation found: `result` has all but the problems, which are a DataFrame, a row a finding."""

    findings: DataFrame
    result: ValidationResult


class Run(Validation):
    """A run on a cluster. If there are many reports, Spark reads and checks them, and the driver holds none of them."""

    def __init__(self, spark: SparkSession, keep: Keep, found: Given) -> None:
        super().__init__(found.selection)
        self.spark, self.keep, self.found = spark, keep, found
        self.suppressions = Suppressions.read(found.selection.corpus / layout.EXCEPTIONS)
        self.reports: Reports | None = None

    def read_corpus(self, sources: Path | str | None = None) -> bool:
        """Reads what statements are held to. Of reports that Spark has read, none stays."""
        usable = super().read_corpus(sources)
        if self.reports:
            self.registries.reports.clear()
        return usable

    def read_registry(self, path: Path) -> None:
        """Reads a registry, or has Spark read it; then what is known is an example of each language and split."""
        if self.found.reports is None or path.name != PATH:
            super().read_registry(path)
            return
        self.reports = Reports(self.spark, self.keep, self.found.reports, self.registries, self.suppressions)
        self.registries.reports.update((each.report.id, each.report) for each in decoded(self.reports.examples))
        self.registries.doubtful[TABLE] = self.reports.doubtful()
        self.registries.ids[TABLE] = self.reports.ids()
        self.index.places[TABLE] = {}
        self.result.files += self.selection.has(PATH)


def validate(
    spark: SparkSession,
    path: Path | str,
    corpus: Path | str | None = None,
    *,
    sources: Path | str | None = None,
    joined: int = JOINED,
) -> DataFrame:
    """Validates a corpus, or statements outside of one, with the findings of the local run: a row each, sorted.

    `path` is the folder of a corpus, or, with `corpus`, a file of statements or a folder of such files that refer to
    it; both may be anywhere that Spark reads. `sources` is a local folder with the text files of the articles. The
    columns are those of `--format json`. Spark keeps the findings until `unpersist` is called on them. `joined` is the
    size of reports.jsonl, in bytes, from which on Spark checks the reports, too, and joins them to their statements by
    id; a smaller file is read by the driver, and sent to all workers. With `sources`, the driver always reads it.

    Raises OSError for files that the driver cannot read, CorpusError where there is no corpus.
    """
    return outcome(spark, path, corpus, sources=sources, joined=joined).findings


def outcome(
    spark: SparkSession,
    path: Path | str,
    corpus: Path | str | None = None,
    *,
    sources: Path | str | None = None,
    joined: int = JOINED,
) -> Outcome:
    """Does what `validate` does, and counts what was looked at."""
    session = own_session(spark)
    with given(session, path, corpus, sys.maxsize if sources else joined) as found, keeping() as keep:
        run = Run(session, keep, found)
        if not run.read_corpus(sources):
            run.finish(run.suppressions, ran=set())
            return Outcome(session.createDataFrame(problem_table(run.result.problems)), run.result)
        run.check_registries()
        return Cluster(run).check(run.codes_run())


class Cluster:
    """The statements of a validation, checked by Spark."""

    def __init__(self, run: Run) -> None:
        self.run, self.spark, self.keep, self.reports = run, run.spark, run.keep, run.reports
        found, registries = run.found, run.registries
        self.text = read_lines(self.spark, self.keep, found.roots, found.files, found.pattern)
        empty = frozenset(table for table in layout.REGISTRIES if not getattr(registries, table))
        anchored = frozenset(Path(path).stem for path in found.selection.anchors)
        joined = self.reports is not None
        self.common = Common(found.files, self.text.ranges, registries, run.suppressions, joined, empty, anchored)
        self.broadcast = self.spark.sparkContext.broadcast(self.common)
        self.unread = [piece for _, piece in self.text.unread]

    def check(self, ran: set[str]) -> Outcome:
        """Checks the statements, then what spans them, then the registries by what the statements refer to."""
        rows = self.keep(self.rows())
        facts = self.facts(rows)
        wanted = self.keep(across.groups(rows))
        found = [rows]
        if count := wanted.count():
            found.append(self.keep(self.across(rows, fn.broadcast(wanted) if count <= FEW else wanted)))
        if self.reports and self.run.selection.has(PATH):
            found.append(self.keep(self.of_reports(self.reports, rows)))
        for frame in found[1:]:
            facts += self.facts(frame)
        self.run.check_spanning()
        self.run.suppressions.used |= {int(name) for of, name in facts if of == checking.EXCEPTION}
        every = reduce(DataFrame.union, found)
        problems = every.where(fn.col("kind") == checking.FOUND).select("finding.*")
        codes = {row["code"] for row in problems.select("code").distinct().collect()}
        result = self.run.finish(self.run.suppressions, ran, codes)
        tolerated = every.where(fn.col("kind") == checking.TOLERATED).count()
        result.tolerated += facts[checking.TOLERATED, ""] + tolerated
        result.records += facts[checking.RECORDS, ""]
        both = self.spark.createDataFrame(problem_table(result.problems)).union(problems)
        findings = once_a_file(both).sort(*FINDING.names).persist(StorageLevel.MEMORY_AND_DISK)
        findings.count()
        return Outcome(findings, result)

    def rows(self) -> DataFrame:
        """The rows of all statements: checked by Spark, or here where Spark has read nothing."""
        broadcast = self.broadcast
        lines = self.text.frame.select("range", "at", with_feed(fn.col("raw")).alias("raw"))
        lines = self.after_reports(lines, self.reports.entries) if self.reports else lines.drop("at")
        found = lines.mapInArrow(in_tasks(lambda: broadcast.value), from_arrow_schema(ROW))
        if not self.unread:
            return found
        return found.union(self.spark.createDataFrame(pa.concat_tables(self.checked_here())))

    def checked_here(self) -> Iterator[pa.Table]:
        """The rows of statements of which Spark has read nothing."""
        common = self.common
        if self.reports:
            reports = self.reports.some({name for piece in self.unread for name in reports_named(piece.data)})
            common = common._replace(registries=msgspec.structs.replace(common.registries, reports=reports))
        return checked(common, self.unread)

    def after_reports(self, lines: DataFrame, reports: DataFrame) -> DataFrame:
        """The lines of each range behind the entries of the reports that they name."""
        named = fn.get_json_object(fn.col("raw").cast("string"), "$.report").alias("id")
        of_range = lines.select("range", named).distinct().join(reports.select("id", "raw"), "id")
        entries = of_range.select("range", fn.lit(-1).alias("at"), "raw", fn.lit(True).alias("report"))
        both = entries.union(lines.withColumn("report", fn.lit(False)))
        together = both.repartition("range").sortWithinPartitions("range", "at")
        return together.select("range", "raw", "report")

    def of_reports(self, reports: Reports, rows: DataFrame) -> DataFrame:
        """What the rules find in reports, as rows. `rows` are those of the statements."""
        broadcast, run = self.broadcast, self.run
        whole = run.selection.whole
        if whole:
            run.result.problems += reports.in_one_split(run.registries)
        return reports.rows(lambda: broadcast.value, rows if whole else None, ANY in run.index.doubtful)

    def facts(self, rows: DataFrame) -> "Counter[tuple[str, str]]":
        """The facts of rows, summed up, and noted in the index."""
        index = self.run.index
        wanted = (fn.col("kind") == checking.FACT) & (fn.col("of") != checking.DOUBTFUL_REPORT)
        if self.reports:  # of which there may be too many for the driver
            wanted &= (fn.col("of") != TABLE) | fn.col("name").isin(*self.common.anchored)
        sums = rows.where(wanted).groupBy("of", "name").agg(fn.sum("count").alias("count")).collect()
        for row in sums:
            if row["of"] in layout.REGISTRIES:
                index.used[row["of"]].add(row["name"])
            elif row["of"] == checking.DOUBTFUL:
                index.doubtful.add(row["name"])
        return Counter({(row["of"], row["name"]): row["count"] for row in sums})

    def across(self, rows: DataFrame, wanted: DataFrame) -> DataFrame:
        """What the rules find in the groups of statements that they have to look at together, as rows."""
        broadcast, doubtful = self.broadcast, self.run.index.doubtful
        found = across.findings(wanted, self.text.numbered(), lambda: broadcast.value, doubtful)
        of_report = rows.where(fn.col("of") == checking.DOUBTFUL_REPORT).select("name").distinct()
        return found.join(of_report, "name", "left_anti").select(ROW.names).distinct()


def reports_named(data: bytes) -> Iterator[str]:
    """The reports that lines name, as far as they are JSON."""
    for line in lines_of(data):
        with suppress(orjson.JSONDecodeError):
            record = orjson.loads(line)
            if isinstance(record, dict) and isinstance(record.get("report"), str):
                yield record["report"]


def once_a_file(findings: DataFrame) -> DataFrame:
    """The findings without those that repeat an earlier one of their file: a rule may tell each cause once a file."""
    once = [code for code, rule in RULES.items() if rule.once]
    lines = [code for code, rule in RULES.items() if rule.of == "lines"]
    spread = findings.where(fn.col("code").isin(lines)).groupBy("path").agg(fn.min("line").alias("spread"))
    others = fn.col("spread").isNull() | (fn.col("line") <= fn.col("spread"))
    findings = findings.join(fn.broadcast(spread), "path", "left").where(others).drop("spread")
    first = Window.partitionBy("path", "code", "found").orderBy(*FINDING.names)
    repeats = findings.where(fn.col("code").isin(once)).withColumn("nth", fn.row_number().over(first))
    return findings.where(~fn.col("code").isin(once)).union(repeats.where("nth = 1").drop("nth"))
