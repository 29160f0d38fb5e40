"""Texts with variants of letters, digits, dashes and spaces made even, character by character, so that offsets stay."""

import unicodedata

SAME = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u05be\u30fc", "-"),
    **dict.fromkeys("\u2044\u2215\u29f8", "/"),
    **dict.fromkeys("\u2019\u02bc\u2018\u00b4\u05f3", "'"),
    **dict.fromkeys("\u05f4\u201c\u201d\u201e\u00ab\u00bb", '"'),
    **dict.fromkeys("\u00d0\u00f0\u0110\u0189\u0256", "đ"),  # with the Icelandic and the African letter
    **dict.fromkeys("\u00ba\u00b0\u02da", "º"),
    "ς": "σ",  # capitals do not tell them apart
    "\u2116": "№",  # not "No", which is two letters
}


class Evened(dict[int, str]):
    """Code point -> the character that stands for it; each is looked up once."""

    def __missing__(self, point: int) -> str:
        found = self[point] = evened_character(chr(point))
        return found


def evened_character(character: str) -> str:
    """The character that stands for another: lower case, digits 0 to 9, "-", "/" and " " for all their kinds.

    >>> [evened_character(c) for c in "Ａ४–\u00a0Ð"]
    ['a', '4', '-', ' ', 'đ']
    """
    if character in SAME:
        return SAME[character]
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    category = unicodedata.category(character)
    if (category == "Cf" and character not in "\u200c\u200d\u00ad") or category == "Zs" or character in "\t\r\v\f":
        return " "  # marks of direction too, which stand around numbers in Arabic and Hebrew texts
    plain = unicodedata.normalize("NFKC", character).lower()
    return plain if len(plain) == 1 else character


EVENED = Evened()


def evened(text: str) -> str:
    """A text of the same length in which variants of characters are the same.

    >>> evened("Chỉ thị số ４５–CT／TW")
    'chỉ thị số 45-ct/tw'
    """
    return text.translate(EVENED)
