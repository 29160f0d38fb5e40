"""Windows: runs of letters of a stream that are known by their hashes."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from chithi.records.records import Anchor
from chithi.text.code_points import Array
from chithi.text.fingerprints import mixed, window_sums
from chithi.text.stream import Stream

WINDOW = 24  # letters of a window
DIGITS = 8  # of a window in `Anchor.hashes`


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
