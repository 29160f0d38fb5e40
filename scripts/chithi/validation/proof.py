"""The proof that formatting loses nothing: the old file, read by another parser, is looked up in the new one."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from chithi.text.composition import composed
from chithi.validation.offsets import OFFSETS, is_placed, moved_offset

SPACE = " \t\r\n"
BOM = "\ufeff"
SORTED = ("directives", "requests")  # lists that may be sorted


def first_lost(before: bytes, after: bytes) -> int | None:
    """Compares the records of a file before and after, in order.

    Gives the number of the line, from 1, on which the first record begins that is not kept; None if all are kept.
    """
    written = iter(after.decode().split("\n")[:-1])
    line = 1
    try:
        for line, old, raw in originals(before.decode()):
            new = next(written, None)
            if new is None or not isinstance(old, dict):
                return line
            if new != raw and not keeps(old, json.loads(new), old.get("text")):
                return line
    except (ValueError, RecursionError):
        return line
    return None if next(written, None) is None else line


def originals(text: str) -> Iterator[tuple[int, Any, str]]:
    """The records of a file in whatever layout, each after the number of the line on which it begins, and as it stands.

    The items of an array are given without their text.

    Raises ValueError where anything else stands, and where a key stands twice in one object.
    """
    reader = json.JSONDecoder(object_pairs_hook=once)
    at, line = 0, 1
    while True:
        behind = at
        while text[behind : behind + 1] in (*SPACE, BOM):
            behind += 1
        line += text.count("\n", at, behind)
        if behind == len(text):
            return
        value, at = reader.raw_decode(text, behind)
        if isinstance(value, list):
            yield from ((line, item, "") for item in value)
        else:
            yield line, value, text[behind:at]
        line += text.count("\n", behind, at)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object with these keys and values. Raises ValueError if a key stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def keeps(old: Any, new: Any, text: Any) -> bool:
    """Whether the new value holds all that the old one holds.

    Strings may be put into NFC, offsets may be added or corrected, directives and requests may be sorted; nothing else
    may change. `text` is the old text into which the offsets point.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        values = [(key, value) for key, value in old.items() if key not in OFFSETS]
        same = all(key in new and keeps_item(key, value, new[key], text) for key, value in values)
        return same and new.keys() - old.keys() <= OFFSETS and keeps_offsets(old, new, text)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(keeps(one, other, text) for one, other in zip(old, new, strict=True))
    if isinstance(old, str):
        return bool(new == composed(old))
    return type(old) is type(new) and bool(old == new)


def keeps_item(key: str, old: Any, new: Any, text: Any) -> bool:
    """Whether the value of a key is kept; the spans of some keys may be in another order."""
    if keeps(old, new, text):
        return True
    if key not in SORTED or not (isinstance(old, list) and isinstance(new, list)):
        return False
    return keeps(sorted(old, key=identity), sorted(new, key=identity), text)


def identity(span: Any) -> tuple[str, int]:
    """What tells a span from others, in old lists and new ones alike: all but offsets, and then the start."""
    start = span.get("start") if isinstance(span, dict) else None
    return json.dumps(without_offsets(span), sort_keys=True), start if type(start) is int else -1


def without_offsets(value: Any) -> Any:
    """A value with its strings in NFC and without offsets."""
    if isinstance(value, dict):
        return {key: without_offsets(item) for key, item in value.items() if key not in OFFSETS}
    if isinstance(value, list):
        return [without_offsets(item) for item in value]
    return composed(value) if isinstance(value, str) else value


def keeps_offsets(old: dict[str, Any], new: dict[str, Any], text: Any) -> bool:
    """Whether offsets point to the same place as before, or now at the span's text and not before."""
    moved = {key: moved_offset(text, old[key]) for key in OFFSETS if key in old}
    now = {key: new[key] for key in OFFSETS if key in new}
    if moved == now and all(type(moved[key]) is type(now[key]) for key in moved):
        return True
    if not (isinstance(text, str) and isinstance(new.get("text"), str)):
        return False
    there = composed_text(text)
    return is_placed(new, there) and not is_placed(new | dict.fromkeys(OFFSETS) | moved, there)


@lru_cache(4)
def composed_text(text: str) -> str:
    """The text of a record in NFC, made once for all its spans."""
    return composed(text)
