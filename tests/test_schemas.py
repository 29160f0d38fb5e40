"""The schemas: valid themselves, complete, and read alike by both validators."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from chithi.records.layout import SCHEMA_OF, shipped
from chithi.records.schemas import DEFINITIONS, explainer, fits, load, schema_of

NAMES = sorted(path.name for path in shipped("schema").iterdir())


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every subschema that describes an object's properties."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for value in schema.values():
            yield from objects(value)
    if isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def test_there_is_a_schema_for_each_table() -> None:
    others = ("corpus", "exception", "extraction")
    assert NAMES == sorted([DEFINITIONS, *(f"{name}.schema.json" for name in (*SCHEMA_OF.values(), *others))])


@pytest.mark.parametrize("name", NAMES)
def test_schema_fits_its_metaschema(name: str) -> None:
    schema = load(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("table", SCHEMA_OF)
def test_every_property_is_described_required_and_no_other_is_allowed(table: str) -> None:
    for schema in objects(schema_of(table)):
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])
        assert [key for key, sub in schema["properties"].items() if not sub.get("description")] == []


DIRECTIVE = {"id": "x", "number": None, "kind": "plan", "issuer": None, "issued": None, "title_en": "X", "note": None}
GOOD_DATES = ["2025", "1930", "2025-02", "2025-02-28", None]
BAD_DATES = [
    "2025-02-31",
    "2025-13",
    "20250228",
    "0000-01-01",
    "1929-12-31",
    "2025-2-3",
    "2025-02-28\n",
    "٢٠٢٥",
    2025,
    "",
]
GOOD_NUMBERS = ["45-CT/TW", "140/2017/NĐ-CP", "199/2025/QH15", "102/2025/NQLT-UBTVQH15-CP-ĐCTUBTWMTTQVN"]
BAD_NUMBERS = ["45", "CT/TW", "45-CT/TW\n", "45 CT/TW"]


@pytest.mark.parametrize(
    ("date", "good"), [*((date, True) for date in GOOD_DATES), *((date, False) for date in BAD_DATES)]
)
def test_dates(date: object, good: bool) -> None:
    record = DIRECTIVE | {"issued": date}
    assert fits("directives")(record) is good
    assert (not list(explainer("directives").iter_errors(record))) is good


@pytest.mark.parametrize(
    ("number", "good"), [*((number, True) for number in GOOD_NUMBERS), *((number, False) for number in BAD_NUMBERS)]
)
def test_document_numbers(number: str, good: bool) -> None:
    record = DIRECTIVE | {"number": number}
    assert fits("directives")(record) is good
    assert (not list(explainer("directives").iter_errors(record))) is good


def test_schema_files_are_plain_json() -> None:
    for name in NAMES:
        text = (shipped("schema") / name).read_text(encoding="utf-8")
        assert json.loads(text)
        assert text.endswith("}\n")
