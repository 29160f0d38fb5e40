"""Normal form NFC in bounded time, and what becomes of offsets into a text on the way."""

import re
import unicodedata
from functools import lru_cache

MARKS = 30  # combining marks in a row; the stream-safe text format of UAX 15 allows as many
SUSPICIOUS = re.compile(f"[^\x00-\u02ff]{{{MARKS + 1},}}+")
LONGEST = 100  # code points that may belong together; offsets within longer runs lead nowhere
JOINING = ("\u1160", "\u11ff")  # vowels and final consonants of Hangul, which join what stands before them


def overlaid(text: str) -> int | None:
    """The offset of the first combining mark that has too many before it, or None.

    Sorting marks takes time that grows with the square of their number, so such a text is not put into NFC.
    """
    for match in SUSPICIOUS.finditer(text):
        run = 0
        for at, character in enumerate(match[0], match.start()):
            run = run + 1 if unicodedata.combining(character) else 0
            if run > MARKS:
                return at
    return None


def composed(text: str) -> str:
    """The text in NFC; a text in which too many marks stand in a row as it is."""
    return text if text.isascii() or overlaid(text) is not None else unicodedata.normalize("NFC", text)


@lru_cache(4)
def composed_offsets(text: str) -> list[int | None] | None:
    """For each offset into a text its offset into the text in NFC; None if the text does not change.

    An offset between code points that NFC composes into one leads nowhere: None.
    """
    if composed(text) == text:
        return None
    starts = [n for n, character in enumerate(text) if n == 0 or begins(character)]
    offsets: list[int | None] = []
    length = 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = text[start:end]
        whole = unicodedata.normalize("NFC", part)
        offsets += [length, *(inner(part, at, whole, length) for at in range(1, len(part)))]
        length += len(whole)
    return [*offsets, length]


def begins(character: str) -> bool:
    """Whether NFC never joins a character to what stands before it."""
    return character < "\u0300" or not (
        unicodedata.category(character)[0] == "M" or JOINING[0] <= character <= JOINING[1]
    )


def inner(part: str, at: int, whole: str, before: int) -> int | None:
    """The new offset of a place within code points that may be composed; `before` is the new offset of their start."""
    if len(part) > LONGEST:
        return None
    left, right = (unicodedata.normalize("NFC", piece) for piece in (part[:at], part[at:]))
    return before + len(left) if left + right == whole else None
