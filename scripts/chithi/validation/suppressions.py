"""The exceptions file: cases that a corpus tolerates, each with its reason."""

from pathlib import Path
from typing import Any

import msgspec
import orjson
from msgspec import field

from chithi.records.pointers import json_pointer
from chithi.validation.findings import Problem
from chithi.validation.rules import RULES, code_of, rules_of
from chithi.validation.rules.suppressions import may_tolerate, well_formed


class Suppressions(msgspec.Struct):
    """The lines of corpus/exceptions.jsonl: {"code", "record", "reason"}. An exception covers the findings of its code in its record."""

    path: Path
    lines: list[tuple[int, Any]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path) -> "Suppressions":
        """Reads the file; a corpus without one tolerates nothing."""
        found = cls(path)
        for number, raw in enumerate(path.read_bytes().split(b"\n") if path.exists() else (), 1):
            try:
                found.lines += [(number, orjson.loads(raw))] if raw.strip() else []
            except orjson.JSONDecodeError:
                found.lines.append((number, None))
        return found

    def cover(self, problem: Problem) -> bool:
        """True where an exception names the problem's code and record, and may do so; the exception then counts as used."""
        if not may_tolerate(problem.code):
            return False
        covering = {
            number
            for number, line in self.lines
            if well_formed(line) and (code_of(line["code"]), line["record"]) == (problem.code, problem.record)
        }
        self.used |= covering
        return bool(covering)

    def problems(self, ran: set[str]) -> list[Problem]:
        """What is wrong with the file itself; whether an exception is needed shows only for the codes whose rules ran on everything."""
        return [
            Problem(str(self.path), number, 1, r.code, json_pointer(finding.pointer), finding.message, finding.hint)
            for number, line in self.lines
            for r in rules_of("suppression")
            for finding in r.check(number, line, number in self.used or idle(line, ran))
        ]


def idle(line: Any, ran: set[str]) -> bool:
    """Whether the exception's rule did not run on everything, so that nobody can tell whether it is needed."""
    return well_formed(line) and code_of(line["code"]) in RULES and code_of(line["code"]) not in ran
