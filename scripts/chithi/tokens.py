"""Tokens of a text with their offsets, the same in every language: no span may cut one."""

import unicodedata
from functools import cache
from itertools import groupby
from typing import Any

from chithi.spans import UNSPACED

BLOCKS = (range(0x20000), range(0xE0100, 0xE01F0))  # where Unicode has combining marks


@cache
def tokenizer() -> Any:
    """NLTK's regular-expression tokenizer with one pattern for all scripts.

    A word is a run of letters, digits, underscores, and the combining marks and joiners that `\\w` does not match. In scripts that
    set no spaces, or join particles to words, every letter with its marks is a token. So is every other sign but a space.
    """
    from nltk.tokenize import RegexpTokenizer

    marks, alone = character_class(marks_and_joiners()), UNSPACED.pattern
    return RegexpTokenizer(rf"{alone}{marks}*|(?:(?!{alone})\w|{marks})+|[^\w\s]")


def marks_and_joiners() -> list[int]:
    """The code points of all combining marks, and of the joiners within words."""
    return [n for block in BLOCKS for n in block if unicodedata.category(chr(n))[0] == "M"] + [0x200C, 0x200D]


def character_class(points: list[int]) -> str:
    """A class of a regular expression that holds these code points."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(sorted(points)), lambda pair: pair[1] - pair[0])]
    return "[" + "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in runs) + "]"


def token_spans(text: str) -> list[tuple[int, int]]:
    """The tokens of a text as half-open offsets in code points."""
    return list(tokenizer().span_tokenize(text))
