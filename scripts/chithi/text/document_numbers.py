"""Document numbers: 45-CT/TW, 140/2017/NĐ-CP, and the many ways in which pages print them."""

import re
import unicodedata
from functools import lru_cache

# Cyrillic and Greek capitals that look like the Latin letters of document signs.
LOOKALIKES = str.maketrans("АВСЕНКМОРТХУΑΒΕΗΙΚΜΝΟΡΤΥΧ", "ABCEHKMOPTXYABEHIKMNOPTYX")
SIGN = "[0-9A-Za-z\u00c0-\u024f\u0370-\u052f\u0660-\u0669\u06f0-\u06f9]+"  # no letters of scripts that set no spaces
NUMBER = re.compile(rf"\d+(?:\s?[/-]\s?{SIGN}|\.{SIGN})+")
SHORT = re.compile(r"(?:№|no\.?|nr\.?|n\.?º|n°|số|numéro|número|číslo|رقم)\s*(\d+)", re.IGNORECASE)
LAST = re.compile(r"(\d+)$")


def folded(number: str) -> str:
    """A number as its bare letters and digits, so that spellings of one number agree: Đ as D, digits as Latin ones, no separators.

    >>> folded("204-QĐ/TW") == folded("204.QD-TW") == folded("٢٠٤-QD/TW")
    True
    """
    text = unicodedata.normalize("NFKC", number).upper().translate(LOOKALIKES).replace("Đ", "D").replace("Ð", "D")
    return "".join(str(unicodedata.digit(c, c)) for c in text if c.isalnum())


def parts(number: str) -> list[str]:
    """The parts of a number, folded: 140, 2017, ND, CP."""
    return [folded(part) for part in re.split(r"[/.\s-]+", number)]


def named(surface: str) -> str | None:
    """The document number that a citation prints, as it prints it; the digits alone where it is short, None where there is none."""
    full = [m[0] for m in NUMBER.finditer(surface)]
    if full:
        return next((number for number in full if re.search(r"[^\W\d]", number)), full[0])
    short = SHORT.search(surface) or LAST.search(surface)
    return short[1] if short else None


@lru_cache(1 << 14)  # few numbers stand in many statements
def agree(surface: str, number: str | None) -> bool:
    """True unless the citation prints a number that is not the given one. A short number agrees with those that begin with it.

    >>> agree("Decree 140", "140/2017/NĐ-CP"), agree("Directive 35-CT/TW", "45-CT/TW"), agree("the resolution", "45-CT/TW")
    (True, False, True)
    """
    printed = named(surface)
    if printed is None or number is None or folded(printed) == folded(number):
        return True
    beginning = parts(printed)
    return all(part.isdigit() for part in beginning) and parts(number)[: len(beginning)] == beginning
