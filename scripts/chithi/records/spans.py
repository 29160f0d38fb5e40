"""Spans of a statement: their layers, and the tokens that they must not cut. Offsets are Unicode code points, half-open."""

from collections.abc import Iterator
from typing import Any

from chithi.records.pointers import Pointer

Span = dict[str, Any]

# The layers that the published tags tell apart; requests are a layer of their own, in which the others may lie.
LAYERS = ("speaker", "role", "directive", "addressee")


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
