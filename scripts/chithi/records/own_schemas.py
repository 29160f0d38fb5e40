"""A corpus's own schemas: read, and held to the fields and types of those that ship."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chithi.records.files import read_regular
from chithi.records.layout import SCHEMA_OF, SCHEMAS
from chithi.records.schemas import DEFINITIONS, Schemas, definition_of, enum_of, load, schema_name, types_of

TABLE_OF_FILE = {schema_name(table): table for table in SCHEMA_OF}
SPLITS = {"train", "test"}
LISTED = (("reports", "split"), ("offices", "level"), ("statements", "requests", "act"))  # fields with an enum


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
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.schema.json")) if folder.is_dir() else ():
        texts[path.name] = text_of(path)
    schemas = Schemas(tuple(texts.items()))
    for name in texts:
        if reason := next(faults(name, schemas), None):
            raise SchemaError(folder / name, reason)
    return schemas


def text_of(path: Path) -> str:
    """The text of a schema file, which is JSON and a JSON Schema. Raises SchemaError if it is not."""
    import jsonschema

    if path.name not in (DEFINITIONS, *TABLE_OF_FILE):
        raise SchemaError(path, f"no table has a schema of that name: there are {', '.join(TABLE_OF_FILE)}")
    try:
        text = read_regular(path).decode()
        jsonschema.Draft202012Validator.check_schema(json.loads(text))
    except UnicodeDecodeError as error:
        raise SchemaError(path, "the file is not in UTF-8") from error
    except json.JSONDecodeError as error:
        raise SchemaError(path, f"not JSON: {error.msg} in line {error.lineno}") from error
    except jsonschema.SchemaError as error:
        raise SchemaError(path, f"not a JSON Schema: {error.message}") from error
    return text


def faults(name: str, schemas: Schemas) -> Iterator[str]:
    """Why a schema file cannot replace the shipped one of its name."""
    if name == DEFINITIONS:
        missing = load(DEFINITIONS)["$defs"].keys() - load(DEFINITIONS, schemas).get("$defs", {}).keys()
        yield from (f"the definition {key} is missing" for key in sorted(missing))
        return
    try:
        yield from differences(load(name), load(name, schemas), schemas, "a record")
    except KeyError as error:
        yield f"a reference leads to no definition in {DEFINITIONS}: {error.args[0]}"
        return
    for table, *field in LISTED:
        if name == schema_name(table) and not enum_of(table, *field, schemas=schemas):
            yield f"the field {field[-1]} needs an enum, whose order counts"
    if name == schema_name("reports") and not set(enum_of("reports", "split", schemas=schemas)) <= SPLITS:
        yield "the split of a report is train or test"


def differences(shipped: dict[str, Any], own: dict[str, Any], schemas: Schemas, where: str) -> Iterator[str]:
    """In what fields and types a corpus's own schema differs from the shipped one."""
    shipped, own = definition_of(shipped), definition_of(own, schemas)
    if not set(types_of(own)) <= set(types_of(shipped)):
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
