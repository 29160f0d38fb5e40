"""Counts of a corpus."""

import unicodedata

import polars as pl

from chithi.corpus import SPLITS, Corpus
from chithi.text.code_points import CodePoints
from chithi.text.duplicates import SketchIndex

Counts = dict[str, dict[str, int]]


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
        "addressee": {
            "named": requests["addressee"].len() - requests["addressee"].null_count(),
            "not named": requests["addressee"].null_count(),
        },
        "addressee level": tally(asked["level"]),
    }


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
