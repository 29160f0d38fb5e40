"""The generated blocks of README, datasheet and card, and the charts."""

import json
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

import msgspec
import polars as pl

from chithi.corpus import Corpus
from chithi.evaluation import agreement
from chithi.evaluation.passes import AgreementError, read_pairs
from chithi.records.layout import primary
from chithi.records.records import Statement
from chithi.validation.reporters import rule_table
from chithi.views.about import head
from chithi.views.counts import by_language, corpus_counts
from chithi.views.examples import answerable, examples
from chithi.views.markdown import BLOCK_START, escaped, inline, table
from chithi.views.pictures import charts
from chithi.views.reference_forms import reference_forms

LANGUAGE_COLUMNS = ("language", "reports", "statements in train", "statements in test", "requests")
NO_AGREEMENT = "The corpus does not hold exactly two passes that can be compared.\n"
NO_REQUESTS = "The corpus has no requests.\n"
PICTURES = ".github/figures"  # the folder of the pictures, beside the file whose block shows them


def generated_blocks(corpus: Corpus, version: str | None = None) -> dict[str, str]:
    """The generated blocks of README, datasheet and card by name; without statements, no `marked` and `record`.

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
        blocks |= {"marked": f"> {inline_markup(shown)}\n", "record": f"```json\n{record}\n```\n"}
    if corpus.metadata:
        blocks["head"] = head(corpus.metadata, version or corpus.metadata.version)
    return blocks


def written_blocks(corpus: Corpus) -> dict[str, str]:
    """The blocks that `chithi stats --write` fills in: the generated ones, `pictures`, and those of `examples`."""
    shown = "\n\n".join(f"![{found.title}]({PICTURES}/{name}.svg)" for name, found in charts(corpus).items())
    answers = examples(corpus) if answerable(corpus) else {}
    return generated_blocks(corpus) | {"pictures": f"{shown}\n"} | answers


def written_pictures(corpus: Corpus, path: Path, text: bytes) -> dict[Path, bytes]:
    """The pictures that the block of a file shows, as path -> SVG; none if it has no such block."""
    if not re.search(rb"^<!-- pictures -->\r?\n", text, re.MULTILINE):
        return {}
    return {path.parent / PICTURES / f"{name}.svg": found.svg.encode() for name, found in charts(corpus).items()}


def summary(total: Mapping[str, int]) -> str:
    """The counts of a corpus in a sentence. What it has none of is left out, but reports, events and languages."""
    shown = {key: counted(total, key) for key in total}
    shown["statements"] += f" (negatives: {total['negatives']:,})" if total["negatives"] else ""
    first = "{statements} from {reports} on {events} in {languages}".format(**shown)
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


def example(corpus: Corpus) -> Statement | None:
    """The statement that README and card show; None if there is none.

    It is the shortest of those with spans of the most layers, in English if one of these is, else with a translation.
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
    english = corpus.reports.filter(pl.col("language").map_elements(primary, pl.String) == "en")["id"].to_list()
    ranks = layers, pl.col("report").is_in(english), pl.col("translation").is_not_null()
    ranked = statements.sort(pl.col("text").str.len_chars(), maintain_order=True).sort(
        *ranks, descending=True, maintain_order=True
    )
    return msgspec.convert(ranked.row(0, named=True), Statement)


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


def block_in(text: str, name: str) -> str:
    """The block of this name in a text; empty if it has none."""
    found = re.search(rf"^<!-- {name} -->\n(.*?)^<!-- /{name} -->$", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def rendered(data: bytes, blocks: Mapping[str, str]) -> bytes:
    """The bytes of a text file with the blocks of these names replaced; its line ends stay as they are.

    Raises UnicodeDecodeError if the file is not in UTF-8.
    """
    text = data.decode()
    if "\r\n" not in text:
        return render_blocks(text, blocks).encode()
    return render_blocks(text.replace("\r\n", "\n"), blocks).replace("\n", "\r\n").encode()
