"""Checks corpus.json: that it is JSON, that it fits its schema, and that it agrees with the corpus."""

import json
from itertools import islice
from pathlib import Path

import msgspec

from chithi.records.files import read_regular
from chithi.records.metadata import Metadata
from chithi.records.records import Registries
from chithi.records.schemas import compiled, document_explainer, load
from chithi.validation.findings import MOST, LineProblems, Location, Problem
from chithi.validation.rule import check_texts
from chithi.validation.rules import rules_of
from chithi.validation.rules.schema import explain
from chithi.validation.strings import json_texts

SCHEMA = "corpus.schema.json"


def check_metadata(path: Path, registries: Registries) -> tuple[Metadata | None, list[Problem]]:
    """The contents of a corpus.json, if they fit its schema, and the problems of the file."""
    data, metadata = read_regular(path), None
    found = [(rule.code, finding) for rule in rules_of("metadata file") for finding in rule.check(data)]
    if not found and not compiled(load(SCHEMA))(record := json.loads(data)):
        found = list(explain(islice(document_explainer(SCHEMA).iter_errors(record), MOST)))
    if not found:
        metadata = msgspec.convert(record, type=Metadata)
        found = [(rule.code, finding) for rule, finding in check_texts(json_texts(record))]
        rules = rules_of("metadata")
        found += [(rule.code, f) for rule in rules for f in rule.check(metadata, registries, path.parent)]
    bounded = LineProblems(unit="file")
    for code, finding in found:
        bounded.add(Location(str(path), 1), code, finding, data)
    text = data.decode(errors="replace")
    return metadata, [placed(text, whole) for whole in bounded.problems()]


def placed(text: str, whole: Problem) -> Problem:
    """A problem of a file whose column counts from the start of the file, with its line and its column in that line."""
    before = text[: whole.column - 1]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return msgspec.structs.replace(whole, line=line, column=column)
