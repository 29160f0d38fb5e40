"""Counts of a corpus, and the blocks of text that show them."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from chithi import agreement, dataset
from chithi.batch import Letters
from chithi.chart import bars
from chithi.corpus import Corpus
from chithi.leaks import RESEMBLANCE, Texts, resemblance, shingles
from chithi.rules.table import rule_table
from chithi.spans import spans

Counts = dict[str, dict[str, int]]
EXAMPLE = "provincial-secretaries-conference-2024-01.pl.07"  # the record shown, while it is in the corpus
SUMMARY = """\
{statements} statements from {reports} reports on {events} events in {languages} languages; {requests} requests, {citations}
citations of {directives} documents, {speakers} speakers, {offices} offices.
"""
BLOCK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- /\2 -->)", re.DOTALL)


def counts(corpus: Corpus) -> Counts:
    """Numbers of reports, statements, requests and citations as heading -> value -> count, the largest first."""
    rows = dataset.statement_rows(corpus)
    requests = rows.select("requests").explode("requests").drop_nulls("requests").unnest("requests", separator="_")
    speakers = rows.select(id=pl.col("speaker").struct.field("id")).join(corpus.speakers, on="id", how="left")
    cited = rows.select("directives").explode("directives").drop_nulls("directives")
    return {
        "total": {
            "reports": corpus.reports.height,
            "events": corpus.reports["event"].n_unique(),
            "languages": corpus.reports["language"].n_unique(),
            "statements": rows.height,
            "requests": requests.height,
            "citations": cited.height,
            "speakers": corpus.speakers.height,
            "offices": corpus.offices.height,
            "directives": corpus.directives.height,
        },
        "split": tally(rows["split"]),
        "language": tally(rows["language"]),
        "speaker": tally(speakers["name_en"]),
        "directive": tally(cited["directives"].struct.field("id")),
        "act": tally(requests["requests_act"]),
        "topic": tally(requests["requests_topic"]),
        "addressee": {
            "named": requests["requests_addressee"].len() - requests["requests_addressee"].null_count(),
            "not named": requests["requests_addressee"].null_count(),
        },
    }


def leaks(corpus: Corpus) -> dict[str, dict[str, float]]:
    """What the splits share, and the share of test statements whose speaker or cited document does not occur in train."""
    rows = dataset.statement_rows(corpus).with_columns(
        speaker_id=pl.col("speaker").struct.field("id"), cited=pl.col("directives").list.eval(pl.element().struct.field("id"))
    )
    train, test = (rows.filter(pl.col("split") == split) for split in dataset.SPLITS)
    speakers, documents = (set(train[key].explode().drop_nulls()) for key in ("speaker_id", "cited"))
    named, citing = test.filter(pl.col("speaker_id").is_not_null()), test.filter(pl.col("cited").list.len() > 0)
    texts = Texts()
    texts.add(every := rows["text"].to_list(), Letters(every))
    pairs = list(texts.likely_pairs((rows["split"] == "test").to_numpy()))
    runs = {n: shingles(every[n]) for test, likely in pairs for n in (test, *likely)}
    alike = [max(resemblance(runs[test], runs[n]) for n in likely) for test, likely in pairs]
    return {
        "shared by train and test": {
            "events": len(set(train["event"]) & set(test["event"])),
            "speakers": len(speakers & set(named["speaker_id"])),
            "documents": len(documents & set(citing["cited"].explode())),
            "near-duplicate passages": sum(score >= RESEMBLANCE for score in alike),
        },
        "test statements": {
            "with a speaker": named.height,
            "whose speaker is not in train (share)": share(named.select(~pl.col("speaker_id").is_in(speakers))),
            "with a cited document": citing.height,
            "that cite a document not in train (share)": share(
                citing.select(~pl.col("cited").list.eval(pl.element().is_in(documents)).list.all())
            ),
        },
    }


def share(truths: pl.DataFrame) -> float:
    """The share of true values in a column."""
    return float(truths.to_series().mean() or 0.0)  # type: ignore[arg-type]


def tally(values: pl.Series) -> dict[str, int]:
    """How often each value occurs, nulls aside; the commonest first, equal ones by name."""
    found = values.drop_nulls().alias("value").value_counts().sort("count", "value", descending=[True, False])
    return dict(found.iter_rows())


def by_language(corpus: Corpus) -> list[tuple[str, int, int, int, int]]:
    """(language, reports, statements in train, statements in test, requests) a language, by tag; the last row sums them up."""
    rows = corpus.statements.select("report", asked=pl.col("requests").list.len())
    rows = rows.join(corpus.reports.select("language", "split", report="id"), on="report", how="left")
    found = []
    for language in sorted(corpus.reports["language"].unique()):
        of_language = rows.filter(pl.col("language") == language)
        train, test = (of_language.filter(pl.col("split") == split).height for split in dataset.SPLITS)
        reports = corpus.reports.filter(pl.col("language") == language).height
        found.append((language, reports, train, test, int(of_language["asked"].sum())))
    sums = [sum(row[i] for row in found) for i in range(1, 5)]
    return [*found, ("all", sums[0], sums[1], sums[2], sums[3])]


def markdown(header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    """A Markdown table; every column but the first is taken for numbers."""
    rule = ("---", *("---:" for _ in header[1:]))
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (header, rule, *rows)) + "\n"


def figures(corpus: Corpus) -> dict[str, str]:
    """The generated blocks of README, datasheet and card by name."""
    found = counts(corpus)
    numbers = {key: f"{value:,}" for key, value in found["total"].items()}
    acts = ", ".join(f"{act} {n}" for act, n in found["act"].items())
    return {
        "record": f"```json\n{json.dumps(example(corpus), ensure_ascii=False, indent=2)}\n```\n",
        "figures": SUMMARY.format(**numbers),
        "languages": markdown(("language", "reports", "statements in train", "statements in test", "requests"), by_language(corpus)),
        "acts": f"Requests by act: {acts}.\n",
        "rules": rule_table(),
        "agreement": agreed(corpus.folder),
        "topics": markdown(("topic", "requests"), list(found["topic"].items())),
    }


def agreed(folder: Path) -> str:
    """The agreement of the corpus's two passes, if it has them."""
    try:
        pairs = agreement.read_pairs(folder)
    except agreement.AgreementError:
        return "The corpus holds no two passes.\n"
    return f"{len(pairs):,} statements were annotated twice.\n\n{agreement.markdown(agreement.figures(pairs))}"


def pictures(corpus: Corpus) -> dict[str, str]:
    """The charts of the card as file name -> SVG: where the statements are, and who asks, from which level."""
    statements = [(language, (train, test)) for language, _, train, test, _ in by_language(corpus)[:-1]]
    rows = corpus.statements.select("requests", office=pl.col("role").struct.field("offices").list.first())
    rows = rows.explode("requests").drop_nulls("requests")
    rows = rows.with_columns(named=pl.col("requests").struct.field("addressee").is_not_null())
    rows = rows.join(corpus.offices.select("level", office="id"), on="office", how="left")
    rows = rows.with_columns(pl.col("level").fill_null("no office named"))
    counts = rows.group_by("level").agg(pl.col("named").sum(), (~pl.col("named")).sum().alias("unnamed")).sort("level")
    asked = sorted(counts.rows(), key=lambda row: (-row[1] - row[2], row[0]))
    return {
        "statements.svg": bars("Statements by language and split", dataset.SPLITS, statements),
        "requests.svg": bars(
            "Requests by level of the office that asks, and whether the text names who is asked",
            ("addressee named", "not named"),
            [(level, (named, unnamed)) for level, named, unnamed in asked],
        ),
    }


def example(corpus: Corpus) -> dict[str, Any]:
    """The record that README and card show."""
    shown = corpus.statements.filter(pl.col("id") == EXAMPLE)
    return (shown if shown.height else corpus.statements).row(0, named=True)


def bracketed(statement: dict[str, Any]) -> str:
    """A statement's text with its spans in brackets, each closed by its layer, as HTML that Markdown takes."""
    marks: list[tuple[int, int, int, str]] = []
    for layer, _, span in sorted(spans(statement), key=lambda found: (found[2]["start"], -found[2]["end"])):
        marks += [(span["start"], 1, len(marks), "<b>[</b>"), (span["end"], 0, -len(marks), f"<b>]</b><sub>{layer}</sub>")]
    text: str = statement["text"]
    for at, _, _, mark in sorted(marks, reverse=True):
        text = text[:at] + mark + text[at:]
    return text


def filled(text: str, blocks: dict[str, str]) -> str:
    """A text with its generated blocks, between <!-- name --> and <!-- /name -->, written anew. Raises KeyError for an unknown name."""
    return BLOCK.sub(lambda m: m[1] + blocks[m[2]] + m[3], text)


def stale(paths: list[Path], blocks: dict[str, str]) -> list[Path]:
    """The files whose generated blocks are not what they should be."""
    return [path for path in paths if filled(text := path.read_text(encoding="utf-8"), blocks) != text]
