"""References to documents in a text, and the registry entries that they mean."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from unicodedata import is_normalized

import msgspec

from chithi.records.files import read_regular
from chithi.records.layout import registry_files, shipped
from chithi.records.records import Directive, Span
from chithi.text.composition import composed, composed_offsets
from chithi.text.document_numbers import Number, canonical, is_known, pieces_of
from chithi.text.references.assemblies import Assembly
from chithi.text.references.context import terms_behind, years_before, years_behind
from chithi.text.references.finding import Found, find
from chithi.text.references.page import Page

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", re.IGNORECASE)
ORDINAL = r"(\d+)(?:st|nd|rd|th)"  # the registry's titles and issuers are in English
CONGRESS = re.compile(rf"{ORDINAL} (National Party )?[Cc]ongress")
PLENUM = re.compile(rf"{ORDINAL} plenum")
COMMITTEE = re.compile(rf"{ORDINAL} Central Committee")


class Reference(Span):
    """A reference to a document.

    `number` is canonical, with Đ; it has the digits alone where no entry tells the rest, and is None for a document
    without a number. `id` is that of the registry entry; None where the registry has no entry, or several that the text
    does not tell apart.
    """

    number: str | None
    kind: str
    id: str | None


class DirectiveIndex:
    """The entries of a registry of documents by their digits, and by the assemblies that passed them."""

    def __init__(self, directives: Iterable[Directive]) -> None:
        self.by_digits: dict[str, list[tuple[tuple[str, ...], Directive]]] = {}
        self.by_assembly: dict[tuple[str, int, int | None], list[Directive]] = {}
        for entry in directives:
            if entry.number:
                pieces = pieces_of(entry.number)
                self.by_digits.setdefault(pieces[0], []).append((pieces, entry))
            else:
                for digits in re.findall(r"(?<![a-z0-9])\d+(?![a-z0-9])", entry.id):
                    self.by_digits.setdefault(str(int(digits)), []).append(((str(int(digits)),), entry))
            if key := assembly_of(entry):
                self.by_assembly.setdefault(key, []).append(entry)

    def candidates(self, found: Found) -> list[Directive]:
        """The entries that a reference may mean, by its number and kind, or by its assembly."""
        if found.assembly:
            return self.passed_by(found.assembly)
        if not found.number:
            return []
        entries = self.by_digits.get(found.number.pieces[0], [])
        return signed(entries, found.number) if found.number.signed else short(entries, found)

    def passed_by(self, assembly: Assembly) -> list[Directive]:
        """The resolutions of an assembly; none if it is local, as the place is not told by a number."""
        if assembly.local:
            return []
        found = self.by_assembly.get((assembly.kind, assembly.ordinal, assembly.term), [])
        if found or assembly.term:
            return found
        of_any_term = (e for key, entries in self.by_assembly.items() if key[:2] == assembly[:2] for e in entries)
        return list(of_any_term)


def assembly_of(entry: Directive) -> tuple[str, int, int | None] | None:
    """The assembly that passed a resolution, by kind, number and term: a national congress or a plenum."""
    if entry.kind != "resolution":
        return None
    congress, plenum = CONGRESS.search(entry.issuer or ""), PLENUM.search(entry.title_en)
    if congress and congress[2]:
        return "congress", int(congress[1]), None
    committee = COMMITTEE.search(entry.issuer or "")
    return ("plenum", int(plenum[1]), int(committee[1]) if committee else None) if plenum else None


def signed(entries: Sequence[tuple[tuple[str, ...], Directive]], number: Number) -> list[Directive]:
    """The entries with a number. It may lack its issuer, or have a word in its place that is none, as a translation."""
    if same := [entry for pieces, entry in entries if pieces == number.pieces]:
        return same
    *first, last = number.pieces
    if len(first) > 1 and is_known(last):
        return []
    stem = number.pieces if is_known(last) else tuple(first)
    return [entry for pieces, entry in entries if len(stem) > 1 and pieces[: len(stem)] == stem]


def short(entries: Sequence[tuple[tuple[str, ...], Directive]], found: Found) -> list[Directive]:
    """The entries with a short number, of the first of the kinds of the reference that has any."""
    digits = found.number.pieces if found.number else ()
    fitting = [entry for pieces, entry in entries if pieces[: len(digits)] == digits]
    of_kinds = ([entry for entry in fitting if entry.kind == kind] for kind in found.kinds)
    return next(filter(None, of_kinds), [])


def parse_directives(text: str, language: str, directives: Iterable[Directive] | None = None) -> list[Reference]:
    """The references to documents in a text of a language, which is given as a tag of BCP 47, in order.

    A reference tells which document it means: by its number, full or short, or as the resolution of a congress or a
    plenum by its kind and the ordinal number of the assembly. "This directive" and "the Party's resolutions" are none.
    A span reaches from the word for the kind to the number; of several numbers behind one word, the others are spans
    of their own. Offsets are half-open, in code points.

    `directives` are the entries that ids are taken from, by default those of the corpus that ships. In a language that
    the table of forms lacks, only numbers with their signs are found, as in "45-CT/TW". Raises ValueError if the
    language is no tag.

    >>> found = parse_directives("Under Directive No. 32 CT/TW and Resolution 57, ...", "en")
    >>> [(one.text, one.number, one.id) for one in found]
    [('Directive No. 32 CT/TW', '32-CT/TW', '32-ct-tw-2024'), ('Resolution 57', '57-NQ/TW', '57-nq-tw-2024')]
    """
    if not LANGUAGE.fullmatch(language):
        raise ValueError(f"{language!r} is no tag of a language, such as en or pt-BR")
    index = shipped_index() if directives is None else DirectiveIndex(directives)
    if is_normalized("NFC", text):
        return references(text, language, index)
    places, found = origins(text), references(composed(text), language, index)
    for one in found:
        one.start, one.end = places[one.start], places[one.end]
        one.text = text[one.start : one.end]
    return found


def references(text: str, language: str, index: DirectiveIndex) -> list[Reference]:
    """The references in a text in NFC."""
    page = Page.of(text, language)
    found = find(page)
    entries = [index.candidates(one) for one in found]
    starts, ends = [*(one.start for one in found), len(text)][1:], [0, *(one.end for one in found)][:-1]
    told = [narrowed(page, *each) for each in zip(found, entries, ends, starts, strict=True)]
    settled = {entry.id for entries in told if len(entries) == 1 for entry in entries}
    return [reference(text, one, repeated(entries, settled)) for one, entries in zip(found, told, strict=True)]


def origins(text: str) -> list[int]:
    """For each offset into a text in NFC, the offset into the text as it stands.

    An offset between code points that were composed together leads to their end.
    """
    offsets = composed_offsets(text) or list(range(len(text) + 1))
    found: list[int] = []
    for at, place in enumerate(offsets):
        if place is not None and place >= len(found):
            found += [at] * (place + 1 - len(found))
    return found


def narrowed(page: Page, found: Found, entries: list[Directive], since: int, until: int) -> list[Directive]:
    """The entries that fit a reference best, by the year or the term that the text tells near it."""
    if len(entries) <= 1:
        return entries
    for years in (years_behind(page, found, until), years_before(page, found, since)):
        if fitting := [entry for entry in entries if (entry.issued or "")[:4] in years]:
            return fitting
    terms = terms_behind(page, found, until)
    by_term = ((COMMITTEE.search(entry.issuer or ""), entry) for entry in entries)
    return [entry for term, entry in by_term if term and int(term[1]) in terms] or entries


def repeated(entries: list[Directive], settled: set[str]) -> list[Directive]:
    """The entries that another reference of the text settles; all if there is none such."""
    known = [entry for entry in entries if entry.id in settled]
    return known if len(known) == 1 else entries


def reference(text: str, found: Found, entries: list[Directive]) -> Reference:
    """A reference as it is given out."""
    numbers = {entry.number for entry in entries}
    entry = entries[0] if len(entries) == 1 else None
    number = numbers.pop() if len(numbers) == 1 else None
    if not number and found.number:
        number = canonical(found.number)
    kind = entry.kind if entry else found.kind
    return Reference(found.start, found.end, text[found.start : found.end], number, kind, entry.id if entry else None)


@cache
def shipped_index() -> DirectiveIndex:
    """The documents of the corpus that ships."""
    path = next(path for path in registry_files(shipped("corpus")) if path.stem == "directives")
    return DirectiveIndex(msgspec.json.Decoder(Directive).decode_lines(read_regular(path)))
