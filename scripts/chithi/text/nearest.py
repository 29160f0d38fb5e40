"""The passage of a text that is most like another one: equal but for case, punctuation and accents, or nearly equal."""

import unicodedata
from collections import Counter
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from chithi.text.tokens import cuts_token

LONGEST = 5_000  # characters of a text in which anything is looked for
CLOSE = 0.75  # ratio of difflib from which two passages count as close
WORK = 300_000  # pairs of equal characters that difflib may look at; it takes about 0.1 s for them
ALIKE = str.maketrans(
    dict.fromkeys("\"'`´‘’‚‛“”„‟«»‹›「」『』＂＇", "'")
    | dict.fromkeys("−", "-")
    | dict(zip("đđłøı", "ddloi", strict=True))
)


class Folded(NamedTuple):
    """A text without case, accents and the differences between quotes, dashes and spaces.

    `at` has the offset in the text of each character, and at its end the length of the text.
    """

    text: str
    at: list[int]


@lru_cache(8)
def folded(text: str) -> Folded:
    """Folds a text, character by character.

    >>> folded("„Rada”  Łódź–Đ").text
    "'rada' lodz-d"
    """
    characters: list[str] = []
    at: list[int] = []
    for n, character in enumerate(text):
        for c in map(fold, unicodedata.normalize("NFKD", character).casefold()):
            if c and not (c == " " and characters[-1:] == [" "]):
                characters.append(c)
                at.append(n)
    return Folded("".join(characters), [*at, len(text)])


def fold(character: str) -> str:
    """One character folded; an empty string for marks and invisible characters."""
    category = unicodedata.category(character)
    if character.isspace():
        return " "
    return "" if category in ("Mn", "Me", "Cf") else "-" if category == "Pd" else character.translate(ALIKE)


def nearest(text: str, part: str) -> str | None:
    """The passage of whole words that is most like a part which does not occur in the text, if any is like it.

    >>> nearest("Potem mówiła Rada Ministrów.", "RADA MINISTROW"), nearest("Nikt nie mówił.", "Rada")
    ('Rada Ministrów', None)
    """
    if not 0 < len(part) <= LONGEST or len(text) >= LONGEST:
        return None
    return but_for_signs(text, part.strip()) or nearly(text, part)


def but_for_signs(text: str, part: str) -> str | None:
    """The first passage that is the same but for case, quotes, dashes, spaces and accents."""
    (line, at), wanted = folded(text), folded(part).text.strip()
    found = line.find(wanted) if wanted else -1
    while found >= 0:
        start, last = at[found], at[found + len(wanted) - 1]
        end = next((n for n in at[found + len(wanted) :] if n > last), len(text))
        passage = text[start:end].rstrip()
        if not cuts_token(text, start) and not cuts_token(text, start + len(passage)):
            return passage
        found = line.find(wanted, found + 1)
    return None


def nearly(text: str, part: str) -> str | None:
    """The passage of as many words that is most like a part, if one is close enough."""
    wanted, line = folded(part).text, folded(text).text
    words, size = words_of(text), len(words_of(part))
    counts = Counter(line)
    if size * sum(n * counts[c] for c, n in Counter(wanted).items()) > WORK:
        return None
    passages = [text[words[n][0] : words[n + size - 1][1]] for n in range(len(words) - size + 1)] if size else []
    by_form = {folded_form(passage): passage for passage in reversed(passages)}
    close = get_close_matches(wanted, by_form, 1, CLOSE)
    return by_form[close[0]] if close else None


def folded_form(passage: str) -> str:
    """A passage folded; passages are short and many, so they are not kept."""
    return folded.__wrapped__(passage).text


def words_of(text: str) -> list[tuple[int, int]]:
    """The words of a short text as half-open offsets. Loading the tokenizer of `text.tokens` would take longer."""
    cuts = [at for at in range(len(text) + 1) if not cuts_token(text, at)]
    return [(start, end) for start, end in pairwise(cuts) if text[start].isalnum()]
