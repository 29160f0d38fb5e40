"""Checks anchors: each against its statement, and all of a report together."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from chithi.records.blocks import lines_of
from chithi.records.canonical import decode_canonical
from chithi.records.files import read_regular
from chithi.records.layout import STATEMENTS
from chithi.records.records import Anchor, Statement
from chithi.validation.findings import Finding
from chithi.validation.rule import Rule, rules_of

LIKE_BEFORE = "C565"  # what is no statement's anchor may be the one that another lacks


def check_anchors(anchors: Sequence[Anchor], statements: Path, whole: bool) -> Iterator[tuple[int, Rule, Finding]]:
    """What the rules find in the anchors of a report: the number of the anchor, the rule, the finding.

    `statements` is the file of the report's statements. If it or the file of the anchors has lines that are no records,
    as `whole` tells of the latter, only anchors whose statements are known are checked.
    """
    known = statements_in(statements)
    for rule in rules_of("anchors") if whole and known is not None else ():
        found = list(rule.check(anchors, known))
        yield from ((n, rule, finding) for n, finding in found)
        if found and rule.code == LIKE_BEFORE:
            break
    by_id = {statement.id: statement for statement in known or ()}
    for n, anchor in enumerate(anchors):
        for rule in rules_of("anchor") if anchor.id in by_id else ():
            yield from ((n, rule, finding) for finding in rule.check(anchor, by_id[anchor.id]))


def statements_in(path: Path) -> list[Statement] | None:
    """The statements in a file; none if there is no such file, None if a line of it is no canonical record."""
    if not os.path.lexists(path):
        return []
    found: list[Statement] = []
    for line in lines_of(read_regular(path)):
        statement = decode_canonical(line, STATEMENTS)
        if not statement:
            return None
        found += statement
    return found
