"""Features of tokens for the CRF: what a token looks like, what it begins and ends with, and what stands around it."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise

from anyascii import anyascii

AROUND = (-3, -2, -1, 1, 2, 3)  # tokens whose form is a feature, too
PAIRS = (-2, -1, 0, 1)  # tokens that form a pair with the next
AFFIXES = (2, 3, 4)  # lengths of prefixes and suffixes, in code points
ENDS = ".!?।。؟۔"  # of sentences


def sentence_features(tokens: Sequence[str], language: str) -> list[list[str]]:
    """The features of each token of a text, as "name=value".

    A token has its own form, shape and affixes, the forms and shapes of its neighbours, the pairs that these form, the
    language, and whether it opens a sentence.
    """
    size = len(tokens)
    forms, shapes = [token.casefold() for token in tokens], [shape(token) for token in tokens]
    pairs = [f"{one} {two}" for one, two in pairwise(forms)]
    found = []
    for n, token in enumerate(tokens):
        features = ["bias", f"language={language}", *own(token)]
        features += [f"{at}={forms[n + at]}" for at in AROUND if 0 <= n + at < size]
        features += [f"shape{at}={shapes[n + at]}" for at in (-1, 1) if 0 <= n + at < size]
        features += [f"pair{at}={pairs[n + at]}" for at in PAIRS if 0 <= n + at < size - 1]
        features += ["opens"] if n == 0 or tokens[n - 1] in ENDS else []
        found.append(features)
    return found


@lru_cache(1 << 16)
def own(token: str) -> tuple[str, ...]:
    """The features of a token by itself: its form, in Latin letters, too, its shape, its prefixes and suffixes."""
    form = token.casefold()
    parts = [(f"pre={form[:n]}", f"suf={form[-n:]}") for n in AFFIXES if len(form) > n]
    return f"form={form}", f"latin={anyascii(form)}", f"shape={shape(token)}", *chain.from_iterable(parts)


@lru_cache(1 << 16)
def shape(token: str) -> str:
    """The classes of a token's characters, each run once: X upper, x lower case, o other letters, 9 digits.

    >>> shape("Radami"), shape("45"), shape("КПВ"), shape("党")
    ('Xx', '9', 'X', 'o')
    """
    kinds = {"Lu": "X", "Ll": "x", "Nd": "9"}
    found = [kinds.get(unicodedata.category(c), "o" if c.isalpha() else c) for c in token]
    return "".join(kind for n, kind in enumerate(found) if n == 0 or kind != found[n - 1])
