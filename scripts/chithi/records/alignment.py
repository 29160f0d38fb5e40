"""Anchors put into a page: where each span of an article stands in another extraction of it.

A window of the article that has the same hash in the page stands there at some *shift*: its position in the page's
stream less that in the article's. An edit, a menu or a caption changes the shift of all that follows; hashes that agree
by chance have shifts of their own. A span is placed by the shift that the windows around it agree on, and only if its
own hash fits there. What is doubtful is not placed.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec
import numpy as np

from chithi.records.pointers import Pointer
from chithi.records.records import Anchor, Place
from chithi.text.code_points import Array
from chithi.text.fingerprints import fingerprint, mixed, window_sums
from chithi.text.stream import Stream

WINDOW = 24  # letters of a window
DIGITS = 8  # of a window in `Anchor.hashes`
NEIGHBOURS = 2  # windows that have to agree
FURTHER = 3  # windows before and behind a paragraph that are neighbours, too
REMOTE = 2000  # letters from a paragraph to such a window, at most
SHIFTS = 64  # shifts that are looked at, at most: those with the most windows
TURN = 1.5  # windows that a change of the shift weighs against
MARGIN = 1.0  # windows by which one place has to weigh more than another that fits
SLACK = 400  # letters that may be cut out around a span that has changed
SURE = 8  # letters of a span that windows on one side of it may place
FARTHEST = 4000  # letters that may be inserted between two neighbours


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


class Window(NamedTuple):
    """A window: its position in the article's stream, and the hash of its letters."""

    position: int
    hash: int


def windows_of(anchor: Anchor) -> Iterator[Window]:
    """The windows that an anchor gives.

    >>> list(windows_of(Anchor("a.b.1", 100, 50, "0000beef001affff", None, None, [], [])))
    [Window(position=100, hash=48879), Window(position=126, hash=65535)]
    """
    for at in range(0, len(anchor.hashes), DIGITS):
        piece = anchor.hashes[at : at + DIGITS]
        yield Window(anchor.start + int(piece[:4], 16), int(piece[4:], 16))


class Article:
    """The anchors of one article, and all their windows in order.

    positions: int64. hashes: uint16. Both have the shape (windows,).
    """

    def __init__(self, report: str, anchors: Sequence[Anchor]) -> None:
        self.report, self.anchors = report, anchors
        windows = dict(window for anchor in anchors for window in windows_of(anchor))
        self.positions = np.array(sorted(windows), np.int64)
        self.hashes = np.array([windows[position] for position in sorted(windows)], np.uint16)


class Page:
    """A text, its stream, and the hash of each window of the stream by its position: uint16."""

    def __init__(self, text: str) -> None:
        self.stream = Stream(text)
        self.sums = window_sums(self.stream.letters, WINDOW)
        self.hashes = mixed(self.sums)

    @cached_property
    def order(self) -> Array:
        """The positions of the windows in the order of their hashes."""
        return np.argsort(self.hashes, kind="stable")

    @cached_property
    def copied(self) -> Array:
        """Whether the letters of each window stand in the page more than once: bool."""
        _, inverse, counts = np.unique(self.sums, return_inverse=True, return_counts=True)
        found: Array = counts[inverse] > 1
        return found

    def having(self, hashes: Array) -> tuple[Array, Array]:
        """The windows of the page that have some hashes: the number of the hash, and the position, for each."""
        ordered = self.hashes[self.order]
        firsts = np.searchsorted(ordered, hashes, "left")
        counts = np.searchsorted(ordered, hashes, "right") - firsts
        numbers = np.repeat(np.arange(len(hashes)), counts)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return numbers, self.order[firsts[numbers] + within]


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
            sure = around.is_original(best) and not around.is_elsewhere(best)
            if offsets and sure and not any(around.rivals(best, n, n in fits) for n in supported):
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


class Surroundings:
    """The windows around a place, each a bool array of shape (windows,).

    own: those of its paragraph. near: FURTHER ones on both sides, too. left, right: those that begin no later than the
    place, and those that end no earlier.
    """

    def __init__(self, alignment: Alignment, anchor: Anchor, place: Place) -> None:
        self.alignment, self.place = alignment, place
        positions = alignment.article.positions
        ends = positions + WINDOW
        start, end = anchor.start, anchor.start + anchor.length
        self.own = (positions >= start) & (ends <= end)
        first, behind = np.searchsorted(positions, (start, end))
        numbers = np.arange(len(positions))
        self.near = (numbers >= first - FURTHER) & (numbers < behind + FURTHER)
        self.near &= (positions >= start - REMOTE) & (ends <= end + REMOTE)
        self.left = positions <= place.start
        self.right = ends >= place.start + place.length
        self.middle = int(np.searchsorted(positions + WINDOW / 2, place.start + place.length / 2))

    def weight(self, shift: int) -> float:
        """The weight of the best way through all windows that passes the place at a shift."""
        return float(self.alignment.before[self.middle, shift] + self.alignment.behind[self.middle, shift])

    def agreeing(self, shift: int) -> Array:
        """Which of the near windows agree that the place has moved by a shift."""
        found: Array = self.alignment.agree[:, shift] & self.near
        return found

    def supports(self, shift: int) -> bool:
        """Whether enough windows agree that the place has moved by a shift."""
        agree = self.agreeing(shift)
        left, right = bool((agree & self.left).any()), bool((agree & self.right).any())
        if agree.sum() < NEIGHBOURS or not (left or right):
            return False
        return (left and right) or self.continues(shift, left)

    def continues(self, shift: int, left: bool) -> bool:
        """Whether windows of the paragraph on one side alone place the span, which is not too short for that.

        It cannot be another one that stood there behind a cut: between the nearest windows on both sides, less than its
        own length may have been cut out. Where the article has no window on the other side at all, nothing is asked.
        """
        near, far = (self.left, self.right) if left else (self.right, self.left)
        if self.place.length < SURE or not (self.agreeing(shift) & self.own & near).any():
            return False
        other = self.sides[1 if left else 0]
        if other is None:
            return not far.any()
        grown = int(self.alignment.shifts[other] - self.alignment.shifts[shift]) * (1 if left else -1)
        return -self.place.length < grown < FARTHEST

    def is_original(self, shift: int) -> bool:
        """Whether the page has the place here, and not only a copy of a piece of the article.

        If the page has the windows next to the place twice, windows outside of what is repeated have to agree, on both
        sides; on one side alone if everything that is known of the article on the other side is repeated.
        """
        agree = self.agreeing(shift)
        if not self.copied(agree, shift).any():
            return True
        for side in (self.left, self.right):
            there = agree & side
            alone = there & ~self.copied(there, shift)
            if there.any() and not alone.any() and not self.reaches_end(there, side):
                return False
        return bool((agree & ~self.copied(agree, shift)).any())

    def copied(self, windows: Array, shift: int) -> Array:
        """Which of some windows, that agree on a shift, stand in the page more than once: bool, (windows,)."""
        found = np.zeros(len(windows), bool)
        numbers = np.flatnonzero(windows)
        positions = self.alignment.article.positions[numbers] + self.alignment.shifts[shift]
        found[numbers] = self.alignment.page.copied[positions]
        return found

    def reaches_end(self, agree: Array, side: Array) -> bool:
        """Whether the windows that agree on one side reach the article's first, or its last."""
        return bool(agree[0] if side is self.left else agree[-1])

    def is_elsewhere(self, shift: int) -> bool:
        """Whether the page has windows of the paragraph on both sides of the place that agree on another place."""
        other = self.own & ~self.alignment.agree[:, shift]
        way = self.alignment.way
        found = [{way[n] for n in np.flatnonzero(other & side)} - {None} for side in (self.left, self.right)]
        return bool(found[0] & found[1])

    def rivals(self, best: int, other: int, fits: bool) -> bool:
        """Whether the place may as well have moved by another shift as by the one that seems best."""
        if best == other:
            return False
        if fits:
            return self.weight(other) > self.weight(best) - MARGIN
        agree = self.agreeing(other)
        both = (agree & self.left).any() and (agree & self.right).any()
        return bool(both) and self.weight(other) >= self.weight(best)

    @cached_property
    def sides(self) -> tuple[int | None, int | None]:
        """The shifts of the nearest windows of the paragraph that the best way has, on the left and on the right."""
        way = self.alignment.way
        left = [way[n] for n in np.flatnonzero(self.own & self.left) if way[n] is not None]
        right = [way[n] for n in np.flatnonzero(self.own & self.right) if way[n] is not None]
        return (left[-1] if left else None), (right[0] if right else None)

    @property
    def enclosed(self) -> bool:
        """Whether the page has the paragraph on both sides of the place, in order."""
        first, last = self.sides
        if first is None or last is None:
            return False
        grown = int(self.alignment.shifts[last] - self.alignment.shifts[first])
        return -self.place.length - SLACK < grown < FARTHEST


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
