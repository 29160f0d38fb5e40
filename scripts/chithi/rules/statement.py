"""Level statement: what holds within one statement: its text, its spans, its translation."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations, pairwise

from chithi.language import other_language
from chithi.names import tone_on_second_vowel
from chithi.numbers import agree
from chithi.problem import Finding, shown
from chithi.rules.table import Context, Record, language_of, rule
from chithi.spans import Span, cuts_token, spans

REFILL = "remove start and end, and run `chithi format`, which fills them in"
MIXED_SCRIPTS = (
    r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff][\u0370-\u052f\u0620-\u064a\u0671-\u06d3]"
    r"|[\u0370-\u052f\u0620-\u064a\u0671-\u06d3][A-Za-z\u00c0-\u024f\u1e00-\u1eff]"
)
DIGITS = r"[^\W\D0-9]+"
# Joiners are part of the spelling in these languages.
JOINERS = {"fa": "\u200c", "ur": "\u200c", "hi": "\u200c\u200d", "bn": "\u200c\u200d"}


def texts(statement: Record) -> Iterator[tuple[str, str]]:
    """The texts of a statement by key; its spans repeat parts of them."""
    yield "text", statement["text"]
    if statement["translation"] is not None:
        yield "translation", statement["translation"]


@rule("T401", "statement")
def slice_differs(statement: Record, context: Context) -> Iterator[Finding]:
    """A span's text is not what stands at its offsets.

    text[start:end] must be the span's text to the letter; offsets count Unicode code points, not bytes and not UTF-16 units.

    Bad: "text":"Genosse Vu Manh Ha sprach.","speaker":{"start":7,"end":17,"text":"Vu Manh Ha",...}
    Good: "text":"Genosse Vu Manh Ha sprach.","speaker":{"start":8,"end":18,"text":"Vu Manh Ha",...}
    """
    text = statement["text"]
    for _, pointer, span in spans(statement):
        start, end, surface = span["start"], span["end"], span["text"]
        if text[start:end] != surface or end > len(text):
            yield Finding((*pointer, "start"), why_offsets_miss(text, start, surface), REFILL, shown(text[start:end]), shown(surface))


def why_offsets_miss(text: str, start: int, surface: str) -> str:
    """Says where the span's text stands instead, and which way of counting leads to the offset given."""
    at = min((m.start() for m in re.finditer(re.escape(surface), text)), key=lambda i: abs(i - start), default=None)
    if at is None:
        return "the span's text stands nowhere in the statement's text"
    before = text[:at]
    if start == len(before.encode("utf-16-le")) // 2 != at:
        counted = " (the offset given counts UTF-16 units)"
    elif start == len(before.encode()) != at:
        counted = " (the offset given counts bytes)"
    else:
        counted = ""
    if at == start:
        return f"the end is wrong: the text stands at {at} to {at + len(surface)}"
    return f"offset {start} is {abs(at - start)} off: the text stands at {at}{counted}"


@rule("T402", "statement")
def cut_token(statement: Record, context: Context) -> Iterator[Finding]:
    """A span begins or ends within a word.

    Tags are given to whole tokens, so a span must not cut one: no part of a word, no letter without its combining marks. In
    scripts that set no spaces every letter may bound a span.

    Bad: "Parteitag" with the span "Partei"
    Good: "Parteitag" with the span "Parteitag"
    """
    text = statement["text"]
    for _, pointer, span in spans(statement):
        for key in ("start", "end"):
            if cuts_token(text, at := span[key]):
                around = shown(text[max(0, at - 12) : at] + "|" + text[at : at + 12])
                yield Finding((*pointer, key), f"the span's {key} cuts a word", "widen or narrow the span to whole words", around)


@rule("T403", "statement")
def loose_edge(statement: Record, context: Context) -> Iterator[Finding]:
    """A span begins or ends with a space or with closing punctuation.

    Bad: "Tran Thanh Man," with its comma
    Good: "Tran Thanh Man"
    """
    for _, pointer, span in spans(statement):
        surface = span["text"]
        if surface != surface.strip(" ,;:،؛。、") or surface.endswith((". ", "..", "。")):
            hint = f"take them out of the span, then {REFILL}"
            yield Finding((*pointer, "text"), "the span begins or ends with a space or punctuation", hint, shown(surface))


@rule("T404", "statement")
def overlap(statement: Record, context: Context) -> Iterator[Finding]:
    """Two spans overlap.

    Spans of one kind do not overlap, nor do speaker, role, directives and addressees, which share one row of tags. Two
    requests may share one addressee, to the letter. A request may hold any of them, whole.

    Bad: role "secretary Giang Pao My" beside speaker "Giang Pao My"
    Good: role "secretary" beside speaker "Giang Pao My"
    """
    ordered = sorted(spans(statement), key=lambda s: (s[2]["start"], -s[2]["end"], s[0] != "request"))
    for (layer, _, one), (other, pointer, two) in combinations(ordered, 2):
        if two["start"] < one["end"] and not may_share(layer, one, other, two):
            hint = "see the guidelines on what belongs into each span"
            yield Finding((*pointer, "start"), f"the {other} overlaps the {layer}", hint, shown(two["text"]), shown(one["text"]))


def may_share(layer: str, one: Span, other: str, two: Span) -> bool:
    """Whether two spans, the first of which starts first and is not the shorter one, may have characters in common."""
    same = (one["start"], one["end"]) == (two["start"], two["end"])
    if layer == other == "addressee":
        return same
    return layer == "request" != other and two["end"] <= one["end"]


@rule("T405", "statement")
def spans_out_of_order(statement: Record, context: Context) -> Iterator[Finding]:
    """Directives or requests are not listed in the order of the text.

    Bad: "directives":[{"start":40,...},{"start":8,...}]
    Good: "directives":[{"start":8,...},{"start":40,...}]
    """
    for key in ("directives", "requests"):
        starts = [span["start"] for span in statement[key]]
        for n, (one, two) in enumerate(pairwise(starts)):
            if two < one:
                yield Finding(
                    (key, n + 1, "start"), f"{key} are not in the order of the text", "sort them by start", str(two), f"at least {one}"
                )


@rule("T406", "statement")
def not_nfc(statement: Record, context: Context) -> Iterator[Finding]:
    """A text is not in Unicode normalisation form C.

    A letter and its accent that are two characters look like one, count as two, and match nothing. Offsets count them.

    Bad: "Hà Nội" with U+0300 behind the a
    Good: "Hà Nội" with the one letter U+00E0
    """
    for key, text in texts(statement):
        if not unicodedata.is_normalized("NFC", text):
            composed = unicodedata.normalize("NFC", text)
            at = next((i for i, (a, b) in enumerate(zip(text, composed, strict=False)) if a != b), 0)
            codes = " ".join(f"U+{ord(c):04X}" for c in text[at : at + 2])
            yield Finding((key,), "the text is not in NFC", "run `chithi format`, which composes it and moves the offsets", codes)


@rule("T407", "statement", tolerable=True)
def invisible_character(statement: Record, context: Context) -> Iterator[Finding]:
    """A text holds a character that nobody sees.

    Bidirectional controls, zero-width characters, soft hyphens, non-breaking and other special spaces, line separators,
    private and unassigned characters shift offsets and break searches unseen. Joiners that belong to the spelling (Persian,
    Urdu, Hindi, Bengali) may stay.

    Bad: "Lai<U+00A0>Chau"
    Good: "Lai Chau"
    """
    allowed = JOINERS.get(language_of(statement), "")
    for key, text in texts(statement):
        if not text.isprintable():
            strange = sorted({c for c in text if not c.isprintable() and c not in allowed})
            if strange:
                codes = ", ".join(f"U+{ord(c):04X} {unicodedata.name(c, '')}".strip() for c in strange)
                yield Finding((key,), "the text holds invisible or special characters", "remove them, or write a plain space", codes)


@rule("T408", "statement", tolerable=True)
def loose_space(statement: Record, context: Context) -> Iterator[Finding]:
    """A text begins or ends with a space, or has two in a row.

    Bad: "Lai  Chau "
    Good: "Lai Chau"
    """
    for key, text in texts(statement):
        if "  " in text or text[0] == " " or text[-1] == " ":
            at = text.find("  ")
            around = shown(text[max(0, at - 10) : at + 12]) if at >= 0 else shown(text[:12] + " ... " + text[-12:])
            yield Finding((key,), "a space too many", f"remove it, then {REFILL}", around)


@rule("T409", "statement", tolerable=True)
def mixed_scripts(statement: Record, context: Context) -> Iterator[Finding]:
    """A word mixes letters of two scripts.

    A Cyrillic letter that looks like a Latin one (or the other way round) makes another word of it.

    Bad: "45-СT/TW" with a Cyrillic С
    Good: "45-CT/TW" in Latin letters
    """
    for key, text in texts(statement):
        if match := re.search(MIXED_SCRIPTS, text):
            names = [f"{c} is {unicodedata.name(c, 'unnamed')}" for c in match[0]]
            hint = "write the word in one script"
            yield Finding((key,), "a word mixes letters of two scripts", hint, "; ".join(names))


@rule("T410", "statement", tolerable=True)
def foreign_digits(statement: Record, context: Context) -> Iterator[Finding]:
    """A text has digits that are not 0 to 9.

    Numbers are written in Latin digits in every language, so that one search finds them.

    Bad: "عام ٢٠٢٥"
    Good: "عام 2025"
    """
    for key, text in texts(statement):
        if not text.isascii() and (match := re.search(DIGITS, text)):
            latin = "".join(str(unicodedata.digit(c, 0)) for c in match[0])
            yield Finding((key,), "digits that are not 0 to 9", "write Latin digits", shown(match[0]), shown(latin))


@rule("T411", "statement", tolerable=True)
def other_number(statement: Record, context: Context) -> Iterator[Finding]:
    """A citation prints another number than its registry entry has.

    Spellings may differ (Đ or D, separators, digits, Cyrillic letters), a short number is enough, the number itself must be the same.

    Bad: "Directive 35-CT/TW" with the id 45-ct-tw-2025
    Good: "Directive 45-CT/TW" with the id 45-ct-tw-2025
    """
    for n, span in enumerate(statement["directives"]):
        entry = context.directives.get(span["id"])
        if entry and not agree(span["text"], entry["number"]):
            hint = "correct the id, or the number in the text"
            yield Finding(("directives", n, "id"), "the citation prints another number", hint, shown(span["text"]), shown(entry["number"]))


@rule("T412", "statement", tolerable=True)
def other_tongue(statement: Record, context: Context) -> Iterator[Finding]:
    """A text is not in its language.

    The text is in the language of its report, the translation in English. A text is reported only where an identifier is sure.

    Bad: "Le Van Luong sprach auf der Sitzung über ..." in a Polish report
    Good: the passage restated in Polish
    """
    for key, text in texts(statement):
        declared = language_of(statement) if key == "text" else "en"
        if found := other_language(text, declared.split("-")[0]):
            yield Finding(
                (key,), "the text is in another language", f"write it in the language {shown(declared)}", shown(found), shown(declared)
            )


@rule("T413", "statement", tolerable=True)
def translation_missing(statement: Record, context: Context) -> Iterator[Finding]:
    """A translation is missing, or stands where none belongs.

    Every text but an English one has its English translation.

    Bad: "translation":null in a Polish report
    Good: "translation":"The chair of the National Assembly ..."
    """
    english = language_of(statement) == "en"
    if english != (statement["translation"] is None):
        hint = "set it to null: the text is English" if english else "translate the text into English"
        message = "an English text with a translation" if english else "a text without its English translation"
        yield Finding(("translation",), message, hint, shown(statement["translation"]))


@rule("T414", "statement", tolerable=True)
def tone_on_other_vowel(statement: Record, context: Context) -> Iterator[Finding]:
    """A Vietnamese tone mark stands on the second vowel of oa, oe or uy.

    Both spellings are in use; one of them finds only half. The press and the names in it set the mark on the first vowel.

    Bad: "Uỷ ban", "Hoà Bình"
    Good: "Ủy ban", "Hòa Bình"
    """
    if language_of(statement) == "vi" and (found := tone_on_second_vowel(statement["text"])):
        yield Finding(("text",), "a tone mark on the second vowel", "set it on the first one", shown(found))
