"""Texts as arrays of code points."""

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
SPACE, BEYOND = 0x20, 0xFFFF  # BEYOND, no character itself, stands for all beyond the Basic Multilingual Plane


class CodePoints:
    """Texts as one row of code points, with a space before, between and behind them. Offsets into a text need but its beginning added."""

    __slots__ = ("begins", "points", "sizes")

    def __init__(self, texts: Sequence[str]):
        row = f" {' '.join(texts)} "
        self.points = np.frombuffer(row.encode("utf-16-le", "surrogatepass"), "<u2")
        if len(self.points) != len(row):
            wide = np.frombuffer(row.encode("utf-32-le", "surrogatepass"), "<u4")
            self.points = np.minimum(wide, BEYOND).astype("<u2")
        self.sizes = np.fromiter(map(len, texts), np.int64, len(texts))
        self.begins = np.cumsum(self.sizes + 1) - self.sizes

    def owners(self, places: Array) -> Array:
        """Which texts hold these places; the space before a text counts as the one before that, or as the first."""
        owners: Array = np.maximum(np.searchsorted(self.begins, places, side="right") - 1, 0)
        return owners
