"""Lines of files in Spark, with their raw bytes and their numbers.

Hadoop's reader cuts files into ranges, and gives each line to the range in which it begins. It drops line feeds, and a
byte order mark; that either was there follows from the size of the file. Lines are numbered by counting each range.
"""

import errno
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as fn

from chithi.records.blocks import MAX_LINE, UTF16_32, lines_of
from chithi.records.processes import Part
from chithi.records.replacing import temporary
from chithi.spark.files import File, Folder, absolute, literal, local_path, plain
from chithi.validation.block import Piece
from chithi.validation.index import LINES
from chithi.validation.parallel import BLOCK_BYTES, pieces_of

# Shared by all that read the same files, so that they are cut alike each time, however many executors there are.
OPEN_COST = 1 << 16  # bytes that opening a file costs; with Spark's 4 MiB, 24,000 small files would be 750 tasks
BATCH = 1_000  # lines that Python is given at a time
BROADCAST = 1 << 28  # bytes of a table that is sent to all executors
SHUFFLED = 1 << 27  # bytes of text whose rows come into one partition of a shuffle
SMALL = 1 << 20  # bytes of files that are kept when they have been read, as opening them again costs more
BOM = b"\xef\xbb\xbf"
Keep = Callable[[DataFrame], DataFrame]


LINE = pa.schema({"range": pa.int64(), "at": pa.int64(), "raw": pa.binary()})


class Range(NamedTuple):
    """Whole lines of a file.

    file: the number of the file. first, lines: the number of the first line, and how many there are.
    at: Spark's number of the first line. bom: whether a byte order mark stands before them.
    unended: whether the last line has no line feed. wide: whether the file is in UTF-16 or UTF-32.
    """

    file: int
    first: int
    lines: int
    at: int
    bom: bool = False
    unended: bool = False
    wide: bool = False


@dataclass
class Text:
    """Files as a DataFrame of lines: `range` (a hash of file and place), `at` (ascending within a range), `raw`.

    `unread` has the lines of the files of which Spark's readers give none, by their numbers: those of empty files, and
    those that they take for hidden.
    """

    frame: DataFrame
    files: Sequence[File]
    ranges: dict[int, Range] = field(default_factory=dict)
    unread: list[tuple[int, Piece]] = field(default_factory=list)

    def marked(self) -> frozenset[int]:
        """The numbers of the files that begin with a byte order mark, which no line of `numbered` has."""
        unread = (n for n, piece in self.unread if piece.first == 1 and piece.data.startswith(BOM))
        return frozenset(found.file for found in self.ranges.values() if found.bom).union(unread)

    def numbered(self) -> DataFrame:
        """All lines with their numbers: `place` is the number of the file * LINES + that of the line."""
        numbered = self.numbered_ranges()
        places, raws = [], []
        for n, piece in self.unread:
            found = lines_of(piece.data.removeprefix(BOM) if piece.first == 1 else piece.data)
            places += [n * LINES + piece.first + k for k in range(len(found))]
            raws += found
        more = pa.table({"place": pa.array(places, pa.int64()), "raw": pa.array(raws, pa.binary())})
        return numbered.union(self.frame.sparkSession.createDataFrame(more)) if raws else numbered

    def numbered_ranges(self) -> DataFrame:
        """The lines that Spark has read with their numbers."""
        rows = [(key, found.file * LINES + found.first - found.at) for key, found in self.ranges.items()]
        columns = [pa.array(column, pa.int64()) for column in (zip(*rows, strict=True) if rows else ((), ()))]
        shifts = self.frame.sparkSession.createDataFrame(pa.table(columns, names=["range", "shift"]))
        joined = self.frame.join(fn.broadcast(shifts), "range")
        return joined.select((fn.col("at") + fn.col("shift")).alias("place"), "raw")


def own_session(spark: SparkSession) -> SparkSession:
    """A session beside the user's, with the same settings but those on which our results or our speed depend."""
    found = spark.newSession()
    for key, value in spark.conf.getAll.items():
        if found.conf.isModifiable(key) or not key.startswith("spark."):  # as those of file systems
            found.conf.set(key, value)
    found.conf.set("spark.sql.shuffle.partitions", "1")  # more when it is known how much there is to read
    found.conf.set("spark.sql.files.minPartitionNum", str(2 * spark.sparkContext.defaultParallelism))
    found.conf.set("spark.sql.files.openCostInBytes", str(OPEN_COST))
    found.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(BATCH))
    found.conf.set("spark.sql.execution.arrow.useLargeVarTypes", "false")
    found.conf.set("spark.sql.autoBroadcastJoinThreshold", str(BROADCAST))
    found.conf.set("spark.sql.files.ignoreCorruptFiles", "false")
    found.conf.set("spark.sql.files.ignoreMissingFiles", "false")
    return found


@contextmanager
def keeping() -> Iterator[Keep]:
    """A function that has Spark keep the rows of a DataFrame, which several jobs read, until the end of the block."""
    kept: list[DataFrame] = []

    def keep(frame: DataFrame) -> DataFrame:
        kept.append(frame.persist(StorageLevel.MEMORY_AND_DISK))
        return kept[-1]

    try:
        yield keep
    finally:
        for frame in kept:
            frame.unpersist()


def read_lines(
    spark: SparkSession, keep: Keep, roots: Iterable[str], files: Sequence[File], pattern: str | None = None
) -> Text:
    """The lines of files that lie in some folders, or are given themselves. `pattern` is that of their names."""
    if not files:
        return Text(spark.createDataFrame(pa.table([[], [], []], schema=LINE)), files)
    size = sum(file.size for file in files)
    before = int(str(spark.conf.get("spark.sql.shuffle.partitions")))
    shares = max(before, spark.sparkContext.defaultParallelism, size // SHUFFLED)
    spark.conf.set("spark.sql.shuffle.partitions", str(shares))
    read = spark.read.options(pathGlobFilter=pattern) if pattern else spark.read
    found = read.text([literal(absolute(root)) for root in roots], lineSep="\n", recursiveFileLookup=True)
    place = ("_metadata.file_path", "_metadata.file_block_start")
    frame = found.select(
        fn.xxhash64(*place).alias("range"),
        fn.monotonically_increasing_id().alias("at"),
        fn.col("value").cast("binary").alias("raw"),
        fn.col(place[0]).alias("file"),
        fn.col(place[1]).alias("start"),
    )
    frame = keep(frame) if size < SMALL * len(files) else frame
    text = Text(frame.select("range", "at", "raw"), files)
    text.ranges = counted(frame, files)
    text.unread = list(read_here(spark, files, set(range(len(files))) - {found.file for found in text.ranges.values()}))
    return text


def read_here(spark: SparkSession, files: Sequence[File], numbers: Iterable[int]) -> Iterator[tuple[int, Piece]]:
    """The lines of some files, which the driver reads."""
    with temporary() as folder:
        copy = folder / "copy"
        for n in sorted(numbers):
            file = files[n]
            path = local_path(file.uri)
            if path is None:
                copy.write_bytes(Folder(spark, file.uri).read())
            for piece in pieces_of([Part(path or str(copy), file.table)], BLOCK_BYTES):
                yield n, piece._replace(path=file.name)


def counted(frame: DataFrame, files: Sequence[File]) -> dict[int, Range]:
    """The ranges of files, by their hashes. Raises OSError for a file that has not the size that was listed."""
    wide = fn.when(is_wide(fn.col("raw")), fn.col("at"))
    size = fn.sum(fn.octet_length("raw")) + fn.count("*")
    first = fn.min("at")
    sums = frame.groupBy("file", "start", "range").agg(
        fn.count("*").alias("lines"), size.alias("size"), first.alias("at"), fn.min(wide).alias("wide")
    )
    numbers = {file.uri: n for n, file in enumerate(files)}
    of_files: dict[int, list[dict[str, int]]] = {}
    for row in sums.collect():
        if (number := numbers.get(plain(row["file"]))) is not None:
            of_files.setdefault(number, []).append(row.asDict())
    return {key: found for n, rows in of_files.items() for key, found in placed(n, files[n], rows)}


def placed(number: int, file: File, rows: list[dict[str, int]]) -> Iterable[tuple[int, Range]]:
    """The ranges of one file, each after its hash."""
    rows.sort(key=lambda row: row["start"])
    missing = file.size - sum(row["size"] for row in rows)
    bom, unended = missing >= len(BOM) - 1, missing in (-1, len(BOM) - 1)
    if missing not in (0, -1, len(BOM), len(BOM) - 1):
        raise OSError(errno.ESTALE, "was changed while it was read", file.uri)
    if rows[0]["wide"] == rows[0]["at"]:
        yield rows[0]["range"], Range(number, 1, rows[0]["lines"], rows[0]["at"], wide=True)
        return
    first = 1
    for row in rows:
        last = row is rows[-1]
        found = Range(number, first, row["lines"], row["at"], bom and first == 1, unended and last)
        yield row["range"], found
        first += row["lines"]


def is_wide(raw: Column) -> Column:
    """Whether a line begins as a file in UTF-16 or UTF-32 does."""
    begins = [fn.substring(raw, 1, len(mark)) == fn.lit(mark) for mark in UTF16_32]
    return begins[0] | begins[1] | begins[2] | begins[3]


def with_feed(raw: Column) -> Column:
    """A line with its line feed. Of a line that is too long, the beginning is kept that shows it."""
    short = fn.when(fn.octet_length(raw) > MAX_LINE, fn.substring(raw, 1, MAX_LINE + 1)).otherwise(raw)
    return fn.concat(short, fn.lit(b"\n"))
