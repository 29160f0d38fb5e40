"""Anchors put into a page: where each span of an article stands in another extraction of it.

A window of the article that has the same hash in the page stands there at some *shift*: its position in the page's
stream less that in the article's. An edit, a menu or a caption changes the shift of all that follows; hashes that agree
by chance have shifts of their own. A span is placed by the shift that the windows around it agree on, and only if its
own hash fits there. What is doubtful is not placed.
"""

from collections.abc import Sequence
from functools import cached_property

import msgspec
import numpy as np

from chithi.records.pointers import Pointer
from chithi.records.records import Anchor, Place
from chithi.records.surroundings import NEIGHBOURS, Surroundings
from chithi.records.windows import Article, Page
from chithi.text.code_points import Array
from chithi.text.fingerprints import fingerprint

SHIFTS = 64  # shifts that are looked at, at most: those with the most windows
TURN = 1.5  # windows that a change of the shift weighs against


class Found(msgspec.Struct):
    """What became of a span: `state` is placed, changed or missing; `start` and `end` are None unless it is placed.

    Offsets count code points of the page's text. `layer` and `pointer` are those of `Anchor.places`.

    changed: the page has the place, with other letters. missing: the page lacks the place, or it is not clear which it
    is.
    """

    layer: str
    pointer: Pointer
    state: str
    start: int | None = None
    end: int | None = None


class Alignment:
    """An article in a page.

    shifts: int64, shape (shifts,). agree: bool, shape (windows, shifts); whether a window of the article stands in the
    page at a shift. before, behind: float64, shape (windows + 1, shifts); the weight of the best way through the
    windows before one, and from one on, that ends or begins at a shift.
    """

    def __init__(self, article: Article, page: Page) -> None:
        self.article, self.page = article, page
        numbers, positions = page.having(article.hashes)
        shifts = positions - article.positions[numbers]
        distinct, counts = np.unique(shifts, return_counts=True)
        several = distinct[counts >= NEIGHBOURS]
        most = np.argsort(-counts[counts >= NEIGHBOURS], kind="stable")[:SHIFTS]
        self.shifts = np.sort(several[most])
        self.agree = np.zeros((len(article.hashes), len(self.shifts)), bool)
        kept = np.isin(shifts, self.shifts)
        self.agree[numbers[kept], np.searchsorted(self.shifts, shifts[kept])] = True
        self.before = weights(self.agree)
        self.behind = weights(self.agree[::-1])[::-1]

    @property
    def windows(self) -> int:
        """How many windows of the article stand on the best way through the page."""
        return sum(shift is not None for shift in self.way)

    @property
    def copied(self) -> int:
        """How many of these windows have letters that stand in the page more than once."""
        at = [int(p + self.shifts[s]) for p, s in zip(self.article.positions, self.way, strict=True) if s is not None]
        return int(self.page.copied[at].sum())

    @cached_property
    def way(self) -> list[int | None]:
        """For each window the number of the shift at which the best way has it; None if the page lacks it there."""
        if not len(self.shifts):
            return [None] * len(self.agree)
        found: list[int | None] = []
        shift = int(self.before[-1].argmax())
        for n in range(len(self.agree) - 1, -1, -1):
            found.append(shift if self.agree[n, shift] else None)
            came = self.before[n]
            if came.max() - TURN > came[shift]:
                shift = int(came.argmax())
        return found[::-1]

    def spans(self) -> list[list[Found]]:
        """What became of the spans of each anchor."""
        if not len(self.shifts):
            return [
                [Found(layer, pointer, "missing") for layer, pointer, _ in a.places()] for a in self.article.anchors
            ]
        found = [[self.find(a, *each) for each in a.places()] for a in self.article.anchors]
        return without_conflicts(self.article.anchors, found)

    def find(self, anchor: Anchor, layer: str, pointer: Pointer, place: Place) -> Found:
        """What became of one span."""
        around = Surroundings(self, anchor, place)
        supported = [n for n in range(len(self.shifts)) if around.supports(n)]
        fits = [n for n in supported if self.fits(place, n)]
        if fits:
            best = max(fits, key=around.weight)
            offsets = self.page.stream.offsets(place.start + int(self.shifts[best]), place.length)
            if (
                offsets
                and around.is_sure(best, offsets)
                and not any(around.rivals(best, n, n in fits) for n in supported)
            ):
                return Found(layer, pointer, "placed", *offsets)
            return Found(layer, pointer, "missing")
        unsure = any(self.fits(place, n) for n in around.sides if n is not None)
        return Found(layer, pointer, "changed" if around.enclosed and not unsure else "missing")

    def fits(self, place: Place, shift: int) -> bool:
        """Whether the letters at a place, moved by a shift, have its hash."""
        start = place.start + int(self.shifts[shift])
        letters = self.page.stream.letters[max(start, 0) : start + place.length]
        return len(letters) == place.length and fingerprint(letters) == place.check

    def windows_in(self, anchor: Anchor) -> list[int]:
        """The positions in the page's stream of the windows of an anchor's paragraph, on the best way."""
        positions = self.article.positions
        first, behind = np.searchsorted(positions, (anchor.start, anchor.start + anchor.length)).tolist()
        return [
            int(positions[n] + self.shifts[shift])
            for n, shift in enumerate(self.way[first:behind], first)
            if shift is not None
        ]


def weights(agree: Array) -> Array:
    """The weight of the best way through the first n windows that ends at a shift: float64, (windows + 1, shifts).

    A way takes one shift for each window. Its weight is the number of windows that agree, less TURN for each change.
    """
    found = np.zeros((len(agree) + 1, agree.shape[1]))
    for n, here in enumerate(agree):
        come = np.maximum(found[n], found[n].max() - TURN) if len(here) else found[n]
        found[n + 1] = come + here
    return found


def without_conflicts(anchors: Sequence[Anchor], found: list[list[Found]]) -> list[list[Found]]:
    """The spans without those that overlap in the page and not in the article: at most one of them can be right."""
    placed = sorted(
        (span.start, span.end, place.start, place.start + place.length, n, m)
        for n, anchor in enumerate(anchors)
        for m, (span, (_, _, place)) in enumerate(zip(found[n], anchor.places(), strict=True))
        if span.start is not None and span.end is not None
    )
    refused = set()
    for at, (_, end, first, last, *one) in enumerate(placed):
        for start, _, other_first, other_last, *other in placed[at + 1 :]:
            if start >= end:
                break
            if other_last <= first or last <= other_first:
                refused |= {tuple(one), tuple(other)}
    for n, m in refused:
        found[n][m] = Found(found[n][m].layer, found[n][m].pointer, "missing")
    return found
