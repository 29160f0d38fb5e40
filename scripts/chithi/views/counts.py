"""Counts of a corpus."""

import unicodedata
from collections.abc import Iterable, Sequence

import polars as pl

from chithi.corpus import SPLITS, Corpus
from chithi.records.schemas import enum_of
from chithi.rows.requests import requests_of
from chithi.text.code_points import CodePoints
from chithi.text.duplicates import SketchIndex

Counts = dict[str, dict[str, int]]
Cross = dict[str, dict[str, int]]  # row -> column -> count; each row has all columns
NOT_TOLD = "not told"  # the level of who asks, where no office is told
PERSON, UNNAMED = "person", "unnamed"  # what stands for the level of an addressee


def corpus_counts(corpus: Corpus) -> Counts:
    """The counts of a corpus as heading -> value -> count, the commonest values first."""
    rows = corpus.joined
    requests = rows.select("requests").explode("requests").drop_nulls("requests").unnest("requests")
    speakers = rows.select(id=pl.col("speaker").struct.field("id")).join(corpus.actors, on="id", how="left")
    asked = requests.select(id=pl.col("addressee").struct.field("actors")).explode("id")
    asked = asked.join(corpus.actors, on="id", how="left")
    cited = rows.select("directives").explode("directives").drop_nulls("directives")
    return {
        "total": {
            "reports": corpus.reports.height,
            "events": corpus.reports["event"].n_unique(),
            "languages": corpus.reports["language"].n_unique(),
            "statements": rows.height,
            "negatives": negatives(rows),
            "requests": requests.height,
            "citations": cited.height,
            "actors": corpus.actors.height,
            "offices": corpus.offices.height,
            "directives": corpus.directives.height,
        },
        "split": tally(rows["split"]),
        "language": tally(rows["language"]),
        "actor kind": tally(corpus.actors["kind"]),
        "speaker": tally(speakers["name_en"]),
        "speaker level": tally(rows["speaker_level"]),
        "directive": tally(cited["directives"].struct.field("id")),
        "act": tally(requests["act"]),
        "topic": tally(requests["topic"]),
        "year": in_order(tally(asked_by(corpus)["year"])),
        "addressee": {
            "named": requests["addressee"].len() - requests["addressee"].null_count(),
            "not named": requests["addressee"].null_count(),
        },
        "addressee level": tally(asked["level"]),
        "most asked": tally(asked["name_en"]),
    }


def crosses(corpus: Corpus) -> dict[str, Cross]:
    """What is counted by two things at once, as heading -> cross."""
    requests, acts = asked_by(corpus), enum_of("statements", "requests", "act", schemas=corpus.schemas)
    named = requests.join(corpus.actors.select("name_en", speaker="id"), on="speaker", how="left")
    return {
        "speaker by act": cross(named.drop_nulls("name_en"), "name_en", "act", acts),
        "year by act": cross(requests.drop_nulls("year").sort("year"), "year", "act", acts),
        "who asks whom": who_asks_whom(corpus),
    }


def asked_by(corpus: Corpus) -> pl.DataFrame:
    """One row a request: `speaker` (id), `level` of who asks, `act`, `topic`, `actors` (ids) asked, `year` (text).

    The year is that of the event, and where that is not known, that of the report.
    """
    rows = requests_of(corpus.joined).select(
        "request", speaker=pl.col("speaker").struct.field("id"), level="speaker_level", year=year_of()
    )
    fields = {name: pl.col("request").struct.field(name) for name in ("act", "topic")}
    actors = pl.col("request").struct.field("addressee").struct.field("actors")
    return rows.select("speaker", "level", "year", **fields, actors=actors)


def year_of() -> pl.Expr:
    """The year of a statement's event, and where that is not known, of its report, as a text."""
    return pl.coalesce("held", "published").str.extract("^([0-9]{4})")


def who_asks_whom(corpus: Corpus) -> Cross:
    """The requests by the level of who asks and of who is asked, in the order of the schemas.

    A request to actors of several levels counts for each of them.
    """
    people = pl.when(pl.col("kind") == "person").then(pl.lit(PERSON)).otherwise("level")
    levels = corpus.actors.select(pl.col("id").alias("actors"), people.alias("asked"))
    rows = asked_by(corpus).with_row_index("number").explode("actors")
    rows = rows.join(levels, on="actors", how="left")
    rows = rows.with_columns(pl.col("level").fill_null(NOT_TOLD), pl.col("asked").fill_null(UNNAMED))
    rows = rows.unique(["number", "asked"])
    across = in_places(rows["asked"], (*levels_of(corpus), PERSON, UNNAMED))
    found = cross(rows, "level", "asked", across)
    return {level: found[level] for level in in_places(found, (*levels_of(corpus), NOT_TOLD))}


def levels_of(corpus: Corpus) -> tuple[str, ...]:
    """The levels of actors and offices in the order of the corpus's schemas."""
    found = (*enum_of("actors", "level", schemas=corpus.schemas), *enum_of("offices", "level", schemas=corpus.schemas))
    return tuple(dict.fromkeys(level for level in found if level is not None))


def cross(rows: pl.DataFrame, down: str, across: str, columns: Sequence[str]) -> Cross:
    """The count of each pair of values of two columns of a frame. Rows are in its order, columns as given."""
    found: Cross = {}
    every = [*columns, *in_places(set(rows[across]) - set(columns), ())]
    for row, column, count in rows.group_by(down, across, maintain_order=True).len().iter_rows():
        found.setdefault(row, dict.fromkeys(every, 0))[column] = count
    return found


def in_places(values: Iterable[str], places: Sequence[str]) -> list[str]:
    """The distinct values in the order of `places`; those that have no place there are sorted, and come last."""
    there = set(values)
    return [*(value for value in places if value in there), *sorted(there - set(places))]


def in_order(counted: dict[str, int]) -> dict[str, int]:
    """Counts sorted by their values, not by how common they are."""
    return dict(sorted(counted.items()))


def negatives(statements: pl.DataFrame) -> int:
    """The number of statements in which nobody speaks, asks or cites."""
    nobody = pl.col("speaker").is_null() & pl.col("role").is_null()
    nothing = pl.col("directives").list.len() + pl.col("requests").list.len() == 0
    return statements.filter(nobody & nothing).height


def leaks(corpus: Corpus) -> dict[str, dict[str, float]]:
    """What train and test share, and what only test has, as heading -> value -> number.

    Numbers are counts, or shares of the test statements, from 0 to 1.
    """
    rows = corpus.joined.with_columns(
        speaker_id=pl.col("speaker").struct.field("id"),
        cited=pl.col("directives").list.eval(pl.element().struct.field("id")),
    )
    train, test = (rows.filter(pl.col("split") == split) for split in SPLITS)
    speakers, documents = (set(train[key].explode().drop_nulls()) for key in ("speaker_id", "cited"))
    named, citing = test.filter(pl.col("speaker_id").is_not_null()), test.filter(pl.col("cited").list.len() > 0)
    all_in_train = pl.col("cited").list.eval(pl.element().is_in(documents)).list.all()
    return {
        "shared by train and test": {
            "events": len(set(train["event"]) & set(test["event"])),
            "speakers": len(speakers & set(named["speaker_id"])),
            "documents": len(documents & set(citing["cited"].explode())),
            "near-duplicate passages": near_duplicates(rows),
        },
        "test statements": {
            "with a speaker": named.height,
            "whose speaker is not in train (share)": share(named.select(~pl.col("speaker_id").is_in(speakers))),
            "with a cited document": citing.height,
            "that cite a document not in train (share)": share(citing.select(~all_in_train)),
        },
    }


def near_duplicates(statements: pl.DataFrame) -> int:
    """The number of test statements whose text is a near-duplicate of a train statement's."""
    texts, in_test = statements["text"].to_list(), statements["split"].eq_missing("test").to_numpy()
    index = SketchIndex()
    decomposed = [n for n, text in enumerate(texts) if not unicodedata.is_normalized("NFC", text)]
    index.add(texts, CodePoints(texts), decomposed)
    return sum(1 for _ in index.near_duplicates(in_test, lambda numbers: {n: texts[n] for n in numbers}))


def share(truths: pl.DataFrame) -> float:
    """The share of true values in the one column of a frame; 0 if it has no rows."""
    return float(truths.to_series().mean() or 0.0)  # type: ignore[arg-type]


def tally(values: pl.Series) -> dict[str, int]:
    """The count of each value except null, the commonest first; equally common values are sorted by name."""
    found = values.drop_nulls().alias("value").value_counts().sort("count", "value", descending=[True, False])
    return dict(found.iter_rows())


def by_language(corpus: Corpus) -> list[tuple[str, int, int, int, int]]:
    """One row a language, sorted by tag, and a last row with the sums.

    The columns are language, reports, statements in train, statements in test, requests.
    """
    rows = corpus.statements.select("report", asked=pl.col("requests").list.len())
    rows = rows.join(corpus.reports.select("language", "split", report="id"), on="report", how="left")
    found = []
    for language in sorted(corpus.reports["language"].unique()):
        of_language = rows.filter(pl.col("language") == language)
        train, test = (of_language.filter(pl.col("split") == split).height for split in SPLITS)
        reports = corpus.reports.filter(pl.col("language") == language).height
        found.append((language, reports, train, test, int(of_language["asked"].sum())))
    sums = [sum(row[i] for row in found) for i in range(1, 5)]
    return [*found, ("all", sums[0], sums[1], sums[2], sums[3])]
