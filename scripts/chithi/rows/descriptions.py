"""What columns hold, in the words of the schemas."""

from chithi.corpus import REPORT_COLUMNS
from chithi.records.schemas import SHIPPED, Schemas, definition_of, schema_of

Source = str | tuple[str, ...]  # a description, or the table and the keys of the field that has it in the schema

OF_REPORTS: dict[str, Source] = {name: ("reports", name) for name in REPORT_COLUMNS}
OF_STATEMENTS: dict[str, Source] = {
    **OF_REPORTS,
    "offices_in_report": (
        "Office ids: all offices that the report gives this speaker in any of its statements, in the order in which "
        "it first names them; empty without a speaker or an office."
    ),
    "fold": "Fold for cross-validation, 0 to 4, the same for all reports on an event; null in test.",
}


def description_of(table: str, *path: str, schemas: Schemas = SHIPPED) -> str | None:
    """The description of a field in the schema of a table; `path` leads to it by keys. None if there is no such field.

    >>> description_of("statements", "speaker", "id")
    'Actor id.'
    """
    field = schema_of(table, schemas)
    for key in path:
        field = field.get("items", field).get("properties", {}).get(key, {})
    found: str | None = field.get("description")
    return found or (definition_of(field, schemas).get("description") if field else None)
