"""The gold statements that predictions are held against. They stay on disk; in memory is where each one stands."""

import hashlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec
from msgspec import Struct

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

    def add(self, path: Path, start: int, length: int) -> None:
        """Adds a line of the file that was added to last, or of another."""
        if self.paths[-1:] != [path]:
            self.paths.append(path)
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


@dataclass
class Gold:
    """The gold statements, numbered in the order of the files.

    rows: the number of each gold statement by id; OUTSIDE for other statements of the corpus.
    groups: for each gold statement the groups that it belongs to, such as language=pl.
    digest: SHA-256 of their lines, in hexadecimal.
    """

    rows: dict[str, int]
    lines: Lines
    groups: list[tuple[str, ...]]
    digest: str

    def __len__(self) -> int:
        return len(self.groups)

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
        self.splits = {report.id: report.split for _, _, report in decoded(corpus / "reports.jsonl", InSplit)}
        self.rows: dict[str, int] = {}
        self.lines, self.hash = Lines(), hashlib.sha256()
        self.outlines: list[Facts] = []
        self.known: dict[Facts, Facts] = {}  # one object for all equal facts
        self.speakers: set[str] = set()  # those of train
        self.documents: set[str] = set()

    def read(self, path: Path) -> None:
        """Reads a file of statements."""
        is_file = path == self.file
        for start, line, outline in decoded(path, Outline):
            split = self.splits.get(outline.report)
            speaker = outline.speaker.id if outline.speaker else None
            documents = tuple(citation.id for citation in outline.directives)
            if is_file or (self.file is None and split == self.split):
                self.take(path, start, line, outline.id)
                facts = layout.language_of(outline.report), speaker, documents
                self.outlines.append(self.known.setdefault(facts, facts))
            else:
                self.rows.setdefault(outline.id, OUTSIDE)
            if split == TRAIN and not is_file:
                self.speakers.update([speaker] if speaker else [])
                self.documents.update(documents)

    def take(self, path: Path, start: int, line: bytes, name: str) -> None:
        """Takes a line as gold. Raises ScoreError for a second one with its id."""
        if self.rows.get(name, OUTSIDE) != OUTSIDE:
            raise ScoreError(f"{path}: a second gold statement has the id {shown(name)}: run chithi validate")
        self.rows[name] = len(self.outlines)
        self.lines.add(path, start, len(line))
        self.hash.update(line.rstrip(b"\r\n") + b"\n")

    def groups(self, language: str, speaker: str | None, documents: tuple[str, ...]) -> Iterator[str]:
        """The groups of a statement: its language, and whether train has its speaker and all documents it cites."""
        yield f"language={language}"
        if speaker and self.split != TRAIN:
            yield f"speaker={'seen' if speaker in self.speakers else 'unseen'}"
        if documents and self.split != TRAIN:
            yield f"directive={'seen' if self.documents.issuperset(documents) else 'unseen'}"


def read_gold(corpus: Path, split: str = "test", file: Path | None = None) -> Gold:
    """The gold statements: those of a split of a corpus, or those in a file.

    Raises ScoreError if there are none, and CorpusError or OSError if they cannot be read.
    """
    reading = Reading(corpus, "" if file else split, file)
    others = (path for path in layout.statement_files(corpus) if not (file and path.samefile(file)))
    for path in [*others, *filter(None, [file])]:
        reading.read(path)
    if not reading.outlines:
        raise ScoreError(f"{file}: no gold statements there" if file else f"{corpus}: no statements in {split}")
    groups = {facts: tuple(reading.groups(*facts)) for facts in reading.known}
    return Gold(reading.rows, reading.lines, [groups[facts] for facts in reading.outlines], reading.hash.hexdigest())


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
                    yield start, line, decoder.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                raise CorpusError(path, number, f"no record stands here ({error})") from error
            start += len(line)
