"""Formats of a validation's result: text, JSON, annotations on GitHub, SARIF for code scanning."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import msgspec

from chithi.text.display import counted, json_text, safe, visible
from chithi.validation.findings import Problem, ValidationResult
from chithi.validation.rule import Rule
from chithi.validation.rules import documented

Style = Callable[[str, str], str]
COLOURS = {"path": "36", "code": "1;31", "hint": "32", "label": "2", "good": "1;32", "bad": "1;31"}
SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def plain(_: str, text: str) -> str:
    """The text without colours."""
    return text


def coloured(what: str, text: str) -> str:
    """The text in ANSI colours, for a terminal."""
    return f"\033[{COLOURS[what]}m{text}\033[0m"


def text(result: ValidationResult, version: str, style: Style = plain) -> Iterator[str]:
    """A paragraph for each problem, an empty line between files, and a summary."""
    before = None
    for problem in from_here(result):
        if before not in (None, problem.path):
            yield ""
        before = problem.path
        yield paragraph(problem, style)
    if result.problems:
        yield ""
    yield summary(result, style)


def from_here(result: ValidationResult) -> Iterator[Problem]:
    """The problems with paths that lead from the current folder to files of the corpus; other paths are as given."""
    paths = {}
    for path in {problem.path for problem in result.problems}:
        paths[path] = opened = result.opened.get(path, path)
        with suppress(OSError, ValueError):  # the current folder is gone, or the file is on another drive
            paths[path] = opened if opened == path else os.path.relpath(opened)
    yield from (msgspec.structs.replace(problem, path=paths[problem.path]) for problem in result.problems)


def paragraph(problem: Problem, style: Style) -> str:
    """A problem as people read it.

    Every value has a line of its own, so that right-to-left text in it cannot reorder the rest.
    """
    place, message, pointer = (safe(visible(part)) for part in (problem.place, problem.message, problem.pointer))
    lines = [f"{style('path', place)}: {style('code', problem.code)} {message}" + (f" [{pointer}]" if pointer else "")]
    lines += [f"    {style('label', label + ':')} {safe(value)}" for label, value in problem.values()]
    return "\n".join([*lines, f"    {style('hint', 'hint:')} {safe(problem.hint)}"])


def summary(result: ValidationResult, style: Style = plain) -> str:
    """The number of problems, records and files, in one line."""
    return summary_of(len(result.problems), result, style)


def summary_of(count: int, result: ValidationResult, style: Style = plain) -> str:
    """The summary of a result whose problems are elsewhere, by their number."""
    found = "no problems" if count == 0 else "1 problem" if count == 1 else f"{count:,} problems"
    tolerated = f", {result.tolerated} tolerated" if result.tolerated else ""
    found = style("bad" if count else "good", found)
    return f"{found} in {counted(result.records, 'record')} of {counted(result.files, 'file')}{tolerated}"


def as_json(result: ValidationResult, version: str) -> Iterator[str]:
    """A JSON array of objects with the fields of Problem and the level of the rule."""
    rows = [msgspec.structs.asdict(problem) | {"level": level(problem.code)} for problem in result.problems]
    yield json_text(rows)


def level(code: str) -> str:
    """The level of a code; codes without a rule count to the level corpus."""
    return found.level if (found := documented().get(code)) else "corpus"


def github(result: ValidationResult, version: str) -> Iterator[str]:
    """Workflow commands, which GitHub shows as annotations beside the lines of a change."""
    for problem in from_here(result):
        place = {
            "file": problem.path,
            "line": problem.line,
            "col": problem.column,
            "title": f"{problem.code} {problem.pointer}".strip(),
        }
        properties = ",".join(f"{key}={escaped(str(value), ':,')}" for key, value in place.items() if value)
        yield f"::error {properties}::{escaped(body(problem))}"


def body(problem: Problem) -> str:
    """The message of a problem, its values and its hint, each on a line."""
    values = [f"{label}: {value}" for label, value in problem.values()]
    return "\n".join([problem.message, *values, f"hint: {problem.hint}"])


def escaped(value: str, more: str = "") -> str:
    """A value for GitHub's workflow commands: percent signs, line feeds and the characters of `more` encoded."""
    value = safe(value)
    for character in "%\n" + more:
        value = value.replace(character, f"%{ord(character):02X}")
    return value


def sarif(result: ValidationResult, version: str) -> Iterator[str]:
    """A SARIF 2.1.0 log of one run (OASIS Static Analysis Results Interchange Format)."""
    rules = documented()
    codes = list(rules)
    driver = {"name": "chithi", "version": version, "rules": list(map(sarif_rule, rules.values()))}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [sarif_result(problem, codes) for problem in result.problems],
    }
    yield json_text({"$schema": SARIF, "version": "2.1.0", "runs": [run]})


def sarif_rule(rule: Rule) -> dict[str, Any]:
    """A rule as a reportingDescriptor of SARIF."""
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.doc},
        "defaultConfiguration": {"level": "error"},
        "properties": {"level": rule.level},
    }


def sarif_result(problem: Problem, codes: list[str]) -> dict[str, Any]:
    """A problem as a result of SARIF."""
    place: dict[str, Any] = {
        "artifactLocation": {"uri": quote(PurePath(problem.path).as_posix(), errors="surrogateescape")}
    }
    if problem.line:
        place["region"] = {"startLine": problem.line, "startColumn": problem.column}
    location: dict[str, Any] = {"physicalLocation": place}
    if problem.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": problem.pointer}]
    index = {"ruleIndex": codes.index(problem.code)} if problem.code in codes else {}
    message = {"text": body(problem)}
    return {"ruleId": problem.code, **index, "level": "error", "message": message, "locations": [location]}


REPORTERS = {"text": text, "json": as_json, "github": github, "sarif": sarif}


def explanation(rule: Rule) -> str:
    """A rule's documentation, as `--explain` prints it."""
    return f"{rule.code} {rule.name} (level {rule.level})\n\n{rule.doc}"


def rule_table() -> str:
    """The table of all rules and other codes, in Markdown."""
    lines = ["| code | name | level | what is wrong | tolerable |", "| --- | --- | --- | --- | --- |"]
    for code, rule in documented().items():
        tolerable = "yes" if rule.tolerable else ""
        lines.append(f"| {code} | `{rule.name}` | {rule.level} | {rule.title} | {tolerable} |")
    return "\n".join(lines) + "\n"
