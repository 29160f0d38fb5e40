"""Features of tokens for the CRF: what a token looks like, what it begins and ends with, and what stands around it."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

AROUND = (-3, -2, -1, 1, 2, 3)  # tokens whose form is a feature, too
AFFIXES = (2, 3, 4)  # lengths of prefixes and suffixes, in code points


def sentence_features(tokens: Sequence[str], language: str) -> list[list[str]]:
    """The features of each token of a text, as "name=value".

    A token has its own form, shape and affixes, the forms and shapes of its neighbours, the pairs that it forms with
    them, its language, and whether it opens the text or a sentence.
    """
    forms = [token.casefold() for token in tokens]
    return [
        [
            "bias",
            f"language={language}",
            *own(tokens[n]),
            *(f"{at}={forms[n + at]}" for at in AROUND if 0 <= n + at < len(tokens)),
            *(f"shape{at}={shape(tokens[n + at])}" for at in (-1, 1) if 0 <= n + at < len(tokens)),
            *(f"pair{at}={forms[n + at]} {forms[n + at + 1]}" for at in (-2, -1, 0, 1) if 0 <= n + at < len(tokens) - 1),
            *(["opens"] if n == 0 or tokens[n - 1] in ".!?।。؟۔" else []),
        ]
        for n in range(len(tokens))
    ]


@lru_cache(1 << 16)
def own(token: str) -> tuple[str, ...]:
    """The features of a token by itself."""
    form = token.casefold()
    affixes = [f"{name}={part}" for n in AFFIXES if len(form) > n for name, part in (("pre", form[:n]), ("suf", form[-n:]))]
    return (f"form={form}", f"shape={shape(token)}", *affixes)


@lru_cache(1 << 16)
def shape(token: str) -> str:
    """The classes of a token's characters, each run once: X upper, x lower case, o other letters, 9 digits.

    >>> shape("Radami"), shape("45"), shape("КПВ"), shape("党")
    ('Xx', '9', 'X', 'o')
    """
    kinds = {"Lu": "X", "Ll": "x", "Nd": "9"}
    found = [kinds.get(unicodedata.category(c), "o" if c.isalpha() else c) for c in token]
    return "".join(kind for n, kind in enumerate(found) if n == 0 or kind != found[n - 1])
