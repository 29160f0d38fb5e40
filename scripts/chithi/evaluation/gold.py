"""The gold statements that predictions are held against. They stay on disk; in memory is where each one stands."""

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from chithi.evaluation.predictions import ScoreError
from chithi.records import layout
from chithi.records.blocks import blocks, lines_of
from chithi.records.broken import CorpusError
from chithi.records.files import open_regular
from chithi.records.records import Statement
from chithi.text.display import shown

Record = TypeVar("Record", bound=Struct)

TRAIN = "train"
DECODER = msgspec.json.Decoder(Statement)
Facts = tuple[str, str | None, tuple[str, ...]]  # of a statement: its language, its speaker, the documents it cites
OUTSIDE = -1  # the row of a statement of the corpus that is not gold
MISSING = -2  # the row of what is no statement of the corpus


class Named(Struct, gc=False):
    """An entry or a span of which only the id is read."""

    id: str


class Outline(Struct, gc=False):
    """What is read of each statement of the corpus to know whether it is gold, and which groups it belongs to."""

    id: str
    report: str
    speaker: Named | None
    directives: list[Named]


class InSplit(Struct, gc=False):
    """What is read of a report."""

    id: str
    split: str


@dataclass
class Lines:
    """Lines of files, read again by their numbers. It takes 20 bytes a line."""

    paths: list[Path] = field(default_factory=list)
    files: Any = field(default_factory=lambda: array("I"))  # for each line the number of its file,
    starts: Any = field(default_factory=lambda: array("Q"))  # its offset there,
    lengths: Any = field(default_factory=lambda: array("Q"))  # and its length, in bytes
    opened: tuple[int, BinaryIO] | None = None

    def add(self, start: int, length: int) -> None:
        """Adds a line of the last of the paths."""
        self.files.append(len(self.paths) - 1)
        self.starts.append(start)
        self.lengths.append(length)

    def read(self, number: int) -> bytes:
        """A line. The file is kept open until a line of another is read. Raises OSError if it cannot be read."""
        file = self.files[number]
        if self.opened is None or self.opened[0] != file:
            self.close()
            self.opened = file, open_regular(self.paths[file])
        self.opened[1].seek(self.starts[number])
        return self.opened[1].read(self.lengths[number])

    def close(self) -> None:
        """Closes the file that is open."""
        if self.opened:
            self.opened[1].close()
        self.opened = None


class Rows:
    """The row of each statement, found by a hash of its id. It takes 12 bytes a statement; a dict takes 170."""

    def __init__(self) -> None:
        self.keys, self.rows = array("Q"), array("i")

    def add(self, name: str, row: int) -> None:
        """Adds a statement."""
        self.keys.append(hashed(name))
        self.rows.append(row)

    def sort(self) -> int | None:
        """Makes rows ready to be found. If two gold statements have one id, returns the row of the second."""
        keys, rows = np.array(self.keys, np.uint64), np.array(self.rows, np.int32)
        order = np.lexsort((rows, keys))
        self.keys, self.rows = array("Q", keys[order].tobytes()), array("i", rows[order].tobytes())
        equal = (keys[order][1:] == keys[order][:-1]) & (rows[order][:-1] != OUTSIDE)
        return int(rows[order][1:][equal].min()) if equal.any() else None

    def find(self, name: str) -> int:
        """The row of the gold statement with an id; OUTSIDE if only another of the corpus has it, MISSING if none."""
        key = hashed(name)
        at = bisect_right(self.keys, key) - 1
        return self.rows[at] if at >= 0 and self.keys[at] == key else MISSING


def hashed(name: str) -> int:
    """A hash of an id that is the same in all processes, in 64 bits."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())


class Groups(NamedTuple):
    """The groups of statements: for each statement a number, uint32, and for each number the names of the groups."""

    numbers: NDArray[np.uint32]
    names: list[tuple[str, ...]]


@dataclass
class Gold:
    """The gold statements, numbered in the order of the files.

    rows: the number of each gold statement by id; OUTSIDE for other statements of the corpus.
    groups: the groups that each gold statement belongs to, such as language=pl.
    digest: SHA-256 of their lines, in hexadecimal.
    """

    rows: Rows
    lines: Lines
    groups: Groups
    digest: str

    def __len__(self) -> int:
        return len(self.groups.numbers)

    def statement(self, row: int) -> Statement:
        """A gold statement by its number. Raises CorpusError if its line is no statement."""
        try:
            return DECODER.decode(self.lines.read(row))
        except msgspec.MsgspecError as error:
            path = self.lines.paths[self.lines.files[row]]
            raise CorpusError(path, None, f"a statement cannot be read ({error})") from error


class Reading:
    """Reads through a corpus, and notes which statements are gold and what train has."""

    def __init__(self, corpus: Path, split: str, file: Path | None) -> None:
        self.split, self.file = split, file
        reports = decoded(corpus / "reports.jsonl", InSplit)
        self.reports = {report.id: (report.split, layout.language_of(report.id)) for _, _, report in reports}
        self.rows, self.lines, self.hash = Rows(), Lines(), hashlib.sha256()
        self.facts: dict[Facts, int] = {}  # all distinct facts, numbered
        self.numbers = array("I")  # for each gold statement the number of its facts
        self.speakers: set[str] = set()  # those of train
        self.documents: set[str] = set()

    def read(self, path: Path) -> None:
        """Reads a file of statements."""
        is_file = path == self.file
        self.lines.paths.append(path)
        for start, line, outline in decoded(path, Outline):
            name = outline.report
            split, language = self.reports.get(name) or (None, layout.language_of(name))
            speaker = outline.speaker.id if outline.speaker else None
            documents = tuple(citation.id for citation in outline.directives)
            if is_file or (self.file is None and split == self.split):
                self.rows.add(outline.id, len(self.numbers))
                self.lines.add(start, len(line))
                self.hash.update(line.rstrip(b"\r\n") + b"\n")
                facts = language, speaker, documents
                self.numbers.append(self.facts.setdefault(facts, len(self.facts)))
            else:
                self.rows.add(outline.id, OUTSIDE)
            if split == TRAIN and not is_file:
                self.speakers.update([speaker] if speaker else [])
                self.documents.update(documents)

    def gold(self) -> Gold:
        """What was read. Raises ScoreError if two gold statements have one id."""
        groups: dict[tuple[str, ...], int] = {}
        place = [groups.setdefault(tuple(self.groups(*facts)), len(groups)) for facts in self.facts]
        numbers = np.array(place, np.uint32)[np.array(self.numbers, np.uint32)]
        gold = Gold(self.rows, self.lines, Groups(numbers, list(groups)), self.hash.hexdigest())
        if (second := self.rows.sort()) is not None:
            with closing(self.lines):
                path, name = self.lines.paths[self.lines.files[second]], gold.statement(second).id
            raise ScoreError(f"{path}: a second gold statement has the id {shown(name)}: run chithi validate")
        return gold

    def groups(self, language: str, speaker: str | None, documents: tuple[str, ...]) -> Iterator[str]:
        """The groups of a statement."""
        seen = (self.speakers, self.documents) if self.split != TRAIN else None
        return groups_of(language, [speaker] if speaker else [], documents, seen)


def groups_of(
    language: str, speakers: Collection[str], documents: Collection[str], seen: tuple[set[str], set[str]] | None
) -> Iterator[str]:
    """The groups of what was said: its language, and whether train has all speakers, and all documents cited.

    seen: the speakers and the documents of train; None if train itself is gold.
    """
    yield f"language={language}"
    if speakers and seen:
        yield f"speaker={'seen' if seen[0].issuperset(speakers) else 'unseen'}"
    if documents and seen:
        yield f"directive={'seen' if seen[1].issuperset(documents) else 'unseen'}"


def read_gold(corpus: Path, split: str = "test", file: Path | None = None) -> Gold:
    """The gold statements: those of a split of a corpus, or those in a file.

    Raises ScoreError if there are none, and CorpusError or OSError if they cannot be read.
    """
    reading = Reading(corpus, "" if file else split, file)
    others = (path for path in layout.statement_files(corpus) if not (file and path.samefile(file)))
    for path in [*others, *filter(None, [file])]:
        reading.read(path)
    if not reading.numbers:
        raise ScoreError(f"{file}: no gold statements there" if file else f"{corpus}: no statements in {split}")
    return reading.gold()


def decoded(path: Path, kind: type[Record]) -> Iterator[tuple[int, bytes, Record]]:
    """The lines of a file with their offsets in bytes, and what is read of each.

    Raises CorpusError, with the line number, for a line that cannot be read, and OSError for a file.
    """
    decoder, start, number = msgspec.json.Decoder(kind), 0, 0
    for data in blocks(path):
        for line in lines_of(data):
            number += 1
            try:
                if line.strip():
                    yield start, line, decoder.decode(line.removesuffix(b"\n"))
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                raise CorpusError(path, number, f"no record stands here ({error})") from error
            start += len(line)
