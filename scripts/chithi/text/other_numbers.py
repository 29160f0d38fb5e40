"""Document numbers of any form, such as M-2025-014 and 2025/031, and the ways in which texts print them.

A number is compared by its pieces, which are its runs of digits and its runs of letters of scripts with spaces.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from chithi.text.document_numbers import printed as printed_number
from chithi.text.tokens import UNSPACED

WORD = rf"(?:(?!{UNSPACED})\w)+"
PIECE = re.compile(rf"\d+|(?:(?!{UNSPACED})[^\W\d_])+")
PRINTED = re.compile(rf"{WORD}(?:[-\u2010-\u2013/.:]{WORD})*")  # what may be a number in a text: words joined by signs


def pieces(text: str) -> list[str]:
    """The pieces of a number or of a text: letters in lower case, digits as Latin ones without leading zeros.

    >>> pieces("M-2025-014"), pieces("第M/14号")
    (['m', '2025', '14'], ['m', '14'])
    """
    return [plain(piece) for piece in PIECE.findall(unicodedata.normalize("NFKC", text))]


def plain(piece: str) -> str:
    """A piece in the form in which pieces are compared."""
    return str(int(piece)) if piece.isdecimal() else piece.casefold()


def holds(whole: list[str], part: list[str]) -> bool:
    """Whether pieces stand one after the other among other pieces."""
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def shape(found: list[str]) -> list[bool]:
    """For each piece, whether it is of digits."""
    return [piece.isdecimal() for piece in found]


@lru_cache(1 << 14)  # many statements cite the same few numbers
def agree(surface: str, number: str | None) -> bool:
    """False if the citation prints a number other than the given one. A part of the number, such as `14`, agrees.

    A number is looked for that has digits and letters in the same order as the given one; then for the digits after
    `no.` or at the end of the citation.

    >>> agree("motion M-2025-14", "M-2025-014"), agree("motion M-2025-015", "M-2025-014")
    (True, False)
    >>> agree("motion 14", "M-2025-014"), agree("motion no. 15", "M-2025-014"), agree("the motion", "M-2025-014")
    (True, False, True)
    """
    right = pieces(number or "")
    if not right or holds(pieces(surface), right):
        return True
    printed = [pieces(token) for token in PRINTED.findall(surface)]
    if any(len(found) > 1 and shape(found) == shape(right) for found in printed):
        return False
    short = pieces("-".join(found.printed) if (found := printed_number(surface)) else "")
    return len(short) != 1 or short[0] in right


def slug(number: str, year: str) -> str:
    """The slug of a number, with the year of issue unless the number has it.

    >>> slug("M-2025-014", "2025"), slug("BL 7", "2023"), slug("Nr. 12/Ä", "")
    ('m-2025-014', 'bl-7-2023', 'nr-12-a')
    """
    found = re.findall("[a-z0-9]+", anyascii(number).lower())
    return "-".join(found if not year or year in found else [*found, year])


def is_slug(name: str, number: str, year: str) -> bool:
    """Whether an id has the letters and digits of the number, with or without the year.

    >>> is_slug("bl-7", "BL7", "2023"), is_slug("bl-7-2023", "BL7", "2023"), is_slug("bl-8", "BL7", "2023")
    (True, True, False)
    """
    bare = slug(number, "").replace("-", "")
    return name.replace("-", "") in (bare, bare + year)
