"""Questions to the published rows, in three lines of code each, with their answers: generated blocks of README."""

import re
from typing import Any, NamedTuple

import polars as pl

from chithi.corpus import Corpus
from chithi.rows.config import to_columns
from chithi.rows.configs import config_of
from chithi.views.markdown import table

ROWS = 6  # of an answer, at most


class Question(NamedTuple):
    """A question, and the code that answers it with the frames of FRAMES. It assigns a frame or a list to `answer`."""

    asks: str
    code: str


FRAMES = {"requests": "requests", "tokens": "tokens"}  # name in the code -> config
QUESTIONS = (
    Question(
        "Who asks whom, at which level?",
        """\
levels = pl.col("addressee_levels").list.unique(maintain_order=True).list.join(" and ").replace("", "not told")
pairs = requests.group_by(pl.col("speaker_level").fill_null("not told"), levels).agg(requests=pl.len())
answer = pairs.sort("requests", "speaker_level", "addressee_levels", descending=[True, False, False])""",
    ),
    Question(
        "What was asked for, year by year?",
        """\
years = requests.with_columns(year=pl.col("date").dt.year()).drop_nulls("year")
topics = years.group_by("year", "topic").agg(requests=pl.len()).sort("requests", "topic", descending=[True, False])
answer = topics.group_by("year", maintain_order=True).head(2).sort("year", "requests", descending=[True, True])""",
    ),
    Question(
        "Which documents are cited in instructions?",
        """\
ordered = requests.filter(pl.col("act") == "instruct").explode("statement_directives")
cited = ordered.drop_nulls("statement_directives").group_by("statement_directives")
answer = cited.agg(requests=pl.len()).sort("requests", "statement_directives", descending=[True, False])""",
    ),
    Question(
        "One row an event: what was asked there, in how many languages?",
        """\
sizes = {"requests": pl.len(), "languages": pl.col("language").n_unique(), "topics": pl.col("topic").n_unique()}
counts = requests.group_by("event").agg(pl.col("date").min(), **sizes)
answer = counts.sort("requests", "event", descending=[True, False])""",
    ),
    Question(
        "From tags back to characters: what is marked in the first text with the most kinds of tags?",
        """\
row = max(tokens.iter_rows(named=True), key=lambda row: len(set(row["ner_tags"])))
runs = [m.span() for m in re.finditer("BI*", "".join("IB"[tag % 2] if tag else "O" for tag in row["ner_tags"]))]
answer = [row["text"][row["starts"][a] : row["starts"][b - 1] + len(row["tokens"][b - 1])] for a, b in runs]""",
    ),
)


def answerable(corpus: Corpus) -> bool:
    """Whether the tables that the questions are put to have rows."""
    return all(config_of(config).filled(corpus) for config in FRAMES.values())


def examples(corpus: Corpus) -> dict[str, str]:
    """Blocks of Markdown: `question` is the first one with its answer, `examples` all with their code."""
    frames = {name: frame(corpus, config) for name, config in FRAMES.items()}
    answers = [answered(question.code, frames) for question in QUESTIONS]
    told = [f"{asks}\n\n```python\n{code}\n```\n" for asks, code in QUESTIONS]
    others = map("\n".join, zip(told[1:], answers[1:], strict=True))
    return {"question": f"{QUESTIONS[0].asks}\n\n{answers[0]}", "examples": "\n".join([told[0], *others])}


def frame(corpus: Corpus, config: str) -> pl.DataFrame:
    """All rows of a config, split after split."""
    wanted = config_of(config)
    return pl.concat(pl.DataFrame(wanted.rows(corpus, to_columns(found))) for found in wanted.filled(corpus).values())


def answered(code: str, frames: dict[str, pl.DataFrame]) -> str:
    """The first rows of the answer as a Markdown table."""
    names: dict[str, Any] = {"pl": pl, "re": re, **frames}
    exec(code, names)  # noqa: S102, as the code stands above
    answer = names["answer"] if isinstance(names["answer"], pl.DataFrame) else pl.DataFrame({"answer": names["answer"]})
    return table(answer.columns, answer.head(ROWS).rows())
