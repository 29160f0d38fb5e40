"""Texts in the form in which they are compared: letters and digits in lower case, with single spaces between words."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from chithi.text.code_points import BEYOND, SPACE, Array, CodePoints
from chithi.text.tokens import is_word

NO_LETTERS = "_\u200c\u200d"  # in words, but neither letters nor digits nor marks
# NFKC takes sara am apart, which nearly every Thai text has, and makes two letters of the numero sign.
SARA_AM, NUMERO = ("\u0e4d\u0e32", "\u0e33"), "\u2116"
SLOW, UNKNOWN = BEYOND, BEYOND - 1  # in FOLDED: the whole text has to be looked at; not yet known
# Marks that may make one letter with the letter before them, and the first of the two parts of SARA_AM.
COMPOSING = {*map(chr, range(0x300, 0x370)), "\u3099", "\u309a", "\u0e4d"}
FOLDED = np.full(0x10000, UNKNOWN, np.uint16)  # code point -> its folded form, as it becomes known
FOLDED[UNKNOWN:] = SLOW
EXPANDED: dict[str, str] = {}  # characters that are SLOW only because they become several, as they become known


@cache
def in_words(character: str) -> bool:
    """True for letters, digits and combining marks."""
    return is_word(character) and character not in NO_LETTERS


def compatible(text: str) -> str:
    """The text in lower case and in NFKC; Thai sara am stays one character, and the numero sign is no letter."""
    lower = unicodedata.normalize("NFKC", text.replace(NUMERO, " ")).casefold()
    return unicodedata.normalize("NFKC", lower).replace(*SARA_AM)


def normalised(text: str) -> str:
    """A text as lower-case letters, digits and marks, with single spaces between words.

    >>> normalised("Học tập, và LÀM THEO!")
    'học tập và làm theo'
    """
    plain = compatible(text)
    for character in set(plain):  # 3 times as fast as `str.translate`
        if not in_words(character):
            plain = plain.replace(character, " ")
    return " ".join(plain.split())


class Folded(NamedTuple):
    """Normalised texts as one array, with one space before, between and behind them.

    points: uint16, shape (code points,). A code point beyond the Basic Multilingual Plane is mixed into 16 bits, so
    rarely two of them look alike; whoever needs to be sure compares the texts. begins, sizes: int64, shape (texts,).
    """

    points: Array
    begins: Array
    sizes: Array


def fold(texts: Sequence[str], letters: CodePoints, decomposed: Iterable[int] = ()) -> Folded:
    """Normalises texts. `letters` holds their code points, and may go on with other texts.

    `decomposed` has the numbers of those that are not in NFC. These, and the few with a character that becomes several,
    are looked at again; all others are normalised together, character by character.
    """
    folded, slow = squeezed(letters, len(texts))
    others = {n: mixed(normalised(texts[n])) for n in decomposed}
    rest = [n for n in slow if n not in others]
    others |= zip(rest, expanded([texts[n] for n in rest]), strict=True)
    return replaced(folded, dict(sorted(others.items())))


def squeezed(letters: CodePoints, count: int) -> tuple[Folded, list[int]]:
    """The first `count` texts, folded character by character, and the numbers of those that hold SLOW characters."""
    begins = letters.begins[:count]
    points = folded_points(letters, int(begins[-1] + letters.sizes[count - 1]) + 1)
    slow = sorted(set(letters.owners((points == SLOW).nonzero()[0]).tolist())) if points.max() == SLOW else []
    solid = points != SPACE
    solid[1:] |= solid[:-1]  # of several spaces in a row, the first is kept
    solid[0] = True
    dropped = np.flatnonzero(~solid)
    begins = begins - np.searchsorted(dropped, begins)
    kept = points[solid] if dropped.size else points
    sizes = np.maximum(np.diff(np.append(begins, len(kept))) - 1, 0)
    return Folded(kept, begins, sizes), slow


def expanded(texts: list[str]) -> Iterator[Array]:
    """The code points of each text in normalised form, once the characters that become several have become so."""
    if not texts:
        return
    for character, several in EXPANDED.items():
        texts = [text.replace(character, several) for text in texts]
    folded, slow = squeezed(CodePoints(texts), len(texts))
    places = zip(folded.begins.tolist(), folded.sizes.tolist(), strict=True)
    for n, (begin, size) in enumerate(places):
        yield mixed(normalised(texts[n])) if n in slow else folded.points[begin : begin + size]


def replaced(folded: Folded, others: dict[int, Array]) -> Folded:
    """The texts with others in place of some, which are given by number, in order."""
    points, begins, sizes = folded
    parts, at, lengths = [], 0, sizes.copy()
    numbers = list(others)
    places = zip(others.values(), begins[numbers].tolist(), sizes[numbers].tolist(), strict=True)
    for other, begin, size in places:
        if size:
            parts += [points[at:begin], other]
            at = begin + size
    if not parts:
        return folded
    lengths[numbers] = np.where(sizes[numbers], [len(other) for other in others.values()], 0)
    grown = np.cumsum(lengths - sizes) - (lengths - sizes)
    return Folded(np.concatenate([*parts, points[at:]]), begins + grown, lengths)


def mixed(text: str) -> Array:
    """The code points of a text as uint16; the upper bits of those beyond the Basic Multilingual Plane are mixed in."""
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    found: Array = (wide ^ (wide >> 16) * 0x9E37).astype(np.uint16)
    return found


def folded_points(letters: CodePoints, end: int) -> Array:
    """The folded form of the code points up to `end`: SPACE for signs, SLOW for what is not one code point."""
    indices = letters.indices[:end]
    folded = FOLDED.take(indices)
    if folded.max() >= UNKNOWN and (unknown := sorted(set(indices[folded == UNKNOWN].tolist()))):
        FOLDED[unknown] = [folded_point(chr(point)) for point in unknown]
        folded = FOLDED.take(indices)
    return folded


def folded_point(character: str) -> int:
    """The folded form of one character, as `folded_points` has it."""
    found = compatible(character)
    if not any(map(in_words, found)):
        return SPACE
    # A half-width mark or letter of Hangul may make one letter with the one before it.
    joining = character in COMPOSING or (found != character and (found in COMPOSING or "\u1100" <= found <= "\u11ff"))
    if len(found) > 1 and not joining:
        EXPANDED[character] = found
    return SLOW if joining or len(found) > 1 or ord(found) >= UNKNOWN else ord(found)
