"""Document numbers: 45-CT/TW, 140/2017/NĐ-CP, and the many ways in which pages print them."""

import re
import unicodedata

# Cyrillic and Greek capitals that look like the Latin letters of document signs.
LOOKALIKES = str.maketrans("АВСЕНКМОРТХУΑΒΕΗΙΚΜΝΟΡΤΥΧ", "ABCEHKMOPTXYABEHIKMNOPTYX")
NUMBER = re.compile(r"\d+(?:\s?[/-]\s?\w+|\.\w+)+")
SHORT = re.compile(r"(?:№|no\.?|nr\.?|n\.?º|n°|số|numéro|número|číslo|رقم)\s*(\d+)", re.IGNORECASE)
LAST = re.compile(r"(\d+)$")


def folded(number: str) -> str:
    """A number as its bare letters and digits, so that spellings of one number agree: Đ as D, digits as Latin ones, no separators.

    >>> folded("204-QĐ/TW") == folded("204.QD-TW") == folded("٢٠٤-QD/TW")
    True
    """
    text = number.translate(LOOKALIKES).upper().replace("Đ", "D").replace("Ð", "D")
    return "".join(str(unicodedata.digit(c, c)) for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def named(surface: str) -> str | None:
    """The document number that a citation prints, folded: 45CTTW, the digits alone where it is short, None where there is none."""
    if full := [m[0] for m in NUMBER.finditer(surface) if re.search(r"[^\W\d]", m[0])]:
        return folded(full[0])
    short = SHORT.search(surface) or LAST.search(surface)
    return folded(short[1]) if short else None


def agree(surface: str, number: str | None) -> bool:
    """True unless the citation prints a number that is not the given one. A short number agrees with all that begin with it."""
    printed = named(surface)
    if printed is None or number is None:
        return True
    leading = re.match(r"\d+", folded(number))
    return printed == folded(number) or (printed.isdigit() and leading is not None and printed == leading[0])
