"""Anchors: no text of an article stands in them, and they fit the statements of their report."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from chithi.records.layout import ANCHORS
from chithi.records.pointers import Pointer
from chithi.records.records import Anchor, Place, Statement
from chithi.records.windows import DIGITS, WINDOW, windows_of
from chithi.text.display import shown
from chithi.validation.findings import Finding
from chithi.validation.rule import anchor_rule, anchors_rule, record_rule

WRITTEN = re.compile(r"[^\W\d_]")  # a letter
HEX = re.compile("[0-9a-fA-F]*").fullmatch


def strings(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """All strings of a JSON value that are not keys, with their pointers."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, (*pointer, key))
    elif isinstance(value, list):
        for n, item in enumerate(value):
            yield from strings(item, (*pointer, n))


@record_rule("S309", "text-in-anchors", ANCHORS)
def text_in_anchors(record: dict[str, Any]) -> Iterator[Finding]:
    """A file of anchors holds text.

    Anchors say where the spans of a statement stand in an article that is under copyright. They hold numbers and
    hashes, and of the article not a word. `chithi anchor` makes them from the working form, which has the words.

    Bad: "speaker":{"text":"the chairman"}
    Good: "speaker":{"start":120,"length":11,"check":40586}
    """
    for pointer, value in strings(record):
        if pointer == ("id",) or (pointer == ("hashes",) and HEX(value)) or not WRITTEN.search(value):
            continue
        hint = "keep the working form out of the corpus: chithi anchor --from makes anchors of it"
        yield Finding(pointer, "text in a file of anchors", hint, shown(value))


@anchor_rule("C561", "anchor-place-outside-paragraph")
def outside(anchor: Anchor, statement: Statement) -> Iterator[Finding]:
    """A place or a window does not lie within the paragraph of its statement.

    The windows in `hashes` are in the order of their positions, each once. Without any, no place can be found again.

    Bad: "start":100,"length":50 of the paragraph, "start":90 of the speaker
    Good: "start":100,"length":50 of the paragraph, "start":104 of the speaker
    """
    end = anchor.start + anchor.length
    hint = "make the file anew with chithi anchor"
    for _, pointer, place in anchor.places():
        if place.start < anchor.start or place.start + place.length > end:
            values = extent(place.start, place.start + place.length), f"within {extent(anchor.start, end)}"
            yield Finding((*pointer, "start"), "the place lies outside the paragraph", hint, *values)
    if not anchor.hashes and anchor.length >= WINDOW and any(anchor.places()):
        yield Finding(("hashes",), "no window tells where the paragraph is", hint)
    positions = [window.position for window in windows_of(anchor)]
    if sorted(set(positions)) != positions or any(position + WINDOW > end for position in positions):
        message = "the windows are not in order" if positions != sorted(set(positions)) else "a window ends too late"
        yield Finding(("hashes",), message, hint, f"{len(anchor.hashes) // DIGITS} windows", "positions that rise")


def extent(start: int, end: int) -> str:
    """Positions as findings show them."""
    return f"{start} to {end}"


@anchor_rule("C562", "anchor-list-length")
def other_length(anchor: Anchor, statement: Statement) -> Iterator[Finding]:
    """An anchor has more or fewer citations or requests than its statement.

    The lists go together, entry by entry; null stands for what the article lacks.

    Bad: "requests":[] of a statement with one request
    Good: "requests":[null] of a statement with one request
    """
    for key in ("directives", "requests"):
        ours, theirs = len(getattr(anchor, key)), len(getattr(statement, key))
        if ours != theirs:
            hint = "make the file anew with chithi anchor: the statement has changed since"
            message = f"{key} are not as many as those of the statement"
            yield Finding((key,), message, hint, str(ours), str(theirs))


@anchor_rule("C563", "anchor-of-nothing")
def place_of_nothing(anchor: Anchor, statement: Statement) -> Iterator[Finding]:
    """An anchor has a place for a speaker, a role or an addressee that its statement does not have.

    Bad: "speaker":{"start":104,...} where the statement has "speaker":null
    Good: "speaker":null
    """
    there: list[tuple[Pointer, Place | None, object]] = [
        (("speaker",), anchor.speaker, statement.speaker),
        (("role",), anchor.role, statement.role),
    ]
    for n, (request, other) in enumerate(zip(anchor.requests, statement.requests, strict=False)):
        there.append((("requests", n, "addressee"), request and request.addressee, other.addressee))
    for pointer, place, span in there:
        if place and not span:
            hint = "set it to null, or see whether the statement lacks a span"
            yield Finding(pointer, f"a place for a {pointer[-1]} that the statement does not have", hint)


@anchor_rule("C564", "anchor-overlap")
def overlap(anchor: Anchor, statement: Statement) -> Iterator[Finding]:
    """Two citations, or two requests, of one statement have places that overlap.

    Bad: requests at 100 to 150 and at 140 to 160
    Good: requests at 100 to 150 and at 150 to 160
    """
    for layer in ("directive", "request"):
        found = sorted((p.start, p.start + p.length, pointer) for of, pointer, p in anchor.places() if of == layer)
        for (start, end, _), (other, last, pointer) in pairwise(found):
            if other < end:
                values = extent(other, last), f"from {end}, behind {extent(start, end)}"
                yield Finding((*pointer, "start"), f"the {layer} overlaps another", "mark them anew", *values)


@anchors_rule("C565", "unknown-anchor")
def unknown(anchors: Sequence[Anchor], statements: Sequence[Statement]) -> Iterator[tuple[int, Finding]]:
    """An anchor belongs to no statement of its report, or to one that has an anchor already.

    Bad: "id":"a.pl.07" of a report with six statements
    Good: the ids of the report's statements, each once, in their order
    """
    known = {statement.id for statement in statements}
    seen: set[str] = set()
    for n, anchor in enumerate(anchors if statements else ()):
        if anchor.id not in known or anchor.id in seen:
            message = "the statement has an anchor already" if anchor.id in seen else "the report has no such statement"
            yield n, Finding(("id",), message, "remove the line, or correct the id", shown(anchor.id))
        seen.add(anchor.id)


@anchors_rule("C566", "missing-anchor")
def missing(anchors: Sequence[Anchor], statements: Sequence[Statement]) -> Iterator[tuple[int, Finding]]:
    """A report has anchors, but one of its statements has none, or they are in another order than the statements.

    Also a statement without any span in the article has an anchor: it says which paragraph it restates.

    Bad: five lines of anchors for a report with six statements
    Good: a line for each statement, in their order
    """
    ids = [statement.id for statement in statements]
    order = {name: n for n, name in enumerate(ids)}
    found = {anchor.id for anchor in anchors}
    hint = "make the file anew with chithi anchor"
    lacking = [name for name in ids if name not in found]
    if lacking and anchors:
        more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        yield 0, Finding(("id",), f"no anchor for {shown(lacking[0])}{more}", hint)
    placed = [(n, order[anchor.id]) for n, anchor in enumerate(anchors) if anchor.id in order]
    for (_, before), (n, after) in pairwise(placed):
        if after < before:
            yield n, Finding(("id",), "the anchors are in another order than the statements", hint)
            return


@anchors_rule("C567", "anchors-without-report")
def without_report(anchors: Sequence[Anchor], statements: Sequence[Statement]) -> Iterator[tuple[int, Finding]]:
    """A file of anchors belongs to no report that has statements.

    Its name is the report's id.

    Bad: anchors/a.pl.jsonl without statements/a.pl.jsonl
    Good: both
    """
    if anchors and not statements:
        yield (
            0,
            Finding((), "no statement belongs to a report of the file's name", "name it as the report's statements"),
        )
