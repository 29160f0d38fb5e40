"""The table of rules: what a rule is, the decorator that registers one, and what rules are given to look at."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Record = dict[str, Any]
Check = Callable[..., Iterator[Any]]

LEVELS = ("bytes", "json", "schema", "statement", "corpus")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `code` never changes its meaning; `doc` is the check's docstring, with its `Bad:` and `Good:` examples."""

    code: str
    level: str
    of: str
    check: Check

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


def rule(code: str, level: str, of: str = "statements") -> Callable[[Check], Check]:
    """Registers a check under its code: of which table's records, or of the corpus as a whole, is said by `of`.

    Levels run in the order of LEVELS, the rules of a level in the order of their codes.
    """

    def register(check: Check) -> Check:
        if code in RULES:
            raise ValueError(f"{code} is taken by {RULES[code].check.__name__}")
        RULES[code] = Rule(code, level, of, check)
        return check

    return register


def rules_of(level: str, of: str = "statements") -> list[Rule]:
    """The rules of a level for one kind of thing, in the order of their codes."""
    return sorted((r for r in RULES.values() if (r.level, r.of) == (level, of)), key=lambda r: r.code)


@dataclass(frozen=True, slots=True)
class Context:
    """The registries that a statement refers to, each as id -> record."""

    reports: dict[str, Record] = field(default_factory=dict)
    speakers: dict[str, Record] = field(default_factory=dict)
    offices: dict[str, Record] = field(default_factory=dict)
    directives: dict[str, Record] = field(default_factory=dict)


class Place(NamedTuple):
    """A line of a file, 1-based."""

    path: str
    line: int


class Sighting(NamedTuple):
    """What the corpus level keeps of a statement; `labels` is a hash of its spans."""

    place: Place
    id: str
    report: str
    text: str
    labels: int


@dataclass(slots=True)
class Census:
    """What the rules for the corpus as a whole look at."""

    places: dict[str, dict[str, Place]] = field(default_factory=dict)  # table -> id -> where it stands first
    twice: list[tuple[Place, str, Place]] = field(default_factory=list)  # where an id stands again, the id, where it stood first
    used: set[tuple[str, str]] = field(default_factory=set)  # (table, id) that some statement refers to
    sightings: list[Sighting] = field(default_factory=list)


def language_of(statement: Record) -> str:
    """The language tag within the statement's report id: ru for ha-giang-inspection-2025-03.ru-2."""
    tag: str = statement["report"].rpartition(".")[2]
    return re.sub(r"-\d+$", "", tag)
