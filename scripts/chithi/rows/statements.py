"""The config `statements`: the statements, joined with the registry entries that they mention."""

from collections.abc import Collection
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from chithi.corpus import REPORT_COLUMNS, Corpus
from chithi.rows.arrow import Columns, columns_of, fields_of, lists_like, select, structs_like, table_of
from chithi.rows.config import Config

ACTOR_COLUMNS = ("kind", "level", "name_original", "name_en")
OFFICE_COLUMNS = ("title_en", "title_original", "body", "level")
DIRECTIVE_COLUMNS = ("number", "kind", "issuer", "issued", "title_en")
JOINED = {"speaker": ACTOR_COLUMNS, "offices": OFFICE_COLUMNS, "directives": DIRECTIVE_COLUMNS}


class StatementsConfig(Config):
    """One row a statement. Speaker, offices and directives are structs with columns of their registries."""

    name = "statements"
    row_is = "a statement with its spans, joined with the registries"
    default = True
    derived = False

    def records(self, corpus: Corpus) -> dict[str, pl.DataFrame]:
        """The statements of each split."""
        return corpus.by_split

    def rows(self, corpus: Corpus, records: Columns) -> pa.Table:
        """The statements, with columns of the registries in speakers, offices and directives."""
        role, cited = records["role"], records["directives"]
        first = select(records, "id", "report", *REPORT_COLUMNS, "paragraph", "text", "translation")
        offices = join(office_ids(role), corpus, "offices", OFFICE_COLUMNS)
        directives = join(cited.flatten(), corpus, "directives", DIRECTIVE_COLUMNS)
        joined = {
            "speaker": join(records["speaker"], corpus, "actors", ACTOR_COLUMNS),
            "role": with_offices(role, offices),
            "directives": lists_like(cited, directives),
        }
        return table_of(first | joined | select(records, "requests"))

    def kept(self, records: Columns) -> Columns:
        """All columns of the records. Offices are structs with an id, as in the rows."""
        role = records["role"]
        return records | {"role": with_offices(role, office_ids(role))}

    def record(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row without the columns of its report and of the registries."""
        kept: dict[str, Any] = without_joined(row, REPORT_COLUMNS)
        return kept


def join(structs: pa.StructArray, corpus: Corpus, registry: str, names: Collection[str]) -> pa.StructArray:
    """Adds the named columns of a registry to structs with an `id`, from the entry with that id."""
    fields, entries = fields_of(structs), columns_of(corpus.registries[registry])
    at = pc.index_in(fields["id"], entries["id"])
    return structs_like(structs, fields | {name: entries[name].take(at) for name in names})


def office_ids(roles: pa.StructArray) -> pa.StructArray:
    """The offices of all roles, flattened, as structs with an `id`."""
    return pa.StructArray.from_arrays([fields_of(roles)["offices"].flatten()], ["id"])


def with_offices(roles: pa.StructArray, offices: pa.StructArray) -> pa.StructArray:
    """The roles with their offices replaced by these structs, which are flattened."""
    fields = fields_of(roles)
    return structs_like(roles, fields | {"offices": lists_like(fields["offices"], offices)})


def without_joined(value: Any, joined: Collection[str]) -> Any:
    """A published value without the keys `joined`, and without those of JOINED in the values within it."""
    if isinstance(value, list):
        return [without_joined(item, joined) for item in value]
    if isinstance(value, dict):
        return {key: without_joined(item, JOINED.get(key, ())) for key, item in value.items() if key not in joined}
    return value
