"""The stream of a text: its letters and digits alone, in one form whatever page, font or keyboard they come from.

Each code point stands for the letters and digits of its compatibility decomposition (NFKD) in folded case. Marks, signs
and white space stand for nothing, so a text has the same stream in NFC, NFD, NFKC and NFKD, and with other quotes,
dashes and spaces. A letter loses its marks: the stream of "Chỉ thị" is "chithi". Syllables of Hangul become the letters
that they consist of.

What a code point stands for does not depend on its neighbours, so every letter of a stream has one code point that owns
it. Most own one letter; ligatures, numbers in circles, fractions and letters like "ß" own several.
"""

import unicodedata
from functools import cached_property

import numpy as np

from chithi.text.code_points import Array

UNKNOWN, SEVERAL = -1, -2  # in LETTERS: not looked at yet; owner of several letters, which are in EXPANDED
LETTERS = np.full(0x110000, UNKNOWN, np.int32)  # code point -> the letter it stands for, 0 for none
COUNTS = np.zeros(0x110000, np.uint8)  # code point -> how many letters it stands for
EXPANDED: dict[int, list[int]] = {}  # the owners of several letters, with these


def letters_of(character: str) -> str:
    """The letters and digits that one code point stands for.

    >>> letters_of("Ệ"), letters_of("ﬁ"), letters_of("⑫"), letters_of("ß"), letters_of("-")
    ('e', 'fi', '12', 'ss', '')
    """
    before, found = "", character
    while before != found:  # folding and decomposing may each give the other more to do
        before, found = found, unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", found).casefold())
    return "".join(c for c in found if unicodedata.category(c)[0] in "LN")


def learn(points: Array) -> None:
    """Adds code points to the tables."""
    for point in points.tolist():
        found = [ord(c) for c in letters_of(chr(point))]
        COUNTS[point] = len(found)
        LETTERS[point] = found[0] if len(found) == 1 else SEVERAL if found else 0
        if len(found) > 1:
            EXPANDED[point] = found


def is_loose_mark(character: str) -> bool:
    """Whether a code point is a mark that owns no letter, and so belongs to the letter before it."""
    return unicodedata.category(character)[0] == "M" and not letters_of(character)


class Stream:
    """A text and its stream. Offsets into the text count code points; positions in the stream count letters.

    letters: uint64, the code points of the stream. owners: int64, for each letter the offset of its owner in the text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        letters = LETTERS.take(points)
        if (letters == UNKNOWN).any():
            learn(np.unique(points[letters == UNKNOWN]))
            letters = LETTERS.take(points)
        if (letters == SEVERAL).any():
            self.owners = np.repeat(np.arange(len(points)), COUNTS.take(points))
            letters = letters[self.owners]
            heads = np.flatnonzero((letters == SEVERAL) & (np.diff(self.owners, prepend=-1) > 0))
            for head in heads.tolist():
                several = EXPANDED[int(points[self.owners[head]])]
                letters[head : head + len(several)] = several
        else:
            self.owners = np.flatnonzero(letters)
            letters = letters[self.owners]
        self.letters = letters.astype(np.uint64)

    def __len__(self) -> int:
        return len(self.letters)

    @cached_property
    def string(self) -> str:
        """The stream as a string."""
        return self.letters.astype("<u4").tobytes().decode("utf-32-le")

    def position(self, start: int, end: int) -> tuple[int, int]:
        """The position in the stream, and the number of letters, of the text from `start` up to `end`."""
        first, behind = np.searchsorted(self.owners, (start, end)).tolist()
        return first, behind - first

    def offsets(self, position: int, length: int) -> tuple[int, int] | None:
        """Where a run of the stream stands in the text: from its first letter to its last, with the marks on that.

        None if there is no such run, if it is empty, or if it has some but not all letters of one code point.
        """
        behind = position + length
        if position < 0 or length < 1 or behind > len(self.owners):
            return None
        start, last = int(self.owners[position]), int(self.owners[behind - 1])
        if (position and self.owners[position - 1] == start) or self.owners[behind : behind + 1].tolist() == [last]:
            return None
        end = last + 1
        while end < len(self.text) and is_loose_mark(self.text[end]):
            end += 1
        return start, end
