"""The published configs, built from the corpus: joined, flat, and in plain Arrow types."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from chithi.corpus import Corpus
from chithi.rows.arrow import Columns, columns, packed, parts, relisted, rows_of, select
from chithi.rows.tags import TAGS, spans_of, token_columns

if TYPE_CHECKING:
    from datasets import Features

SPLITS = ("train", "test")
REGISTRY = "registry"  # the one split of a registry; `all`, the union of all splits, is a word that datasets keeps for itself
REGISTRIES = ("reports", "speakers", "offices", "directives")
CONFIGS = ("statements", "requests", "tokens", *REGISTRIES)  # the default one first
WITH_TOKENS = ("id", "report", "event", "language")
TAGGED = ("text", "speaker", "role", "directives", "requests")  # what tokens and tags are made of
OF_REPORT = ("event", "language", "published", "held", "place")
OF_SPEAKER = ("kind", "name_vi", "name_en")
OF_OFFICE = ("title_en", "title_vi", "body", "level")
OF_DIRECTIVE = ("number", "kind", "issuer", "issued", "title_en")
PLAIN = {pl.String: pa.string(), pl.Int32: pa.int32(), pl.Int64: pa.int64(), pl.Boolean: pa.bool_()}


def config(corpus: Corpus, name: str) -> dict[str, pa.Table]:
    """A config by its name, as split -> rows. Raises ValueError where there is none of that name."""
    if name not in CONFIGS:
        raise ValueError(f"no config {name!r}: there are {', '.join(CONFIGS)}")
    return {split: published(corpus, name, as_columns(name, rows)) for split, rows in records(corpus, name).items()}


def records(corpus: Corpus, config: str) -> dict[str, pl.DataFrame]:
    """What the rows of a config are made of, one by one, as split -> entries of a registry, statements, or requests."""
    if config in REGISTRIES:
        return {REGISTRY: getattr(corpus, config)}
    splits = by_split(corpus)
    if config == "requests":
        return {split: requests_of(statements) for split, statements in splits.items()}
    if config == "tokens":
        return {split: statements.select(*WITH_TOKENS, *TAGGED) for split, statements in splits.items()}
    return splits


@lru_cache(1)
def statement_rows(corpus: Corpus) -> pl.DataFrame:
    """One row a statement: its record, with its split and what else is known of its report."""
    reports = corpus.reports.select(pl.col("id").alias("report"), "split", *OF_REPORT)
    return corpus.statements.join(reports, on="report", how="left", maintain_order="left")


@lru_cache(1)
def by_split(corpus: Corpus) -> dict[str, pl.DataFrame]:
    """The same, a split apiece."""
    return {split: statement_rows(corpus).filter(pl.col("split") == split).drop("split") for split in SPLITS}


def requests_of(statements: pl.DataFrame) -> pl.DataFrame:
    """One row a request: itself, the id of its statement and one of its own, and the other columns of the statement."""
    count = pl.col("requests").list.len()
    rows = statements.filter(count > 0).with_columns(number=pl.int_ranges(1, count + 1), statement="id")
    rows = rows.explode("requests", "number").rename({"requests": "request"})
    return rows.with_columns(id=pl.concat_str("id", "number", separator=".")).drop("number")


def as_columns(config: str, records: pl.DataFrame) -> Columns:
    """Records as columns; where tokens are to be made of them, with their spans, under the names of the columns of tags."""
    rows = columns(table(records))
    return rows | spans_of(rows) if config == "tokens" else rows


def published(corpus: Corpus, config: str, rows: Columns) -> pa.Table:
    """The rows of a config that are made of records, which come as columns; with the registries joined in."""
    if config == "statements":
        return rows_of(of_statements(corpus, rows))
    if config == "requests":
        return rows_of(of_requests(corpus, rows))
    return rows_of(select(rows, *WITH_TOKENS) | token_columns(rows) if config == "tokens" else rows)


def of_statements(corpus: Corpus, rows: Columns) -> Columns:
    """The config statements: speaker, offices and directives come as structs, with what their registry knows of them."""
    role = parts(rows["role"])
    offices = pa.StructArray.from_arrays([role["offices"].flatten()], ["id"])
    role["offices"] = relisted(role["offices"], joined(offices, corpus, "offices", OF_OFFICE))
    return select(rows, "id", "report", *OF_REPORT, "paragraph", "text", "translation") | {
        "speaker": joined(rows["speaker"], corpus, "speakers", OF_SPEAKER),
        "role": packed(role, rows["role"]),
        "directives": relisted(rows["directives"], joined(rows["directives"].flatten(), corpus, "directives", OF_DIRECTIVE)),
        "requests": rows["requests"],
    }


def of_requests(corpus: Corpus, rows: Columns) -> Columns:
    """The config requests: who asks whom for what, in which office, citing what."""
    speaker = parts(joined(rows["speaker"], corpus, "speakers", OF_SPEAKER))
    role, request = parts(rows["role"]), parts(rows["request"])
    return {
        **select(rows, "id", "statement", "report", *OF_REPORT),
        **{f"speaker_{key}": speaker[key] for key in ("id", *OF_SPEAKER)},
        "role": role["text"],
        "offices": role["offices"],
        "directives": relisted(rows["directives"], parts(rows["directives"].flatten())["id"]),
        **select(request, "act", "topic"),
        "addressee": parts(request["addressee"])["text"],
        **select(request, "start", "end"),
        "request": request["text"],
        **select(rows, "text", "translation"),
    }


def joined(structs: pa.StructArray, corpus: Corpus, registry: str, keys: Iterable[str]) -> pa.StructArray:
    """Structs with an `id`, to which the named columns of the registry's entry are added."""
    found, entries = parts(structs), entries_of(corpus, registry)
    at = pc.index_in(found["id"], entries["id"])
    return packed(found | {key: entries[key].take(at) for key in keys}, structs)


@lru_cache(len(REGISTRIES))
def entries_of(corpus: Corpus, registry: str) -> Columns:
    """The columns of a registry."""
    return columns(table(getattr(corpus, registry)))


def plain_type(dtype: pl.DataType) -> pa.DataType:
    """The Arrow type that every reader of Parquet knows: plain strings and lists, no views and no large ones."""
    if isinstance(dtype, pl.List):
        return pa.list_(plain_type(dtype.inner))  # type: ignore[arg-type]
    if isinstance(dtype, pl.Struct):
        return pa.struct([(f.name, plain_type(f.dtype)) for f in dtype.fields])  # type: ignore[arg-type]
    return PLAIN[type(dtype)]


def table(rows: pl.DataFrame) -> pa.Table:
    """The rows as an Arrow table of plain types, in one chunk."""
    schema = pa.schema([(name, plain_type(dtype)) for name, dtype in rows.schema.items()])
    return rows.to_arrow().cast(schema).combine_chunks()


def features(rows: pa.Table) -> "Features":
    """The features of a table as `datasets` has them: the types of its columns, and the names of tags."""
    from datasets import ClassLabel, Features

    found = Features.from_arrow_schema(rows.schema)
    for name in TAGS.keys() & found.keys():
        found[name] = type(found[name])(ClassLabel(names=list(TAGS[name])))
    return found
