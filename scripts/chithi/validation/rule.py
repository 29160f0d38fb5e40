"""The table of rules: what a rule is, the decorator that registers one, and what rules are given to look at."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import msgspec

Check = Callable[..., Iterator[Any]]

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
