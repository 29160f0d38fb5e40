"""The config `requests`: one flat row a request."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from chithi.corpus import Corpus
from chithi.rows.arrow import Columns, chosen, fields_of, from_numpy, lists_like, select, strings, table_of
from chithi.rows.config import Config, Identified
from chithi.rows.descriptions import OF_STATEMENTS, Source
from chithi.rows.statements import as_structs, join, join_lists

DESCRIBED: dict[str, Source] = OF_STATEMENTS | {
    "id": "Id of the statement, and after a dot the number of the request in it, from 1.",
    "statement": ("statements", "id"),
    "date": "First day that the date of the event allows, or that of the report, where that of the event is not known; "
    "null where neither is.",
    "date_precision": "How much of the date is known: day, month or year; null without a date.",
    "speaker_id": ("statements", "speaker", "id"),
    "speaker_name_en": ("actors", "name_en"),
    "speaker_kind": ("actors", "kind"),
    "speaker_level": "Administrative level: of a body or group its own, of a person the highest of offices_in_report; "
    "null where neither is known.",
    "offices": "Office ids that the role names, in its order; empty without a role.",
    "act": ("statements", "requests", "act"),
    "topic": ("statements", "requests", "topic"),
    "topic_code": "Number of the topic in the code book of topics; null where it has none.",
    "addressee": ("statements", "requests", "addressee"),
    "addressee_ids": ("statements", "requests", "addressee", "actors"),
    "addressee_names_en": "Name in English of each actor in addressee_ids.",
    "addressee_kinds": "Kind of each actor in addressee_ids: person, body or group.",
    "addressee_levels": "Administrative level of each actor in addressee_ids; null for a person.",
    "start": "Offset of the request's first character in the text, counted in Unicode code points from 0.",
    "end": "Offset behind the request's last character.",
    "request": "The request: the slice of the text from start to end.",
    "english": "The words of the translation that render the request; of an English text the request itself; null "
    "where they are not marked.",
    "directives": "Ids of the documents that are cited within the request, in the order of the text.",
    "statement_directives": "Ids of all documents that the statement cites, in the order of the text.",
}
COLUMNS = """
    id statement report event language date date_precision place speaker_id speaker_name_en speaker_kind speaker_level
    role offices offices_in_report act topic topic_code addressee addressee_ids addressee_names_en addressee_kinds
    addressee_levels start end request english directives statement_directives text translation fold
""".split()
UNCHANGED = ("id", "statement", "report", "event", "language", "date", "date_precision", "place", "speaker_level",
             "offices_in_report", "text", "translation", "fold")  # fmt: skip
PRECISIONS = {len("YYYY"): "year", len("YYYY-MM"): "month", len("YYYY-MM-DD"): "day"}  # by the length of a date
ENGLISH = "^en(-|$)"  # in a language tag


class RequestsConfig(Config):
    """One row a request: who asks whom for what, when, in which office, citing what."""

    name = "requests"
    row_is = "a request: who asks whom for what, when, in which office, citing what"
    described = DESCRIBED

    def records(self, corpus: Corpus) -> dict[str, pl.DataFrame]:
        """The requests of each split, with the columns of their statements, and their dates."""
        dates = dates_of(corpus.reports)
        return {
            split: requests_of(statements).join(dates, on="report", how="left", maintain_order="left")
            for split, statements in corpus.by_split.items()
        }

    def rows(self, corpus: Corpus, records: Columns) -> pa.Table:
        """The requests, joined with the actors and the codes of topics."""
        own = self.kept(records)
        named = ("name_en", "kind", "level")
        speaker = fields_of(join(records["speaker"], corpus, "actors", named))
        asked = join_lists(corpus, "actors", named, as_structs(own["addressee_ids"]))
        actor = fields_of(asked.flatten())
        joined = {
            "speaker_name_en": speaker["name_en"],
            "speaker_kind": speaker["kind"],
            "topic_code": codes_of(own["topic"], corpus.metadata.topic_codes if corpus.metadata else {}),
            "addressee_names_en": lists_like(asked, actor["name_en"]),
            "addressee_kinds": lists_like(asked, actor["kind"]),
            "addressee_levels": lists_like(asked, actor["level"]),
        }
        return table_of(select(own | joined, *COLUMNS))

    def keys(self, file: Path, records: Iterable[Identified]) -> Iterator[str]:
        """The ids of the requests of some statements."""
        return (f"{record.id}.{n}" for record in records for n in range(1, len(record.requests) + 1))

    def kept(self, records: Columns) -> Columns:
        """The columns that follow from the request and its statement."""
        request, role = fields_of(records["request"]), fields_of(records["role"])
        addressee, cited = fields_of(request["addressee"]), records["directives"]
        citation = fields_of(cited.flatten())
        of_request = {
            "addressee": addressee["text"],
            "addressee_ids": lists_like(addressee["actors"], addressee["actors"].flatten()),
            "request": request["text"],
            "english": english(records["language"], request),
            "directives": chosen(cited, citation["id"], lie_within(cited, citation, request)),
        }
        of_statement = {
            "speaker_id": fields_of(records["speaker"])["id"],
            "role": role["text"],
            "offices": lists_like(role["offices"], role["offices"].flatten()),
            "statement_directives": lists_like(cited, citation["id"]),
        }
        unchanged = select(records, *UNCHANGED) | select(request, "act", "topic", "start", "end")
        return unchanged | of_request | of_statement


def requests_of(statements: pl.DataFrame) -> pl.DataFrame:
    """One row a request: the request, an `id` of its own, and the columns of its statement.

    The `id` of the statement is in the column `statement`.
    """
    count = pl.col("requests").list.len()
    rows = statements.filter(count > 0).with_columns(number=pl.int_ranges(1, count + 1), statement="id")
    rows = rows.explode("requests", "number").rename({"requests": "request"})
    return rows.with_columns(id=pl.concat_str("id", "number", separator=".")).drop("number")


def dates_of(reports: pl.DataFrame) -> pl.DataFrame:
    """The date of each report, with the columns `report`, `date` (the first day that is meant) and `date_precision`.

    It is that of the event (`held`), and where that is not known, that of the report (`published`).
    """
    known = pl.coalesce("held", "published")
    date = (known + "-01-01").str.slice(0, len("YYYY-MM-DD")).str.to_date("%Y-%m-%d", strict=False)
    precision = known.str.len_chars().replace_strict(PRECISIONS, default=None, return_dtype=pl.String)
    dated = reports.select(report="id", date=date, date_precision=precision)
    return dated.with_columns(pl.when(pl.col("date").is_not_null()).then("date_precision"))


def codes_of(topics: pa.StringArray, codes: dict[str, int]) -> pa.Int32Array:
    """The codes of topics; null for a topic without one."""
    return from_numpy(np.array(list(codes.values()), np.int32)).take(pc.index_in(topics, strings(list(codes))))


def english(languages: pa.StringArray, request: Columns) -> pa.StringArray:
    """The requests in English: their own words where the report is in English, else those of the translation."""
    return pc.if_else(pc.match_substring_regex(languages, ENGLISH), request["text"], request["english"])


def lie_within(cited: pa.ListArray, citation: Columns, request: Columns) -> pa.BooleanArray:
    """Whether each citation lies within the request of its row. `citation` has the fields of the items of `cited`."""
    parents = pc.list_parent_indices(cited)
    starts, ends = request["start"].take(parents), request["end"].take(parents)
    return pc.and_(
        pc.greater_equal(citation["start"], starts),
        pc.less_equal(citation["end"], ends),
    )
