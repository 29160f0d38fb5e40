"""Canonical form of corpus.json, which people read and write: an indented object with short lists on one line."""

import json
from typing import Any

from chithi.records.blocks import Line
from chithi.records.canonical import reorder_keys
from chithi.records.layout import METADATA
from chithi.records.schemas import load
from chithi.validation.findings import Finding
from chithi.validation.normal_form import in_nfc, overlaid_marks
from chithi.validation.proof import keeps
from chithi.validation.rules import RULES, rules_of

SCHEMA = "corpus.schema.json"
INDENT = "  "
BOM = "\ufeff"


def format_document(data: bytes) -> tuple[bytes, list[tuple[str, Finding]]]:
    """The bytes of a corpus.json in canonical form, and what forbids to write them.

    Keys are in the order of the schema, strings are in NFC, and every value is kept.
    """
    text = data.decode(errors="surrogateescape").removeprefix(BOM)
    bare = text.encode(errors="surrogateescape")
    for rule in (*rules_of("metadata file"), RULES["J201"], RULES["J205"], RULES["J202"]):  # each for what passed
        thing = bare if rule.of == "metadata file" else Line(bare, METADATA)
        if findings := list(rule.check(thing)):
            return b"", [(rule.code, finding) for finding in findings]
    record = json.loads(bare)
    if findings := list(overlaid_marks(record)):
        return b"", [("F001", finding) for finding in findings]
    after = f"{laid_out(reorder_keys(in_nfc(record, None), load(SCHEMA)))}\n"
    if not keeps(record, json.loads(after), None):
        message = "the file in canonical form would lack what it holds"
        return b"", [("F002", Finding((), message, "mend it by hand"))]
    return after.encode(), []


def laid_out(value: Any, before: str = "") -> str:
    """A value as indented JSON; lists without objects and lists in them stand on one line.

    >>> print(laid_out({"a": ["x", "y"], "b": {"c": []}}))
    {
      "a": ["x", "y"],
      "b": {
        "c": []
      }
    }
    """
    inner = before + INDENT
    if isinstance(value, dict) and value:
        items = [f"{json.dumps(key, ensure_ascii=False)}: {laid_out(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(inner + item for item in items) + f"\n{before}}}"
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        return "[\n" + ",\n".join(inner + laid_out(item, inner) for item in value) + f"\n{before}]"
    return json.dumps(value, ensure_ascii=False)
