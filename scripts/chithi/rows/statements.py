"""The config `statements`: the statements, joined with the registry entries that they mention."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from chithi.corpus import REPORT_COLUMNS, Corpus
from chithi.rows.arrow import Columns, columns_of, fields_of, lists_like, select, structs_like, table_of
from chithi.rows.config import Config
from chithi.rows.descriptions import OF_STATEMENTS

ACTOR_COLUMNS = ("kind", "level", "name_original", "name_en")
OFFICE_COLUMNS = ("title_en", "title_original", "body", "level")
DIRECTIVE_COLUMNS = ("number", "kind", "issuer", "issued", "title_en")
JOINED = {
    "speaker": ACTOR_COLUMNS,
    "actors": ACTOR_COLUMNS,
    "offices": OFFICE_COLUMNS,
    "directives": DIRECTIVE_COLUMNS,
}
DERIVED = ("offices_in_report", "fold")  # columns that follow from all statements of a report, or from its event
FIRST = ("id", "report", *REPORT_COLUMNS, "paragraph", "text", "translation")  # unchanged in the rows
SPANS = ("speaker", "role", "directives", "requests")


class StatementsConfig(Config):
    """One row a statement. Speaker, offices, directives and addressees are structs with columns of their registries."""

    name = "statements"
    row_is = "a statement with its spans, joined with the registries"
    described = OF_STATEMENTS
    default = True
    derived = False

    def records(self, corpus: Corpus) -> dict[str, pl.DataFrame]:
        """The statements of each split."""
        return corpus.by_split

    def rows(self, corpus: Corpus, records: Columns) -> pa.Table:
        """The statements, with columns of the registries in speakers, offices, directives and addressees."""
        own = self.kept(records)
        joined = {
            "speaker": join(own["speaker"], corpus, "actors", ACTOR_COLUMNS),
            "role": within(own["role"], "offices", partial(join_lists, corpus, "offices", OFFICE_COLUMNS)),
            "directives": join_lists(corpus, "directives", DIRECTIVE_COLUMNS, own["directives"]),
            "requests": with_actors(own["requests"], partial(join_lists, corpus, "actors", ACTOR_COLUMNS)),
        }
        return table_of(own | joined)

    def kept(self, records: Columns) -> Columns:
        """The columns of the records. Offices and the actors asked are structs with an id, as in the rows."""
        identified = {
            "role": within(records["role"], "offices", as_structs),
            "requests": with_actors(records["requests"], as_structs),
        }
        return select(records | identified, *FIRST, *SPANS, *DERIVED)

    def record(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row without the columns of its report and of the registries, and without what follows from other rows."""
        kept: dict[str, Any] = without_joined(row, (*REPORT_COLUMNS, *DERIVED))
        return kept


Change = Callable[[pa.ListArray], pa.ListArray]


def join(structs: pa.StructArray, corpus: Corpus, registry: str, names: Collection[str]) -> pa.StructArray:
    """Adds the named columns of a registry to structs with an `id`, from the entry with that id."""
    fields, entries = fields_of(structs), columns_of(corpus.registries[registry])
    at = pc.index_in(fields["id"], entries["id"])
    return structs_like(structs, fields | {name: entries[name].take(at) for name in names})


def join_lists(corpus: Corpus, registry: str, names: Collection[str], lists: pa.ListArray) -> pa.ListArray:
    """`join` for lists of structs."""
    return lists_like(lists, join(lists.flatten(), corpus, registry, names))


def as_structs(ids: pa.ListArray) -> pa.ListArray:
    """Lists of ids as lists of structs with an `id`."""
    return lists_like(ids, pa.StructArray.from_arrays([ids.flatten()], ["id"]))


def within(structs: pa.StructArray, field: str, change: Change) -> pa.StructArray:
    """Structs of which one field, a list, is changed."""
    fields = fields_of(structs)
    return structs_like(structs, fields | {field: change(fields[field])})


def with_actors(requests: pa.ListArray, change: Change) -> pa.ListArray:
    """Lists of requests in whose addressees the lists of actors are changed."""
    request = requests.flatten()
    fields = fields_of(request)
    addressee = within(fields["addressee"], "actors", change)
    return lists_like(requests, structs_like(request, fields | {"addressee": addressee}))


def without_joined(value: Any, joined: Collection[str]) -> Any:
    """A published value without the keys `joined`, and without those of JOINED in the values within it."""
    if isinstance(value, list):
        return [without_joined(item, joined) for item in value]
    if isinstance(value, dict):
        return {key: without_joined(item, JOINED.get(key, ())) for key, item in value.items() if key not in joined}
    return value
