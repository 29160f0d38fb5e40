"""The check of statements in the tasks of Spark: lines go in, and rows come out.

A row is a finding, an entry of the index of statements, or a fact. Facts are summed up: how many records there are,
what statements refer to, which exceptions were used.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chithi.records.canonical import decoder
from chithi.records.layout import REGISTRIES
from chithi.records.records import ANY, Registries, Report
from chithi.records.schemas import compiled, schema_of
from chithi.spark.files import File
from chithi.spark.lines import BOM, Range
from chithi.text.code_points import Array
from chithi.validation.block import Checked, Piece
from chithi.validation.findings import Problem
from chithi.validation.index import LINES, CorpusIndex
from chithi.validation.parallel import BLOCK_BYTES, check_pieces
from chithi.validation.reporters import level
from chithi.validation.suppressions import Suppressions

TEXT, NUMBER = pa.string(), pa.int64()
NUMBERS = ("line", "column")
NAMES = [*(field.name for field in msgspec.structs.fields(Problem)), "level"]
FINDING = pa.schema([(name, NUMBER if name in NUMBERS else TEXT) for name in NAMES])
# kind: one of those below. place: file number * LINES + line. key: a hash that equal statements share.
ROW = pa.schema(
    [
        ("kind", TEXT),
        ("place", NUMBER),
        ("key", NUMBER),
        ("test", pa.bool_()),
        ("members", pa.list_(pa.int32())),
        ("of", TEXT),
        ("name", TEXT),
        ("count", NUMBER),
        ("finding", pa.struct(list(FINDING))),
    ]
)
ID = "id"  # key: of the id and the file
WORDS = "text"  # key: of the normalised text; members: its sketch; test: whether it is in the test split
TOLD = "office"  # key: of report and speaker; count: of an office that is told, or 0
FACT, FOUND = "fact", "finding"

Run = tuple[int, int, bytes]  # of a range its hash, how many lines, and these
RECORDS, TOLERATED, EXCEPTION, DOUBTFUL, DOUBTFUL_REPORT = "records", "tolerated", "exception", "doubtful", "report"


class Common(NamedTuple):
    """What all tasks are given.

    joined: whether reports are not among the registries, because they come with the lines that name them.
    empty: the registries without entries. anchored: the reports that have anchors.
    """

    files: Sequence[File]
    ranges: dict[int, Range]
    registries: Registries
    suppressions: Suppressions
    joined: bool = False
    empty: frozenset[str] = frozenset()
    anchored: frozenset[str] = frozenset()


class Facts:
    """The findings that are kept of a task, and what it has counted."""

    def __init__(self, common: Common) -> None:
        self.common = common
        self.counts: Counter[tuple[str, str]] = Counter()
        self.known: dict[str, Any] = {table: getattr(common.registries, table) for table in REGISTRIES}

    @cached_property
    def may_be_report(self) -> Callable[[Any], bool]:
        """Whether a word may be the id of a report."""
        schemas = self.common.registries.schemas
        return compiled(schema_of("statements", schemas)["properties"]["report"], schemas)

    def keep(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems that no exception covers."""
        kept, tolerated = self.part(problems)
        self.counts[TOLERATED, ""] += len(tolerated)
        return kept

    def part(self, problems: Iterable[Problem]) -> tuple[list[Problem], list[Problem]]:
        """The problems that no exception covers, and those that one does."""
        suppressions = self.common.suppressions
        both: tuple[list[Problem], list[Problem]] = ([], [])
        for each in problems:
            both[suppressions.cover(each)].append(each)
        for number in suppressions.used:
            self.counts[EXCEPTION, str(number)] += 1
        suppressions.used.clear()
        return both

    def note(self, index: CorpusIndex, records: int) -> None:
        """Notes what statements refer to, as far as a rule asks for it, and what may be an id on lines that failed."""
        self.counts[RECORDS, ""] += records
        for table, names in index.used.items():
            anchored = self.common.anchored if table == "reports" else ()
            asked = [name for name in names if name in self.known[table] or name in anchored]
            asked += sorted(names)[:1] if table in self.common.empty else []  # it is asked whether there are any
            self.counts.update((table, name) for name in asked)
        held = [entries for table, entries in self.known.items() if not (table == "reports" and self.common.joined)]
        for name in index.doubtful:
            if name == ANY or any(name in entries for entries in held):
                self.counts[DOUBTFUL, name] += 1
            elif self.may_be_report(name):
                self.counts[DOUBTFUL_REPORT, name] += 1

    def rows(self, schema: pa.Schema = ROW) -> pa.Table:
        """The counts as rows."""
        of, names = zip(*self.counts, strict=True) if self.counts else ((), ())
        counts = list(self.counts.values())
        return rows(FACT, schema, of=pa.array(of, TEXT), name=pa.array(names, TEXT), count=counts)


def checked(common: Common, pieces: Iterable[Piece]) -> Iterator[pa.Table]:
    """Checks pieces of files, and gives rows."""
    facts, numbers = Facts(common), {file.name: n for n, file in enumerate(common.files)}
    for block in check_pieces(common.registries, pieces):
        facts.note(block.index, block.records)
        if kept := facts.keep(block.problems):
            yield finding_rows(kept)
        yield from entry_rows(block, numbers)
    yield facts.rows()


def entry_rows(block: Checked, numbers: dict[str, int]) -> Iterator[pa.Table]:
    """The entries of a block in the index."""
    index = block.index
    for each in filter(None, (index, index.passes)):
        if each.at:
            place = places(each, numbers)
            file = (place // LINES).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
            yield rows(ID, place=place, key=(np.concatenate(each.ids) ^ file).view(np.int64))
    if index.at:
        texts, place = index.texts, places(index, numbers)
        sizes, members = np.concatenate(texts.sizes), np.concatenate(texts.members).view(np.int32)
        lists = pa.ListArray.from_arrays(np.append(0, np.cumsum(sizes)).astype(np.int32), members)
        keys = np.concatenate(texts.digests).view(np.int64)
        yield rows(WORDS, place=place, key=keys, test=index.tested(), members=lists)
        told = index.offices
        speakers, offices = (np.concatenate(column).view(np.int64) for column in (told.speakers, told.offices))
        yield rows(TOLD, place=place[np.concatenate(told.statements)], key=speakers, count=offices)


def places(index: CorpusIndex, numbers: dict[str, int]) -> Array:
    """The place of each statement: the number of its file * LINES + its line; int64."""
    files, lines = np.divmod(np.concatenate(index.at), LINES)
    found: Array = np.array([numbers[path] for path in index.paths], np.int64)[files] * LINES + lines
    return found


def finding_rows(problems: Sequence[Problem], schema: pa.Schema = ROW, kind: str = FOUND) -> pa.Table:
    """Problems as rows."""
    columns = [column.combine_chunks() for column in problem_table(problems)]
    return rows(kind, schema, finding=pa.StructArray.from_arrays(columns, fields=list(FINDING)))


def problem_table(problems: Sequence[Problem]) -> pa.Table:
    """Problems as a table with the columns of `--format json`."""
    columns = {name: [getattr(each, name) for each in problems] for name in FINDING.names[:-1]}
    columns["path"] = [path.encode(errors="surrogateescape").decode(errors="replace") for path in columns["path"]]
    return pa.table(columns | {"level": [level(each.code) for each in problems]}, FINDING)


def rows(kind: str, schema: pa.Schema = ROW, **columns: Any) -> pa.Table:
    """Rows of one kind; the columns that it has not are null."""
    length = len(next(iter(columns.values())))
    given = columns | {"kind": [kind] * length}
    arrays = [pa.array(given[f.name], f.type) if f.name in given else pa.nulls(length, f.type) for f in schema]
    return pa.table(arrays, schema=schema)


def in_tasks(
    common: Callable[[], Common],
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """The check as Spark calls it: it takes batches of `range` and `raw`, whose lines have their line feeds.

    If reports are joined, batches also have `report`: the rows of a range begin with the entries of its reports.
    """

    def check(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        given = common()
        if given.joined:
            known: dict[str, Report] = {}
            given = given._replace(registries=msgspec.structs.replace(given.registries, reports=known))
            batches = (without_reports(batch, known) for batch in batches)
        for table in checked(given, pieces(given, batches)):
            yield from table.to_batches()

    return check


def without_reports(batch: pa.RecordBatch, known: dict[str, Report]) -> pa.RecordBatch:
    """The lines of a batch. The entries of reports in it are added to those that are known."""
    is_report = batch["report"]
    decode = decoder("reports").decode
    known.update((entry.id, entry) for entry in map(decode, batch["raw"].filter(is_report).to_pylist()))
    return batch.filter(pc.invert(is_report))


def pieces(common: Common, batches: Iterable[pa.RecordBatch]) -> Iterator[Piece]:
    """The lines of batches as pieces of files, of about BLOCK_BYTES. The lines of a range come one after another.

    Raises RuntimeError for a range that has not as many lines as it had when it was counted.
    """
    done: dict[int, int] = {}
    for key, count, lines in joined(run for batch in batches for run in runs(batch)):
        if (found := common.ranges.get(key)) is None:
            continue  # a file that belongs to no table
        seen = done.get(key, 0)
        yield from piece(common.files[found.file], found, seen, count, lines)
        done[key] = seen + count
    for key, seen in done.items():
        if common.ranges[key].lines != seen:
            raise RuntimeError(f"{common.files[common.ranges[key].file].uri} was changed while it was read")


def runs(batch: pa.RecordBatch) -> Iterator[Run]:
    """The lines of a batch in runs of one range, of about BLOCK_BYTES at most."""
    keys, raw = batch.column(0).to_numpy(), batch.column(1)
    offsets = np.frombuffer(raw.buffers()[1], np.int32)[raw.offset : raw.offset + len(raw) + 1]
    data = raw.buffers()[2]
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(keys)) + 1, [len(keys)]])
    for begin, end in pairwise(bounds.tolist()):
        at = begin
        while at < end:
            stop = int(np.searchsorted(offsets, int(offsets[at]) + BLOCK_BYTES))
            stop = min(max(stop, at + 1), end)
            yield int(keys[at]), stop - at, data[int(offsets[at]) : int(offsets[stop])].to_pybytes()
            at = stop


def joined(found: Iterable[Run]) -> Iterator[Run]:
    """Runs of one range that follow each other as one, until they have BLOCK_BYTES."""
    held: list[Run] = []
    for run in found:
        if held and (run[0] != held[0][0] or sum(len(lines) for _, _, lines in held) >= BLOCK_BYTES):
            yield held[0][0], sum(count for _, count, _ in held), b"".join([lines for _, _, lines in held])
            held = []
        held.append(run)
    if held:
        yield held[0][0], sum(count for _, count, _ in held), b"".join([lines for _, _, lines in held])


def piece(file: File, found: Range, seen: int, count: int, lines: bytes) -> Iterator[Piece]:
    """Some lines of a range, `seen` lines after its first, with what the reader has dropped."""
    first = found.first + seen
    if found.wide:
        if not seen:
            yield Piece(file.name, file.table, 1, 1, lines.partition(b"\n")[0])
        return
    if found.bom and first == 1:
        lines = BOM + lines
    if found.unended and seen + count == found.lines:
        lines = lines[:-1]
    yield Piece(file.name, file.table, first, count, lines)
