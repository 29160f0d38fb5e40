"""Level corpus, on the exceptions file: what its lines must be."""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from chithi.records.schemas import compiled, load
from chithi.text.display import shown
from chithi.validation.findings import Finding
from chithi.validation.rule import RULES, code_of, suppression_rule

SCHEMA = load("exception.schema.json")
KEYS = list(SCHEMA["properties"])
fits_schema = cache(partial(compiled, SCHEMA))


def well_formed(line: Any) -> bool:
    """Whether a line fits the schema of exceptions, and has its keys in the order of the schema."""
    return isinstance(line, dict) and list(line) == KEYS and fits_schema()(line)


def may_tolerate(key: str) -> bool:
    """Whether an exception may tolerate the findings of a rule, given by its code or its name."""
    return (code := code_of(key)) in RULES and RULES[code].tolerable


@suppression_rule("C541", "malformed-suppression")
def no_exception(number: int, line: Any, used: bool) -> Iterator[Finding]:
    """An exception lacks its code, its record or its reason.

    Every exception says why the problem is tolerated.

    Bad: {"code":"C524","record":"x.pl","reason":""}
    Good: {"code":"C524","record":"x.pl","reason":"The one Polish report so far."}
    """
    if not well_formed(line):
        hint = "write {" + ", ".join(f'"{key}": "..."' for key in KEYS) + "}, none of them empty"
        yield Finding((), "an exception needs a code, a record and a reason", hint)


@suppression_rule("C542", "unused-suppression")
def needless_exception(number: int, line: Any, used: bool) -> Iterator[Finding]:
    """An exception tolerates nothing.

    The problem was mended, or was never there. Remove the line.

    Bad: an exception for a language that stands in both splits by now
    Good: no such line
    """
    if well_formed(line) and may_tolerate(line["code"]) and not used:
        message = f"no finding {line['code']} in {line['record']}: the exception is not needed"
        yield Finding(("code",), message, "remove the line")


@suppression_rule("C543", "intolerable-code")
def intolerable(number: int, line: Any, used: bool) -> Iterator[Finding]:
    """An exception names a code that cannot be tolerated.

    A problem that would lose or distort published data has to be mended: a broken line, an id that stands twice, an
    unknown reference, wrong offsets. `chithi validate --list` says which codes can be tolerated.

    Bad: {"code":"C521","record":"x.pl.01","reason":"The same statement twice."}
    Good: {"code":"C524","record":"x.pl","reason":"The one Polish report so far."}
    """
    if well_formed(line) and not may_tolerate(line["code"]):
        code = shown(line["code"])
        known = code_of(line["code"]) in RULES
        message = f"findings {code} cannot be tolerated" if known else f"no rule is called {code}"
        hint = "mend what the rule finds, and remove the line"
        yield Finding(("code",), message, hint, code, f"one of {tolerable_codes()}")


@cache
def tolerable_codes() -> str:
    """The codes of all findings that an exception may tolerate, in order."""
    return ", ".join(sorted(filter(may_tolerate, RULES)))
