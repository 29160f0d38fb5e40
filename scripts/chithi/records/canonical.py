"""Records as lines of JSON: canonical form, and its decoding into typed records."""

from functools import cache
from typing import Any

import msgspec
import orjson

from chithi.records.records import RECORD_OF
from chithi.records.schemas import schema_of


def reorder_keys(value: Any, schema: dict[str, Any]) -> Any:
    """The record with its keys in the order of the schema, followed by keys that are not in the schema."""
    if isinstance(value, dict) and "properties" in schema:
        known = {key: reorder_keys(value[key], sub) for key, sub in schema["properties"].items() if key in value}
        return known | {key: item for key, item in value.items() if key not in known}
    if isinstance(value, list) and "items" in schema:
        return [reorder_keys(item, schema["items"]) for item in value]
    return value


def canonical(record: Any, table: str) -> bytes:
    """A record in canonical form: keys in schema order, compact, UTF-8, no needless escapes, and a line feed."""
    return orjson.dumps(reorder_keys(record, schema_of(table)), option=orjson.OPT_APPEND_NEWLINE)


@cache
def decoder(table: str) -> msgspec.json.Decoder[Any]:
    """A decoder from JSON to typed records of a table. For anything else it raises what `decode_canonical` catches."""
    return msgspec.json.Decoder(RECORD_OF[table])


ENCODER = msgspec.json.Encoder()


def decode_canonical(data: bytes, table: str) -> list[Any]:
    """The typed records on whole lines; [] unless every line is canonical JSON with the keys and types of the table."""
    try:
        records: list[Any] = decoder(table).decode_lines(data)
        return records if ENCODER.encode_lines(records) == data else []
    except (msgspec.MsgspecError, ValueError, RecursionError):  # MsgspecError is a ValueError since msgspec 0.21
        return []


def typed(record: Any, table: str) -> Any:
    """Converts a record that fits its schema to the typed record of a table."""
    return msgspec.convert(record, RECORD_OF[table])
