"""The fast lane: statements that are surely good pass a few cheap tests at once; whatever fails one goes through all the rules.

The sieve may stop a good statement, which costs time; it must never let a bad one through, which tests hold it to.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np

from chithi.language import glance
from chithi.names import same_name, tone_on_second_vowel
from chithi.numbers import agree
from chithi.rules.table import Context, Record, language_of
from chithi.schemas import struct_of
from chithi.spans import cuts_token
from chithi.tables import STATEMENTS

LONGEST = 2000  # the schema's maxLength of a text
SIGN, LATIN, OTHER, ALONE, MARK, SUSPICIOUS = 0, 1, 2, 4, 16, 128  # ALONE: letters that may stand beside all others
# Letters and signs that no rule about characters minds; all others are looked at by the rules.
PLAIN = {
    SIGN: " !\"#%&'()*+,-./0123456789:;<=>?[]_§°«»·¿¡–—‘’“”„…№،؛؟。、「」『』（），：；！？《》・ºª۔",
    LATIN: "AZ az ÀÖ Øö øɏ Ạỹ".split(),
    OTHER: "ΩΩ ωω ЁЁ Ая ёё ЄЄ ІЇ єє ії Ґґ ءغ في پپ چچ ڈڈ ڑڑ ژژ ٹٹ کک گگ ںں ھھ ہہ یی ےے".split(),
    ALONE: "את अह ऽऽ ॐॐ ।॥ অহ กะ าำ เๆ ぁゔ ァヺ ーー 一鿿 가힣".split(),
}
LAST_PARAGRAPH = 100_000  # the schema's maximum
DIGITS = re.compile(r"[0-9]{2,6}").fullmatch
LATIN_TEXT = re.compile("[ -~À-ÖØ-öø-ɏẠ-ỹ–—‘’“”…№]*").fullmatch
START = attrgetter("start")
LOOSE = frozenset(" ,;:،؛。、.")
# Behind or before these a span neither cuts a word nor a letter.
BREAKS = frozenset(" ,.;:!?()«»„“”\"'’–—-/،؛؟") | {""}  # "" for the end of the text


def character_classes() -> "np.ndarray[Any, np.dtype[np.uint8]]":
    """The class of each character of the Basic Multilingual Plane; the last one stands for all characters beyond it."""
    classes = np.full(0x10000, SUSPICIOUS, np.uint8)
    for kind, letters in PLAIN.items():
        for pair in letters:
            classes[ord(pair[0]) : ord(pair[-1]) + 1] = kind
    for point in range(0x300, 0x1000):
        if unicodedata.category(chr(point)) in ("Mn", "Mc"):
            classes[point] = MARK
        elif not chr(point).isprintable():
            classes[point] = SUSPICIOUS
    return classes


CLASSES = character_classes()


class Facts:
    """What a statement is held to by its report."""

    __slots__ = ("english", "held", "in_language", "spoken", "vietnamese")

    def __init__(self, report: Record):
        self.in_language = glance(report["language"].split("-")[0])
        self.english, self.vietnamese = report["language"] == "en", report["language"] == "vi"
        self.held = report["sha256"] is not None
        self.spoken: str = report["published"] or report["held"] or ""


class Sieve:
    """Waves statements through that no rule can have anything against, given the registries."""

    def __init__(self, context: Context):
        self.type = struct_of(STATEMENTS)
        self.decode = msgspec.json.Decoder(self.type).decode
        self.encode = msgspec.json.Encoder().encode
        self.facts = {
            name: Facts(report) for name, report in context.reports.items() if language_of({"report": name}) == report["language"]
        }
        self.persons = {name for name, speaker in context.speakers.items() if speaker["kind"] == "person"}
        self.bodies = set(context.speakers) - self.persons
        self.offices = set(context.offices)
        self.issued = {name: directive["issued"] or "" for name, directive in context.directives.items()}
        numbers = {name: directive["number"] for name, directive in context.directives.items()}
        self.agree = lru_cache(1 << 14)(lambda surface, name: agree(surface, numbers[name]))
        names = {name: speaker["name_en"] for name, speaker in context.speakers.items()}
        self.named = lru_cache(1 << 14)(lambda surface, name: same_name(surface, names[name]))
        self.in_english = glance("en") or bool

    def struct(self, record: Record | None) -> Any:
        """A record that fits the schema in the form in which `taken` gives statements; None for None."""
        return None if record is None else msgspec.convert(record, self.type)

    def taken(self, line: bytes) -> Any:
        """The statement of a line (a struct with the schema's fields), or None where the rules have to look; `strange` sees the rest."""
        try:
            s = self.decode(line)
        except (ValueError, RecursionError):
            return None
        return s if self.encode(s) + b"\n" == line and self.is_good(s) and good_spans(s) else None

    def is_good(self, s: Any) -> bool:
        """Whether a statement's ids, texts and references are surely right."""
        facts = self.facts.get(s.report)
        return facts is not None and good_id(s, facts) and self.good_texts(s, facts) and self.known(s) and self.cited(s, facts.spoken)

    def good_texts(self, s: Any, facts: Facts) -> bool:
        """Whether the text is in its language and the translation in English, or null for an English text."""
        text, translation = s.text, s.translation
        if not (facts.in_language and facts.in_language(text) and well_spaced(text)) or (facts.vietnamese and tone_on_second_vowel(text)):
            return False
        if facts.english or translation is None:
            return facts.english and translation is None
        plain = translation.isprintable() if translation.isascii() else LATIN_TEXT(translation)
        return bool(plain and self.in_english(translation)) and well_spaced(translation)

    def known(self, s: Any) -> bool:
        """Whether speaker and offices are in the registries, the name is the speaker's, and no body has a role."""
        speaker, role = s.speaker, s.role
        if speaker is None:
            pass
        elif speaker.id in self.persons:
            if not self.named(speaker.text, speaker.id):
                return False
        elif role is not None or speaker.id not in self.bodies:
            return False
        return role is None or (self.offices.issuperset(role.offices) and len(set(role.offices)) == len(role.offices) > 0)

    def cited(self, s: Any, spoken: str) -> bool:
        """Whether the documents cited are in the registry under the number that the text prints, and had been issued."""
        for span in s.directives:
            issued = self.issued.get(span.id)
            if issued is None or not self.agree(span.text, span.id) or (spoken and issued[: len(spoken)] > spoken[: len(issued)]):
                return False
        return True


def good_id(s: Any, facts: Facts) -> bool:
    """Whether the id is the report's with two to six digits, and a paragraph is given where the article is held."""
    report, _, number = s.id.rpartition(".")
    paragraph = s.paragraph is not None and 0 < s.paragraph <= LAST_PARAGRAPH
    return report == s.report and DIGITS(number) is not None and (paragraph if facts.held else s.paragraph is None)


def well_spaced(text: str) -> bool:
    """Whether a text has a length that the schema allows, and no space too many."""
    return 0 < len(text) <= LONGEST and "  " not in text and text[0] != " " and text[-1] != " "


def good_spans(s: Any) -> bool:
    """Whether all spans of a statement are surely right: slices, edges, order, no overlap but what is allowed."""
    text, requests = s.text, s.requests
    flat = [span for span in (s.speaker, s.role, *s.directives) if span is not None]
    if requests:
        addressees = [r.addressee for r in requests if r.addressee is not None]
        flat += [a for n, a in enumerate(addressees) if n == 0 or a != addressees[n - 1]]
    for span in flat + requests:
        start, end, surface = span.start, span.end, span.text
        if (
            start < 0
            or text[start:end] != surface
            or end - start != len(surface)
            or surface == ""
            or surface[0] in LOOSE
            or surface[-1] in LOOSE
        ):
            return False
        if (start and text[start - 1] not in BREAKS and cuts_token(text, start)) or (
            text[end : end + 1] not in BREAKS and cuts_token(text, end)
        ):
            return False
    if len(flat) > 1 and not (apart(s.directives) and apart(sorted(flat, key=START))):
        return False
    return not requests or (apart(requests) and nested(flat, requests))


def nested(flat: Sequence[Any], requests: Sequence[Any]) -> bool:
    """Whether each span lies within a request or outside all of them."""
    for request in requests:
        start, end = request.start, request.end
        for span in flat:
            if span.start < end and start < span.end and (span.start < start or end < span.end):
                return False
    return True


def apart(spans: Sequence[Any]) -> bool:
    """Whether each span ends before the next one starts."""
    at = 0
    for span in spans:
        if span.start < at:
            return False
        at = span.end
    return True


def strange(encoded: Sequence[bytes]) -> list[int]:
    """The indices of texts (in UTF-16) with a character that is not plain, with letters of two scripts side by side, or not in NFC."""
    classes = CLASSES[np.frombuffer(b"".join(encoded), "<u2")]
    both = classes[:-1] | classes[1:]
    bad = (both & (LATIN | OTHER) == LATIN | OTHER) | (both >= SUSPICIOUS)
    if not (bad | both & MARK).any():
        return []
    ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)) // 2)

    def owners(found: "np.ndarray[Any, Any]") -> set[int]:
        places = np.flatnonzero(found)
        return {int(n) for n in np.unique(np.searchsorted(ends, np.concatenate([places, places + 1]), side="right")) if n < len(encoded)}

    marked = (n for n in owners(both & MARK) if not unicodedata.is_normalized("NFC", encoded[n].decode("utf-16-le")))
    return sorted(owners(bad).union(marked))
