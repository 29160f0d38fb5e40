"""The extraction schema: what a language model is to give for a text, as JSON that engines can constrain it to."""

from typing import Any

import msgspec

from chithi.records.layout import STATEMENTS
from chithi.records.records import Statement
from chithi.records.schemas import SHIPPED, Schemas, schema_of

NAME = "extraction.schema.json"
LAYERS = ("speaker", "role", "directives", "requests")
SURFACE = {"description": "The words, copied from the text letter by letter.", "type": "string"}
LEFT_OUT = {"start", "end", "id", "offices", "actors", "english"}  # what a model need not give


def extraction_schema(schemas: Schemas = SHIPPED) -> dict[str, Any]:
    """The schema of a statement without offsets and ids, and without keywords that constrained decoding lacks."""
    statement = schema_of(STATEMENTS, schemas)["properties"]
    return {
        "title": "Extraction",
        "description": "Who speaks in a text, in which office, citing which documents, and asking whom for what.",
        **strict({name: simplified(statement[name]) for name in LAYERS}),
    }


def strict(properties: dict[str, Any]) -> dict[str, Any]:
    """The schema of an object that has all of these properties, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def simplified(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a span, a list of spans or a label, in the form that models are given."""
    described = {"description": schema["description"]}
    if "items" in schema:
        return described | {"type": "array", "items": simplified(schema["items"])}
    if "properties" not in schema:
        return described | {"type": "string"} | ({"enum": schema["enum"]} if "enum" in schema else {})
    parts = {
        key: SURFACE if key == "text" else simplified(part)
        for key, part in schema["properties"].items()
        if key not in LEFT_OUT
    }
    optional = "null" in schema["type"]
    return described | ({"anyOf": [strict(parts), {"type": "null"}]} if optional else strict(parts))


def extraction(statement: Statement) -> dict[str, Any]:
    """What a model is to give for the text of a statement."""
    spans = msgspec.to_builtins(statement)
    return {name: bare(spans[name]) for name in LAYERS}


def bare(value: Any) -> Any:
    """A span, or a list of spans, without what a model need not give."""
    if isinstance(value, dict):
        return {key: bare(part) for key, part in value.items() if key not in LEFT_OUT}
    return [bare(item) for item in value] if isinstance(value, list) else value
