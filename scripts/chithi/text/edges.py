"""Words that may not stand at the edge of a span, such as articles and particles."""

from collections.abc import Sequence
from functools import cache, lru_cache

from chithi.text.tokens import cuts_token, is_mark


@cache
def beginnings(words: Sequence[str]) -> tuple[str, ...]:
    """What a span may not begin with, without regard to the ends of words.

    >>> beginnings(("the", "al-", "-tachi"))
    ('the', 'al')
    """
    return tuple(word.removesuffix("-").lower() for word in words if not word.startswith("-"))


@cache
def endings(words: Sequence[str]) -> tuple[str, ...]:
    """What a span may not end with, without regard to the ends of words.

    >>> endings(("the", "al-", "-tachi"))
    ('the', 'tachi')
    """
    return tuple(word.removeprefix("-").lower() for word in words if not word.endswith("-"))


def may_have(text: str, words: Sequence[str]) -> bool:
    """Whether a span may begin or end with one of the words; a quick test that asks too much."""
    lower = text.lower()
    return lower.startswith(beginnings(words)) or lower.endswith(endings(words))


@lru_cache(1 << 14)  # many statements have the same few names and roles
def at_edges(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words, as listed, that a span begins or ends with; the first in the list for each edge. Case is ignored.

    A hyphen stands for the rest of the span: `al-` is looked for at its start only, and may be part of a word, but
    does not cut a letter from its marks. A word without a hyphen is looked for at both edges, and ends where a token
    ends.

    >>> at_edges("The old party", ("the", "party")), at_edges("thereafter", ("the",)), at_edges("Al-Hizb", ("al-",))
    (('the', 'party'), (), ('al-',))
    """
    if not may_have(text, words):
        return ()
    lower = text.lower()
    first = (word for word in words if begins(lower, word))
    last = (word for word in words if ends(lower, word))
    return tuple(dict.fromkeys(found for found in (next(first, None), next(last, None)) if found))


def begins(text: str, word: str) -> bool:
    """Whether a text begins with a listed word."""
    start = word.removesuffix("-").lower()
    if word.startswith("-") or not text.startswith(start):
        return False
    behind = text[len(start) : len(start) + 1]
    return not (behind and is_mark(behind)) if word.endswith("-") else not cuts_token(text, len(start))


def ends(text: str, word: str) -> bool:
    """Whether a text ends with a listed word."""
    end = word.removeprefix("-").lower()
    if word.endswith("-") or not text.endswith(end):
        return False
    return word.startswith("-") or not cuts_token(text, len(text) - len(end))
