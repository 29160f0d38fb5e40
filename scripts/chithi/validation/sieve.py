"""The fast lane: whole batches of statements are put to a few tests as columns; what fails one goes through all the rules.

The sieve may stop a good statement, which costs time; it must never let a bad one through, which tests hold it to.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np

from chithi.records.blocks import lines_of
from chithi.records.layout import STATEMENTS, language_of
from chithi.records.schemas import struct_of
from chithi.text.code_points import SPACE, Array
from chithi.text.document_numbers import agree
from chithi.text.language import suspects
from chithi.text.person_names import same_name, tone_on_second_vowel
from chithi.text.tokens import cuts_token
from chithi.validation.columns import Batch, Layer
from chithi.validation.index import Record, Registries

SIGN, LATIN, OTHER, ALONE, TOKEN, MARK, SUSPICIOUS = 0, 1, 2, 4, 8, 16, 128
# Letters and signs that no rule about characters minds, as pairs of a first and a last one; all others are suspects. A LATIN
# letter may not stand beside an OTHER, one that stands ALONE may stand beside any, and so may a TOKEN by itself.
PLAIN = {
    SIGN: " !\"#%&'()*+,-./0123456789:;<=>?[]_§°«»·¿¡–—‘’“”„…№،؛؟。、「」『』（），：；！？《》・ºª۔",
    LATIN: "AZ az ÀÖ Øö øɏ Ạỹ".split(),
    OTHER: "ΩΩ ωω ЁЁ Ая ёё ЄЄ ІЇ єє ії Ґґ ءغ في پپ چچ ڈڈ ڑڑ ژژ ٹٹ کک گگ ںں ھھ ہہ یی ےے".split(),
    ALONE: "את अह ऽऽ ॐॐ ।॥ অঌ এঐ ওন পর লল শহ".split(),
    TOKEN: "กะ าำ เๆ ぁゔ ァヺ ーー 一鿿 가힣".split(),
}
# Texts with a combining mark are plain in NFC. Here are those of the scripts above, in hexadecimal: most of them have no form of their own.
MARKS = (
    "300-36f 591-5bd 5bf 5c1-5c2 5c4-5c5 5c7 610-61a 64b-65f 670"
    " 900-903 93a-93c 93e-94f 981-983 9bc 9be-9c4 9c7-9c8 9cb-9cd e31 e34-e3a e47-e4e"
)
LOOSE, BREAK, POINT = 1, 2, 4
# A span does not begin or end with a loose sign, nor end with two points; beside a break it cuts neither a word nor a letter.
EDGES = {LOOSE: " ,;:،؛。、", BREAK: " ,.;:!?()«»„“”\"'’–—-/،؛؟", POINT: "."}
NAMED = attrgetter("text", "id")
LENGTHS = set(range(2, 7))  # of the number in an id


def character_classes() -> Array:
    """The class of every code point of the Basic Multilingual Plane."""
    classes = np.full(0x10000, SUSPICIOUS, np.uint8)
    for kind, letters in PLAIN.items():
        for pair in letters:
            classes[ord(pair[0]) : ord(pair[-1]) + 1] = kind
    for run in MARKS.split():
        first, _, last = run.partition("-")
        classes[int(first, 16) : int(last or first, 16) + 1] = MARK
    return classes


def edge_classes() -> Array:
    """What a code point means at the edge of a span: whether it is a TOKEN or a MARK, and what else of EDGES."""
    classes = CLASSES & (TOKEN | MARK)
    for kind, signs in EDGES.items():
        classes[list(map(ord, signs))] |= kind
    return classes


CLASSES = character_classes()
AT_EDGES = edge_classes()


class Sieve:
    """Waves statements through that no rule can have anything against, given the registries."""

    def __init__(self, registries: Registries):
        self.type = struct_of(STATEMENTS)
        self.decode = msgspec.json.Decoder(self.type)
        self.encode = msgspec.json.Encoder()
        self.reports = {name: r for name, r in registries.reports.items() if language_of(name) == r["language"]}
        self.persons = {name for name, speaker in registries.speakers.items() if speaker["kind"] == "person"}
        self.bodies = set(registries.speakers) - self.persons
        self.offices = set(registries.offices)
        self.issued = {name: directive["issued"] or "" for name, directive in registries.directives.items()}
        numbers = {name: directive["number"] for name, directive in registries.directives.items()}
        self.agree = lru_cache(1 << 14)(lambda surface, name: agree(surface, numbers[name]))
        names = {name: speaker["name_en"] for name, speaker in registries.speakers.items()}
        self.named = lru_cache(1 << 14)(lambda surface, name: same_name(surface, names[name]))

    def struct(self, record: Record | None) -> Any:
        """A record that fits the schema in the form in which `read` gives statements; None for None."""
        return None if record is None else msgspec.convert(record, self.type)

    def read(self, data: bytes) -> list[Any]:
        """The statements on whole lines, as structs with the schema's fields; None for a line that is not one in canonical form."""
        try:
            statements: list[Any] = self.decode.decode_lines(data)
            if statements and self.encode.encode_lines(statements) == data:
                return statements
        except (ValueError, RecursionError):
            pass
        return [self.read_line(line) for line in lines_of(data)]

    def read_line(self, line: bytes) -> Any:
        """The statement on one line, or None."""
        try:
            statement = self.decode.decode(line)
        except (ValueError, RecursionError):
            return None
        return statement if self.encode.encode(statement) + b"\n" == line else None

    def suspects(self, batch: Batch) -> set[int]:
        """The numbers of the statements at which the rules have to look; nothing is wrong with the others."""
        report = self.reports.get(batch.report)
        if report is None:
            return set(range(len(batch.statements)))
        return {
            *bad_ids(batch, held=report["sha256"] is not None),
            *bad_texts(batch, report["language"].split("-")[0]),
            *self.bad_references(batch, report["published"] or report["held"] or ""),
            *bad_spans([batch.speakers, batch.roles, batch.directives, once(batch.addressees), batch.requests], batch),
        }

    def bad_references(self, batch: Batch, spoken: str) -> Iterator[int]:
        """Statements whose speaker, offices or documents may not be in the registries, or not be the ones that the text names."""
        bodies = {n for n, span in zip(*batch.speakers, strict=True) if span.id in self.bodies}
        yield from bodies.intersection(batch.roles.owners)
        yield from failing(batch.speakers, NAMED, self.is_known)
        yield from failing(batch.directives, NAMED, lambda surface, directive: self.is_cited(surface, directive, spoken))
        yield from failing(batch.roles, lambda span: tuple(span.offices), self.are_offices)

    def is_known(self, name: str, speaker: str) -> bool:
        """Whether a speaker is in the registry, and has that name."""
        return speaker in self.bodies or (speaker in self.persons and self.named(name, speaker))

    def is_cited(self, surface: str, directive: str, spoken: str) -> bool:
        """Whether a document is in the registry under the number that the text prints, and had been issued by a date."""
        issued = self.issued.get(directive)
        return issued is not None and self.agree(surface, directive) and not issued[: len(spoken)] > spoken[: len(issued)]

    def are_offices(self, *offices: str) -> bool:
        """Whether offices are in the registry, each named once, at least one."""
        return self.offices.issuperset(offices) and len(set(offices)) == len(offices) > 0


def failing(layer: Layer, key: Callable[[Any], tuple[str, ...]], good: Callable[..., bool]) -> Iterator[int]:
    """Statements with a span whose key is not good; each key is asked about once."""
    bad = {found for found in set(map(key, layer.spans)) if not good(*found)}
    yield from (n for n, span in zip(*layer, strict=True) if key(span) in bad) if bad else ()


def bad_ids(batch: Batch, held: bool) -> Iterator[int]:
    """Statements whose id is not the report's with two to six digits, or that have a paragraph where the article is not held, or none."""
    numbers = [name.removeprefix(f"{batch.report}.") for name in batch.ids]
    digits = "".join(numbers)
    if not (digits.isascii() and digits.isdecimal() and LENGTHS.issuperset(map(len, numbers))):
        yield from (n for n, number in enumerate(numbers) if not (number.isascii() and number.isdecimal() and len(number) in LENGTHS))
    yield from (n for n, s in enumerate(batch.statements) if (s.paragraph is None) is held)


def bad_texts(batch: Batch, language: str) -> Iterator[int]:
    """Statements whose text or translation has odd letters or a space too many, is in another language, or is missing."""
    texts, translated, english = batch.texts, batch.translated, language == "en"
    if len(translated.owners) != (0 if english else len(texts)):
        yield from translated.owners if english else set(range(len(texts))).difference(translated.owners)
    yield from (n if n < len(texts) else translated.owners[n - len(texts)] for n in odd_letters(batch))
    yield from suspects(texts, language)
    yield from (translated.owners[n] for n in suspects(translated.spans, "en"))
    if language == "vi":
        yield from (n for n, text in enumerate(texts) if tone_on_second_vowel(text))


def odd_letters(batch: Batch) -> Iterator[int]:
    """Texts and translations, by number, with odd characters, two scripts side by side, not in NFC, or with a space too many."""
    letters = batch.letters
    classes, spaces = CLASSES.take(letters.points), letters.points == SPACE
    doubled = (spaces[1:] & spaces[:-1]).nonzero()[0]
    mixed = (classes[1:] ^ classes[:-1] == LATIN | OTHER).nonzero()[0]
    highest = classes.max()
    if doubled.size or mixed.size or highest == SUSPICIOUS:
        places = [doubled, doubled + 1, mixed, mixed + 1, (classes == SUSPICIOUS).nonzero()[0]]
        yield from letters.owners(np.concatenate(places)).tolist()
    if highest >= MARK:
        marked = set(letters.owners((classes == MARK).nonzero()[0]).tolist())
        texts = batch.texts + batch.translated.spans
        yield from (n for n in marked if not unicodedata.is_normalized("NFC", texts[n]))


def bad_spans(layers: Sequence[Layer], batch: Batch) -> set[int]:
    """Statements with a span that may be wrong: its slice, its edges, its place among the others. The last layer holds the requests.

    Where slices or the order of requests are wrong, the others are looked at again by themselves, as all tests rest on these two.
    """
    numbers, spans = [n for layer in layers for n in layer.owners], [span for layer in layers for span in layer.spans]
    if not spans:
        return set()
    owners, letters, texts = np.array(numbers), batch.letters, batch.texts
    starts, ends = np.array([span.start for span in spans]), np.array([span.end for span in spans])
    fits = np.array([texts[n][span.start : span.end] == span.text for n, span in zip(numbers, spans, strict=True)])
    fits &= (starts < ends) & (ends <= letters.sizes[owners])
    first, last = letters.begins[owners] + starts, letters.begins[owners] + ends
    counts = np.cumsum([len(layer.spans) for layer in layers]).tolist()
    flat, cited, asked = slice(counts[3]), slice(counts[1], counts[2]), slice(counts[3], None)
    fits[asked][1:] &= last[asked][:-1] <= first[asked][1:]
    if not fits.all():
        wrong = set(owners[~fits].tolist())
        return wrong | bad_spans([without(wrong, layer) for layer in layers], batch)
    wrong = {numbers[n] for n in bad_edges(numbers, spans, first, last, batch)}
    order = np.argsort(first[flat])
    wrong.update(owners[order][1:][last[order][:-1] > first[order][1:]].tolist())
    wrong.update(owners[cited][1:][last[cited][:-1] > first[cited][1:]].tolist())
    # A span within the request that starts last before it may not go beyond its end; another may not reach the next request.
    at = np.searchsorted(first[asked], first[flat], side="right")
    behind, ahead = np.append(last[asked], 0)[at - 1], np.append(first[asked], len(letters.points))[at]
    wrong.update(owners[flat][last[flat] > np.where(behind > first[flat], behind, ahead)].tolist())
    return wrong


def once(layer: Layer) -> Layer:
    """A layer in which a span that several requests in a row share stands once."""
    kept = [n for n, pair in enumerate(zip(*layer, strict=True)) if n == 0 or pair != (layer.owners[n - 1], layer.spans[n - 1])]
    return Layer([layer.owners[n] for n in kept], [layer.spans[n] for n in kept])


def without(wrong: set[int], layer: Layer) -> Layer:
    """A layer without the spans of some statements."""
    kept = [n for n, owner in enumerate(layer.owners) if owner not in wrong]
    return Layer([layer.owners[n] for n in kept], [layer.spans[n] for n in kept])


def bad_edges(numbers: list[int], spans: list[Any], first: Array, last: Array, batch: Batch) -> Iterator[int]:
    """Which spans begin or end with a loose sign, or cut a word or a letter."""
    points = batch.letters.points
    before, start, end, behind = AT_EDGES.take(points.take(np.concatenate([first - 1, first, last - 1, last]))).reshape(4, -1)
    yield from ((start | end) & LOOSE).nonzero()[0].tolist()
    yield from (n for n in (end & POINT).nonzero()[0].tolist() if spans[n].text.endswith(".."))
    for left, right, key in ((before, start, "start"), (end, behind, "end")):
        either = left | right
        for n in ((either & BREAK == 0) & ((either & TOKEN == 0) | (right == MARK))).nonzero()[0].tolist():
            if cuts_token(batch.texts[numbers[n]], getattr(spans[n], key)):
                yield n
