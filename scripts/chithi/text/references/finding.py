"""Finding references: their spans, numbers and kinds, without a registry."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chithi.text.document_numbers import FULL_NUMBER, SIGNS, Number, read
from chithi.text.references.assemblies import Assembly, assembly_before, assembly_behind
from chithi.text.references.page import Page
from chithi.text.references.patterns import WORD

# Digits alone, without a number word, are read behind these only: "plan 2030" and "report 5" tell nothing.
SHORT_KINDS = {"directive", "resolution", "conclusion", "decision", "decree", "dispatch", "project"}
YEAR = re.compile(r"(?:19|20)\d\d")
REACH = 200  # code points within which another number may follow its kind word
BEFORE = 60  # code points within which a number may stand before its kind word
LIST = 20  # the greatest number of numbers behind one kind word
SENTENCE_END = re.compile(r"(?<!\d)[.!?。！？।؟۔][\"')\]]?\s+(?=\S)|[。।۔]|\n\n")
LONGEST = 30  # letters before a kind word that may make one word with it
LETTERS_BEFORE = re.compile(rf"{WORD}+\Z")
WORD_BEHIND = re.compile(r" ?\w")


class Found(NamedTuple):
    """A reference: its offsets, its number or its assembly, and the kinds that its kind word may name."""

    start: int
    end: int
    number: Number | None
    kinds: tuple[str, ...] = ()
    assembly: Assembly | None = None

    @property
    def kind(self) -> str:
        """The kind of document. The sign in the number decides, but decisions and regulations share the sign QĐ."""
        pieces = self.number.pieces if self.number else ()
        sign = next((SIGNS[piece] for piece in pieces if piece in SIGNS), None)
        fitting = [kind for kind in self.kinds if sign in {None, kind} or (sign, kind) == ("decision", "regulation")]
        return fitting[0] if fitting else sign or "other"


class Kind(NamedTuple):
    """A kind word: its offsets, and the kinds that it may name."""

    start: int
    end: int
    word: str
    kinds: tuple[str, ...]


def find(page: Page) -> list[Found]:
    """All references in a text, in order; none overlaps another."""
    found = list(bare(page))
    for kind in kind_words(page):
        for first in of_kind(page, kind):
            found += [first, *listed(page, first, kind)]
    return list(apart(found))


def apart(found: Iterable[Found]) -> Iterator[Found]:
    """References in order; of those that overlap, the first, the longest and the one with a kind word."""
    end = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end, not one.kinds)):
        if one.start >= end:
            yield one
            end = one.end


def bare(page: Page) -> Iterator[Found]:
    """Full numbers, whatever stands before them."""
    for place in FULL_NUMBER.finditer(page.even):
        if number := read(page.text, page.even, place.start(), sure=False):
            yield Found(place.start(), closed(page, number), number)


def closed(page: Page, number: Number) -> int:
    """Where a number ends, with what stands behind it and belongs to it, such as 号."""
    closing = page.patterns.closing.match(page.even, number.end)
    return closing.end() if closing else number.end


def kind_words(page: Page) -> Iterator[Kind]:
    """The words for kinds of documents."""
    for found in page.patterns.kind.finditer(page.even):
        start = beginning(page, found.start(), found[0])
        if start is not None:
            yield Kind(start, found.end(), found[0], page.patterns.kinds_of(found[0]))


def beginning(page: Page, at: int, word: str) -> int | None:
    """Where the word begins that a kind word is the end of; None if it is a part of another word."""
    before = LETTERS_BEFORE.search(page.even, max(0, at - LONGEST), at)
    if page.patterns.forms.unspaced or not before:
        return at
    is_attached = page.patterns.attached and re.fullmatch(page.patterns.attached, before[0])
    return before.start() if is_attached or page.patterns.ends_compounds(word) else None


def of_kind(page: Page, kind: Kind) -> Iterator[Found]:
    """The references that a kind word belongs to."""
    forms = page.patterns.forms
    if forms.number_first:
        yield from number_before(page, kind)
    if found := number_behind(page, kind):
        yield found
    elif "resolution" in kind.kinds:
        has_of = not (forms.assembly_first and forms.unspaced)  # in Chinese, Japanese and Korean, the kind stands last
        if has_of and (behind := assembly_behind(page, kind.end)):
            yield Found(kind.start, behind[0], None, kind.kinds, behind[1])
        elif forms.assembly_first and (before := assembly_before(page, kind.start)):
            yield Found(before[0], kind.end, None, kind.kinds, before[1])


def number_behind(page: Page, kind: Kind) -> Found | None:
    """The reference whose number follows its kind word."""
    lead = page.patterns.lead.match(page.even, kind.end)
    number = read(page.text, page.even, lead.end()) if lead else None
    if not lead or not number:
        return None
    if not number.signed and not (is_short(page, lead.end(), number) and (lead["word"] or is_told(page, kind, number))):
        return None
    return Found(kind.start, closed(page, number), number, kind.kinds)


def is_told(page: Page, kind: Kind, number: Number) -> bool:
    """Whether digits alone are a number of a document: they follow its kind at once, and are no year and no count.

    A single digit counts things, unless the kind word is capitalised.
    """
    follows = not page.even[kind.end : number.end].strip(" \n").strip("0123456789/")
    is_name = len(number.printed[0]) > 1 or page.text[kind.start].isupper()
    has_year = len(number.pieces) > 1
    return follows and is_name and not is_year(number) and (has_year or not SHORT_KINDS.isdisjoint(kind.kinds))


def is_short(page: Page, at: int, number: Number) -> bool:
    """Whether digits may be a short number: no percentage, date or count, no ordinal such as "3." in "3. zasedání"."""
    behind = page.text[number.end : number.end + 3]
    is_ordinal = behind[:2] == ". " and behind[2:].islower()
    return page.patterns.short.match(page.even, at) is not None and not is_ordinal


def is_year(number: Number) -> bool:
    """Whether digits may be a year."""
    return YEAR.fullmatch(number.pieces[0]) is not None


def number_before(page: Page, kind: Kind) -> Iterator[Found]:
    """The reference whose number stands before its kind word."""
    for place in re.finditer(r"(?<!\d)\d", page.even[max(0, kind.start - BEFORE) : kind.start]):
        at = max(0, kind.start - BEFORE) + place.start()
        number = read(page.text, page.even, at)
        behind = page.patterns.behind.match(page.even, number.end) if number else None
        if not number or not behind or behind.end() != kind.end:
            continue
        word = page.patterns.before.search(page.even, max(0, at - 15), at)
        if number.signed or behind["closing"] or word:
            yield Found(word.start() if word else at, kind.end, number, kind.kinds)
            return


def listed(page: Page, first: Found, kind: Kind) -> Iterator[Found]:
    """The numbers that follow a reference and have the same kind word."""
    last = first
    for _ in range(LIST if first.number else 0):
        found = next_numbers(page, last, kind) or further_number(page, last, kind)
        yield from found
        if not found:
            return
        last = found[-1]


def next_numbers(page: Page, last: Found, kind: Kind) -> list[Found]:
    """The numbers of a list that goes on at once: one with a sign or a number word, or several short ones."""
    found: list[Found] = []
    at = last.end
    while len(found) < LIST and (joined := page.patterns.joined.match(page.even, at)):
        number = read(page.text, page.even, joined.end())
        if not number or not (joined["and"] or joined["comma"]):
            break
        short = is_short(page, joined.end(), number) and not is_year(number)
        if not number.signed and not short:
            break
        found.append(Found(joined.end(), closed(page, number), number, kind.kinds))
        at = found[-1].end
        if number.signed or joined["word"]:
            return found
    is_list = len(found) > 1 or is_plural(page, kind) or not WORD_BEHIND.match(page.even, at)
    return found if is_list and last.number and not last.number.signed else []


def is_plural(page: Page, kind: Kind) -> bool:
    """Whether a kind word has an ending of the plural."""
    endings = tuple(filter(None, page.patterns.forms.plural.split("|")))
    return kind.word.endswith(endings)


def further_number(page: Page, last: Found, kind: Kind) -> list[Found]:
    """The next number of the sentence with a number word, behind a comma or "and"."""
    stop = sentence_end(page, last.end, last.end + REACH)
    found = page.patterns.further.search(page.even, last.end, stop)
    number = read(page.text, page.even, found.end()) if found else None
    if not found or not number or not (number.signed or is_short(page, found.end(), number)):
        return []
    return [Found(found.end(), closed(page, number), number, kind.kinds)]


def sentence_end(page: Page, at: int, latest: int) -> int:
    """Where a sentence ends, at the latest: at a stop that no small letter follows."""
    for stop in SENTENCE_END.finditer(page.even, at, min(latest, len(page.text))):
        if not page.text[stop.end() : stop.end() + 1].islower():
            return stop.start()
    return min(latest, len(page.text))
