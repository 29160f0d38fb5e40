"""Level statement, on spans: their offsets, their edges, their order.

The prefilters look at all spans of a block at once. To sort the spans of many statements together, `overlapping` shifts
their offsets: each statement has a stretch of its own, longer than any offset in the block.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from functools import cache, partial
from itertools import pairwise

import numpy as np

from chithi.records.layout import language_of, primary
from chithi.records.metadata import Edges
from chithi.records.pointers import Pointer
from chithi.records.records import Registries, Span, Statement
from chithi.text.character_classes import AT_EDGES, BREAK, LOOSE, MARK, POINT, TOKEN
from chithi.text.display import shown
from chithi.text.edges import at_edges
from chithi.text.nearest import nearest
from chithi.text.tokens import cuts_token
from chithi.validation.columns import Columns, Layer
from chithi.validation.findings import SHOWN, Finding
from chithi.validation.offsets import REFILL, Finder, it_has
from chithi.validation.rule import statement_rule

TOP_LEVEL = 2  # the length of pointers such as ("requests", 0)


def placed(statement: Statement) -> Iterator[tuple[str, Pointer, Span]]:
    """The spans of a statement whose text stands at their offsets; of the others only T401 speaks."""
    text = statement.text
    for layer, pointer, span in statement.spans():
        if text[span.start : span.end] == span.text and span.end <= len(text):
            yield layer, pointer, span


@statement_rule("T401", "span-text-mismatch", lambda columns: columns.mismatched)
def slice_differs(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A span's text is not what stands at its offsets.

    text[start:end] must be the span's text to the letter. Offsets count Unicode code points, not bytes and not UTF-16
    units. `chithi format` moves the offsets where the span's text stands once in the text.

    Bad: "text":"Genosse Vu Manh Ha sprach.","speaker":{"start":7,"end":17,"text":"Vu Manh Ha",...}
    Good: "text":"Genosse Vu Manh Ha sprach.","speaker":{"start":8,"end":18,"text":"Vu Manh Ha",...}
    """
    text, finder, found = statement.text, Finder(statement.text), 0
    for _, pointer, span in statement.spans():
        start, end, surface = span.start, span.end, span.text
        if text[start:end] != surface or end > len(text):
            found += 1
            at = finder.places(surface) if found <= SHOWN else None
            message = why_offsets_miss(text, start, surface, nearby=found <= SHOWN)
            yield Finding((*pointer, "start"), message, remedy(at), shown(text[start:end]), shown(surface))


def remedy(at: list[int] | None) -> str:
    """What to do about a wrong offset, by the places at which the span's text stands."""
    if at and len(at) == 1:
        return "run `chithi format`, which moves the offsets there"
    if at:
        return f"run `chithi format`, which shows the {len(at)} places at which it stands"
    return f"correct the span's text or the statement's, then {REFILL}"


def why_offsets_miss(text: str, start: int, surface: str, nearby: bool = True) -> str:
    """Says where the span's text stands, and whether the offset counts bytes or UTF-16 units.

    If it stands nowhere, the passage that is most like it is looked for `nearby`.
    """
    before, behind = text.rfind(surface, 0, start + len(surface)), text.find(surface, start)
    at = min((place for place in (before, behind) if place >= 0), key=lambda i: abs(i - start), default=None)
    if at is None:
        like = it_has(nearest(text, surface)) if nearby else ""
        return f"the span's text stands nowhere in the statement's text{like}"
    head = text[:at]
    if start == len(head.encode("utf-16-le")) // 2 != at:
        counted = " (the offset given counts UTF-16 units)"
    elif start == len(head.encode()) != at:
        counted = " (the offset given counts bytes)"
    else:
        counted = ""
    if at == start:
        return f"the end is wrong: the text stands at {at} to {at + len(surface)}"
    return f"offset {start} is {abs(at - start)} off: the text stands at {at}{counted}"


def cutting(columns: Columns) -> Iterable[int]:
    """Statements with a span that cuts a word or a letter.

    The classes of the characters at its edges clear most spans; `cuts_token` decides on the others.
    """
    before, first, last, behind = columns.edges
    cut: dict[tuple[int, int], bool] = {}  # behind a long run of marks, looking takes long
    for left, right, key in ((before, first, "start"), (last, behind, "end")):
        either = left | right
        for at in ((either & BREAK == 0) & ((either & TOKEN == 0) | (right == MARK))).nonzero()[0].tolist():
            n, span = columns.spans.owners[at], columns.spans.spans[at]
            place = n, getattr(span, key)
            if place not in cut:
                cut[place] = cuts_token(columns.texts[n], place[1])
            if cut[place]:
                yield n


@statement_rule("T402", "span-cuts-word", cutting)
def cut_token(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A span begins or ends within a word.

    Whole tokens are tagged, so a span must not cut one: it holds no part of a word, and no letter without its combining
    marks. In scripts without spaces a span may begin and end at any letter.

    Bad: "Parteitag" with the span "Partei"
    Good: "Parteitag" with the span "Parteitag"
    """
    text = statement.text
    cut = cache(partial(cuts_token, text))
    for _, pointer, span in placed(statement):
        for key in ("start", "end"):
            if cut(at := getattr(span, key)):
                around = shown(text[max(0, at - 12) : at] + "|" + text[at : at + 12])
                hint = "widen or narrow the span to whole words"
                yield Finding((*pointer, key), f"the span's {key} cuts a word", hint, around)


def untrimmed(columns: Columns) -> Iterable[int]:
    """Statements with a span that begins or ends with a LOOSE sign, or ends with two points.

    The columns hold the edges of slices, so a span whose text differs from its slice is always a suspect.
    """
    _, first, last, _ = columns.edges
    owners, spans = columns.spans
    pointed = (last & POINT).nonzero()[0].tolist()
    yield from [owners[at] for at in ((first | last) & LOOSE).nonzero()[0].tolist()]
    yield from [owners[at] for at in pointed if spans[at].text.endswith("..")]
    yield from columns.mismatched


@statement_rule("T403", "untrimmed-span", untrimmed)
def loose_edge(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A span begins or ends with a space or with closing punctuation.

    Bad: "Tran Thanh Man," with its comma
    Good: "Tran Thanh Man"
    """
    for _, pointer, span in statement.spans():
        surface = span.text
        if surface != surface.strip(AT_EDGES[LOOSE]) or surface.endswith(".."):
            hint = f"take them out of the span, then {REFILL}"
            message = "the span begins or ends with a space or punctuation"
            yield Finding((*pointer, "text"), message, hint, shown(surface))


def overlapping(columns: Columns) -> Iterable[int]:
    """Statements in which two requests overlap, or two other spans, or a request and a span that reaches beyond it."""
    owners, starts, ends = columns.offsets
    yield from owners[ends <= starts].tolist()  # the tests below hold only for spans that are not empty
    stretch = max(starts.max(initial=0), ends.max(initial=0)) + 1
    places = np.stack([owners * stretch + starts, owners * stretch + ends, owners])
    others = len(owners) - len(columns.requests.owners)  # requests come last
    flat, asked = (part[:, np.argsort(part[0])] for part in np.split(places, [others], axis=1))
    for first, last, of in (flat, asked):
        yield from of[1:][last[:-1] > first[1:]].tolist()
    # A span that starts within a request must not reach beyond its end; any other must not reach the next request.
    at = np.searchsorted(asked[0], flat[0], side="right")
    behind, ahead = np.append(asked[1], 0)[at - 1], np.append(asked[0], np.iinfo(np.int64).max)[at]
    yield from flat[2][flat[1] > np.where(behind > flat[0], behind, ahead)].tolist()


@statement_rule("T404", "overlapping-spans", overlapping)
def overlap(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """Two spans overlap.

    Requests do not overlap each other. Speaker, role, directives and addressees share one row of tags, so they do not
    overlap either, but two requests may have the same addressee. A request may hold any of these spans as a whole.

    Bad: role "secretary Giang Pao My" beside speaker "Giang Pao My"
    Good: role "secretary" beside speaker "Giang Pao My"
    """
    for layer, one, other, pointer, two in conflicts(placed(statement)):
        hint = "see the guidelines on what belongs into each span"
        yield Finding((*pointer, "start"), f"the {other} overlaps the {layer}", hint, shown(two.text), shown(one.text))


def conflicts(spans: Iterable[tuple[str, Pointer, Span]]) -> Iterator[tuple[str, Span, str, Pointer, Span]]:
    """For each span that overlaps an earlier one where it must not, that one, and the span itself.

    The spans are gone through once, in the order of their starts, longer ones first. Of those gone through, only those
    that reach farthest are looked at, so the time does not grow with the number of overlapping pairs.
    """
    farthest: dict[str, tuple[str, Span]] = {}  # kind -> layer and span
    asked: list[tuple[int, Span]] = []  # requests by their ends
    for layer, pointer, two in sorted(spans, key=lambda s: (s[2].start, -s[2].end, s[0] != "request")):
        before = [
            one for kind, one in farthest.items() if one[1].end > two.start and conflict(kind, one[1], layer, two)
        ]
        if layer != "request":
            at = bisect_right(asked, two.start, key=lambda request: request[0])
            before += [("request", asked[at][1])] if at < len(asked) and asked[at][0] < two.end else []
        if before:
            yield *before[0], layer, pointer, two
        note_reach(farthest, layer, two)
        if layer == "request":
            insort(asked, (two.end, two), key=lambda request: request[0])


def conflict(kind: str, one: Span, layer: str, two: Span) -> bool:
    """Whether two spans that share characters must not. `one` starts first; a request beside others is left out."""
    if "request" in (kind, layer):
        return layer == "request"
    return layer != "addressee" or not kind.startswith("addressee") or (one.start, one.end) != (two.start, two.end)


def note_reach(farthest: dict[str, tuple[str, Span]], layer: str, span: Span) -> None:
    """Notes a span if it reaches farther than all others of its kind.

    Requests are one kind, addressees are one, and the three other layers together are one. Two requests may have the
    same addressee, so of addressees the one that reaches second farthest is noted, too.
    """
    kind = layer if layer in ("request", "addressee") else "flat"
    best = farthest.get(kind)
    if best and layer == "addressee" and (best[1].start, best[1].end) != (span.start, span.end):
        second = min(best[1], span, key=lambda s: s.end)
        if kind + "2" not in farthest or farthest[kind + "2"][1].end < second.end:
            farthest[kind + "2"] = layer, second
    if not best or best[1].end < span.end:
        farthest[kind] = layer, span


def unordered(columns: Columns) -> Iterable[int]:
    """Statements in which a citation or a request starts before the one listed before it."""
    for owners, spans in (columns.directives, columns.requests):
        starts = [span.start for span in spans]
        pairs = zip(pairwise(owners), pairwise(starts), strict=True)
        yield from (n for (n, m), (one, two) in pairs if two < one and n == m)


@statement_rule("T405", "unordered-spans", unordered, fixable=True)
def spans_out_of_order(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """Directives or requests are not listed in the order of the text.

    Bad: "directives":[{"start":40,...},{"start":8,...}]
    Good: "directives":[{"start":8,...},{"start":40,...}]
    """
    last = {"directives": 0, "requests": 0}
    for _, pointer, span in placed(statement):
        key = str(pointer[0])
        if key not in last or len(pointer) != TOP_LEVEL:
            continue
        if span.start < last[key]:
            message, values = f"{key} are not in the order of the text", (str(span.start), f"at least {last[key]}")
            yield Finding((*pointer, "start"), message, "run `chithi format`, which sorts them by start", *values)
        last[key] = span.start


def listed_edges(edges: Edges, layer: str, language: str) -> tuple[str, ...]:
    """The words that may not stand at the edges of a layer's spans, in a language or its regional forms."""
    words = edges.get(layer, {})
    return tuple(words.get(language) or words.get(primary(language)) or ())


def with_listed_edges(columns: Columns) -> Iterable[int]:
    """Statements with a span that begins or ends with a listed word. Equal texts are looked at once."""
    edges, languages = columns.registries.edges, columns.languages
    for layer in edges:
        found: Layer = getattr(columns, f"{layer}s")
        spoken = map(languages.__getitem__, found.owners)
        texts = list(zip(spoken, [span.text for span in found.spans], strict=True))
        bad = {key for key in set(texts) if (words := listed_edges(edges, layer, key[0])) and at_edges(key[1], words)}
        yield from (n for n, key in zip(found.owners, texts, strict=True) if key in bad) if bad else ()


@statement_rule("T416", "word-at-edge", with_listed_edges, tolerable=True)
def word_at_edge(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A span begins or ends with a word that belongs outside.

    The codebook decides which words those are: articles, particles, nominalisers, plural markers, conjunctions. The
    list for each layer and language stands in corpus.json, under `edges`.

    Bad: "the Standing Committee" as a speaker
    Good: "Standing Committee"
    """
    language = language_of(statement.report)
    for layer, pointer, span in statement.spans() if registries.edges else ():
        for word in at_edges(span.text, listed_edges(registries.edges, layer, language)):
            hint = f"narrow the span, then {REFILL}; the words stand in corpus.json, edges"
            message = f"{shown(word)} stands at the edge of the {layer}"
            yield Finding((*pointer, "text"), message, hint, shown(span.text))
