"""Spans of a statement: their layers, and the tokens that they must not cut. Offsets are Unicode code points, half-open."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from chithi.problem import Pointer

Span = dict[str, Any]

# The layers that the published tags tell apart; requests are a layer of their own, in which the others may lie.
LAYERS = ("speaker", "role", "directive", "addressee")
# Scripts that set no space between words, or join particles to them: every letter is a token of its own there.
UNSPACED = r"[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"


def spans(statement: dict[str, Any]) -> Iterator[tuple[str, Pointer, Span]]:
    """All spans of a statement as (layer, pointer, span), requests and their addressees one behind the other."""
    if span := statement["speaker"]:
        yield "speaker", ("speaker",), span
    if span := statement["role"]:
        yield "role", ("role",), span
    for n, span in enumerate(statement["directives"]):
        yield "directive", ("directives", n), span
    for n, span in enumerate(statement["requests"]):
        yield "request", ("requests", n), span
        if addressee := span["addressee"]:
            yield "addressee", ("requests", n, "addressee"), addressee


def is_word(character: str) -> bool:
    """True for letters, digits, underscores, and the marks and joiners within words, which `\\w` does not match."""
    return character.isalnum() or character == "_" or is_mark(character)


def cuts_token(text: str, at: int) -> bool:
    """True where an offset falls between two characters of one token: within a word, or before a combining mark."""
    if not 0 < at < len(text) or not (is_word(text[at - 1]) and is_word(text[at])):
        return False
    if re.match(UNSPACED, text[at]):
        return is_mark(text[at])
    base = at - 1
    while base and is_mark(text[base]) and is_word(text[base - 1]):
        base -= 1
    return is_mark(text[at]) or not re.match(UNSPACED, text[base])


def is_mark(character: str) -> bool:
    """True for combining marks and joiners, which belong to the letter before them."""
    return character in "\u200c\u200d" or unicodedata.category(character)[0] == "M"


def places(text: str, part: str) -> list[int]:
    """Where a part occurs in a text without cutting a token; overlapping occurrences too."""
    found = (m.start() for m in re.finditer(f"(?={re.escape(part)})", text))
    return [at for at in found if not cuts_token(text, at) and not cuts_token(text, at + len(part))]
