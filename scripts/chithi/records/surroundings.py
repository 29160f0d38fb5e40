"""The windows around a place in an article, and what they say of where it stands in a page."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from chithi.records.records import Anchor, Place
from chithi.records.windows import WINDOW
from chithi.text.code_points import Array
from chithi.text.tokens import cuts_token

if TYPE_CHECKING:
    from chithi.records.alignment import Alignment

NEIGHBOURS = 2  # windows that have to agree
FURTHER = 3  # windows before and behind a paragraph that are neighbours, too
REMOTE = 2000  # letters from a paragraph to such a window, at most
MARGIN = 1.0  # windows by which one place has to weigh more than another that fits
SLACK = 400  # letters that may be cut out around a span that has changed
SURE = 8  # letters of a span that windows on one side of it may place
AS_LONG = 48  # letters by which the windows around what stands elsewhere may have moved apart or together
FARTHEST = 4000  # letters that may be inserted between two neighbours


class Surroundings:
    """The windows around a place, each a bool array of shape (windows,).

    own: those of its paragraph. near: FURTHER ones on both sides, too. left, right: those that begin no later than the
    place, and those that end no earlier.
    """

    def __init__(self, alignment: "Alignment", anchor: Anchor, place: Place) -> None:
        self.alignment, self.place = alignment, place
        positions = alignment.article.positions
        ends = positions + WINDOW
        start, end = anchor.start, anchor.start + anchor.length
        self.reach = anchor.length + 2 * WINDOW
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

    def is_sure(self, shift: int, offsets: tuple[int, int]) -> bool:
        """Whether nothing speaks against a place. Where windows agree on one side alone, words begin and end there.

        Of the places beside an edit, one in 65,000 has the hash of the span by chance, but few of these are words.
        """
        text = self.alignment.page.stream.text
        whole = self.encloses(shift) or not any(cuts_token(text, at) for at in offsets)
        return whole and self.is_original(shift) and not self.is_elsewhere(shift)

    def supports(self, shift: int) -> bool:
        """Whether enough windows agree that the place has moved by a shift."""
        agree = self.agreeing(shift)
        if agree.sum() < NEIGHBOURS or not (agree & (self.left | self.right)).any():
            return False
        return self.encloses(shift) or self.continues(shift, bool((agree & self.left).any()))

    def encloses(self, shift: int) -> bool:
        """Whether windows on both sides agree on a shift."""
        agree = self.agreeing(shift)
        return bool((agree & self.left).any() and (agree & self.right).any())

    def continues(self, shift: int, left: bool) -> bool:
        """Whether windows of the paragraph on one side alone place the span, which is not too short for that.

        It cannot be another one that stood there behind a cut: between the nearest windows on both sides, less than its
        own length may have been cut out. If those on the other side are of another paragraph, no more may have been put
        in, either. Where the article has no window on the other side at all, nothing is asked.
        """
        near, far = (self.left, self.right) if left else (self.right, self.left)
        if self.place.length < SURE or not (self.agreeing(shift) & self.own & near).any():
            return False
        side = 1 if left else 0
        other, most = self.sides[side], FARTHEST
        if other is None:
            other, most = self.further_sides[side], self.place.length
        if other is None:
            return not far.any()
        grown = int(self.alignment.shifts[other] - self.alignment.shifts[shift]) * (1 if left else -1)
        return -self.place.length < grown < most

    def is_original(self, shift: int) -> bool:
        """Whether the page has the place here, and not only a copy of a piece of the article.

        If the page has windows around the place twice, others that stand there once have to agree, on both sides. On
        the right alone, if the article is repeated from its first window on, as a teaser does.
        """
        agree = self.agreeing(shift)
        if not self.copied(agree, shift).any():
            return True
        alone = agree & ~self.copied(agree, shift)
        begins = bool(agree[0])
        return bool((alone & self.right).any()) and (begins or bool((alone & self.left).any()))

    def copied(self, windows: Array, shift: int) -> Array:
        """Which of some windows, that agree on a shift, stand in the page more than once: bool, (windows,)."""
        found = np.zeros(len(windows), bool)
        numbers = np.flatnonzero(windows)
        positions = self.alignment.article.positions[numbers] + self.alignment.shifts[shift]
        found[numbers] = self.alignment.page.copied[positions]
        return found

    def is_elsewhere(self, shift: int) -> bool:
        """Whether the page has the place elsewhere, with other letters.

        So it is if windows of the paragraph on both sides of the place agree on another shift; or if the next windows
        on both sides of those that agree stand elsewhere in the page, and as much between them as in the article.
        """
        other = self.own & ~self.alignment.agree[:, shift]
        way = self.alignment.way
        found = [{way[n] for n in np.flatnonzero(other & side)} - {None} for side in (self.left, self.right)]
        return bool(found[0] & found[1]) or self.leaves_a_gap_filled(shift)

    def leaves_a_gap_filled(self, shift: int) -> bool:
        """Whether something as long stands where the windows around those that agree on a shift would have these."""
        alignment = self.alignment
        positions, shifts, way = alignment.article.positions, alignment.shifts, alignment.way
        agree = np.flatnonzero(self.agreeing(shift))
        near = [n for n in np.flatnonzero(self.near) if way[n] is not None]
        before, behind = [n for n in near if n < agree[0]], [n for n in near if n > agree[-1]]
        if not before or not behind:
            return False
        first, last = before[-1], behind[0]
        starts, ends = (int(positions[n] + shifts[way[n] or 0]) for n in (first, last))
        if starts < self.place.start + int(shifts[shift]) < ends:
            return False
        return abs(ends - starts - int(positions[last] - positions[first])) < AS_LONG

    def rivals(self, best: int, other: int, fits: bool) -> bool:
        """Whether the place may as well have moved by another shift as by the one that seems best.

        Of a paragraph that stands twice in a row, either may be the original, whatever stands around.
        """
        if best == other:
            return False
        if fits:
            between = abs(int(self.alignment.shifts[other] - self.alignment.shifts[best]))
            return between <= self.reach or self.weight(other) > self.weight(best) - MARGIN
        return self.encloses(other) and self.weight(other) >= self.weight(best)

    @cached_property
    def sides(self) -> tuple[int | None, int | None]:
        """The shifts of the nearest windows of the paragraph that the best way has, on the left and on the right."""
        return self.nearest(self.own)

    @cached_property
    def further_sides(self) -> tuple[int | None, int | None]:
        """As `sides`, of all near windows."""
        return self.nearest(self.near)

    def nearest(self, windows: Array) -> tuple[int | None, int | None]:
        """The shifts of the nearest of some windows that the best way has, on the left and on the right."""
        way = self.alignment.way
        left = [way[n] for n in np.flatnonzero(windows & self.left) if way[n] is not None]
        right = [way[n] for n in np.flatnonzero(windows & self.right) if way[n] is not None]
        return (left[-1] if left else None), (right[0] if right else None)

    @property
    def enclosed(self) -> bool:
        """Whether the page has the paragraph on both sides of the place, in order."""
        first, last = self.sides
        if first is None or last is None:
            return False
        grown = int(self.alignment.shifts[last] - self.alignment.shifts[first])
        return -self.place.length - SLACK < grown < FARTHEST
