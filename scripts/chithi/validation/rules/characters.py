"""Level statement, on the characters of texts: one rule holds for the texts of all tables and of corpus.json.

A finding in a registry, in corpus.json or in the exceptions has the same code as one in a statement. Its pointer leads
to the field.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

import numpy as np

from chithi.records.layout import primary
from chithi.text.character_classes import HIDDEN, LATIN, OTHER
from chithi.text.code_points import SPACE
from chithi.text.display import shown
from chithi.validation.columns import Strings
from chithi.validation.findings import Finding
from chithi.validation.offsets import REFILL
from chithi.validation.rule import text_rule
from chithi.validation.strings import Text, is_composed

MIXED_SCRIPTS = (
    r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff][\u0370-\u052f\u0620-\u064a\u0671-\u06d3]"
    r"|[\u0370-\u052f\u0620-\u064a\u0671-\u06d3][A-Za-z\u00c0-\u024f\u1e00-\u1eff]"
)
DIGITS = r"[^\W\D0-9]+"
# In these languages zero-width joiners are part of the spelling.
JOINERS = {"fa": "\u200c", "ur": "\u200c", "hi": "\u200c\u200d", "bn": "\u200c\u200d"}
# Where the language is not known: the same joiners, behind Arabic letters and behind those of Hindi and Bengali.
JOINED = "(?<=[\u0620-\u06ff])\u200c|(?<=[\u0900-\u09ff])[\u200c\u200d]"
COMPOSE = {
    "statements": "run `chithi format`, which composes it and moves the offsets",
    "registries": "run `chithi format`, which composes it",
    "": "run `chithi format`, which composes it",
}


@text_rule("T406", "not-nfc", lambda strings: strings.decomposed)
def not_nfc(text: Text) -> Iterator[Finding]:
    """A text is not in Unicode normalisation form C.

    A letter and a separate accent look like one character but count as two, so searches miss it and offsets shift.
    Other rules look at a statement as `chithi format` composes it. The rule holds for every string of every table, of
    corpus.json and of exceptions.jsonl.

    Bad: "Hà Nội" with U+0300 behind the a
    Good: "Hà Nội" with the one letter U+00E0
    """
    if not is_composed(text.text):
        in_nfc = unicodedata.normalize("NFC", text.text)
        at = next((i for i, (a, b) in enumerate(zip(text.text, in_nfc, strict=False)) if a != b), len(in_nfc))
        codes = " ".join(f"U+{ord(c):04X}" for c in text.text[at : at + 2])
        yield Finding(text.pointer, "the text is not in NFC", COMPOSE[text.table], codes)


@text_rule("T407", "invisible-character", lambda strings: strings.suspicious, tolerable=True)
def invisible_character(text: Text) -> Iterator[Finding]:
    """A text holds an invisible or special character.

    Bidirectional controls, zero-width characters, soft hyphens, control characters, special spaces such as the
    non-breaking one, line separators, fillers, and private or unassigned characters shift offsets and break searches
    unnoticed. Joiners that belong to the spelling (Persian, Urdu, Hindi, Bengali) may stay: in statements of these
    languages, and in registries behind letters of their scripts. The rule holds for every string of every table, of
    corpus.json and of exceptions.jsonl.

    Bad: "Lai<U+00A0>Chau"
    Good: "Lai Chau"
    """
    if text.text.isprintable() and HIDDEN.isdisjoint(text.text):
        return
    allowed = JOINERS.get(primary(text.language), "") if text.language else ""
    plain = text.text if text.language else re.sub(JOINED, "", text.text)
    strange = sorted({c for c in plain if (not c.isprintable() or c in HIDDEN) and c not in allowed})
    if strange:
        codes = ", ".join(f"U+{ord(c):04X} {unicodedata.name(c, '')}".strip() for c in strange)
        hint = "remove them, or write a plain space"
        yield Finding(text.pointer, "the text holds invisible or special characters", hint, codes)


def loosely_spaced(strings: Strings) -> Iterable[int]:
    """Texts with two spaces in a row. A space stands before and behind every text."""
    spaces = strings.code_points.points == SPACE
    doubled = (spaces[1:] & spaces[:-1]).nonzero()[0]
    return strings.at(np.concatenate([doubled, doubled + 1]))


@text_rule("T408", "loose-space", loosely_spaced, tolerable=True)
def loose_space(text: Text) -> Iterator[Finding]:
    """A text begins or ends with a space, or has two in a row.

    A text of spaces alone is not a text. The rule holds for every string of every table, of corpus.json and of
    exceptions.jsonl.

    Bad: "Lai  Chau "
    Good: "Lai Chau"
    """
    words = text.text
    if "  " in words or words != words.strip(" "):
        at = words.find("  ")
        around = shown(words[max(0, at - 10) : at + 12]) if at >= 0 else shown(words[:12] + " ... " + words[-12:])
        hint = f"remove it, then {REFILL}" if text.pointer == ("text",) else "remove it"
        if not words.strip(" "):
            around, hint = shown(words), "write what belongs here, or null where the field allows it"
        yield Finding(text.pointer, "a space too many", hint, around)


def side_by_side(strings: Strings) -> Iterable[int]:
    """Texts with letters of two scripts side by side, or with a character of no plain class."""
    mixed = (strings.classes[1:] ^ strings.classes[:-1] == LATIN | OTHER).nonzero()[0]
    return [*strings.at(np.concatenate([mixed, mixed + 1])), *strings.suspicious]


@text_rule("T409", "mixed-scripts", side_by_side, tolerable=True)
def mixed_scripts(text: Text) -> Iterator[Finding]:
    """A word mixes letters of two scripts.

    A Cyrillic letter that looks like a Latin one, or a Latin one that looks Cyrillic, makes it another word. The rule
    holds for every string of every table, of corpus.json and of exceptions.jsonl.

    Bad: "45-СT/TW" with a Cyrillic С
    Good: "45-CT/TW" in Latin letters
    """
    if not text.text.isascii() and (match := re.search(MIXED_SCRIPTS, text.text)):
        names = [f"{c} is {unicodedata.name(c, 'unnamed')}" for c in match[0]]
        hint = "write the word in one script"
        yield Finding(text.pointer, "a word mixes letters of two scripts", hint, "; ".join(names))


@text_rule("T410", "foreign-digits", lambda strings: strings.suspicious, tolerable=True)
def foreign_digits(text: Text) -> Iterator[Finding]:
    """A text has digits that are not 0 to 9.

    Numbers are written in Latin digits in every language, so that one search finds them. The rule holds for every
    string of every table, of corpus.json and of exceptions.jsonl.

    Bad: "عام ٢٠٢٥"
    Good: "عام 2025"
    """
    if not text.text.isascii() and (match := re.search(DIGITS, text.text)):
        latin = "".join(str(unicodedata.digit(c, 0)) for c in match[0])
        yield Finding(text.pointer, "digits that are not 0 to 9", "write Latin digits", shown(match[0]), shown(latin))
