"""`chithi.spark.validate`: the driver reads the registries, Spark checks the statements."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as fn
from pyspark.sql.pandas.types import from_arrow_schema

from chithi.records import layout
from chithi.records.blocks import lines_of
from chithi.records.broken import CorpusError
from chithi.records.processes import Part
from chithi.records.replacing import temporary
from chithi.spark import across, checking
from chithi.spark.checking import FINDING, ROW, Common, checked, in_tasks, problem_table
from chithi.spark.files import File, Folder, local_path, plain
from chithi.spark.lines import Text, own_session, read_lines, with_feed
from chithi.validation.block import Piece
from chithi.validation.engine import LINE_LEVELS, Validation
from chithi.validation.findings import ValidationResult
from chithi.validation.index import LINES
from chithi.validation.parallel import BLOCK_BYTES, pieces_of
from chithi.validation.rules import RULES
from chithi.validation.selection import Selection, select
from chithi.validation.suppressions import Suppressions

JSONL = "*.jsonl"
JOINED = 50_000  # reports; so many take some 100 MB in each worker
FEW = 1_000_000  # rows that are sent to all executors


class Outcome(NamedTuple):
    """What a validation found: `result` has all but the problems, which are a DataFrame, a row a finding."""

    findings: DataFrame
    result: ValidationResult


class Given(NamedTuple):
    """What is checked: the corpus in a local folder, the files of statements, and where Spark reads them."""

    selection: Selection
    files: list[File]
    roots: list[str]
    pattern: str | None = JSONL


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
    number of reports from which on they are joined to their statements by id; fewer are sent to all workers whole.

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
    with given(session, path, corpus) as found:
        suppressions = Suppressions.read(found.selection.corpus / layout.EXCEPTIONS)
        run = Validation(found.selection)
        if not run.read_corpus(sources):
            run.finish(suppressions, ran=set())
            return Outcome(session.createDataFrame(problem_table(run.result.problems)), run.result)
        run.check_registries()
        return Cluster(session, run, suppressions, found, joined).check(run.codes_run())


@contextmanager
def given(spark: SparkSession, path: Path | str, corpus: Path | str | None) -> Iterator[Given]:
    """What is to be checked. Raises CorpusError for a folder that is no corpus."""
    with temporary() as copies:
        home = Folder(spark, corpus or path)
        if not home.has("reports.jsonl"):
            raise CorpusError(Path(home.path), None, "no corpus: it has no reports.jsonl")
        sizes = {} if home.local else home.copy(copies)
        local = Path(home.local or copies)
        if corpus is None:
            selection = select(local, [])
            names = [selection.name(opened) for opened, _ in selection.statements]
            found = [
                File(name, table, f"{home.uri}/{name}", sizes[name] if sizes else home.size(name))
                for name, (_, table) in zip(names, selection.statements, strict=True)
            ]
            roots = [
                f"{home.path.rstrip('/')}/{table}"
                for table in (layout.STATEMENTS, layout.ANNOTATORS)
                if home.has(table)
            ]
            yield Given(selection, found, roots)
        else:
            yield outside(Folder(spark, path), local)


def outside(folder: Folder, corpus: Path) -> Given:
    """Files that are held against a corpus, as the local run takes them if they are local."""
    uris = folder.matching(JSONL)
    given_as = {uri: folder.path.rstrip("/") + uri.removeprefix(folder.uri) for uri in uris}
    if folder.local:
        selection = select(corpus, [Path(local_path(given_as[uri]) or "") for uri in uris])
    else:
        selection = Selection(corpus, False, statements=[(given_as[uri], layout.DRAFTS) for uri in uris])
    of_path = {str(Path(folder.local, uri.removeprefix(folder.uri).lstrip("/"))) if folder.local else given_as[uri]: uri
               for uri in uris}  # fmt: skip
    files = []
    for opened, table_name in selection.statements:
        uri = of_path.get(opened) or plain(Folder(folder.spark, opened).uri)
        size = Folder(folder.spark, uri.rpartition("/")[0]).size(uri.rpartition("/")[2])
        files.append(File(selection.name(opened), table_name, uri, size))
    return Given(selection, files, [folder.path], JSONL if folder.is_folder() else None)


class Cluster:
    """The statements of a validation, checked by Spark."""

    def __init__(
        self, spark: SparkSession, run: Validation, suppressions: Suppressions, found: Given, joined: int
    ) -> None:
        self.spark, self.run, self.suppressions = spark, run, suppressions
        self.text = read_lines(spark, found.roots, found.files, found.pattern)
        registries = run.registries
        empty = frozenset(table for table in layout.REGISTRIES if not getattr(registries, table))
        anchored = frozenset(Path(path).stem for path in found.selection.anchors)
        self.common = Common(found.files, self.text.ranges, registries, suppressions, False, empty, anchored)
        common = self.common
        if len(registries.reports) >= joined:
            without = msgspec.structs.replace(registries, reports={})
            common = common._replace(registries=without, joined=True)
        self.joined = common.joined
        self.broadcast = spark.sparkContext.broadcast(common)
        self.unread = list(unread(spark, self.text))

    def check(self, ran: set[str]) -> Outcome:
        """Checks the statements, then what spans them, then the registries by what the statements refer to."""
        rows = self.rows().persist(StorageLevel.MEMORY_AND_DISK)
        facts = self.facts(rows)
        kept = [rows, wanted := across.groups(rows).persist(StorageLevel.MEMORY_AND_DISK)]
        if count := wanted.count():
            kept.append(self.across(rows, fn.broadcast(wanted) if count <= FEW else wanted))
            facts += self.facts(kept[-1].persist(StorageLevel.MEMORY_AND_DISK))
        self.run.check_spanning()
        self.suppressions.used |= {int(name) for of, name in facts if of == checking.EXCEPTION}
        both = rows.union(kept[-1]) if count else rows
        found = both.where(fn.col("kind") == checking.FOUND).select("finding.*")
        codes = {row["code"] for row in found.select("code").distinct().collect()}
        result = self.run.finish(self.suppressions, ran, codes)
        result.tolerated += facts[checking.TOLERATED, ""]
        result.records += facts[checking.RECORDS, ""]
        every = self.spark.createDataFrame(problem_table(result.problems)).union(found)
        findings = once_a_file(every).sort(*FINDING.names).persist(StorageLevel.MEMORY_AND_DISK)
        findings.count()
        for frame in kept:
            frame.unpersist()
        return Outcome(findings, result)

    def rows(self) -> DataFrame:
        """The rows of all statements: checked by Spark, or here where Spark has read nothing."""
        broadcast = self.broadcast
        lines = self.text.frame.select("range", "at", with_feed(fn.col("raw")).alias("raw"))
        lines = self.after_reports(lines) if self.joined else lines.drop("at")
        found = lines.mapInArrow(in_tasks(lambda: broadcast.value), from_arrow_schema(ROW))
        if not self.unread:
            return found
        return found.union(self.spark.createDataFrame(pa.concat_tables(checked(self.common, self.unread))))

    def after_reports(self, lines: DataFrame) -> DataFrame:
        """The lines of each range behind the entries of the reports that they name."""
        named = fn.get_json_object(fn.col("raw").cast("string"), "$.report").alias("id")
        of_range = lines.select("range", named).distinct().join(self.reports(), "id")
        entries = of_range.select("range", fn.lit(-1).alias("at"), "raw", fn.lit(True).alias("report"))
        both = entries.union(lines.withColumn("report", fn.lit(False)))
        together = both.repartition("range").sortWithinPartitions("range", "at")
        return together.select("range", "raw", "report")

    def reports(self) -> DataFrame:
        """The entries of the reports, as JSON, with their ids."""
        entries = self.run.registries.reports.values()
        columns = {"id": [entry.id for entry in entries], "raw": list(map(msgspec.json.encode, entries))}
        return self.spark.createDataFrame(pa.table(columns, pa.schema({"id": pa.string(), "raw": pa.binary()})))

    def lines(self) -> DataFrame:
        """All lines with their places."""
        if not self.unread:
            return self.text.numbered()
        numbers = {file.name: n for n, file in enumerate(self.text.files)}
        places, raws = [], []
        for each in self.unread:
            raws += (found := lines_of(each.data))
            places += [numbers[each.path] * LINES + each.first + n for n in range(len(found))]
        more = pa.table({"place": pa.array(places, pa.int64()), "raw": pa.array(raws, pa.binary())})
        return self.text.numbered().union(self.spark.createDataFrame(more))

    def facts(self, rows: DataFrame) -> "Counter[tuple[str, str]]":
        """The facts of rows, summed up, and noted in the index."""
        index = self.run.index
        wanted = (fn.col("kind") == checking.FACT) & (fn.col("of") != checking.DOUBTFUL_REPORT)
        sums = rows.where(wanted).groupBy("of", "name").agg(fn.sum("count").alias("count")).collect()
        for row in sums:
            if row["of"] in layout.REGISTRIES:
                index.used[row["of"]].add(row["name"])
            elif row["of"] == checking.DOUBTFUL:
                index.doubtful.add(row["name"])
        if self.joined:  # no task could tell which ones are reports
            may_be = rows.where(fn.col("of") == checking.DOUBTFUL_REPORT).select(fn.col("name").alias("id")).distinct()
            index.doubtful |= {row["id"] for row in may_be.join(self.reports().select("id"), "id").collect()}
        return Counter({(row["of"], row["name"]): row["count"] for row in sums})

    def across(self, rows: DataFrame, wanted: DataFrame) -> DataFrame:
        """What the rules find in the groups of statements that they have to look at together, as rows."""
        broadcast, doubtful = self.broadcast, self.run.index.doubtful
        found = across.findings(wanted, self.lines(), lambda: broadcast.value, doubtful)
        of_report = rows.where(fn.col("of") == checking.DOUBTFUL_REPORT).select("name").distinct()
        return found.join(of_report, "name", "left_anti").select(ROW.names).distinct()


def unread(spark: SparkSession, text: Text) -> Iterator[Piece]:
    """The lines of files of which Spark's readers have given none: empty ones, and those that they take for hidden."""
    with temporary() as folder:
        copy = folder / "copy"
        for n in text.unread():
            file = text.files[n]
            path = local_path(file.uri)
            if path is None:
                copy.write_bytes(Folder(spark, file.uri).read())
            for piece in pieces_of([Part(path or str(copy), file.table)], BLOCK_BYTES):
                yield piece._replace(path=file.name)


def once_a_file(findings: DataFrame) -> DataFrame:
    """The findings without those that repeat an earlier one of their file: a rule may tell each cause once a file."""
    once = [code for code, rule in RULES.items() if rule.once]
    lines = [code for code, rule in RULES.items() if rule.of == "lines"]
    spread = fn.min(fn.when(fn.col("code").isin(lines), fn.col("line"))).over(Window.partitionBy("path"))
    others = fn.col("spread").isNull() | (fn.col("line") <= fn.col("spread")) | ~fn.col("level").isin(*LINE_LEVELS)
    findings = findings.withColumn("spread", spread).where(others).drop("spread")
    first = Window.partitionBy("path", "code", "found").orderBy(*FINDING.names)
    repeats = findings.where(fn.col("code").isin(once)).withColumn("nth", fn.row_number().over(first))
    return findings.where(~fn.col("code").isin(once)).union(repeats.where("nth = 1").drop("nth"))
