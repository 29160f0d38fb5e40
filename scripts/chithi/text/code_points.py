"""Texts as arrays of code points."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
SPACE = 0x20
BEYOND = 0xFFFF  # not a character; stands for every code point beyond the Basic Multilingual Plane


class CodePoints:
    """Texts as one array of code points, with a space before, between and behind them.

    points: uint16, shape (code points,). begins, sizes: int64, shape (texts,); where each text begins in `points`, and
    its length. An offset into a text, plus its beginning, is an index into `points`.
    """

    def __init__(self, texts: Sequence[str]):
        row = f" {' '.join(texts)} "
        self.points = np.frombuffer(row.encode("utf-16-le", "surrogatepass"), "<u2")
        if len(self.points) != len(row):
            wide = np.frombuffer(row.encode("utf-32-le", "surrogatepass"), "<u4")
            self.points = np.minimum(wide, BEYOND).astype("<u2")
        self.sizes = np.fromiter(map(len, texts), np.int64, len(texts))
        self.begins = np.cumsum(self.sizes + 1) - self.sizes

    @cached_property
    def indices(self) -> Array:
        """The code points as indices into a table: int64. Without it, each look-up in a table would convert them."""
        return self.points.astype(np.int64)

    def owners(self, places: Array) -> Array:
        """The number of the text that holds each index into `points`.

        A space belongs to the text before it; the first space belongs to the first text.
        """
        owners: Array = np.maximum(np.searchsorted(self.begins, places, side="right") - 1, 0)
        return owners
