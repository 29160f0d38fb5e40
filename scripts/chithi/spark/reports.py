"""The reports of a corpus in Spark, where there are too many for one machine: they are checked as statements are."""

import errno
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as fn
from pyspark.sql.pandas.types import from_arrow_schema

from chithi.records.canonical import decoder
from chithi.records.records import ANY, Registries, Report
from chithi.spark import across, checking
from chithi.spark.across import NOWHERE
from chithi.spark.checking import ROW, Common, Facts, finding_rows, pieces
from chithi.spark.files import File
from chithi.spark.lines import Keep, read_lines, with_feed
from chithi.validation.block import Block
from chithi.validation.entries import check_entries
from chithi.validation.findings import Location, Problem, problem
from chithi.validation.index import CorpusIndex
from chithi.validation.rules import RULES
from chithi.validation.rules.schema import COMPARED
from chithi.validation.suppressions import Suppressions

TABLE, PATH = "reports", "reports.jsonl"
SAME_ID, TWO_SPLITS, ONE_SPLIT, UNUSED = "C521", "C522", "C524", "C528"
ENTRY = "entry"
# place: the number of the line. raw: the line. The others are what reports are brought together by.
ENTRIES = pa.schema(
    [
        ("place", pa.int64()),
        ("raw", pa.binary()),
        *((key, pa.string()) for key in ("id", "event", "split", "language")),
    ]
)
READ = pa.schema([*ROW, (ENTRY, pa.struct(list(ENTRIES)))])
Batches = Iterable[pa.RecordBatch]
Check = Callable[[pa.Table, Common], list[Problem]]


class Reports:
    """All reports of a corpus as rows. Of several entries with one id the first counts."""

    def __init__(
        self, spark: SparkSession, keep: Keep, file: File, registries: Registries, suppressions: Suppressions
    ) -> None:
        self.spark, self.file = spark, file
        text = read_lines(spark, keep, [file.uri], [file])
        if not text.ranges:
            raise OSError(errno.EIO, "Spark reads nothing in it", file.uri)
        common = spark.sparkContext.broadcast(Common([file], text.ranges, registries, suppressions))
        lines = text.frame.select("range", with_feed(fn.col("raw")).alias("raw"))
        found = lines.mapInArrow(partial(read, lambda: common.value), from_arrow_schema(READ))
        self.read = keep(found)
        entries = self.read.where(fn.col("kind") == ENTRY).select(f"{ENTRY}.*")
        first = fn.min("place").over(Window.partitionBy("id"))
        self.every = keep(entries.withColumn("first", first))
        self.entries = self.every.where("place = first")

    def doubtful(self) -> set[str]:
        """Whatever may be the id of a report on lines that are no valid entries."""
        found = self.read.where((fn.col("kind") == checking.FACT) & (fn.col("of") == checking.DOUBTFUL))
        return {row["name"] for row in found.select("name").distinct().collect()}

    @cached_property
    def examples(self) -> pa.Table:
        """The first entry of each language in each split, in order."""
        first = Window.partitionBy("language", "split").orderBy("place")
        found = self.entries.withColumn("nth", fn.row_number().over(first)).where("nth = 1").drop("nth")
        return found.orderBy("place").toArrow()

    def ids(self) -> tuple[str, ...]:
        """The ids among which one may be looked for that is similar to another: of few reports all, of many none."""
        found = self.entries.select("id").limit(COMPARED + 1).collect()
        return tuple(row["id"] for row in found) if len(found) <= COMPARED else ()

    def some(self, names: Iterable[str]) -> dict[str, Report]:
        """Some reports by their ids, as far as there are any."""
        wanted = self.spark.createDataFrame(pa.table([sorted(set(names))], schema=pa.schema([("id", pa.string())])))
        found = self.entries.join(fn.broadcast(wanted), "id", "left_semi").select("raw").collect()
        return {report.id: report for report in (decoder(TABLE).decode(row["raw"]) for row in found)}

    def rows(self, common: Callable[[], Common], statements: DataFrame | None, any_doubtful: bool) -> DataFrame:
        """What the rules find in reports, and what has been counted, as rows.

        `statements` are the rows of all statements of the corpus, if the rules for a whole corpus are to run. With
        `any_doubtful`, any report may have statements on lines that could not be read.
        """
        doubts = (fn.col("kind") == checking.FACT) & (fn.col("of") == checking.DOUBTFUL)
        found = self.read.where((fn.col("kind") != ENTRY) & ~doubts).select(ROW.names)
        found = found.union(told(self.entries, common, of_entries))
        found = found.union(told(self.every.where("place != first"), common, partial(of_rule, SAME_ID)))
        if statements is None:
            return found
        if not any_doubtful:
            found = found.union(told(self.unused(statements), common, partial(of_rule, UNUSED)))
        return found.union(self.in_two_splits(common))

    def unused(self, statements: DataFrame) -> DataFrame:
        """The reports to which no statement belongs."""
        of = (TABLE, checking.DOUBTFUL_REPORT, checking.DOUBTFUL)
        used = statements.where((fn.col("kind") == checking.FACT) & fn.col("of").isin(*of))
        return self.entries.join(used.select(fn.col("name").alias("id")).distinct(), "id", "left_anti")

    def in_two_splits(self, common: Callable[[], Common]) -> DataFrame:
        """What is found in the reports of events that are in both splits."""
        mixed = self.entries.groupBy("event").agg(fn.countDistinct("split").alias("splits")).where("splits > 1")
        together = self.entries.join(mixed, "event").withColumn("key", fn.xxhash64("event"))

        def run(table: pa.Table) -> Iterator[pa.Table]:
            yield from kept(table, common(), partial(of_rule, TWO_SPLITS))

        return across.by_key(together.select("key", "place", "raw", "first"), run, ROW).distinct()

    def in_one_split(self, registries: Registries) -> list[Problem]:
        """What is found in languages that are in one split only."""
        common = Common([self.file], {}, registries, Suppressions(Path(PATH)))
        return of_rule(ONE_SPLIT, self.examples, common)


def read(common: Callable[[], Common], batches: Batches) -> Iterator[pa.RecordBatch]:
    """The entries on lines of reports, and what is found in these lines."""
    given = common()
    facts = Facts(given)
    for piece in pieces(given, batches):
        block = Block([piece], given.registries.schemas)
        at = [n for n, entry in enumerate(block.records) if entry is not None]
        columns = [[piece.first + n for n in at], [block.lines[n] for n in at]]
        columns += [[getattr(block.records[n], key) for n in at] for key in ENTRIES.names[2:]]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, ENTRIES, strict=True)]
        entries = pa.StructArray.from_arrays(arrays, fields=list(ENTRIES))
        yield from checking.rows(ENTRY, READ, entry=entries).to_batches()
        facts.counts[checking.RECORDS, ""] += len(block.records)
        names = [name for name in block.doubtful() if name in (ANY, TABLE) or facts.may_be_report(name)]
        facts.counts.update((checking.DOUBTFUL, name) for name in names)
        yield from finding_rows(facts.keep(block.problems), READ).to_batches()
    yield from facts.rows(READ).to_batches()


def told(entries: DataFrame, common: Callable[[], Common], check: Check) -> DataFrame:
    """What a check finds in entries, as rows."""

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for table in kept(pa.Table.from_batches([batch]), common(), check):
                yield from table.to_batches()

    return entries.select("place", "raw", "first").mapInArrow(run, from_arrow_schema(ROW))


def kept(table: pa.Table, common: Common, check: Check) -> Iterator[pa.Table]:
    """What a check finds in entries and no exception covers, as rows, and what has been counted."""
    facts = Facts(common)
    yield finding_rows(facts.keep(check(table, common)))
    yield facts.rows()


def of_entries(table: pa.Table, common: Common) -> list[Problem]:
    """What the rules for single entries find."""
    placed = decoded(table)
    found = check_entries(TABLE, [each.report for each in placed], common.registries)
    return [
        problem(placed[n].place, rule.code, finding, placed[n].raw, placed[n].report.id) for n, rule, finding in found
    ]


def of_rule(code: str, table: pa.Table, common: Common) -> list[Problem]:
    """What a rule for the corpus as a whole finds in some of its reports."""
    placed = decoded(table)
    registries = msgspec.structs.replace(common.registries, reports={each.report.id: each.report for each in placed})
    places = {TABLE: {each.report.id: each.place for each in placed}}
    twice = [(each.place, each.report.id, each.first) for each in placed if each.place != each.first]
    index = CorpusIndex(corpus=NOWHERE, places=places, twice=twice)
    at = {each.place: each for each in placed}
    found = RULES[code].check(index, registries)
    return [problem(place, code, finding, at[place].raw, at[place].report.id) for place, finding in found]


class Placed(NamedTuple):
    """An entry with its place, that of the first entry with its id, and its line."""

    report: Report
    place: Location
    first: Location
    raw: bytes


def decoded(table: pa.Table) -> list[Placed]:
    """The entries in a table."""
    decode, columns = decoder(TABLE).decode, [table[name].to_pylist() for name in ("place", "first", "raw")]
    rows = zip(*columns, strict=True)
    return [Placed(decode(raw), Location(PATH, place), Location(PATH, first), raw) for place, first, raw in rows]
