"""Names of persons in many scripts, and Vietnamese spelling."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

from anyascii import anyascii

# Scripts in which a transliterated name keeps too little of the Vietnamese one: they write no vowels, or give the Chinese reading.
OPAQUE = r"[\u0590-\u06ff\u4e00-\u9fff]"
STEM = 3  # letters of a word that inflection leaves alone
ALIKE = 0.5  # of two names transliterated, the least likeness of one person's
# The tone of an open syllable in oa, oe or uy stands on the first vowel in the Vietnamese press (hòa, Ủy), not on the second (hoà, Uỷ).
SECOND_VOWEL = r"(?i)(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)"


def letters(name: str) -> str:
    """A name as its lower-case ASCII letters, transliterated."""
    return re.sub("[^a-z]", "", anyascii(name).lower())


@lru_cache(1 << 14)  # few names stand in many statements
def same_name(surface: str, name: str) -> bool:
    """False where the name that a text prints can't well be the registry's: other words, or another sound in another script.

    >>> same_name("Tran Thanh Mana", "Tran Thanh Man"), same_name("Чан Тхань Ман", "Tran Thanh Man"), same_name("To Lam", "Tran Thanh Man")
    (True, True, False)
    """
    if re.search(OPAQUE, surface):
        return True
    if all(unicodedata.name(c, "").startswith("LATIN") for c in surface if c.isalpha()):
        stems = [letters(word)[:STEM] for word in re.findall(r"\w+", name)]
        words = [letters(word)[:STEM] for word in re.findall(r"\w+", surface)]
        return all(any(word.startswith(stem) or stem.startswith(word) for stem in stems) for word in words)
    return SequenceMatcher(None, letters(surface), letters(name)).ratio() >= ALIKE


def tone_on_second_vowel(text: str) -> str | None:
    """The first Vietnamese syllable whose tone mark stands on the second of two vowels, where the press sets it on the first; or None."""
    match = re.search(SECOND_VOWEL, text)
    return re.split(r"\W", text[: match.end()])[-1] if match else None
