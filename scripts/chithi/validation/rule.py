"""What a rule is, and the decorators that register rules: one decorator for each kind of thing that is checked.

A rule is a generator that checks one thing and yields what is wrong with it. Its docstring is its documentation: a
title, what the rule is for, a bad and a good example.

A rule for statements or for texts may have a prefilter. A prefilter looks at thousands of them at once and gives the
numbers of those that may break the rule. It may give too many, but never too few. A rule without one checks them all.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, wraps
from pathlib import Path
from typing import Any

import msgspec

from chithi.records.blocks import Line
from chithi.records.metadata import Metadata
from chithi.records.records import Anchor, Registries, Statement
from chithi.validation.columns import Columns, Strings
from chithi.validation.findings import Finding, Location
from chithi.validation.index import CorpusIndex
from chithi.validation.strings import Text, composed, statement_texts

# The levels by the letter with which their codes begin, in the order in which they run.
LEVELS = {"B": "bytes", "J": "json", "S": "schema", "T": "statement", "C": "corpus"}
COMMANDS = {"F": "format", "I": "import", "V": "validate"}  # codes that are no rules, by the command that prints them

Findings = Iterator[Finding]
Suspects = Callable[[Columns], Iterable[int]]
TextSuspects = Callable[[Strings], Iterable[int]]
LineCheck = Callable[[Line], Findings]
LinesCheck = Callable[[Sequence[bytes]], Findings]
SchemaCheck = Callable[[Any], Findings]  # takes an error of jsonschema
TextCheck = Callable[[Text], Findings]
StatementCheck = Callable[[Statement, Registries], Findings]
FileCheck = Callable[[Statement, Path], Findings]
EntryCheck = Callable[[Any, Registries], Findings]  # takes an entry of its registry, too
ReportCheck = Callable[[Any, Registries], Findings]
ArticleCheck = Callable[[Statement, Sequence[str], Registries], Findings]
CorpusCheck = Callable[[CorpusIndex, Registries], Iterator[tuple[Location, Finding]]]
FolderCheck = Callable[[Path], Iterator[tuple[Path, Finding]]]
MetadataFileCheck = Callable[[bytes], Findings]
MetadataCheck = Callable[[Metadata, Registries, Path], Findings]
RecordCheck = Callable[[Any], Findings]  # takes a record as JSON
AnchorCheck = Callable[[Anchor, Statement], Findings]
AnchorsCheck = Callable[[Sequence[Anchor], Sequence[Statement]], Iterator[tuple[int, Finding]]]
SuppressionCheck = Callable[[int, Any, bool], Findings]


class Rule(msgspec.Struct, frozen=True):
    """One rule. `code` and `name` never change their meaning; `of` is the kind of thing that the rule looks at."""

    code: str
    name: str
    of: str
    check: Callable[..., Iterator[Any]]
    suspects: Suspects | None = None
    fatal: bool = False  # a line that breaks the rule is not checked any further
    fixable: bool = False  # `chithi format` mends what the rule finds
    tolerable: bool = False  # an exception may tolerate what the rule finds; publishing loses nothing by it
    whole: bool = True  # for corpus rules: the rule is left out where only some files are checked
    explains: tuple[str, ...] = ()  # codes of what follows from the finding in the same statement, and is not told
    once: bool = False  # told once a file for each value that is found
    text: TextCheck | None = None  # for rules for texts: the check of one text, whatever it belongs to
    text_suspects: TextSuspects | None = None  # for rules for texts: the prefilter
    keywords: tuple[str, ...] = ()  # for schema rules: the keywords of JSON Schema whose failure the rule explains

    @property
    def level(self) -> str:
        """The level at which the rule runs; of a code that is no rule the command that prints it."""
        return (LEVELS | COMMANDS)[self.code[0]]

    @property
    def doc(self) -> str:
        """The documentation: a title, what the rule is for, a bad and a good example."""
        lines = (self.check.__doc__ or "").strip().split("\n")
        return "\n".join(line.removeprefix("    ") for line in lines)

    @property
    def title(self) -> str:
        """The first line of the documentation: what is wrong where the rule finds something."""
        return self.doc.split("\n", 1)[0].rstrip(".")


RULES: dict[str, Rule] = {}  # by code
NOTICES: dict[str, Rule] = {}  # codes that are no rules but documented like them


def line_rule(code: str, name: str, *, fatal: bool = True, fixable: bool = False) -> Callable[[LineCheck], LineCheck]:
    """Registers a rule for a line, as bytes and as text, before its record is read."""
    return lambda check: register(Rule(code, name, "line", check, fatal=fatal, fixable=fixable))


def lines_rule(code: str, name: str) -> Callable[[LinesCheck], LinesCheck]:
    """Registers a rule for the lines of a file together. If it finds anything, they are not checked one by one."""
    return lambda check: register(Rule(code, name, "lines", check, fatal=True, fixable=True, once=True))


def notice(code: str, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Documents a code that a command prints and that is no rule, by the docstring of a function."""

    def document(function: Callable[..., Any]) -> Callable[..., Any]:
        NOTICES[code] = Rule(code, name, "notice", function)
        return function

    return document


def schema_rule(code: str, name: str, *keywords: str) -> Callable[[SchemaCheck], SchemaCheck]:
    """Registers a rule that explains the failure of certain keywords of JSON Schema."""
    return lambda check: register(Rule(code, name, "schema", check, keywords=keywords))


def record_rule(code: str, name: str, table: str) -> Callable[[RecordCheck], RecordCheck]:
    """Registers a rule for a record of a table, as JSON. If it finds anything, the schema is not asked."""
    return lambda check: register(Rule(code, name, f"JSON of {table}", check, fatal=True))


def anchor_rule(code: str, name: str) -> Callable[[AnchorCheck], AnchorCheck]:
    """Registers a rule for an anchor. The rule is given its statement, too."""
    return lambda check: register(Rule(code, name, "anchor", check))


def anchors_rule(code: str, name: str) -> Callable[[AnchorsCheck], AnchorsCheck]:
    """Registers a rule for the anchors of a report together. The rule is given its statements, too.

    The rule yields each finding after the number of the anchor, from 0.
    """
    return lambda check: register(Rule(code, name, "anchors", check))


def statement_rule(
    code: str, name: str, suspects: Suspects | None = None, *, tolerable: bool = False, fixable: bool = False
) -> Callable[[StatementCheck], StatementCheck]:
    """Registers a rule for a statement. The rule is given the registries, too.

    A statement that is not in NFC is checked in NFC, whatever the prefilter says of it: the rule on normal forms alone
    says what is wrong with it.
    """

    def or_apart(columns: Columns) -> Iterable[int]:
        return [*suspects(columns), *columns.written(columns.strings.decomposed)] if suspects else ()

    def registered(check: StatementCheck) -> Any:
        in_nfc = wraps(check)(lambda statement, registries: check(composed(statement), registries))
        prefilter = or_apart if suspects else None
        return register(Rule(code, name, "statement", in_nfc, prefilter, fixable=fixable, tolerable=tolerable))

    return registered


def text_rule(
    code: str, name: str, suspects: TextSuspects | None = None, *, tolerable: bool = False
) -> Callable[[TextCheck], TextCheck]:
    """Registers a rule for every text: of statements, of registries, of corpus.json and of the exceptions."""

    def in_statements(columns: Columns) -> Iterable[int]:
        return [*columns.written(suspects(columns.strings)), *columns.apart] if suspects else ()

    def registered(check: TextCheck) -> TextCheck:
        @wraps(check)
        def of_statement(statement: Statement, registries: Registries) -> Findings:
            for text in statement_texts(statement):
                yield from check(text)

        of_columns = in_statements if suspects else None
        rule = Rule(code, name, "statement", of_statement, of_columns, tolerable=tolerable, text=check)
        register(msgspec.structs.replace(rule, text_suspects=suspects))
        return check

    return registered


def file_rule(
    code: str, name: str, suspects: Suspects | None = None, *, explains: tuple[str, ...] = ()
) -> Callable[[FileCheck], FileCheck]:
    """Registers a rule for a statement. The rule is given the path of its file, too, and is told once a file."""
    return lambda check: register(Rule(code, name, "file", check, suspects, explains=explains, once=True))


def entry_rule(code: str, name: str, table: str, *, tolerable: bool = False) -> Callable[[EntryCheck], EntryCheck]:
    """Registers a rule for an entry of the registry `table`. The rule is given all registries, too."""
    return lambda check: register(Rule(code, name, table, check, tolerable=tolerable))


def report_rule(code: str, name: str) -> Callable[[ReportCheck], ReportCheck]:
    """Registers a rule for a report that gives the hash of its article. It runs only where articles are given."""
    return lambda check: register(Rule(code, name, "held report", check))


def article_rule(code: str, name: str, *, tolerable: bool = False) -> Callable[[ArticleCheck], ArticleCheck]:
    """Registers a rule for a statement. The rule is given the lines of its article and the registries, too."""
    return lambda check: register(Rule(code, name, "article", check, tolerable=tolerable))


def corpus_rule(
    code: str, name: str, *, whole: bool = True, tolerable: bool = False
) -> Callable[[CorpusCheck], CorpusCheck]:
    """Registers a rule that compares records of a corpus. The rule yields each finding with its location."""
    return lambda check: register(Rule(code, name, "corpus", check, whole=whole, tolerable=tolerable))


def folder_rule(code: str, name: str) -> Callable[[FolderCheck], FolderCheck]:
    """Registers a rule for the files in the folder of a corpus."""
    return lambda check: register(Rule(code, name, "folder", check))


def metadata_file_rule(code: str, name: str) -> Callable[[MetadataFileCheck], MetadataFileCheck]:
    """Registers a rule for the bytes of corpus.json. If it finds anything, the file is not checked any further."""
    return lambda check: register(Rule(code, name, "metadata file", check, fatal=True))


def metadata_rule(code: str, name: str) -> Callable[[MetadataCheck], MetadataCheck]:
    """Registers a rule for corpus.json. The rule is given the registries and the folder of the corpus, too."""
    return lambda check: register(Rule(code, name, "metadata", check))


def suppression_rule(code: str, name: str) -> Callable[[SuppressionCheck], SuppressionCheck]:
    """Registers a rule for a line of the exceptions file."""
    return lambda check: register(Rule(code, name, "suppression", check))


def register(rule: Rule) -> Any:
    """Adds a rule to RULES and gives its check back. Raises ValueError if its code or its name is taken."""
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


def check_texts(texts: Iterable[Text]) -> Iterator[tuple[Rule, Finding]]:
    """What the rules for texts find in some texts."""
    given = list(texts)
    return (
        (rule, finding) for _, rule, finding in check_strings(Strings([text.text for text in given]), given.__getitem__)
    )


def check_strings(strings: Strings, text_of: Callable[[int], Text]) -> Iterator[tuple[int, Rule, Finding]]:
    """What the rules for texts find in some strings: the number of the string, the rule, the finding.

    `text_of` gives what a rule has to know of a string, by its number.
    """
    for rule in rules_of("statement") if strings.texts else ():
        if rule.text:
            for n in set(rule.text_suspects(strings)) if rule.text_suspects else range(len(strings.texts)):
                yield from ((n, rule, finding) for finding in rule.text(text_of(n)))


def documented() -> dict[str, Rule]:
    """All codes that the commands print, rules or not, in order, with their documentation."""
    return dict(sorted((RULES | NOTICES).items()))


def code_of(key: str) -> str:
    """The code of the rule with this code or this name, or the key itself if there is no such rule."""
    return key if key in RULES else next((rule.code for rule in RULES.values() if key == rule.name), key)
