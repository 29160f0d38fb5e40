"""What a rule is, and the decorators that register one: one for each kind of thing that rules look at.

A rule is a generator that checks one thing and yields what is wrong with it. Its docstring is its documentation: a title, what the rule
is for, a bad and a good example. A rule for statements may own a prefilter, which is asked about thousands of statements at once and
gives the numbers of those that the rule has to look at. A prefilter may ask too much, never too little. A rule without one looks at all.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from chithi.records.blocks import Line
from chithi.records.records import Registries, Statement
from chithi.validation.columns import Columns
from chithi.validation.findings import Finding, Location
from chithi.validation.index import CorpusIndex

LEVELS = {
    "B": "bytes",
    "J": "json",
    "S": "schema",
    "T": "statement",
    "C": "corpus",
}  # by the letter of the code; they run in this order

Findings = Iterator[Finding]
Suspects = Callable[[Columns], Iterable[int]]
LineCheck = Callable[[Line], Findings]
SchemaCheck = Callable[[Any], Findings]  # takes an error of jsonschema
StatementCheck = Callable[[Statement, Registries], Findings]
FileCheck = Callable[[Statement, Path], Findings]
EntryCheck = Callable[[Any], Findings]  # takes an entry of its registry
ReportCheck = Callable[[Any, Registries], Findings]
ArticleCheck = Callable[[Statement, Sequence[str], Registries], Findings]
CorpusCheck = Callable[[CorpusIndex, Registries], Iterator[tuple[Location, Finding]]]
FolderCheck = Callable[[Path], Iterator[tuple[Path, Finding]]]
SuppressionCheck = Callable[[int, Any, bool], Findings]


class Rule(msgspec.Struct, frozen=True):
    """One rule. Neither `code` nor `name` ever changes its meaning; `of` is the kind of thing that it looks at."""

    code: str
    name: str
    of: str
    check: Callable[..., Iterator[Any]]
    suspects: Suspects | None = None
    fatal: bool = False  # what the line holds is not read any further
    fixable: bool = False  # `chithi format` mends it
    tolerable: bool = False  # an exception may tolerate what it finds, which is published whole all the same
    whole: bool = True  # of the rules for a corpus: it takes all of it, and says nothing of single files
    keywords: tuple[str, ...] = ()  # of the rules for the schema: the keywords of JSON Schema whose failure it explains

    @property
    def level(self) -> str:
        """The level at which the rule runs."""
        return LEVELS[self.code[0]]

    @property
    def doc(self) -> str:
        """The documentation: a title, what the rule is for, a bad and a good example."""
        lines = (self.check.__doc__ or "").strip().split("\n")
        return "\n".join(line.removeprefix("    ") for line in lines)

    @property
    def title(self) -> str:
        """The first sentence of the documentation: what is wrong where the rule finds something."""
        return self.doc.split("\n", 1)[0].rstrip(".")


RULES: dict[str, Rule] = {}  # by code


def line_rule(code: str, name: str, *, fatal: bool = True, fixable: bool = False) -> Callable[[LineCheck], LineCheck]:
    """Registers a rule for a line, before anybody knows what record it holds."""
    return lambda check: register(Rule(code, name, "line", check, fatal=fatal, fixable=fixable))


def schema_rule(code: str, name: str, *keywords: str) -> Callable[[SchemaCheck], SchemaCheck]:
    """Registers a rule that explains the failure of some keywords of JSON Schema."""
    return lambda check: register(Rule(code, name, "schema", check, keywords=keywords))


def statement_rule(
    code: str, name: str, suspects: Suspects | None = None, *, tolerable: bool = False
) -> Callable[[StatementCheck], StatementCheck]:
    """Registers a rule for a statement, beside the registries."""
    return lambda check: register(Rule(code, name, "statement", check, suspects, tolerable=tolerable))


def file_rule(code: str, name: str, suspects: Suspects | None = None) -> Callable[[FileCheck], FileCheck]:
    """Registers a rule for a statement, beside the file that it stands in."""
    return lambda check: register(Rule(code, name, "file", check, suspects))


def entry_rule(code: str, name: str, table: str, *, tolerable: bool = False) -> Callable[[EntryCheck], EntryCheck]:
    """Registers a rule for an entry of a registry."""
    return lambda check: register(Rule(code, name, table, check, tolerable=tolerable))


def report_rule(code: str, name: str) -> Callable[[ReportCheck], ReportCheck]:
    """Registers a rule for a report that gives the hash of its article, with the articles at hand."""
    return lambda check: register(Rule(code, name, "held report", check))


def article_rule(code: str, name: str, *, tolerable: bool = False) -> Callable[[ArticleCheck], ArticleCheck]:
    """Registers a rule for a statement, beside the article that it restates."""
    return lambda check: register(Rule(code, name, "article", check, tolerable=tolerable))


def corpus_rule(
    code: str, name: str, *, whole: bool = True, tolerable: bool = False
) -> Callable[[CorpusCheck], CorpusCheck]:
    """Registers a rule for what no record shows by itself. Such a rule says where, too."""
    return lambda check: register(Rule(code, name, "corpus", check, whole=whole, tolerable=tolerable))


def folder_rule(code: str, name: str) -> Callable[[FolderCheck], FolderCheck]:
    """Registers a rule for the files in a corpus's folder."""
    return lambda check: register(Rule(code, name, "folder", check))


def suppression_rule(code: str, name: str) -> Callable[[SuppressionCheck], SuppressionCheck]:
    """Registers a rule for a line of the exceptions file."""
    return lambda check: register(Rule(code, name, "suppression", check))


def register(rule: Rule) -> Any:
    """Adds a rule to the others, and gives its check back. Raises ValueError where its code or its name is taken."""
    for other in RULES.values():
        if rule.code == other.code or rule.name == other.name:
            raise ValueError(f"{rule.code} {rule.name} is taken by {other.code} {other.name}")
    RULES[rule.code] = rule
    rules_of.cache_clear()
    return rule.check


@cache
def rules_of(kind: str) -> list[Rule]:
    """The rules for one kind of thing, in the order of their codes."""
    return sorted((rule for rule in RULES.values() if rule.of == kind), key=lambda rule: rule.code)


def code_of(key: str) -> str:
    """The code of the rule that has this code or this name; the key itself where there is none."""
    return next((rule.code for rule in RULES.values() if key == rule.name), key)
