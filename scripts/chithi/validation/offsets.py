"""Offsets in a draft: missing ones are found, wrong ones are found again, and what has several answers is shown."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from chithi.records.pointers import Pointer, json_pointer
from chithi.text.composition import composed_offsets
from chithi.text.display import shown
from chithi.text.nearest import nearest
from chithi.text.tokens import cuts_token
from chithi.validation.findings import SHOWN, Finding

OFFSETS = {"start", "end"}
REFILL = "run `chithi format`, which corrects start and end"
AROUND = 30  # characters shown on each side of a place
PLACES = 10  # places of one span that are shown
WORK = 200_000_000  # characters of one record that are searched for spans; it takes about 0.2 s
PER_PLACE = 500  # characters that are searched in the time that looking at one place takes


class Settled(NamedTuple):
    """What became of the offsets of a record: what was done, and what could not be done."""

    notes: list[str]
    findings: list[Finding]


def moved_offset(text: Any, offset: Any) -> Any:
    """Converts an offset into a text to an offset into its NFC form; None if it has no counterpart there."""
    if not isinstance(text, str) or type(offset) is not int or (offsets := composed_offsets(text)) is None:
        return offset
    return offsets[offset] if 0 <= offset < len(offsets) else None


def is_placed(span: dict[str, Any], text: Any) -> bool:
    """Whether a span has offsets, and its text is what stands there."""
    start, end = span.get("start"), span.get("end")
    return type(start) is int and type(end) is int and 0 <= start < end <= len(text) and text[start:end] == span["text"]


class Finder:
    """Looks up where spans stand in a text. It stops, and finds nothing more, after a bounded amount of work."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.work = WORK
        self.known: dict[str, list[int]] = {}

    def places(self, part: str) -> list[int] | None:
        """The offsets at which a part stands without cutting a word; None if that would take too long to find out."""
        if part not in self.known:
            if self.work <= 0:
                return None
            self.known[part] = [at for at in self.occurrences(part) if self.fits(at, len(part))]
        return self.known[part]

    def occurrences(self, part: str) -> Iterator[int]:
        """All offsets at which a part stands. They may overlap."""
        self.work -= len(self.text)
        at = self.text.find(part)
        while at >= 0 and self.work > 0:
            self.work -= PER_PLACE
            yield at
            at = self.text.find(part, at + 1)

    def fits(self, at: int, length: int) -> bool:
        """Whether a passage begins and ends between words."""
        return not cuts_token(self.text, at) and not cuts_token(self.text, at + length)


def settle(statement: dict[str, Any]) -> Settled:
    """Fills in missing offsets and corrects wrong ones, in place, where a span's text stands once in the text.

    A start that is right decides between several places. Spans without a text of their own are left to the validator.
    """
    result, text = Settled([], []), statement.get("text")
    if not isinstance(text, str):
        return result
    finder = Finder(text)
    for pointer, span in written_spans(statement):
        surface, start, end = span.get("text"), span.get("start", 0), span.get("end", 0)
        if not (isinstance(surface, str) and surface and type(start) is int and type(end) is int):
            continue
        if is_placed(span, text):
            continue
        right = "start" in span and start >= 0 and text.startswith(surface, start)
        if right and ("end" not in span or finder.fits(start, len(surface))):
            at: list[int] | None = [start]
        else:
            at = finder.places(surface)
        if at and len(at) == 1:
            result.notes.extend(moved(span, at[0], pointer))
            span.update(start=at[0], end=at[0] + len(surface))
        else:
            result.findings.append(unplaced(text, span, at, pointer, shows=len(result.findings) < SHOWN))
    return result


def moved(span: dict[str, Any], start: int, pointer: Pointer) -> Iterator[str]:
    """Says where a span that had offsets was found again."""
    where = f"[{json_pointer(pointer)}]"
    if "start" in span and span["start"] != start:
        yield f"{shown(span['text'])} was found again at {start}, it was at {span['start']} {where}"
    elif "start" in span and "end" in span:
        yield f"{shown(span['text'])} ends at {start + len(span['text'])}, not at {span['end']} {where}"


def unplaced(text: str, span: dict[str, Any], at: list[int] | None, pointer: Pointer, *, shows: bool) -> Finding:
    """Says why a span cannot be placed, with the places there are or the passage that is most like it.

    Looking for that passage takes time, so it is left out where the finding is not shown.
    """
    surface = span["text"]
    if at is None:
        hint = "shorten the text, or mend the spans before this one first"
        return Finding((*pointer, "text"), "the record is too long to look for this span", hint, shown(surface))
    if at:
        message = f"the span's text occurs {len(at):,} times"
        hint = 'write the "start" of the place that is meant, and run `chithi format` again'
        places = shown_places(text, surface, at) if shows else None
        return Finding((*pointer, "text"), message, hint, shown(surface), places)
    like = nearest(text, surface) if shows else None
    message = f"the span's text does not occur in the statement's text{it_has(like)}"
    hint = "correct the span or the text; a span holds whole words"
    return Finding((*pointer, "text"), message, hint, shown(surface))


def it_has(like: str | None) -> str:
    """The end of a message about a span that stands nowhere: the passage that is most like it, if there is one."""
    return f"; it has {shown(like)}" if like else ""


def shown_places(text: str, surface: str, at: list[int]) -> str:
    """The places at which a span may stand, each with the start to write, a line each."""
    lines = [f'"start":{start} in {context(text, start, start + len(surface))}' for start in at[:PLACES]]
    return "\n".join([*lines, f"and {len(at) - PLACES:,} more"] if len(at) > PLACES else lines)


def context(text: str, start: int, end: int) -> str:
    """A passage between >> and << with a few words around it.

    >>> context("Potem mówiła Rada o planie.", 13, 17)
    "'Potem mówiła >>Rada<< o planie.'"
    """
    before, behind = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    if start > AROUND:
        before = "…" + (before.partition(" ")[2] or before)
    if end + AROUND < len(text):
        behind = (behind.rpartition(" ")[0] or behind) + "…"
    passage = text[start:end] if end - start <= 2 * AROUND else f"{text[start : start + AROUND]}…{text[end - 20 : end]}"
    return shown(f"{before}>>{passage}<<{behind}")


def unsorted(statement: dict[str, Any]) -> list[str]:
    """Sorts directives and requests by their starts, in place. Returns the names of those that were not sorted."""
    changed = []
    for key in ("directives", "requests"):
        spans = statement.get(key)
        if isinstance(spans, list) and all(isinstance(s, dict) and type(s.get("start")) is int for s in spans):
            in_order = sorted(spans, key=lambda span: span["start"])
            if [span["start"] for span in spans] != [span["start"] for span in in_order]:
                statement[key] = in_order
                changed.append(key)
    return changed


def written_spans(statement: dict[str, Any]) -> list[tuple[Pointer, dict[str, Any]]]:
    """All objects that stand where a span belongs, complete or not, with their pointers."""
    found: list[tuple[Pointer, Any]] = [((key,), statement.get(key)) for key in ("speaker", "role")]
    for key in ("directives", "requests"):
        items = statement.get(key)
        found += [((key, n), item) for n, item in enumerate(items if isinstance(items, list) else ())]
    found += [((*pointer, "addressee"), item.get("addressee")) for pointer, item in found if isinstance(item, dict)]
    return [(pointer, item) for pointer, item in found if isinstance(item, dict)]
