"""The config `requests`: one flat row a request."""

from collections.abc import Iterable, Iterator

import polars as pl
import pyarrow as pa

from chithi.corpus import REPORT_COLUMNS, Corpus
from chithi.rows.arrow import Columns, fields_of, lists_like, select, table_of
from chithi.rows.config import Config, Identified
from chithi.rows.statements import ACTOR_COLUMNS, join


class RequestsConfig(Config):
    """One row a request: who asks whom for what, in which office, citing what."""

    name = "requests"
    row_is = "a request: who asks whom for what, in which office, citing what"

    def records(self, corpus: Corpus) -> dict[str, pl.DataFrame]:
        """The requests of each split, with the columns of their statements."""
        return {split: requests_of(statements) for split, statements in corpus.by_split.items()}

    def rows(self, corpus: Corpus, records: Columns) -> pa.Table:
        """The requests, joined with the speakers."""
        own = self.kept(records)
        speaker = fields_of(join(records["speaker"], corpus, "actors", ACTOR_COLUMNS))
        role, cited = fields_of(records["role"]), records["directives"]
        return table_of(
            {
                **select(own, "id", "statement", "report", *REPORT_COLUMNS),
                **{f"speaker_{name}": speaker[name] for name in ("id", *ACTOR_COLUMNS)},
                "role": role["text"],
                "offices": role["offices"],
                "directives": lists_like(cited, fields_of(cited.flatten())["id"]),
                **select(own, "act", "topic", "addressee", "start", "end", "request", "text", "translation"),
            }
        )

    def ids(self, records: Iterable[Identified]) -> Iterator[str]:
        """The ids of the requests of some statements."""
        return (f"{record.id}.{n}" for record in records for n in range(1, len(record.requests) + 1))

    def kept(self, records: Columns) -> Columns:
        """The columns of the request, and those of its statement that hold no spans."""
        request = fields_of(records["request"])
        texts = {"addressee": fields_of(request["addressee"])["text"], "request": request["text"]}
        kept = select(records, "id", "statement", "report", *REPORT_COLUMNS, "text", "translation")
        return kept | select(request, "act", "topic", "start", "end") | texts


def requests_of(statements: pl.DataFrame) -> pl.DataFrame:
    """One row a request: the request, an `id` of its own, and the columns of its statement.

    The `id` of the statement is in the column `statement`.
    """
    count = pl.col("requests").list.len()
    rows = statements.filter(count > 0).with_columns(number=pl.int_ranges(1, count + 1), statement="id")
    rows = rows.explode("requests", "number").rename({"requests": "request"})
    return rows.with_columns(id=pl.concat_str("id", "number", separator=".")).drop("number")
