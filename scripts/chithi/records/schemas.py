"""The JSON Schemas, compiled: the one source of what a record looks like, and of the order of its keys."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Annotated, Any, Literal

import jsonschema_rs
import msgspec
import orjson

from chithi.records.layout import SCHEMA_OF, shipped

DEFINITIONS = "definitions.schema.json"
BOUNDS = {"minimum": "ge", "maximum": "le", "minLength": "min_length", "maxLength": "max_length"}  # JSON Schema's word -> msgspec's


@cache
def load(name: str) -> dict[str, Any]:
    """A schema file by its name, e.g. statement.schema.json."""
    schema: dict[str, Any] = json.loads((shipped("schema") / name).read_text(encoding="utf-8"))
    return schema


@cache
def schema_of(table: str) -> dict[str, Any]:
    """The schema of a table's records."""
    return load(f"{SCHEMA_OF[table]}.schema.json")


@cache
def fits(table: str) -> Callable[[Any], bool]:
    """A fast yes or no: does a record fit its schema? `explain` gives the same verdict, slowly and with reasons."""
    registry = jsonschema_rs.Registry([(f"json-schema:///{DEFINITIONS}", load(DEFINITIONS))])
    schema = {"$id": f"json-schema:///{table}", **schema_of(table)}
    validator = jsonschema_rs.Draft202012Validator(schema, registry=registry, validate_formats=True)
    is_valid: Callable[[Any], bool] = validator.is_valid
    return is_valid


@cache
def explainer(table: str) -> Any:
    """A jsonschema validator of the table's schema, which asserts formats and reads patterns as ECMA 262 does."""
    import jsonschema

    keywords = {"pattern": ecma_pattern, "$ref": definition}
    validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
    return validator(schema_of(table), format_checker=jsonschema.FormatChecker(["date"]))


def definition(validator: Any, reference: str, instance: object, _: Any) -> Iterator[Any]:
    """The keyword `$ref`; all references lead into one file, which spares resolving them, most of the time that it takes."""
    yield from validator.descend(instance, load(DEFINITIONS)["$defs"][reference.rpartition("/")[2]])


def ecma_pattern(_: Any, pattern: str, instance: object, __: Any) -> Iterator[Any]:
    """The keyword `pattern`; in Python's dialect $ also matches before a final line feed, in JSON Schema's it does not."""
    import jsonschema

    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def reorder_keys(value: Any, schema: dict[str, Any]) -> Any:
    """The record with its keys in the order of the schema, and keys that the schema does not know behind them."""
    if isinstance(value, dict) and "properties" in schema:
        known = {key: reorder_keys(value[key], sub) for key, sub in schema["properties"].items() if key in value}
        return known | {key: item for key, item in value.items() if key not in known}
    if isinstance(value, list) and "items" in schema:
        return [reorder_keys(item, schema["items"]) for item in value]
    return value


def struct_type(schema: dict[str, Any], name: str) -> Any:
    """A msgspec type for the objects of a schema: its keys in its order, of its types and sizes. Patterns are left to the sieve."""
    if "$ref" in schema:
        return struct_type(load(DEFINITIONS)["$defs"][schema["$ref"].rpartition("/")[2]], name)
    if "enum" in schema:
        return Literal[tuple(schema["enum"])]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    kind: Any = {"string": str, "integer": int, "boolean": bool}.get(kinds[0])
    if kinds[0] == "object":
        fields = [(key, struct_type(sub, f"{name}_{key}")) for key, sub in schema["properties"].items()]
        kind = msgspec.defstruct(name, fields, forbid_unknown_fields=True, gc=False)
    elif kinds[0] == "array":
        kind = list[struct_type(schema["items"], name)]  # type: ignore[misc]
    if bounds := {BOUNDS[key]: schema[key] for key in BOUNDS.keys() & schema.keys()}:
        kind = Annotated[kind, msgspec.Meta(**bounds)]
    return kind | None if "null" in kinds else kind


@cache
def struct_of(table: str) -> Any:
    """The msgspec type of a table's records."""
    return struct_type(schema_of(table), table)


@cache
def is_canonical_line(table: str) -> Callable[[bytes], bool]:
    """A fast test that a line is canonical JSON with the keys and types of the schema; values may be wrong. False says nothing."""
    decode, encode = msgspec.json.Decoder(struct_of(table)).decode, msgspec.json.Encoder().encode

    def test(line: bytes) -> bool:
        try:
            return encode(decode(line)) + b"\n" == line
        except (ValueError, RecursionError):
            return False

    return test


def canonical(record: Any, table: str) -> bytes:
    """The one way to write a record: keys in schema order, compact, UTF-8, no needless escape, a line feed behind it."""
    return orjson.dumps(reorder_keys(record, schema_of(table)), option=orjson.OPT_APPEND_NEWLINE)
