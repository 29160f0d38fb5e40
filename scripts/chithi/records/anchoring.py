"""Anchors made from an article and the spans that annotators marked in it."""

from collections.abc import Sequence

import numpy as np

from chithi.records.records import Place
from chithi.records.windows import WINDOW
from chithi.text.fingerprints import fingerprint, mixed, window_sums
from chithi.text.stream import Stream

APART = 48  # letters from the beginning of one window to that of the next, at least
ASIDE = 24  # letters that a window may stand away from where it is wanted
REACH = 96  # letters from a span in which windows are its neighbours
LONGEST = 1 << 16  # letters from the beginning of a paragraph in which windows can be told
FEWEST = 3  # windows of a statement, if its paragraph has as many

Run = tuple[int, int]  # position and length in a stream


class Windows:
    """The windows of an article from which anchors may choose: those whose letters stand nowhere else in it."""

    def __init__(self, stream: Stream) -> None:
        sums = window_sums(stream.letters, WINDOW)
        _, inverse, counts = np.unique(sums, return_inverse=True, return_counts=True)
        self.single = counts[inverse] == 1
        self.hashes = mixed(sums)

    def chosen(self, paragraph: Run, spans: Sequence[Run]) -> list[int]:
        """Windows of a paragraph: at its ends, and on both sides of each span, as near as the others allow."""
        start, length = paragraph
        last = start + min(length, LONGEST) - WINDOW
        wanted = [start, last]
        for position, count in sorted(spans):
            wanted += [position - WINDOW, position + count]
        found: list[int] = []
        for position in wanted:
            near = range(max(start, position - ASIDE), min(last, position + ASIDE) + 1)
            free = [p for p in near if self.single[p] and all(abs(p - other) >= APART for other in found)]
            found += [min(free, key=lambda p: abs(p - position))] if free else []
        return sorted(found)

    def encoded(self, positions: Sequence[int], start: int) -> str:
        """Windows as `Anchor.hashes` has them, in a paragraph that begins at `start`."""
        return "".join(f"{position - start:04x}{int(self.hashes[position]):04x}" for position in positions)


def neighbours(windows: Sequence[int], spans: Sequence[Run]) -> list[int]:
    """The windows of a paragraph that stand around some spans, and at least FEWEST: the nearest ones."""

    def distance(window: int) -> int:
        return min((max(start - window - WINDOW, window - start - length, 0) for start, length in spans), default=0)

    ranked = sorted(windows, key=distance)
    return sorted(window for n, window in enumerate(ranked) if n < FEWEST or (spans and distance(window) <= REACH))


def place_of(stream: Stream, run: Run) -> Place:
    """The place of a run of an article's stream."""
    start, length = run
    return Place(start, length, fingerprint(stream.letters[start : start + length]))
