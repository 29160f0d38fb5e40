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
    assert NAMES == sorted([DEFINITIONS, *(f"{name}.schema.json" for name in SCHEMA_OF.values())])


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


@pytest.mark.parametrize(
    ("date", "good"),
    [
        ("2025", True),
        ("2025-02", True),
        ("2025-02-28", True),
        (None, True),
        ("2025-02-31", False),
        ("2025-13", False),
        ("20250228", False),
    ]
    + [
        ("0000-01-01", False),
        ("2025-2-3", False),
        ("2025-02-28\n", False),
        ("٢٠٢٥", False),
        (2025, False),
        ("", False),
    ],
)
def test_dates(date: object, good: bool) -> None:
    record = {"id": "x", "number": None, "kind": "plan", "issuer": None, "issued": date, "title_en": "X", "note": None}
    assert fits("directives")(record) is good
    assert (not list(explainer("directives").iter_errors(record))) is good


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("45-CT/TW", True),
        ("140/2017/NĐ-CP", True),
        ("199/2025/QH15", True),
        ("102/2025/NQLT-UBTVQH15-CP-ĐCTUBTWMTTQVN", True),
    ]
    + [("45", False), ("CT/TW", False), ("45-CT/TW\n", False), ("45 CT/TW", False)],
)
def test_document_numbers(number: str, good: bool) -> None:
    record = {
        "id": "x",
        "number": number,
        "kind": "plan",
        "issuer": None,
        "issued": None,
        "title_en": "X",
        "note": None,
    }
    assert fits("directives")(record) is good
    assert (not list(explainer("directives").iter_errors(record))) is good


def test_schema_files_are_plain_json() -> None:
    for name in NAMES:
        text = (shipped("schema") / name).read_text(encoding="utf-8")
        assert json.loads(text)
        assert text.endswith("}\n")
