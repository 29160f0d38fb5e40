"""The exceptions file: the problems that a corpus tolerates, each with a reason."""

import os
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import orjson
from msgspec import field

from chithi.records.files import read_regular
from chithi.records.pointers import json_pointer
from chithi.validation.findings import Problem
from chithi.validation.rule import check_texts
from chithi.validation.rules import RULES, code_of, rules_of
from chithi.validation.rules.suppressions import may_tolerate, well_formed
from chithi.validation.strings import Text


class Suppressions(msgspec.Struct, dict=True):
    """The exceptions of a corpus: the lines of exceptions.jsonl, {"code", "record", "reason"}, with their numbers.

    An exception covers all problems of its code in its record. `used` holds the numbers of those that covered any.
    """

    path: Path
    lines: list[tuple[int, Any]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path) -> "Suppressions":
        """Reads the file. A corpus that has none tolerates nothing. A line that is not JSON is read as None."""
        found = cls(path)
        for number, raw in enumerate(read_regular(path).split(b"\n") if os.path.lexists(path) else (), 1):
            try:
                found.lines += [(number, orjson.loads(raw))] if raw.strip() else []
            except orjson.JSONDecodeError:
                found.lines.append((number, None))
        return found

    @cached_property
    def by_finding(self) -> dict[tuple[str, str | None], list[int]]:
        """The numbers of the lines that cover the findings of a code in a record."""
        found: dict[tuple[str, str | None], list[int]] = {}
        for number, line in self.lines:
            if well_formed(line):
                found.setdefault((code_of(line["code"]), line["record"]), []).append(number)
        return found

    def cover(self, problem: Problem) -> bool:
        """Whether an exception covers the problem. It then counts as used."""
        if not may_tolerate(problem.code):
            return False
        covering = self.by_finding.get((problem.code, problem.record))
        self.used.update(covering or ())
        return bool(covering)

    def problems(self, ran: set[str]) -> list[Problem]:
        """What is wrong with the file itself.

        `ran` holds the codes whose rules ran on the whole corpus. Only an exception to one of these can be unused.
        """
        found = [
            (number, r, finding)
            for number, line in self.lines
            for r in rules_of("suppression")
            for finding in r.check(number, line, number in self.used or idle(line, ran))
        ]
        texts = ((number, Text(("reason",), line["reason"])) for number, line in self.lines if well_formed(line))
        found += [(number, *each) for number, text in texts for each in check_texts([text])]
        return [
            Problem(
                str(self.path),
                number,
                1,
                rule.code,
                json_pointer(finding.pointer),
                finding.message,
                finding.hint,
                finding.found,
                finding.expected,
            )
            for number, rule, finding in found
        ]


def idle(line: Any, ran: set[str]) -> bool:
    """Whether an exception may be unused only because its rule did not run on the whole corpus."""
    return well_formed(line) and code_of(line["code"]) in RULES and code_of(line["code"]) not in ran
