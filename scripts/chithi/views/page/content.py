"""What the page knows of a corpus, as one value for JSON."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from chithi.corpus import Corpus
from chithi.records.schemas import enum_of, schema_of
from chithi.views.about import citation

ANNOTATION = ("speaker", "role", "directives", "requests")
ADDED = ("offices_in_report", "speaker_level")  # to the fields of a statement


def content(corpus: Corpus, version: str | None = None) -> dict[str, Any]:
    """The content of the page. Spans come without their texts, which the offsets give.

    `version` is that of the data, by default the one in corpus.json.
    """
    fields = [*schema_of("statements")["properties"], *ADDED]
    statements = corpus.joined.select(fields)
    levels = [level for table in ("actors", "offices") for level in enum_of(table, "level", schemas=corpus.schemas)]
    registries = ("reports", "actors", "offices", "directives")
    return {
        **about(corpus, version),
        "acts": enum_of("statements", "requests", "act", schemas=corpus.schemas),
        "levels": list(dict.fromkeys(levels)),
        **{name: corpus.table(name).to_dicts() for name in registries},
        "statements": [without_texts(row) for row in statements.iter_rows(named=True)],
        "passes": list(differing_passes(corpus)),
    }


def about(corpus: Corpus, version: str | None) -> dict[str, Any]:
    """What corpus.json says; without it, the name of the folder as the title."""
    said = corpus.metadata
    if said is None:
        return {"title": corpus.folder.resolve().name, "description": ""}
    version = version or said.version
    told = {key: getattr(said, key) for key in ("title", "description", "licence", "homepage", "limits")}
    provenance = [said.provenance.text, said.provenance.translation, said.provenance.labels]
    return {**told, "version": version, "citation": citation(said, version), "provenance": provenance}


def differing_passes(corpus: Corpus) -> Iterator[dict[str, Any]]:
    """The passes of the statements on which a pass and the adjudicated annotation differ.

    A pass has its text only if it is not that of the statement.
    """
    ids = corpus.passes["id"].unique().implode()
    of_both = corpus.statements.filter(pl.col("id").is_in(ids)).select("id", "text", *ANNOTATION)
    adjudicated = {row["id"]: row for row in of_both.iter_rows(named=True)}
    passes = corpus.passes.select("annotator", "id", "text", *ANNOTATION).filter(pl.col("id").is_in(adjudicated.keys()))
    rows = list(passes.iter_rows(named=True))
    differing = {row["id"] for row in rows if any(row[key] != adjudicated[row["id"]][key] for key in ANNOTATION)}
    for row in rows:
        if row["id"] in differing:
            same = row["text"] == adjudicated[row["id"]]["text"]
            yield without_texts({key: value for key, value in row.items() if key != "text" or not same})


def without_texts(value: Any) -> Any:
    """A value of a record whose spans have no texts, at any depth."""
    if isinstance(value, list):
        return [without_texts(item) for item in value]
    if isinstance(value, dict):
        return {key: without_texts(item) for key, item in value.items() if key != "text" or "start" not in value}
    return value
