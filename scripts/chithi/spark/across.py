"""What spans statements, in Spark: they are brought together by key, and the rules run on each such group.

A rule looks at an index of some statements only: those that share an id, a text, a speaker, or runs of characters. It
finds there what it would find among all of them. Which groups there are follows from the entries of the index, with the
hashes and the thresholds of the local run.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as fn
from pyspark.sql.pandas.types import from_arrow_schema

from chithi.records.canonical import decoder
from chithi.records.layout import STATEMENTS
from chithi.records.records import Statement
from chithi.spark import checking
from chithi.spark.checking import ROW, Common, Facts, finding_rows
from chithi.text.code_points import Array
from chithi.text.duplicates import (
    COMPARED,
    FOLLOWED,
    LENGTH,
    SHINGLE,
    SketchIndex,
    alike_in_length,
    close,
    share_enough,
)
from chithi.validation.columns import Columns
from chithi.validation.findings import problem
from chithi.validation.index import LINES, CorpusIndex
from chithi.validation.offices import OfficesTold
from chithi.validation.rules import RULES

SAME_ID, SAME_TEXT, NEAR, LATE = "C521", "C525", "C526", "C556"  # the rules that look at several statements
MANY, FIRST = 10_000, 1_000  # rows of groups that are looked at together; those of a large group that stay at hand
NOWHERE = "\0"  # the folder of the corpus, where paths are relative to it already
PAIRS = pa.schema({"place": pa.int64(), "with": pa.int64()})
Batches = Iterable[pa.RecordBatch]


class GivenPairs(SketchIndex):
    """Texts of which it is known already which may be near-duplicates: `pairs` is what `likely_pairs` gives."""

    pairs: Sequence[tuple[int, list[int]]] = ()

    def likely_pairs(self, in_test: Array) -> Iterator[tuple[int, list[int]]]:
        """Each test text with the train texts that may be near-duplicates."""
        yield from self.pairs


class GroupIndex(CorpusIndex):
    """The index of some statements, which are in memory."""

    held: Sequence[Statement] = ()

    def statements(self, numbers: Iterable[int]) -> dict[int, Statement]:
        """Statements by their numbers."""
        return {n: self.held[n] for n in numbers}


def groups(entries: DataFrame) -> DataFrame:
    """The statements that rules have to look at together: `code`, `group`, `place`.

    `test` says which one of its group is the text of the test split to which the others seem near.
    """
    words = entries.where(fn.col("kind") == checking.WORDS)
    found = [
        (SAME_ID, repeated(entries.where(fn.col("kind") == checking.ID))),
        (SAME_TEXT, repeated(words.where("key != 0"))),  # the rule passes over texts without letters and digits
        (NEAR, near(words)),
        (LATE, told_late(entries.where(fn.col("kind") == checking.TOLD))),
    ]
    test = fn.col("place") == fn.col("group")
    every = [
        frame.select(fn.lit(code).alias("code"), "group", "place", (fn.lit(code == NEAR) & test).alias("test"))
        for code, frame in found
    ]
    return every[0].union(every[1]).union(every[2]).union(every[3])


def repeated(entries: DataFrame) -> DataFrame:
    """The entries whose key others have, too."""
    counted = entries.select("place", "key", fn.count("*").over(Window.partitionBy("key")).alias("times"))
    return counted.where("times > 1").select(fn.col("key").alias("group"), "place")


def told_late(entries: DataFrame) -> DataFrame:
    """Pairs of statements of which the second tells an office that the first, of the same speaker, does not."""

    def late(rows: pa.Table) -> Iterator[pa.Table]:
        columns = [[rows[name].to_numpy()] for name in ("place", "key", "count")]
        told = OfficesTold(columns[0], *(([column[0].view(np.uint64)]) for column in columns[1:]))
        found = list(told.told_late())
        yield pa.table([[n for _, n in found], [n for n, _ in found]], schema=PAIRS)

    pairs = by_key(entries.select("key", "place", "count"), late, PAIRS)
    pair = fn.explode(fn.array("place", "with")).alias("one")
    return pairs.select(fn.col("place").alias("group"), pair).select("group", fn.col("one").alias("place"))


def near(words: DataFrame) -> DataFrame:
    """Each text of the test split with the train texts that seem nearest to it, as `SketchIndex.likely_pairs` does."""
    length = fn.shiftrightunsigned("key", LENGTH)
    texts = words.select(
        "place", "test", "key", fn.size("members").cast("bigint").alias("size"), length.alias("length"), "members"
    )
    member = texts.select("place", "test", "size", "length", fn.explode("members").alias("member"))
    test, train = texts.where("test"), texts.where("not test")
    of_test = named(member.where("test"), "test").withColumnRenamed("test_member", "member")
    followed = Window.partitionBy("member").orderBy("place")
    first = member.where("not test").withColumn("nth", fn.row_number().over(followed)).where(fn.col("nth") <= FOLLOWED)
    of_train = named(first, "train").withColumnRenamed("train_member", "member")
    facts = [f"{split}_{fact}" for split in ("test", "train") for fact in ("place", "size", "length")]
    pairs = of_test.join(of_train, "member").groupBy(*facts).agg(fn.count("*").alias("shared"))
    sizes, lengths = (fn.col("test_size"), fn.col("train_size")), (fn.col("test_length"), fn.col("train_length"))
    enough = share_enough(fn.col("shared"), fn.least(*sizes), fn.sqrt)
    as_long = alike_in_length(fn.least(*lengths), fn.greatest(*lengths), or_shingle)
    likely = pairs.where(enough & as_long)
    scored = likely.select("test_place", "train_place", close(fn.col("shared"), *sizes).alias("close"))
    first_equal = train.groupBy("key").agg(fn.min("place").alias("train_place"))
    equal = test.join(first_equal, "key").select(fn.col("place").alias("test_place"), "train_place")
    every = scored.union(equal.withColumn("close", fn.lit(float("inf"))))
    nearest = Window.partitionBy("test_place").orderBy(fn.col("close").desc(), "train_place")
    chosen = every.withColumn("nth", fn.row_number().over(nearest)).where(fn.col("nth") <= COMPARED)
    both = fn.explode(fn.array("test_place", "train_place")).alias("place")
    return chosen.select(fn.col("test_place").alias("group"), both).distinct()


def or_shingle(length: Column) -> Column:
    """A length, or SHINGLE if that is larger."""
    return fn.greatest(length, fn.lit(SHINGLE))


def named(frame: DataFrame, split: str) -> DataFrame:
    """The columns with the name of a split before theirs."""
    return frame.select([fn.col(name).alias(f"{split}_{name}") for name in ("place", "size", "length", "member")])


def by_key(frame: DataFrame, run: Callable[[pa.Table], Iterator[pa.Table]], schema: pa.Schema) -> DataFrame:
    """Runs a function on the rows of many keys at a time. Rows with one `key` come together, and in order."""

    def in_order(batches: Batches) -> Iterator[pa.RecordBatch]:
        for table in whole_groups(batches):
            for found in run(table):
                yield from found.to_batches()

    together = frame.repartition("key").sortWithinPartitions("key", "place")
    return together.mapInArrow(in_order, from_arrow_schema(schema))


def whole_groups(batches: Batches) -> Iterator[pa.Table]:
    """Rows that are sorted by `key` in tables of about MANY. Rows with one key are not parted.

    If there are more of them than MANY, they come in several tables, each of which begins with the FIRST of them: rules
    hold statements against the first ones of their group.
    """
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(map(len, held)) < MANY:
            continue
        table = pa.Table.from_batches(held).combine_chunks()
        keys = table["key"].to_numpy()
        end = int(np.searchsorted(keys, keys[-1]))
        yield table[:end] if end else table
        held = (table[end:] if end else table[:FIRST]).to_batches()
    if held:
        yield pa.Table.from_batches(held).combine_chunks()


def findings(wanted: DataFrame, lines: DataFrame, common: Callable[[], Common], doubtful: set[str]) -> DataFrame:
    """What the rules find in groups of statements, as rows; of C556 with the report as `name`."""

    def run(table: pa.Table) -> Iterator[pa.Table]:
        facts = Facts(common())
        for code in dict.fromkeys(table["code"].to_pylist()):
            yield from found_in(code, table.filter(pc.equal(table["code"], code)), facts, doubtful)
        yield facts.rows()

    joined = wanted.withColumn("key", fn.xxhash64("code", "group")).join(lines, "place")
    return by_key(joined.select("key", "place", "code", "raw", "test"), run, ROW)


def pairs_of(table: pa.Table) -> Iterator[tuple[int, list[int]]]:
    """Of each group the row of the text of the test split, and the rows of the others."""
    tests = table["test"].to_pylist()
    bounds = np.flatnonzero(np.diff(table["key"].to_numpy())) + 1
    for begin, end in pairwise([0, *bounds.tolist(), len(table)]):
        test = next(n for n in range(begin, end) if tests[n])
        yield test, [n for n in range(begin, end) if n != test]


def found_in(code: str, table: pa.Table, facts: Facts, doubtful: set[str]) -> Iterator[pa.Table]:
    """What a rule finds in some groups of statements: those of the near-duplicates alone, others together."""
    common, raws = facts.common, table["raw"].to_pylist()
    statements = [decoder(STATEMENTS).decode(raw) for raw in raws]
    files, lines = np.divmod(table["place"].to_numpy(), LINES)
    numbers = {n: at for at, n in enumerate(dict.fromkeys(files.tolist()))}
    paths = [common.files[n].name for n in numbers]
    places = np.array([numbers[n] for n in files.tolist()], np.int64) * LINES + lines
    index = GroupIndex(corpus=NOWHERE, doubtful=doubtful, held=statements)
    if code == NEAR:
        index.note_ids(Columns(statements, common.registries), paths, places)
        index.texts = GivenPairs(pairs=list(pairs_of(table)))
    else:
        index.note(Columns(statements, common.registries), paths, places)
    raw_at = {index.place(n): n for n in range(len(raws))}
    every = [
        (statements[n].report, problem(place, code, finding, raws[n], statements[n].id))
        for place, finding in RULES[code].check(index, common.registries)
        for n in [raw_at[place]]
    ]
    reports = {each: report for report, each in every}
    for kind, found in zip((checking.FOUND, checking.TOLERATED), facts.part(reports), strict=True):
        names = pa.array([reports[each] if code == LATE else None for each in found], pa.string())
        yield finding_rows(found, kind=kind).set_column(ROW.get_field_index("name"), "name", names)
