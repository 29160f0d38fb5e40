"""Document numbers, such as 45-CT/TW and 140/2017/NĐ-CP, and the ways in which texts print them."""

import re
import unicodedata
from functools import lru_cache

# Cyrillic and Greek capitals that look like the Latin letters of document signs.
LOOKALIKES = str.maketrans("АВСЕНКМОРТХУΑΒΕΗΙΚΜΝΟΡΤΥΧ", "ABCEHKMOPTXYABEHIKMNOPTYX")
SIGN = "[0-9A-Za-z\u00c0-\u024f\u0370-\u052f\u0660-\u0669\u06f0-\u06f9]+"  # no scripts without spaces
NUMBER = re.compile(rf"\d+(?:\s?[/-]\s?{SIGN}|\.{SIGN})+")
SHORT = re.compile(r"(?:№|no\.?|nr\.?|n\.?º|n°|số|numéro|número|číslo|رقم)\s*(\d+)", re.IGNORECASE)
LAST = re.compile(r"(\d+)$")


def folded(number: str) -> str:
    """A number as its letters and digits, so that spellings of one number agree: Đ as D, Latin digits, no separators.

    >>> folded("204-QĐ/TW") == folded("204.QD-TW") == folded("٢٠٤-QD/TW")
    True
    """
    text = unicodedata.normalize("NFKC", number).upper().translate(LOOKALIKES).replace("Đ", "D").replace("Ð", "D")
    return "".join(str(unicodedata.digit(c, c)) for c in text if c.isalnum())


def parts(number: str) -> list[str]:
    """The parts of a number, folded.

    >>> parts("140/2017/NĐ-CP")
    ['140', '2017', 'ND', 'CP']
    """
    return [folded(part) for part in re.split(r"[/.\s-]+", number)]


def named(surface: str) -> str | None:
    """The document number in a citation, as printed; its digits alone if it is short, None if there is none.

    >>> named("Directive 45-CT/TW"), named("Decree no. 140"), named("the resolution")
    ('45-CT/TW', '140', None)
    """
    full = [m[0] for m in NUMBER.finditer(surface)]
    if full:
        return next((number for number in full if re.search(r"[^\W\d]", number)), full[0])
    short = SHORT.search(surface) or LAST.search(surface)
    return short[1] if short else None


@lru_cache(1 << 14)  # many statements cite the same few numbers
def agree(surface: str, number: str | None) -> bool:
    """False if the citation prints a number other than the given one. A short number agrees with those that it begins.

    >>> agree("Decree 140", "140/2017/NĐ-CP"), agree("Directive 35-CT/TW", "45-CT/TW")
    (True, False)
    >>> agree("the resolution", "45-CT/TW")
    True
    """
    printed = named(surface)
    if printed is None or number is None or folded(printed) == folded(number):
        return True
    beginning = parts(printed)
    return all(part.isdigit() for part in beginning) and parts(number)[: len(beginning)] == beginning


def slug(number: str, year: str) -> str:
    """The slug of a number, with the year of issue unless the number has it.

    >>> slug("45-CT/TW", "2025"), slug("140/2017/NĐ-CP", "2017")
    ('45-ct-tw-2025', '140-2017-nd-cp')
    """
    found = [part for part in (folded(part).lower() for part in re.split("[/-]", number)) if part]
    return "-".join(found if not year or year in found else [*found, year])


def is_slug(name: str, number: str, year: str) -> bool:
    """Whether an id is the slug of a number and the year of issue."""
    return name == slug(number, year)
