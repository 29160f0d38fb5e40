"""The JSON Schemas, compiled: the only source of what a record may hold, and of the order of its keys."""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import Any

import jsonschema_rs
import msgspec

from chithi.records.layout import SCHEMA_OF, SUPPRESSIONS, shipped

DEFINITIONS = "definitions.schema.json"
JSON_TYPES = {str: "string", type(None): "null", int: "integer", bool: "boolean"}  # of values in enums
ONE_LINE = "^[^\\n\\r]+$"


class Schemas(msgspec.Struct, frozen=True):
    """The schemas of a corpus. `own` has the name and the text of each schema file that the corpus brings.

    The other schemas are those that ship. A corpus's own schema has the fields and types of the shipped one, in the
    same order; it may differ in enums, patterns, lengths and descriptions.
    """

    own: tuple[tuple[str, str], ...] = ()

    def text(self, name: str) -> str:
        """The text of a schema file, such as statement.schema.json."""
        return dict(self.own).get(name) or (shipped("schema") / name).read_text(encoding="utf-8")


SHIPPED = Schemas()


@cache
def load(name: str, schemas: Schemas = SHIPPED) -> dict[str, Any]:
    """A schema file by its name, such as statement.schema.json."""
    schema: dict[str, Any] = json.loads(schemas.text(name))
    return schema


def schema_of(table: str, schemas: Schemas = SHIPPED) -> dict[str, Any]:
    """The schema of a table's records."""
    return load(schema_name(table), schemas)


def schema_name(table: str) -> str:
    """The name of the file with the schema of a table, or of exceptions.jsonl."""
    return f"{(SCHEMA_OF | {SUPPRESSIONS: 'exception'})[table]}.schema.json"


def compiled(schema: dict[str, Any], schemas: Schemas = SHIPPED) -> Callable[[Any], bool]:
    """A fast test of whether a value fits a schema, whose references point into the definitions."""
    registry = jsonschema_rs.Registry([(f"json-schema:///{DEFINITIONS}", load(DEFINITIONS, schemas))])
    identified = {**schema, "$id": "json-schema:///x"}  # references are relative to it
    validator = jsonschema_rs.Draft202012Validator(identified, registry=registry, validate_formats=True)
    is_valid: Callable[[Any], bool] = validator.is_valid
    return is_valid


@cache
def fits(table: str, schemas: Schemas = SHIPPED) -> Callable[[Any], bool]:
    """A fast test of whether a record fits the schema of a table. `explainer` is slower but gives reasons."""
    return compiled(schema_of(table, schemas), schemas)


@cache
def explainer(table: str, schemas: Schemas = SHIPPED) -> Any:
    """A jsonschema validator for the schema of a table. It asserts formats, and reads patterns as ECMA 262 does."""
    import jsonschema

    keywords = {"pattern": ecma_pattern, "uniqueItems": unique_items, "items": misfits_in(schemas)}
    keywords["$ref"] = definitions_in(schemas)
    validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
    return validator(schema_of(table, schemas), format_checker=jsonschema.FormatChecker(["date"]))


@cache
def document_explainer(name: str) -> Any:
    """A jsonschema validator for a shipped schema that is not that of a table, by the name of its file."""
    import jsonschema
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    registry = Registry().with_resource(DEFINITIONS, DRAFT202012.create_resource(load(DEFINITIONS)))
    keywords = {"pattern": ecma_pattern, "uniqueItems": unique_items}
    validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
    return validator(load(name), registry=registry, format_checker=jsonschema.FormatChecker(["date"]))


def definitions_in(schemas: Schemas) -> Callable[..., Iterator[Any]]:
    """The keyword `$ref`. All references point into one file; general resolving would take most of the time."""

    def definition(validator: Any, reference: str, instance: object, _: Any) -> Iterator[Any]:
        yield from validator.descend(instance, definition_of({"$ref": reference}, schemas))

    return definition


def misfits_in(schemas: Schemas) -> Callable[..., Iterator[Any]]:
    """The keyword `items`, which looks at misfits alone: 100,000 items that fit would take 2 s to explain."""
    tests: dict[int, Callable[[Any], bool]] = {}  # by the identity of the schema, which `load` keeps

    def items(validator: Any, schema: dict[str, Any], instance: object, _: Any) -> Iterator[Any]:
        if not isinstance(instance, list):
            return
        if id(schema) not in tests:
            tests[id(schema)] = compiled({"items": schema}, schemas)
        fit = tests[id(schema)]
        for n, item in enumerate(() if fit(instance) else instance):
            if not fit([item]):
                yield from validator.descend(item, schema, path=n)

    return items


def definition_of(schema: dict[str, Any], schemas: Schemas = SHIPPED) -> dict[str, Any]:
    """The definition that a schema refers to, with the keywords beside the reference; else the schema itself."""
    if "$ref" not in schema:
        return schema
    definition: dict[str, Any] = load(DEFINITIONS, schemas)["$defs"][schema["$ref"].rpartition("/")[2]]
    return definition | {key: value for key, value in schema.items() if key != "$ref"}


def types_of(schema: dict[str, Any]) -> list[str]:
    """The JSON types that a schema allows, sorted: those of `type`, else of the values of `enum`; [] if neither."""
    kinds = schema.get("type") or sorted({JSON_TYPES.get(type(value), "other") for value in schema.get("enum", ())})
    return [kinds] if isinstance(kinds, str) else sorted(kinds)


def enum_of(table: str, *path: str, schemas: Schemas = SHIPPED) -> tuple[str, ...]:
    """The values that the enum of a field lists, without null, in its order; () if it has no enum.

    `path` leads to the field by keys.
    """
    schema = schema_of(table, schemas)
    for key in path:
        schema = schema.get("items", schema)["properties"][key]
    return tuple(value for value in definition_of(schema, schemas).get("enum", ()) if value is not None)


def ecma(pattern: str) -> str:
    """A pattern of ECMA 262 for Python, where a bare `$` also matches before a final line feed."""
    return re.sub(r"\$$", r"\\Z", pattern)


def ecma_pattern(_: Any, pattern: str, instance: object, __: Any) -> Iterator[Any]:
    """The keyword `pattern`, read as ECMA 262 has it."""
    import jsonschema

    if isinstance(instance, str) and not re.search(ecma(pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def unique_items(_: Any, wanted: bool, instance: object, __: Any) -> Iterator[Any]:
    """The keyword `uniqueItems`, for lists of any length. That of jsonschema compares all pairs of a mixed list."""
    import jsonschema

    if wanted and isinstance(instance, list):
        distinct = {json.dumps(item, sort_keys=True) for item in instance}
        if len(distinct) < len(instance):
            yield jsonschema.ValidationError("the list names a thing twice")


class Fields:
    """The schema of an object, for testing many typed records at once, field by field.

    A typed record has the keys of its schema, and the schemas restrict nothing else than the values of keys. So a
    record fits if all its values fit. For 100,000 statements this takes 0.3 s; `fits` takes 0.4 s, and another 0.7 s
    to read them as dicts.
    """

    def __init__(self, schema: dict[str, Any], schemas: Schemas = SHIPPED) -> None:
        self.columns = [(attrgetter(key), column(sub, schemas)) for key, sub in schema["properties"].items()]

    def misfits(self, records: Sequence[Any]) -> set[int]:
        """The indices of the records that do not fit."""
        return {n for value_of, test in self.columns for n in test(list(map(value_of, records)))}


ColumnTest = Callable[[list[Any]], Iterable[int]]  # the values of a field -> the indices of those that do not fit


def column(schema: dict[str, Any], schemas: Schemas = SHIPPED) -> ColumnTest:
    """The test for a column of values with this schema."""
    if "properties" in schema:
        return partial(misfit_objects, Fields(schema, schemas))
    if "properties" in schema.get("items", ()):
        sizes = schema.get("minItems", 0), schema.get("maxItems", math.inf)
        return partial(misfit_lists, Fields(schema["items"], schemas), *sizes)
    one_by_one = partial(misfit_values, compiled({"items": schema}, schemas))
    keywords = definition_of(schema, schemas)
    plain = "$ref" not in schema or schema.keys() <= {"$ref", "description"}  # no further keywords beside a reference
    if (
        plain
        and keywords.get("pattern") == ONE_LINE
        and keywords.keys() <= {"description", "type", "pattern", "maxLength"}
    ):
        return partial(misfit_lines, keywords.get("maxLength", math.inf), one_by_one)
    return one_by_one


def misfit_values(all_fit: Callable[[Any], bool], values: list[Any]) -> Iterable[int]:
    """The indices of the values that do not fit. If all fit, one call of `all_fit` finds that out."""
    return () if all_fit(values) else [n for n, value in enumerate(values) if not all_fit([value])]


def misfit_lines(longest: float, one_by_one: ColumnTest, values: list[str | None]) -> Iterable[int]:
    """The indices of the strings that are not one line of at most `longest` characters.

    Most of a corpus is such strings. Looking for line ends in all of them joined, not in each with a regular
    expression, saves 0.12 of 0.42 s for 100,000 statements.
    """
    strings = [value for value in values if value is not None]
    joined = "".join(strings)
    if all(strings) and "\n" not in joined and "\r" not in joined and max(map(len, strings), default=0) <= longest:
        return ()
    return one_by_one(values)


def misfit_objects(fields: Fields, values: list[Any]) -> Iterable[int]:
    """The indices of the objects that do not fit; nulls are left out."""
    wrong = fields.misfits([value for value in values if value is not None])
    return map([n for n, value in enumerate(values) if value is not None].__getitem__, wrong) if wrong else ()


def misfit_lists(fields: Fields, fewest: float, most: float, values: list[list[Any]]) -> Iterable[int]:
    """The indices of the lists that have too few items or too many, or hold an object that does not fit.

    Whether they may hold nulls is left to the types of the records.
    """
    sizes = list(map(len, values))
    if min(sizes, default=0) < fewest or max(sizes, default=0) > most:
        yield from (n for n, size in enumerate(sizes) if not fewest <= size <= most)
    wrong = list(misfit_objects(fields, [item for items in values for item in items]))
    yield from map([n for n, size in enumerate(sizes) for _ in range(size)].__getitem__, wrong) if wrong else ()


@cache
def fields_of(table: str, schemas: Schemas = SHIPPED) -> Fields:
    """The schema of a table, for testing many records at once."""
    return Fields(schema_of(table, schemas), schemas)
