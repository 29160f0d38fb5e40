"""A JSON file that a tool has written, and the lines and columns of the values in it."""

import json
import re
from bisect import bisect_left
from functools import cached_property
from typing import Any

from chithi.formats.reading import BROKEN, Reading, Spot
from chithi.records.pointers import Pointer, items, json_pointer, skip
from chithi.text.display import brief


class DoubleKeyError(ValueError):
    """A key stands twice in one object."""


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of some pairs. Raises DoubleKeyError for a key that stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise DoubleKeyError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} stands twice in an object")
    return found


class JsonSource:
    """A JSON file: its value, and where each part of it stands."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.value: Any = json.loads(text, object_pairs_hook=once)
        self.has_lines = True  # whether lines are those of the file; else a place is the file as a whole
        self.starts: dict[Pointer, dict[str | int, int]] = {}

    def spot(self, pointer: Pointer) -> Spot:
        """The place of a value, or of the innermost value on the way to it."""
        if not self.has_lines:
            return Spot(self.path)
        at = skip(self.text, 0)
        for n, part in enumerate(pointer):
            if (inner := self.inside(pointer[:n], at).get(part)) is None:
                break
            at = inner
        line = bisect_left(self.feeds, at)
        return Spot(self.path, line + 1, at - (self.feeds[line - 1] if line else -1), json_pointer(pointer))

    @cached_property
    def feeds(self) -> list[int]:
        """Where the line feeds of the file stand."""
        return [match.start() for match in re.finditer("\n", self.text)]

    def inside(self, pointer: Pointer, at: int) -> dict[str | int, int]:
        """Where the values in an object or array stand. It is read once, however many places in it are looked for."""
        if pointer not in self.starts:
            self.starts[pointer] = dict(items(self.text, at))
        return self.starts[pointer]


def source(reading: Reading, name: str) -> JsonSource | None:
    """A JSON file of an export; None, and a problem, if it is none."""
    if (text := reading.text(name)) is None:
        return None
    return parsed(reading, reading.export.shown(name), text)


def parsed(reading: Reading, path: str, text: str) -> JsonSource | None:
    """A text as JSON; None, and a problem, if it is not JSON."""
    try:
        return JsonSource(path, text)
    except json.JSONDecodeError as error:
        spot, message = Spot(path, error.lineno, error.colno), f"this is not JSON: {error.msg}"
    except (ValueError, RecursionError) as error:
        spot, message = Spot(path), f"this JSON cannot be read: {brief(str(error))}"
    reading.tell(spot, BROKEN, message, "export it again")
    return None
