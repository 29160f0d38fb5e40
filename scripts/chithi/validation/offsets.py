"""Offsets in a draft: those that are missing are found, those that are there follow their text into NFC."""

import unicodedata
from typing import Any

from chithi.records.pointers import Pointer
from chithi.text.display import shown
from chithi.text.tokens import places
from chithi.validation.findings import Finding

OFFSETS = {"start", "end"}
REFILL = "remove start and end, and run `chithi format`, which fills them in"


def moved_offset(text: Any, offset: Any) -> Any:
    """Converts an offset into a text to an offset into its NFC form.

    Gives None where the offset lies outside the text, or between code points that NFC composes into one.
    """
    if not isinstance(text, str) or type(offset) is not int or unicodedata.is_normalized("NFC", text):
        return offset
    before, behind = (unicodedata.normalize("NFC", part) for part in (text[:offset], text[offset:]))
    there = 0 <= offset <= len(text) and before + behind == unicodedata.normalize("NFC", text)
    return len(before) if there else None


def immovable(record: dict[str, Any]) -> list[Finding]:
    """Finds the offsets that have no counterpart in the NFC form of their text."""
    text = record.get("text")
    return [
        Finding((*pointer, key), "the offset points at nothing in the text's NFC form", REFILL, shown(span[key]))
        for pointer, span in written_spans(record)
        for key in ("start", "end")
        if key in span and span[key] is not None and moved_offset(text, span[key]) is None
    ]


def fill(statement: dict[str, Any]) -> list[Finding]:
    """Fills in missing offsets, in place. Reports spans whose text occurs nowhere, or more than once."""
    findings = []
    for pointer, span in written_spans(statement):
        surface, text, start = span.get("text"), statement.get("text"), span.get("start", 0)
        if not (isinstance(surface, str) and surface and isinstance(text, str) and type(start) is int):
            continue  # the validator reports it
        if "start" in span and "end" in span:
            continue
        at = [start] if "start" in span else places(text, surface)
        if len(at) == 1:
            span.update(start=at[0], end=at[0] + len(surface))
            continue
        if at:
            message = f"the span's text occurs {len(at)} times"
            hint = f'add "start" with one of {", ".join(map(str, at))}'
        else:
            message = "the span's text does not occur in the statement's text"
            hint = "correct the span or the text; a span holds whole words"
        findings.append(Finding((*pointer, "text"), message, hint, shown(surface)))
    return findings


def written_spans(statement: dict[str, Any]) -> list[tuple[Pointer, dict[str, Any]]]:
    """All objects that stand where a span belongs, complete or not, with their pointers."""
    found: list[tuple[Pointer, Any]] = [((key,), statement.get(key)) for key in ("speaker", "role")]
    for key in ("directives", "requests"):
        items = statement.get(key)
        found += [((key, n), item) for n, item in enumerate(items if isinstance(items, list) else ())]
    found += [((*pointer, "addressee"), item.get("addressee")) for pointer, item in found if isinstance(item, dict)]
    return [(pointer, item) for pointer, item in found if isinstance(item, dict)]
