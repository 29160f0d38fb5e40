"""Tokens of a text with their offsets in code points, by the same rule in every language. No span may cut a token."""

import re
import unicodedata
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

# Scripts that have no spaces between words, or join particles to words: each of their letters is a token.
UNSPACED = (
    r"[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff"
    r"\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001aff0-\U0001b16f\U00020000-\U0003ffff]"
)
PLANES = (range(0x40000), range(0xE0000, 0xE1000))  # all other code points are unassigned or private
ASCII = "0-9A-Z_a-z"  # the characters of words in ASCII
PIECE = re.compile(r".{0,100000}[^ ]*", re.DOTALL)


def is_word(character: str) -> bool:
    """True for letters, digits, underscores, and the marks and joiners within words, which `\\w` does not match."""
    return character.isalnum() or character == "_" or is_mark(character)


def cuts_token(text: str, at: int) -> bool:
    """Whether an offset falls between two characters of one token: within a word, or before a combining mark.

    >>> [at for at in range(10) if cuts_token("45-CT/TW 党", at)]
    [1, 4, 7]
    """
    if not 0 < at < len(text) or not (is_word(text[at - 1]) and is_word(text[at])):
        return False
    if re.match(UNSPACED, text[at]):
        return is_mark(text[at])
    base = at - 1
    while base and is_mark(text[base]) and is_word(text[base - 1]):
        base -= 1
    return is_mark(text[at]) or not re.match(UNSPACED, text[base])


def is_mark(character: str) -> bool:
    """True for combining marks and joiners, which belong to the letter before them."""
    return character in "\u200c\u200d" or unicodedata.category(character)[0] == "M"


def places(text: str, part: str) -> list[int]:
    """The offsets at which a part occurs in a text without cutting a token. Occurrences may overlap.

    >>> places("Rada i Radami", "Rada")
    [0]
    """
    found = (m.start() for m in re.finditer(f"(?={re.escape(part)})", text))
    return [at for at in found if not cuts_token(text, at) and not cuts_token(text, at + len(part))]


@cache
def tokenizer() -> Any:
    """NLTK's regular-expression tokenizer with one pattern for all scripts. It cuts wherever `cuts_token` is false.

    A word is a run of letters, digits, underscores, marks and joiners. In UNSPACED scripts every letter is a token,
    together with its marks. Every other character except spaces is a token. The pattern lists the characters of each
    set, because the engines that NLTK has used do not agree on what `\\w` and `\\s` match.
    """
    from nltk.tokenize import RegexpTokenizer

    characters = "".join(map(chr, chain(*PLANES)))
    words = "".join(filter(is_word, characters))
    alone, spaced = inside("".join(re.findall(UNSPACED, words))), inside(re.sub(UNSPACED, "", words))
    marks, spaces = inside("".join(filter(is_mark, words))), inside("".join(filter(str.isspace, characters)))
    # Equals [{alone}][{marks}]*|[{spaced}][{spaced}{marks}]*|[^{spaces}], but ASCII is tried before the long sets.
    more = rf"(?:[{ASCII}]|(?![ -~])[{spaced}{marks}])*"
    return RegexpTokenizer(rf"[{ASCII}]{more}|[!-~]|(?! )(?:[{spaced}]{more}|[{alone}][{marks}]*|[^{spaces}])")


def inside(characters: str) -> str:
    """The ranges for a set in a regular expression that matches these characters, given in ascending order."""
    points = np.frombuffer(characters.encode("utf-32-le"), "<u4")
    runs = np.split(points, np.flatnonzero(np.diff(points) > 1) + 1)
    return "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in runs)


def token_spans(text: str) -> list[tuple[int, int]]:
    """The tokens of a text as half-open offsets in code points.

    NLTK gives up on a text that takes it seconds, so a long text is cut at spaces, which no token holds.

    >>> token_spans("45-CT/TW")
    [(0, 2), (2, 3), (3, 5), (5, 6), (6, 8)]
    """
    return [
        (piece.start() + start, piece.start() + end)
        for piece in PIECE.finditer(text)
        for start, end in tokenizer().span_tokenize(piece[0])
    ]
