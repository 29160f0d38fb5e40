"""The table of rules: what a rule is, the decorator that registers one, and what rules are given to look at."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import orjson
from msgspec import field

from chithi.batch import Array, Batch
from chithi.files import blocks, lines_of
from chithi.leaks import Texts, joined
from chithi.tables import ANNOTATORS, REGISTRIES

Record = dict[str, Any]
Check = Callable[..., Iterator[Any]]

LINES = 1 << 32  # more than any file has
LEVELS = ("bytes", "json", "schema", "statement", "corpus")


class Rule(msgspec.Struct, frozen=True):
    """One rule. `code` never changes its meaning; `doc` is the check's docstring, with its `Bad:` and `Good:` examples.

    A `tolerable` rule is one whose findings an exception may tolerate, as what it finds can be published whole all the same.
    """

    code: str
    level: str
    of: str
    check: Check
    tolerable: bool

    @property
    def doc(self) -> str:
        """The documentation: a title, what the rule is for, a bad and a good example."""
        lines = (self.check.__doc__ or "").strip().split("\n")
        return "\n".join(line.removeprefix("    ") for line in lines)

    @property
    def title(self) -> str:
        """The first sentence of the documentation: what is wrong where the rule finds something."""
        return self.doc.split("\n", 1)[0].rstrip(".")


RULES: dict[str, Rule] = {}


def rule(code: str, level: str, of: str = "statements", *, tolerable: bool = False) -> Callable[[Check], Check]:
    """Registers a check under its code: of which table's records, or of the corpus as a whole, is said by `of`.

    Levels run in the order of LEVELS, the rules of a level in the order of their codes.
    """

    def register(check: Check) -> Check:
        if code in RULES:
            raise ValueError(f"{code} is taken by {RULES[code].check.__name__}")
        RULES[code] = Rule(code, level, of, check, tolerable)
        return check

    return register


@cache
def rules_of(level: str, of: str = "statements") -> list[Rule]:
    """The rules of a level for one kind of thing, in the order of their codes."""
    return sorted((r for r in RULES.values() if (r.level, r.of) == (level, of)), key=lambda r: r.code)


def rule_table() -> str:
    """The table of all rules, in Markdown."""
    rows = [f"| {code} | {r.level} | {r.title} | {'yes' if r.tolerable else ''} |" for code, r in sorted(RULES.items())]
    return "\n".join(["| code | level | what is wrong | tolerable |", "| --- | --- | --- | --- |", *rows]) + "\n"


class Context(msgspec.Struct, frozen=True):
    """The registries that a statement refers to, each as id -> record."""

    reports: dict[str, Record] = field(default_factory=dict)
    speakers: dict[str, Record] = field(default_factory=dict)
    offices: dict[str, Record] = field(default_factory=dict)
    directives: dict[str, Record] = field(default_factory=dict)


class Place(NamedTuple):
    """A line of a file, 1-based."""

    path: str
    line: int


class Census(msgspec.Struct):
    """What the rules for the corpus as a whole look at. Statements are known by number, in the order in which they were met."""

    places: dict[str, dict[str, Place]] = field(default_factory=dict)  # registry -> id -> where it stands first
    twice: list[tuple[Place, str, Place]] = field(default_factory=list)  # where an id stands again, the id, where it stood first
    used: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in REGISTRIES})  # ids that statements refer to
    files: list[str] = field(default_factory=list)
    at: list[Array] = field(default_factory=list)  # of each statement: number of the file * LINES + line
    in_test: list[bool] = field(default_factory=list)  # of each file
    texts: Texts = field(default_factory=Texts)
    ids: dict[str, int] | None = None  # id -> line in the file at hand; None for a single pass, which counts as a use only

    def enter(self, path: Path, context: Context) -> None:
        """Notes that what follows stands in another file."""
        report = context.reports.get(path.stem)
        self.files.append(str(path))
        self.in_test.append(report is not None and report["split"] == "test")
        self.ids = None if ANNOTATORS in path.parts else {}

    def note(self, batch: Batch) -> None:
        """Notes where statements stand and what they refer to; those of a single pass count as a use only."""
        used, ids = self.used, self.ids
        used["reports"].add(batch.report)
        used["speakers"] |= {span.id for span in batch.speakers.spans}
        used["offices"] |= {office for span in batch.roles.spans for office in span.offices}
        used["directives"] |= {span.id for span in batch.directives.spans}
        if ids is None:
            return
        for name, line in zip(batch.ids, batch.lines, strict=True):
            if (first := ids.setdefault(name, line)) != line:
                # An id begins with the report's, and a report has one file: so it can be met again in this file only.
                self.twice.append((Place(self.files[-1], line), name, Place(self.files[-1], first)))
        self.at.append(np.array(batch.lines, np.int64) + (len(self.files) - 1) * LINES)
        self.texts.add(batch.texts, batch.letters)

    def place(self, statement: int) -> Place:
        """Where a statement stands."""
        file, line = divmod(int(joined(self.at, np.int64)[statement]), LINES)
        return Place(self.files[file], line)

    def tested(self) -> Array:
        """Of each statement, whether it is in the test split."""
        tested: Array = np.array(self.in_test, bool)[joined(self.at, np.int64) // LINES]
        return tested

    def merge(self, other: "Census") -> None:
        """Adds what another part of the run has met, behind one's own."""
        self.twice += other.twice
        for table, names in other.used.items():
            self.used[table] |= names
        self.at += [at + len(self.files) * LINES for at in other.at]
        self.files += other.files
        self.in_test += other.in_test
        self.texts.merge(other.texts)

    def records(self, statements: Iterable[int]) -> dict[int, Record]:
        """Statements read again from their files, each of which is opened once."""
        places = joined(self.at, np.int64)
        wanted: dict[int, dict[int, int]] = {}
        for n in statements:
            file, line = divmod(int(places[n]), LINES)
            wanted.setdefault(file, {})[line] = n
        found: dict[int, Record] = {}
        for file, numbers in wanted.items():
            lines = chain.from_iterable(map(lines_of, blocks(Path(self.files[file]))))
            found |= {numbers[line]: orjson.loads(raw) for line, raw in enumerate(lines, 1) if line in numbers}
        return found


def language_of(statement: Record) -> str:
    """The language tag within the statement's report id: ru for ha-giang-inspection-2025-03.ru-2."""
    tag: str = statement["report"].rpartition(".")[2]
    return re.sub(r"-\d+$", "", tag)
