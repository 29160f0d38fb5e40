"""A corpus's own schemas: read, and held to the fields and types of those that ship."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chithi.records.files import read_regular
from chithi.records.layout import SCHEMA_OF, SCHEMAS
from chithi.records.schemas import (
    DEFINITIONS,
    Schemas,
    compiled,
    definition_of,
    enum_of,
    load,
    schema_name,
    types_of,
)

TABLE_OF_FILE = {schema_name(table): table for table in SCHEMA_OF}
SPLITS = {"train", "test"}
PERSON = "person"  # the kind of actor that holds offices and has no level
LISTED = (  # fields that need an enum
    ("reports", "split"),
    ("actors", "kind"),
    ("offices", "level"),
    ("statements", "requests", "act"),
)
NESTED = ("items", "if", "then", "else")  # keywords with a schema
ANNOTATIONS = {"$schema", "$id", "$comment", "$defs", "title", "description", "default", "examples"}
CHECKED = {"type", "enum", "pattern", "format", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}
OF_OBJECTS = {"properties", "required", "additionalProperties", "uniqueItems", "$ref"}
KEYWORDS = {*NESTED, *ANNOTATIONS, *CHECKED, *OF_OBJECTS}
REFERENCE = re.compile(rf"{re.escape(DEFINITIONS)}#/\$defs/([^/]+)")
LONGEST = 200  # characters of a validator's message


class SchemaError(ValueError):
    """A corpus's own schema cannot be used. `path` is its file."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


def read_schemas(corpus: Path) -> Schemas:
    """The schemas of a corpus: its own, and those that ship for the others.

    Raises SchemaError if one of its own cannot be used, OSError if it cannot be read.
    """
    folder = corpus / SCHEMAS
    paths = folder.glob("*.schema.json") if folder.is_dir() else ()
    texts = {path.name: text_of(path) for path in sorted(paths, key=lambda path: (path.name != DEFINITIONS, path))}
    schemas = Schemas(tuple(texts.items()))
    for name in texts:
        if reason := next(faults(name, schemas), None):
            raise SchemaError(folder / name, reason)
    return schemas


def text_of(path: Path) -> str:
    """The text of a schema file, which is JSON and a JSON Schema. Raises SchemaError if it is not."""
    import jsonschema

    if path.name not in (DEFINITIONS, *TABLE_OF_FILE):
        names = ", ".join((*TABLE_OF_FILE, DEFINITIONS))
        raise SchemaError(path, f"a corpus has no schema of its own of that name, only {names}")
    try:
        text = read_regular(path).decode()
        schema = json.loads(text)
        jsonschema.Draft202012Validator.check_schema(schema)
    except UnicodeDecodeError as error:
        raise SchemaError(path, "the file is not in UTF-8") from error
    except json.JSONDecodeError as error:
        raise SchemaError(path, f"not JSON: {error.msg} in line {error.lineno}") from error
    except RecursionError as error:
        raise SchemaError(path, "the file is nested too deeply") from error
    except jsonschema.SchemaError as error:
        if error.validator == "format":
            raise SchemaError(path, f"{error.instance} is no regular expression that Python reads") from error
        raise SchemaError(path, f"not a JSON Schema: {first_line(error.message)}") from error
    if not isinstance(schema, dict):
        raise SchemaError(path, "the file holds no JSON object")
    return text


def first_line(message: str) -> str:
    """The beginning of a validator's message."""
    return message.split("\n", maxsplit=1)[0][:LONGEST]


def faults(name: str, schemas: Schemas) -> Iterator[str]:
    """Why a schema file cannot replace the shipped one of its name."""
    shipped, own = load(name), load(name, schemas)
    if name == DEFINITIONS:
        there = own.get("$defs", {})
        for key, definition in shipped["$defs"].items():
            if key not in there:
                yield f"the definition {key} is missing"
            else:
                yield from unusable(there[key], f"the definition {key}", ())
                yield from differences(definition, there[key], schemas, f"the definition {key}")
        return
    yield from unusable(own, "a record", load(DEFINITIONS, schemas)["$defs"])
    yield from differences(shipped, own, schemas, "a record")
    for table, *field in LISTED:
        if name == schema_name(table) and not enum_of(table, *field, schemas=schemas):
            yield f"the field {field[-1]} needs an enum, whose order counts"
    if name == schema_name("reports") and not set(enum_of("reports", "split", schemas=schemas)) <= SPLITS:
        yield "the split of a report is train or test"
    if name == schema_name("actors") and PERSON not in enum_of("actors", "kind", schemas=schemas):
        yield f"the kinds of actors have to include {PERSON}: only persons hold offices"
    try:
        compiled(own, schemas)
    except ValueError as error:
        yield f"the validator cannot use it: {first_line(str(error))}"


def unusable(schema: Any, where: str, definitions: Any) -> Iterator[str]:
    """What the tools cannot use in a schema and in those within it. `definitions` are those that it may refer to."""
    if not isinstance(schema, dict):
        yield f"the schema of {where} is not a JSON object"
        return
    for key in schema.keys() - KEYWORDS:
        yield f"{where} has the keyword {key}, which no rule explains"
    if (reference := schema.get("$ref")) is not None:
        match = REFERENCE.fullmatch(reference)
        if not match or match[1] not in definitions:
            yield f"{where} refers to {reference}, but there is no such definition in {DEFINITIONS}"
    if schema.get("format", "date") != "date":
        yield f"{where} has the format {schema['format']}: the only one is date"
    yield from unusable_values(schema, where)
    for key, within in schema.get("properties", {}).items():
        yield from unusable(within, f"the field {key}", definitions)
    for key in NESTED:
        if key in schema:
            yield from unusable(schema[key], f"an item of {where}" if key == "items" else where, definitions)


def unusable_values(schema: dict[str, Any], where: str) -> Iterator[str]:
    """What is wrong with the values that a schema lists."""
    values = schema.get("enum", [])
    if "type" in schema and not set(types_of({"enum": values})) <= set(types_of(schema)):
        yield f"{where} lists values that are not of its type"
    if len({json.dumps(value) for value in values}) < len(values):
        yield f"{where} lists a value twice"


def differences(shipped: dict[str, Any], own: dict[str, Any], schemas: Schemas, where: str) -> Iterator[str]:
    """In what fields and types a corpus's own schema differs from the shipped one."""
    shipped, own = definition_of(shipped), definition_of(own, schemas)
    if not types_of(own):
        yield f"{where} has no type"
    elif not set(types_of(own)) <= set(types_of(shipped)):
        yield f"{where} has the type {' or '.join(types_of(own))}, not {' or '.join(types_of(shipped))}"
    elif "properties" in shipped:
        keys = list(shipped["properties"])
        if list(own.get("properties", ())) != keys or set(own.get("required", ())) != set(keys):
            yield f"{where} does not have exactly these fields in this order, all of them required: {', '.join(keys)}"
        elif own.get("additionalProperties") is not False:
            yield f"{where} allows further fields: additionalProperties has to be false"
        else:
            for key in keys:
                yield from differences(shipped["properties"][key], own["properties"][key], schemas, f"the field {key}")
    elif "items" in shipped:
        yield from differences(shipped["items"], own.get("items", {}), schemas, f"an item of {where}")
