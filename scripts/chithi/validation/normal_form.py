"""Normal form NFC for all strings of a record."""

from collections.abc import Iterator
from typing import Any

from chithi.text.composition import MARKS, composed, overlaid
from chithi.validation.findings import Finding
from chithi.validation.offsets import OFFSETS, moved_offset


def in_nfc(value: Any, text: Any) -> Any:
    """A value with all its strings in NFC, and its offsets into a text moved to fit, where they have a counterpart."""
    if isinstance(value, str):
        return composed(value)
    if isinstance(value, list):
        return [in_nfc(item, text) for item in value]
    if isinstance(value, dict):
        return {key: in_offsets(text, item) if key in OFFSETS else in_nfc(item, text) for key, item in value.items()}
    return value


def in_offsets(text: Any, offset: Any) -> Any:
    """An offset moved into the NFC form of its text; an offset without a counterpart as it is."""
    moved = moved_offset(text, offset)
    return offset if moved is None else moved


def overlaid_marks(value: Any) -> Iterator[Finding]:
    """What keeps a value from being put into NFC: a string in which too many combining marks stand in a row."""
    if any(overlaid(text) is not None for text in strings(value)):
        hint = "remove the marks that nobody can see"
        yield Finding((), f"more than {MARKS} combining marks stand in a row", hint)


def strings(value: Any) -> Iterator[str]:
    """All strings among the values of a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)
