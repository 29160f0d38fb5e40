"""The annotators' working form: for each statement the texts of its spans in the article. It is never committed.

One line a statement, in the corpus's order: `{"id", "speaker", "role", "directives", "requests"}`. A span is null or
`{"text"}`, with `"nth"`, counted from 1, where the paragraph has the text more than once. A request also has
`"addressee"`, and `"cut": true` if it is only the longest piece of one that is cut there. `"joined": true` tells that a
misprint joins the span to a word beside it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec

from chithi.records.anchoring import Run, Windows, neighbours, place_of
from chithi.records.files import read_regular
from chithi.records.pages import paragraphs_of
from chithi.records.pointers import Pointer, json_pointer
from chithi.records.records import Anchor, Place, RequestPlace, Statement
from chithi.records.windows import WINDOW
from chithi.text.display import shown
from chithi.text.stream import Stream
from chithi.text.tokens import cuts_token


class Mark(msgspec.Struct, forbid_unknown_fields=True):
    """A span by its text."""

    text: str
    nth: int | None = None
    joined: bool = False


class RequestMark(Mark):
    """A request by its text, with its addressee."""

    addressee: Mark | None = None
    cut: bool = False


class Marks(msgspec.Struct, forbid_unknown_fields=True):
    """The spans of one statement."""

    id: str
    speaker: Mark | None
    role: Mark | None
    directives: list[Mark | None]
    requests: list[RequestMark | None]

    def marks(self) -> Iterator[tuple[Pointer, Mark]]:
        """All marks with their pointers; nulls are passed over."""
        for key, mark in (("speaker", self.speaker), ("role", self.role)):
            if mark:
                yield (key,), mark
        for n, citation in enumerate(self.directives):
            if citation:
                yield ("directives", n), citation
        for n, request in enumerate(self.requests):
            if request:
                yield ("requests", n), request
                if request.addressee:
                    yield ("requests", n, "addressee"), request.addressee


class WorkingError(Exception):
    """A file in the working form cannot be used. The message names file and line, and says what to do."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}" if line else f"{path}: {reason}")


def read_marks(path: Path, statements: Sequence[Statement]) -> list[Marks]:
    """The marks of a report's statements. Raises WorkingError unless they fit these, and OSError."""
    found = []
    lines = read_regular(path).split(b"\n")
    for n, line in enumerate(lines[:-1] if not lines[-1].strip() else lines, 1):
        try:
            found.append(msgspec.json.decode(line, type=Marks))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise WorkingError(path, n, f"not a line of the working form ({error}): mend it") from error
        if n > len(statements):
            raise WorkingError(path, n, f"the report has {len(statements)} statements only: remove this line")
        if fault := unlike(found[-1], statements[n - 1]):
            raise WorkingError(path, n, fault)
    if len(found) < len(statements):
        raise WorkingError(path, None, f"a line for {shown(statements[len(found)].id)} is missing: add it")
    return found


def unlike(marks: Marks, statement: Statement) -> str | None:
    """In what the marks are not those of a statement."""
    if marks.id != statement.id:
        return f"the id is {shown(marks.id)}, the statement here {shown(statement.id)}: keep the corpus's order"
    for key in ("directives", "requests"):
        ours, theirs = len(getattr(marks, key)), len(getattr(statement, key))
        if ours != theirs:
            return f"{key} has {ours} entries, the statement {theirs}: give null for what the article lacks"
    for key in ("speaker", "role"):
        if getattr(marks, key) and not getattr(statement, key):
            return f"a {key} is marked, but the statement has none: give null"
    for n, (mark, request) in enumerate(zip(marks.requests, statement.requests, strict=True)):
        if mark and mark.addressee and not request.addressee:
            return f"an addressee is marked in requests/{n}, but the statement's request has none: give null"
    return None


def anchored(path: Path, marks: Sequence[Marks], statements: Sequence[Statement], text: str) -> list[Anchor]:
    """The anchors of a report's statements in its article. Raises WorkingError if a mark is not there, or not once.

    `path` is the file with the marks, of which errors tell.
    """
    stream, paragraphs = Stream(text), paragraphs_of(text)
    extents, runs = [], []
    for n, (marked, statement) in enumerate(zip(marks, statements, strict=True), 1):
        if (statement.paragraph or 0) > len(paragraphs):
            raise WorkingError(path, n, f"the article has no paragraph {statement.paragraph}: correct the statement's")
        extents.append(paragraphs[statement.paragraph - 1] if statement.paragraph else (0, len(text)))
        runs.append(runs_of(path, n, marked, stream, extents[-1]))
    hashes = list(hashes_of(stream, extents, runs))
    for n, (extent, found, given) in enumerate(zip(extents, runs, hashes, strict=True), 1):
        if found and not given and stream.position(*extent)[1] >= WINDOW:
            told = "the article has the whole paragraph more than once, so that no span of it can be told"
            raise WorkingError(path, n, f"{told}: remove the copy, or give null for the spans")
    return [
        anchor_of(
            marked, stream.position(*extent), given, {pointer: place_of(stream, run) for pointer, run in found.items()}
        )
        for marked, extent, found, given in zip(marks, extents, runs, hashes, strict=True)
    ]


def runs_of(path: Path, line: int, marks: Marks, stream: Stream, extent: tuple[int, int]) -> dict[Pointer, Run]:
    """Where the marks of a statement stand in the stream; `extent` is that of their paragraph in the text."""
    found = {}
    for pointer, mark in marks.marks():
        start = extent[0] + offset(path, line, pointer, mark, stream.text[slice(*extent)])
        found[pointer] = stream.position(start, start + len(mark.text))
        if not found[pointer][1]:
            told = f"{json_pointer(pointer)}: no letter and no digit in {shown(mark.text)}"
            raise WorkingError(path, line, f"{told}: mark words, or give null")
    refuse_overlaps(path, line, found)
    return found


def hashes_of(stream: Stream, extents: Sequence[tuple[int, int]], runs: Sequence[dict[Pointer, Run]]) -> Iterator[str]:
    """The hashes for each statement. Statements in one paragraph share its windows."""
    windows = Windows(stream)
    together: dict[tuple[int, int], list[Run]] = {}
    for extent, found in zip(extents, runs, strict=True):
        together.setdefault(extent, []).extend(found.values())
    chosen = {extent: windows.chosen(stream.position(*extent), spans) for extent, spans in together.items()}
    for extent, found in zip(extents, runs, strict=True):
        around = neighbours(chosen[extent], list(found.values()))
        yield windows.encoded(around, stream.position(*extent)[0])


def offset(path: Path, line: int, pointer: Pointer, mark: Mark, paragraph: str) -> int:
    """Where a mark stands in its paragraph. Raises WorkingError."""
    where = json_pointer(pointer)
    places = [match.start() for match in re.finditer(f"(?={re.escape(mark.text)})", paragraph)] if mark.text else []
    if not places:
        raise WorkingError(path, line, f"{where}: {shown(mark.text)} is not in the paragraph: give it to the letter")
    if mark.nth is None and len(places) > 1:
        told = f"{where}: {shown(mark.text)} stands there {len(places)} times"
        raise WorkingError(path, line, f'{told}: say which with "nth", from 1')
    nth = 1 if mark.nth is None else mark.nth
    if not 1 <= nth <= len(places):
        times = f"{len(places)} time{'s' if len(places) > 1 else ''}"
        raise WorkingError(path, line, f"{where}: nth is {nth}, but the text stands there {times}: count from 1")
    start = places[nth - 1]
    if not mark.joined and any(cuts_token(paragraph, at) for at in (start, start + len(mark.text))):
        told = f"{where}: {shown(mark.text)} cuts a word there"
        raise WorkingError(path, line, f'{told}: mark the whole word, or give "joined": true if a misprint joins two')
    return start


def refuse_overlaps(path: Path, line: int, found: dict[Pointer, Run]) -> None:
    """Raises WorkingError if two citations, or two requests, of a statement overlap."""
    for key in ("directives", "requests"):
        own = sorted(
            (run, pointer) for pointer, run in found.items() if pointer[0] == key and pointer[-1] != "addressee"
        )
        for ((start, length), before), ((other, _), pointer) in pairwise(own):
            if other < start + length:
                both = f"{json_pointer(before)} and {json_pointer(pointer)}"
                raise WorkingError(path, line, f"{both} overlap in the article: mark what belongs to each")


def anchor_of(marks: Marks, paragraph: Run, hashes: str, places: dict[Pointer, Place]) -> Anchor:
    """The anchor of one statement, whose marks have their places."""

    def request(n: int, mark: RequestMark | None) -> RequestPlace | None:
        if mark is None:
            return None
        place, addressee = places["requests", n], places.get(("requests", n, "addressee"))
        return RequestPlace(place.start, place.length, place.check, addressee, mark.cut)

    return Anchor(
        marks.id,
        *paragraph,
        hashes,
        places.get(("speaker",)),
        places.get(("role",)),
        [places.get(("directives", n)) for n in range(len(marks.directives))],
        [request(n, mark) for n, mark in enumerate(marks.requests)],
    )
