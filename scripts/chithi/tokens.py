"""Tokens of a text with their offsets, the same in every language: no span may cut one."""

import re
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from chithi.spans import UNSPACED, is_mark, is_word

PLANES = (range(0x40000), range(0xE0000, 0xE1000))  # beyond these no code point is assigned, or all are private
ASCII = "0-9A-Z_a-z"  # of its letters
PIECE = re.compile(r".{0,100000}[^ ]*", re.DOTALL)


@cache
def tokenizer() -> Any:
    """NLTK's regular-expression tokenizer with one pattern for all scripts, which cuts wherever `spans.cuts_token` does not say no.

    A word is a run of letters, digits, underscores, marks and joiners. In scripts that set no spaces, or join particles to words,
    every letter with its marks is a token. So is every other sign but a space. The sets are spelled out, since the engines that
    NLTK has used do not agree on what `\\w` and `\\s` match.
    """
    from nltk.tokenize import RegexpTokenizer

    characters = "".join(map(chr, chain(*PLANES)))
    words = "".join(filter(is_word, characters))
    alone, spaced = inside("".join(re.findall(UNSPACED, words))), inside(re.sub(UNSPACED, "", words))
    marks, spaces = inside("".join(filter(is_mark, words))), inside("".join(filter(str.isspace, characters)))
    # The same as [{alone}][{marks}]*|[{spaced}][{spaced}{marks}]*|[^{spaces}], but ASCII is told apart before the long sets are searched.
    more = rf"(?:[{ASCII}]|(?![ -~])[{spaced}{marks}])*"
    return RegexpTokenizer(rf"[{ASCII}]{more}|[!-~]|(?! )(?:[{spaced}]{more}|[{alone}][{marks}]*|[^{spaces}])")


def inside(characters: str) -> str:
    """The inside of a regular expression's set that holds these characters, which come in their order."""
    points = np.frombuffer(characters.encode("utf-32-le"), "<u4")
    runs = np.split(points, np.flatnonzero(np.diff(points) > 1) + 1)
    return "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in runs)


def token_spans(text: str) -> list[tuple[int, int]]:
    """The tokens of a text as half-open offsets in code points.

    No token holds a space, so a long text is cut at spaces, as NLTK gives up on one that takes seconds.
    """
    return [
        (piece.start() + start, piece.start() + end) for piece in PIECE.finditer(text) for start, end in tokenizer().span_tokenize(piece[0])
    ]
