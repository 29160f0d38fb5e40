"""The published configs, built from the corpus: joined, flat, and in plain Arrow types."""

from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from chithi.corpus import Corpus
from chithi.tags import TAGS, token_columns

if TYPE_CHECKING:
    from datasets import Features

Config = dict[str, pl.DataFrame] | dict[str, pa.Table]  # split -> rows

SPLITS = ("train", "test")
REGISTRY = "registry"  # the one split of a registry; `all`, the union of all splits, is a word that datasets keeps for itself
REGISTRIES = ("reports", "speakers", "offices", "directives")
CONFIGS = ("statements", "requests", "tokens", *REGISTRIES)  # the default one first
OF_REPORT = ("event", "language", "published", "held", "place")
OF_SPEAKER = ("kind", "name_vi", "name_en")
OF_OFFICE = ("title_en", "title_vi", "body", "level")
OF_DIRECTIVE = ("number", "kind", "issuer", "issued", "title_en")
PLAIN = {pl.String: pa.string(), pl.Int32: pa.int32(), pl.Int64: pa.int64(), pl.Boolean: pa.bool_()}


def config(corpus: Corpus, name: str) -> dict[str, pa.Table]:
    """A config by its name, as split -> rows. Raises ValueError where there is none of that name."""
    if name not in CONFIGS:
        raise ValueError(f"no config {name!r}: there are {', '.join(CONFIGS)}")
    if name == "tokens":
        return token_tables(corpus)
    if name in REGISTRIES:
        return {REGISTRY: table(getattr(corpus, name))}
    rows = statement_rows(corpus) if name == "statements" else request_rows(corpus)
    return {split: table(part) for split, part in by_split(rows).items()}


def by_split(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The rows of each split, without the column that names it."""
    return {split: rows.filter(pl.col("split") == split).drop("split") for split in SPLITS}


@lru_cache(1)
def statement_rows(corpus: Corpus) -> pl.DataFrame:
    """One row a statement: its record, with what the registries know of its report, speaker, offices and directives joined in."""
    reports = corpus.reports.select(pl.col("id").alias("report"), "split", *OF_REPORT)
    rows = corpus.statements.join(reports, on="report", how="left", maintain_order="left")
    as_lists = rows.select(
        # A speaker is a list of one, an office a struct of its id alone: so one function joins them all.
        speaker=pl.when(pl.col("speaker").is_not_null()).then(pl.concat_list("speaker")),
        offices=pl.col("role").struct.field("offices").list.eval(pl.struct(pl.element().alias("id"))),
        directives="directives",
    )
    offices = enriched(as_lists["offices"], corpus.offices, OF_OFFICE)
    role = [pl.col("role").struct.field(key) for key in ("start", "end", "text")]
    rows = rows.with_columns(
        speaker=enriched(as_lists["speaker"], corpus.speakers, OF_SPEAKER).list.first(),
        role=pl.when(pl.col("role").is_not_null()).then(pl.struct(*role, offices=offices)),
        directives=enriched(as_lists["directives"], corpus.directives, OF_DIRECTIVE),
    )
    return rows.select("split", "id", "report", *OF_REPORT, "paragraph", "text", "translation", "speaker", "role", "directives", "requests")


def enriched(lists: pl.Series, registry: pl.DataFrame, keys: tuple[str, ...]) -> pl.Series:
    """A column of lists of structs with an `id`, with the named columns of the registry's entry added to each struct."""
    numbered = pl.DataFrame({"row": range(len(lists)), "item": lists})
    long = numbered.explode("item").drop_nulls("item").unnest("item")
    long = long.join(registry.select("id", *keys), on="id", how="left", maintain_order="left")
    packed = long.group_by("row", maintain_order=True).agg(pl.struct(pl.exclude("row")).alias("packed"))
    rows = numbered.join(packed, on="row", how="left", maintain_order="left")
    empty = pl.lit([], dtype=packed.schema["packed"])
    return rows.select(pl.when(pl.col("item").list.len() == 0).then(empty).otherwise(pl.col("packed"))).to_series()


@lru_cache(1)
def request_rows(corpus: Corpus) -> pl.DataFrame:
    """One row a request: who asks whom for what, in which office, citing what."""
    rows = statement_rows(corpus).filter(pl.col("requests").list.len() > 0)
    rows = rows.with_columns(number=pl.int_ranges(1, pl.col("requests").list.len() + 1)).explode("requests", "number")
    request, speaker, role = pl.col("requests").struct, pl.col("speaker").struct, pl.col("role").struct
    return rows.select(
        "split",
        (pl.col("id") + "." + pl.col("number").cast(pl.String)).alias("id"),
        pl.col("id").alias("statement"),
        "report",
        *OF_REPORT,
        *(speaker.field(key).alias(f"speaker_{key}") for key in ("id", *OF_SPEAKER)),
        role.field("text").alias("role"),
        role.field("offices").list.eval(pl.element().struct.field("id")).alias("offices"),
        pl.col("directives").list.eval(pl.element().struct.field("id")).alias("directives"),
        *(request.field(key) for key in ("act", "topic")),
        request.field("addressee").struct.field("text").alias("addressee"),
        *(request.field(key) for key in ("start", "end")),
        request.field("text").alias("request"),
        "text",
        "translation",
    )


def token_tables(corpus: Corpus) -> dict[str, pa.Table]:
    """One row a statement: its tokens, and their tags by number. As tables from the start, which saves copies of so many values."""
    reports = corpus.reports.select(pl.col("id").alias("report"), "split", "event", "language")
    rows = table(corpus.statements.select("id", "report").join(reports, on="report", how="left", maintain_order="left"))
    for column, values in token_columns(corpus.statements).items():
        rows = rows.append_column(column, values)
    parts = ((split, rows.filter(pc.equal(rows["split"], split)).drop_columns(["split"])) for split in SPLITS)
    return {split: part.combine_chunks() for split, part in parts}


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
    for column in TAGS.keys() & found.keys():
        found[column] = type(found[column])(ClassLabel(names=list(TAGS[column])))
    return found
