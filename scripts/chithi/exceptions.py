"""The exceptions file: cases that a corpus tolerates, each with its reason."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from chithi.problem import Problem

KEYS = ["code", "record", "reason"]


@dataclass(slots=True)
class Exceptions:
    """The lines of corpus/exceptions.jsonl: {"code", "record", "reason"}. An exception covers the findings of its code in its record."""

    path: Path
    lines: list[tuple[int, Any]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path) -> "Exceptions":
        """Reads the file; a corpus without one tolerates nothing."""
        found = cls(path)
        for number, raw in enumerate(path.read_bytes().split(b"\n") if path.exists() else (), 1):
            try:
                found.lines += [(number, orjson.loads(raw))] if raw.strip() else []
            except orjson.JSONDecodeError:
                found.lines.append((number, None))
        return found

    def cover(self, problem: Problem) -> bool:
        """True where an exception names the problem's code and record; the exception then counts as used."""
        covering = {
            number for number, line in self.lines if well_formed(line) and (line["code"], line["record"]) == (problem.code, problem.record)
        }
        self.used |= covering
        return bool(covering)

    def problems(self, whole: bool) -> list[Problem]:
        """What is wrong with the file itself; whether an exception is needed shows only where the whole corpus was validated."""
        return [problem for number, line in self.lines for problem in self.problems_of(number, line, whole)]

    def problems_of(self, number: int, line: Any, whole: bool) -> list[Problem]:
        """What is wrong with one line of the file."""

        def problem(code: str, pointer: str, message: str, hint: str) -> list[Problem]:
            return [Problem(str(self.path), number, 1, code, pointer, message, hint)]

        if not well_formed(line):
            hint = "write {" + ", ".join(f'"{key}": "..."' for key in KEYS) + "}, none of them empty"
            return problem("C541", "", "an exception needs a code, a record and a reason", hint)
        if whole and number not in self.used:
            return problem(
                "C542", "/code", f"no finding {line['code']} in {line['record']}: the exception is not needed", "remove the line"
            )
        return []


def well_formed(line: Any) -> bool:
    """True for an object of the three keys, none of them empty."""
    return isinstance(line, dict) and list(line) == KEYS and all(isinstance(v, str) and v.strip() for v in line.values())
