"""Words that may not stand at the edge of a span, such as articles and particles."""

from collections.abc import Sequence
from functools import cache

from chithi.text.tokens import cuts_token


@cache
def beginnings(words: Sequence[str]) -> tuple[str, ...]:
    """What a span may not begin with, without regard to the ends of words.

    >>> beginnings(("the", "al-", "-tachi"))
    ('the', 'al')
    """
    return tuple(word.removesuffix("-") for word in words if not word.startswith("-"))


@cache
def endings(words: Sequence[str]) -> tuple[str, ...]:
    """What a span may not end with, without regard to the ends of words.

    >>> endings(("the", "al-", "-tachi"))
    ('the', 'tachi')
    """
    return tuple(word.removeprefix("-") for word in words if not word.endswith("-"))


def may_have(text: str, words: Sequence[str]) -> bool:
    """Whether a span may begin or end with one of the words; a quick test that asks too much."""
    lower = text.lower()
    return lower.startswith(beginnings(words)) or lower.endswith(endings(words))


def at_edges(text: str, words: Sequence[str]) -> list[str]:
    """The words, as listed, that a span begins or ends with; the first in the list for each edge. Case is ignored.

    A hyphen stands for the rest of the span: `al-` is looked for at its start only, and may be part of a word. A word
    without a hyphen is looked for at both edges, and ends where a token ends.

    >>> at_edges("The old party", ["the", "party"]), at_edges("thereafter", ["the"]), at_edges("Al-Hizb", ["al-"])
    (['the', 'party'], [], ['al-'])
    """
    lower = text.lower()
    first = (word for word in words if begins(lower, word))
    last = (word for word in words if ends(lower, word))
    return [found for found in (next(first, None), next(last, None)) if found]


def begins(text: str, word: str) -> bool:
    """Whether a text begins with a listed word."""
    if word.endswith("-"):
        return text.startswith(word[:-1])
    return not word.startswith("-") and text.startswith(word) and not cuts_token(text, len(word))


def ends(text: str, word: str) -> bool:
    """Whether a text ends with a listed word."""
    if word.startswith("-"):
        return text.endswith(word[1:])
    return not word.endswith("-") and text.endswith(word) and not cuts_token(text, len(text) - len(word))
