"""Level statement, on spans: their offsets, their edges, their order."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from chithi.records.spans import Span, spans
from chithi.text.display import shown
from chithi.text.tokens import cuts_token
from chithi.validation.findings import Finding
from chithi.validation.index import Record, Registries
from chithi.validation.rule import rule

REFILL = "remove start and end, and run `chithi format`, which fills them in"


@rule("T401", "statement")
def slice_differs(statement: Record, registries: Registries) -> Iterator[Finding]:
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
def cut_token(statement: Record, registries: Registries) -> Iterator[Finding]:
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
def loose_edge(statement: Record, registries: Registries) -> Iterator[Finding]:
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
def overlap(statement: Record, registries: Registries) -> Iterator[Finding]:
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
def spans_out_of_order(statement: Record, registries: Registries) -> Iterator[Finding]:
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
