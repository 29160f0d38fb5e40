"""Person names in many scripts, and Vietnamese spelling."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

from anyascii import anyascii

# Scripts whose transliteration keeps too little of a Vietnamese name: they omit vowels, or write the Chinese reading.
OPAQUE = r"[\u0590-\u06ff\u4e00-\u9fff]"
STEM = 3  # letters at the start of a word that inflection does not change
ALIKE = 0.5  # two transliterated names of one person have at least this ratio of matching letters
# In open syllables in oa, oe or uy, the Vietnamese press puts the tone on the first vowel (hòa, Ủy), not the second.
SECOND_VOWEL = r"(?i)(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)"


def letters(name: str) -> str:
    """A name as its lower-case ASCII letters, transliterated."""
    return re.sub("[^a-z]", "", anyascii(name).lower())


@lru_cache(1 << 14)  # many statements have the same few names
def same_name(surface: str, name: str) -> bool:
    """False if the name in a text is hardly that of the registry: it has other words, or sounds different.

    >>> [same_name(name, "Tran Thanh Man") for name in ("Tran Thanh Mana", "Чан Тхань Ман", "To Lam")]
    [True, True, False]
    """
    if re.search(OPAQUE, surface):
        return True
    if all(unicodedata.name(c, "").startswith("LATIN") for c in surface if c.isalpha()):
        stems = [letters(word)[:STEM] for word in re.findall(r"\w+", name)]
        words = [letters(word)[:STEM] for word in re.findall(r"\w+", surface)]
        return all(any(word.startswith(stem) or stem.startswith(word) for stem in stems) for word in words)
    return SequenceMatcher(None, letters(surface), letters(name)).ratio() >= ALIKE


def tone_on_second_vowel(text: str) -> str | None:
    """The first Vietnamese syllable with its tone on the second vowel, where the press puts it on the first; or None.

    >>> tone_on_second_vowel("Uỷ ban"), tone_on_second_vowel("Ủy ban")
    ('Uỷ', None)
    """
    match = re.search(SECOND_VOWEL, text)
    return re.split(r"\W", text[: match.end()])[-1] if match else None
