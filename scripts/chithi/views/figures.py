"""The generated blocks of README, datasheet and card, and the charts."""

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import polars as pl

from chithi.corpus import SPLITS, Corpus
from chithi.evaluation import agreement
from chithi.evaluation.passes import AgreementError, read_pairs
from chithi.records.records import Statement
from chithi.records.schemas import enum_of
from chithi.validation.reporters import rule_table
from chithi.views.about import head
from chithi.views.chart import bars
from chithi.views.counts import by_language, corpus_counts
from chithi.views.examples import examples
from chithi.views.markdown import BLOCK_START, escaped, inline, table
from chithi.views.reference_forms import reference_forms

LANGUAGE_COLUMNS = ("language", "reports", "statements in train", "statements in test", "requests")
NO_AGREEMENT = "The corpus does not hold exactly two passes that can be compared.\n"
NO_REQUESTS = "The corpus has no requests.\n"
NO_OFFICE = "no office named"


class Chart(NamedTuple):
    """A chart: its title, and the text of its SVG."""

    title: str
    svg: str


def generated_blocks(corpus: Corpus, version: str | None = None) -> dict[str, str]:
    """The generated blocks of README, datasheet and card by name; without statements, there is no `record`.

    `version` is that of the data, by default the one in corpus.json. Without corpus.json, there is no `head`.
    """
    found = corpus_counts(corpus)
    acts = ", ".join(f"{escaped(act)} {n}" for act, n in found["act"].items())
    blocks = {
        "figures": summary(found["total"]),
        "languages": languages_table(corpus),
        "acts": f"Requests by act: {acts}.\n" if acts else NO_REQUESTS,
        "rules": rule_table(),
        "forms": reference_forms(),
        "agreement": agreement_block(corpus.folder),
        "topics": table(("topic", "requests"), list(found["topic"].items())) if acts else NO_REQUESTS,
    }
    if shown := example(corpus):
        record = json.dumps(msgspec.to_builtins(shown), ensure_ascii=False, indent=2)
        blocks["record"] = f"```json\n{record}\n```\n"
    if corpus.metadata:
        blocks["head"] = head(corpus.metadata, version or corpus.metadata.version)
    return blocks


def written_blocks(corpus: Corpus) -> dict[str, str]:
    """The blocks that `chithi stats --write` fills in: the generated ones, and `examples` if there are requests."""
    asked = corpus.statements["requests"].list.len().sum()
    return generated_blocks(corpus) | ({"examples": examples(corpus)} if asked else {})


def summary(total: Mapping[str, int]) -> str:
    """The counts of a corpus in a sentence. What it has none of is left out, but reports, events and languages."""
    first = "{statements} from {reports} on {events} in {languages}".format(**{k: counted(total, k) for k in total})
    cited = f"{counted(total, 'citations')} of {counted(total, 'directives', 'document')}"
    others = [counted(total, key) for key in ("requests", "actors", "offices") if total[key]]
    if total["citations"]:
        others.insert(bool(total["requests"]), cited)
    return textwrap.fill("; ".join(filter(None, [first, ", ".join(others)])) + ".", 80, break_on_hyphens=False) + "\n"


def counted(total: Mapping[str, int], key: str, noun: str | None = None) -> str:
    """A count with its noun, which is the singular of its key if none is given: `1 report`, `2,000 reports`."""
    return f"{total[key]:,} {noun or key.removesuffix('s')}" + "s" * (total[key] != 1)


def languages_table(corpus: Corpus) -> str:
    """The statements by language and split, and the requests. Columns of zeros are left out."""
    rows = by_language(corpus)
    kept = [n for n, total in enumerate(rows[-1]) if total]
    return table([LANGUAGE_COLUMNS[n] for n in kept], [[row[n] for n in kept] for row in rows])


def agreement_block(folder: Path) -> str:
    """The agreement of the two passes of a corpus, or NO_AGREEMENT."""
    try:
        pairs = read_pairs(folder)
    except AgreementError:
        return NO_AGREEMENT
    twice = "1 statement was annotated" if len(pairs) == 1 else f"{len(pairs):,} statements were annotated"
    return f"{twice} twice.\n\n{agreement.markdown(agreement.measurements(pairs))}"


def charts(corpus: Corpus) -> dict[str, Chart]:
    """The charts of the card by file name. A chart that would show nothing is left out."""
    drawn = {"statements.svg": statements_chart(corpus), "requests.svg": requests_chart(corpus)}
    return {name: found for name, found in drawn.items() if found}


def statements_chart(corpus: Corpus) -> Chart | None:
    """The statements by language, and by split if there are several; None if there are none."""
    splits = [split for split in SPLITS if corpus.by_split[split].height]
    at = [SPLITS.index(split) + 2 for split in splits]
    rows = [(str(row[0]), [int(row[n]) for n in at]) for row in by_language(corpus)[:-1]]
    return chart("Statements by language" + " and split" * (len(splits) > 1), splits, rows)


def requests_chart(corpus: Corpus) -> Chart | None:
    """The requests by level of the office that asks; None if no office of a request is named.

    The levels have the order of the corpus's schema. The first office that the text names counts.
    """
    rows = corpus.statements.select("requests", office=pl.col("role").struct.field("offices").list.first())
    rows = rows.explode("requests").drop_nulls("requests")
    rows = rows.with_columns(named=pl.col("requests").struct.field("addressee").is_not_null())
    rows = rows.join(corpus.offices.select("level", office="id"), on="office", how="left")
    rows = rows.with_columns(pl.col("level").fill_null(NO_OFFICE))
    counts = rows.group_by("level").agg(pl.col("named").sum(), (~pl.col("named")).sum().alias("unnamed"))
    by_level = {level: (named, unnamed) for level, named, unnamed in counts.iter_rows()}
    if not by_level.keys() - {NO_OFFICE}:
        return None
    levels = [level for level in (*enum_of("offices", "level", schemas=corpus.schemas), NO_OFFICE) if level in by_level]
    title, series, ends = "Requests by level of the office that asks", ["requests"], slice(1, 2)
    if any(named for named, _ in by_level.values()):
        title += ", and whether the text names who is asked"
        series, ends = ["addressee named", "not named"], slice(0, 2)
    return chart(title, series, [(level, by_level[level][ends]) for level in levels])


def chart(title: str, series: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> Chart | None:
    """A chart of horizontal bars; None if all are empty."""
    return Chart(title, bars(title, series, rows)) if any(any(values) for _, values in rows) else None


def example(corpus: Corpus) -> Statement | None:
    """The statement that README and card show; None if there is none.

    It is the first of those with spans of the most layers and, if any of these is translated, with a translation.
    """
    statements = corpus.statements
    if statements.is_empty():
        return None
    requests = pl.col("requests")
    addressed = requests.list.eval(pl.element().struct.field("addressee").is_not_null()).list.any()
    there = [
        pl.col("speaker").is_not_null(),
        pl.col("role").is_not_null(),
        pl.col("directives").list.len() > 0,
        requests.list.len() > 0,
        addressed.fill_null(False),
    ]
    layers = pl.sum_horizontal(there).cast(pl.Int32)
    shows = statements.select(2 * layers + pl.col("translation").is_not_null()).to_series()
    return msgspec.convert(statements.row(shows.arg_max() or 0, named=True), Statement)


def inline_markup(statement: Statement) -> str:
    """A statement's text with its spans in brackets, each with its layer, as HTML within a line of Markdown."""
    marks: list[tuple[int, int, int, str]] = []
    for layer, _, span in sorted(statement.spans(), key=lambda found: (found[2].start, -found[2].end)):
        n = len(marks)  # where several spans end, the inner one is closed first
        marks += [(span.start, 1, n, "<b>[</b>"), (span.end, 0, -n, f"<b>]</b><sub>{layer}</sub>")]
    pieces, last = [], 0
    for at, _, _, mark in sorted(marks):
        pieces += [inline(statement.text[last:at]), mark]
        last = at
    return BLOCK_START.sub(r"\1\\\2", "".join([*pieces, inline(statement.text[last:])]).strip())


def render_blocks(text: str, blocks: Mapping[str, str]) -> str:
    """A text with the blocks of these names replaced.

    A block is between the lines <!-- name --> and <!-- /name -->.
    """
    for name, block in blocks.items():
        start, end = (re.compile(rf"^<!-- {mark} -->\n", re.MULTILINE) for mark in (name, f"/{name}"))
        done, at = [], 0
        while (opening := start.search(text, at)) and (closing := end.search(text + "\n", opening.end())):
            done += [text[at : opening.end()], block]
            at = closing.start()
        text = "".join([*done, text[at:]])
    return text


def rendered(data: bytes, blocks: Mapping[str, str]) -> bytes:
    """The bytes of a text file with the blocks of these names replaced; its line ends stay as they are.

    Raises UnicodeDecodeError if the file is not in UTF-8.
    """
    text = data.decode()
    if "\r\n" not in text:
        return render_blocks(text, blocks).encode()
    return render_blocks(text.replace("\r\n", "\n"), blocks).replace("\n", "\r\n").encode()
