"""The exceptions file: cases that a corpus tolerates, each with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from chithi.problem import Finding, Problem, json_pointer
from chithi.rules.table import RULES, rule, rules_of

KEYS = ["code", "record", "reason"]


@rule("C541", "corpus", of="exceptions")
def no_exception(number: int, line: Any, used: bool) -> Iterator[Finding]:
    """An exception lacks its code, its record or its reason.

    Whoever tolerates a problem says why.

    Bad: {"code":"C524","record":"x.pl","reason":""}
    Good: {"code":"C524","record":"x.pl","reason":"The one Polish report so far."}
    """
    if not well_formed(line):
        hint = "write {" + ", ".join(f'"{key}": "..."' for key in KEYS) + "}, none of them empty"
        yield Finding((), "an exception needs a code, a record and a reason", hint)


@rule("C542", "corpus", of="exceptions")
def needless_exception(number: int, line: Any, used: bool) -> Iterator[Finding]:
    """An exception tolerates nothing.

    The problem is mended, or was another one: the line is to go.

    Bad: an exception for a language that stands in both splits by now
    Good: no such line
    """
    if well_formed(line) and not used:
        yield Finding(("code",), f"no finding {line['code']} in {line['record']}: the exception is not needed", "remove the line")


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

    def problems(self, ran: set[str]) -> list[Problem]:
        """What is wrong with the file itself; whether an exception is needed shows only for the codes whose rules ran on everything."""
        return [
            Problem(str(self.path), number, 1, r.code, json_pointer(finding.pointer), finding.message, finding.hint)
            for number, line in self.lines
            for r in rules_of("corpus", "exceptions")
            for finding in r.check(number, line, number in self.used or idle(line, ran))
        ]


def idle(line: Any, ran: set[str]) -> bool:
    """Whether the exception's rule did not run on everything, so that nobody can tell whether it is needed."""
    return well_formed(line) and line["code"] in RULES and line["code"] not in ran


def well_formed(line: Any) -> bool:
    """True for an object of the three keys, none of them empty."""
    return isinstance(line, dict) and list(line) == KEYS and all(isinstance(v, str) and v.strip() for v in line.values())
