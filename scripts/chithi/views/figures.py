"""The generated blocks of README, datasheet and card, and the charts."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import polars as pl

from chithi.corpus import SPLITS, Corpus
from chithi.evaluation import agreement
from chithi.evaluation.passes import AgreementError, read_pairs
from chithi.records.records import Statement
from chithi.validation.reporters import rule_table
from chithi.views.chart import bars
from chithi.views.counts import by_language, corpus_counts

EXAMPLE = "provincial-secretaries-conference-2024-01.pl.07"  # shown if the corpus has it
SUMMARY = (
    "{statements} statements from {reports} reports on {events} events in {languages} languages; "
    "{requests} requests, {citations}\n"
    "citations of {directives} documents, {actors} actors, {offices} offices.\n"
)
LANGUAGE_COLUMNS = ("language", "reports", "statements in train", "statements in test", "requests")
BLOCK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- /\2 -->)", re.DOTALL)


def markdown(header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    """A Markdown table. All columns but the first are aligned as numbers."""
    rule = ("---", *("---:" for _ in header[1:]))
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (header, rule, *rows)) + "\n"


def generated_blocks(corpus: Corpus) -> dict[str, str]:
    """The generated blocks of README, datasheet and card by name."""
    found = corpus_counts(corpus)
    numbers = {key: f"{value:,}" for key, value in found["total"].items()}
    acts = ", ".join(f"{act} {n}" for act, n in found["act"].items())
    return {
        "record": f"```json\n{json.dumps(msgspec.to_builtins(example(corpus)), ensure_ascii=False, indent=2)}\n```\n",
        "figures": SUMMARY.format(**numbers),
        "languages": markdown(LANGUAGE_COLUMNS, by_language(corpus)),
        "acts": f"Requests by act: {acts}.\n",
        "rules": rule_table(),
        "agreement": agreement_block(corpus.folder),
        "topics": markdown(("topic", "requests"), list(found["topic"].items())),
    }


def agreement_block(folder: Path) -> str:
    """The agreement of the two passes of a corpus, or a sentence that it has none."""
    try:
        pairs = read_pairs(folder)
    except AgreementError:
        return "The corpus holds no two passes.\n"
    return f"{len(pairs):,} statements were annotated twice.\n\n{agreement.markdown(agreement.measurements(pairs))}"


def charts(corpus: Corpus) -> dict[str, str]:
    """The charts of the card as file name -> SVG."""
    statements = [(language, (train, test)) for language, _, train, test, _ in by_language(corpus)[:-1]]
    rows = corpus.statements.select("requests", office=pl.col("role").struct.field("offices").list.first())
    rows = rows.explode("requests").drop_nulls("requests")
    rows = rows.with_columns(named=pl.col("requests").struct.field("addressee").is_not_null())
    rows = rows.join(corpus.offices.select("level", office="id"), on="office", how="left")
    rows = rows.with_columns(pl.col("level").fill_null("no office named"))
    counts = rows.group_by("level").agg(pl.col("named").sum(), (~pl.col("named")).sum().alias("unnamed")).sort("level")
    asked = sorted(counts.rows(), key=lambda row: (-row[1] - row[2], row[0]))
    return {
        "statements.svg": bars("Statements by language and split", SPLITS, statements),
        "requests.svg": bars(
            "Requests by level of the office that asks, and whether the text names who is asked",
            ("addressee named", "not named"),
            [(level, (named, unnamed)) for level, named, unnamed in asked],
        ),
    }


def example(corpus: Corpus) -> Statement:
    """The statement that README and card show."""
    shown = corpus.statements.filter(pl.col("id") == EXAMPLE)
    return msgspec.convert((shown if shown.height else corpus.statements).row(0, named=True), Statement)


def inline_markup(statement: Statement) -> str:
    """A statement's text with its spans in brackets, each with its layer, as HTML within Markdown."""
    marks: list[tuple[int, int, int, str]] = []
    for layer, _, span in sorted(statement.spans(), key=lambda found: (found[2].start, -found[2].end)):
        n = len(marks)  # where several spans end, the inner one is closed first
        marks += [(span.start, 1, n, "<b>[</b>"), (span.end, 0, -n, f"<b>]</b><sub>{layer}</sub>")]
    text = statement.text
    for at, _, _, mark in sorted(marks, reverse=True):
        text = text[:at] + mark + text[at:]
    return text


def render_blocks(text: str, blocks: dict[str, str]) -> str:
    """A text with its generated blocks replaced. Raises KeyError for an unknown name.

    A block is between the lines <!-- name --> and <!-- /name -->.
    """
    return BLOCK.sub(lambda m: m[1] + blocks[m[2]] + m[3], text)


def stale(paths: list[Path], blocks: dict[str, str]) -> list[Path]:
    """The files whose generated blocks differ from these."""
    return [path for path in paths if render_blocks(text := path.read_text(encoding="utf-8"), blocks) != text]
