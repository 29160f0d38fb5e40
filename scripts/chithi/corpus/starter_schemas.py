"""The schemas that a corpus begins with: those that ship, but in general terms where they speak of one corpus alone."""

import json
from typing import Any

from chithi.records import layout
from chithi.records.schemas import ONE_LINE, SHIPPED, schema_name

IN_REQUESTS = ("requests", "items", "properties")
Path = tuple[str, ...]  # the keys that lead from a schema's properties to a field; () is the record

GENERAL: dict[str, dict[Path, dict[str, str]]] = {  # table -> field -> keyword -> its value
    "reports": {
        (): {"description": "One report: a text in one language on one event (reports.jsonl)."},
        ("place",): {"description": "Place of the event in English, or null."},
    },
    "actors": {(): {"description": "Somebody who speaks or is asked: one person, body or group (actors.jsonl)."}},
    "offices": {
        (): {"description": "One office that a role names (offices.jsonl)."},
        ("id",): {"description": "Slug of the office."},
    },
    "directives": {
        (): {"description": "One document that a statement cites (directives.jsonl)."},
        ("id",): {"description": "Slug of the number, with the year or without it; of the title where there is none."},
        ("number",): {
            "description": "Number as the document itself prints it; null for one without a number.",
            "pattern": ONE_LINE,
        },
        ("kind",): {"description": "Kind of document."},
    },
    "statements": {
        (): {"description": "One act of speaking by one speaker in one report (statements/<report id>.jsonl)."},
        (*IN_REQUESTS, "act"): {"description": "How the speaker asks, as the guidelines of the corpus define it."},
        (*IN_REQUESTS, "topic"): {"description": "What the request is about: one of the topics of the corpus."},
    },
}


def starter_schema(table: str) -> str:
    """The text of a table's schema, laid out as the one that ships. Raises KeyError if a field is not there."""
    text = SHIPPED.text(schema_name(table))
    shipped: dict[str, Any] = json.loads(text)
    for path, changes in GENERAL.get(table, {}).items():
        field: Any = shipped
        for key in ("properties", *path) if path else ():
            field = field[key]
        for keyword, value in changes.items():
            text = text.replace(member(keyword, field[keyword]), member(keyword, value), 1)
    return text


def starter_schemas() -> dict[str, str]:
    """The texts of all schemas of tables, by the names of their files."""
    return {schema_name(table): starter_schema(table) for table in layout.SCHEMA_OF}


def member(key: str, value: str) -> str:
    """A member of an object as the shipped schemas write it."""
    return f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
