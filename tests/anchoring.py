"""How well anchors are placed: `python -m tests.anchoring [--sources DIR] [--rounds N] [--pages N] [--write FILE ...]`.

Prints, or writes into the block `anchoring` of files, what becomes of the spans in disguised articles: those that the
tests write, or those in DIR that have anchors. Then what one changed word costs, how many bytes the anchors have, and
with `--pages` how long a folder of N pages takes, and how much memory.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from chithi.records.alignment import Alignment, Found
from chithi.records.hydration import hydrate_with
from chithi.records.layout import shipped
from chithi.records.pointers import json_pointer
from chithi.records.records import Anchor, Statement
from chithi.records.windows import Article, Page
from chithi.records.working_form import Marks, anchored
from chithi.text.stream import Stream
from chithi.validation.usable import hydrate
from chithi.views.figures import rendered

from .articles import Told, told
from .disguises import DISGUISES, Edit, Marked, changed_word, is_right, page_of, plain, traced

STATES = ("placed", "changed", "missing", "wrong")


class Anchored(NamedTuple):
    """An article, its anchors, and for each of these the places of the spans, as `Alignment.spans` gives them."""

    report: str
    paragraphs: list[str]
    anchors: list[Anchor]
    truth: list[list[Marked]]


def anchored_by_tests(article: Told) -> Anchored:
    marks = msgspec.convert(article.marks, list[Marks])
    anchors = anchored(Path("marks"), marks, msgspec.convert(article.statements, list[Statement]), article.text)
    truth = [[article.spans[a.id, json_pointer(pointer)] for _, pointer, _ in a.places()] for a in anchors]
    return Anchored(article.report, article.paragraphs, anchors, truth)


def anchored_in(folder: Path, corpus: Path) -> Iterator[Anchored]:
    """The articles in a folder. What stands in the files themselves is taken for the truth, and has to be whole."""
    found = hydrate(folder, corpus)
    for report, article in sorted(found.articles.items()):
        starts = [start for start, _ in article.paragraphs]
        truth = []
        for statement in article.statements:
            row = []
            for span in statement.spans:
                if span.start is None or span.end is None:
                    raise SystemExit(f"{report}: {statement.id} is not placed in the file itself: {span}")
                n = bisect_right(starts, span.start) - 1
                row.append(Marked(n, span.start - starts[n], span.end - starts[n]))
            truth.append(row)
        paragraphs = [article.text[start:end] for start, end in article.paragraphs]
        yield Anchored(report, paragraphs, found.anchors[report], truth)


def disguised(article: Anchored, edit: Edit, rng: random.Random) -> Iterator[tuple[Found, Marked, str]]:
    """What became of each span in a disguise: the span as found, its truth, and its state, which may be `wrong`."""
    spans = [span for row in article.truth for span in row]
    page = page_of(edit(traced(article.paragraphs), rng, spans))
    found = Alignment(Article(article.report, article.anchors), Page(plain(page))).spans()
    for row, truths in zip(found, article.truth, strict=True):
        for one, truth in zip(row, truths, strict=True):
            right = one.start is not None and one.end is not None and is_right(
                page, one.start, one.end, truth, article.paragraphs[truth.paragraph]
            )  # fmt: skip
            yield one, truth, "wrong" if one.state == "placed" and not right else one.state


def table(articles: Sequence[Anchored], rounds: int) -> tuple[str, int]:
    """What became of the spans in each disguise, as Markdown, and how many were placed wrongly."""
    lines = [["disguise", *STATES], ["---", *["---:"] * len(STATES)]]
    wrong = 0
    for name, edit in DISGUISES.items():
        states: Counter[str] = Counter()
        for article in articles:
            for n in range(rounds):
                rng = random.Random(f"{article.report} {n}")
                states.update(state for _, _, state in disguised(article, edit, rng))
        total = sum(states.values())
        lines.append([name, *(f"{states[state] / total:.1%}" for state in STATES)])
        wrong += states["wrong"]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines), wrong


def cost_of_a_word(articles: Sequence[Anchored], rounds: int) -> float:
    """How many spans of an article are lost on average where one word of it has changed."""
    lost = []
    for article in articles:
        for n in range(rounds):
            rng = random.Random(f"{article.report} {n}")
            chosen = rng.randrange(len(article.paragraphs))

            def edit(lines, rng, spans, chosen=chosen):  # type: ignore[no-untyped-def]
                return [*lines[:chosen], *changed_word([lines[chosen]], rng, spans), *lines[chosen + 1 :]]

            lost.append(sum(state != "placed" for _, _, state in disguised(article, edit, rng)))
    return sum(lost) / len(lost)


def time_pages(articles: Sequence[Anchored], count: int) -> None:
    """Prints how long a folder with many pages takes, of which a few hold an article."""
    rng = random.Random(7)
    sentences = [statement["text"] for article in told(1) for statement in article.statements]
    anchors = {article.report: article.anchors for article in articles}
    with tempfile.TemporaryDirectory() as name:
        letters = 0
        for n in range(count):
            words = " ".join(rng.choices(sentences, k=60)).split()
            rng.shuffle(words)  # no sentence is left
            text = " ".join(words)
            while len(text) < 10_000:
                text += text
            path = Path(name, f"{n % 100:02}", f"{n}.txt")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text[:12_000], encoding="utf-8")
            letters += len(Stream(text[:12_000])) if n < 20 else 0
        for n, article in enumerate(articles):
            Path(name, f"{n:02}", "article.txt").write_text("\n".join(article.paragraphs), encoding="utf-8")
        begun = time.perf_counter()
        found = hydrate_with(anchors, Path(name))
        taken = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = f"{found.files:,} pages of {letters // 20:,} letters: {taken:.1f} s, {memory:,.0f} MiB at most"
    print(f"{said}; {len(found.articles)} of {len(articles)} articles found")


def block(articles: Sequence[Anchored], rounds: int) -> tuple[str, int]:
    """The table with what an edit costs and how large the anchors are, and how many spans were placed wrongly."""
    found, wrong = table(articles, rounds)
    spans = sum(len(row) for article in articles for row in article.truth)
    letters = sum(len(Stream("\n".join(article.paragraphs))) for article in articles)
    size = sum(len(msgspec.json.encode(anchor)) + 1 for article in articles for anchor in article.anchors)
    hashes = sum(len(anchor.hashes) // 2 for article in articles for anchor in article.anchors)
    told_size = (
        f"{1000 * size / letters:,.0f} bytes for each 1,000 letters, {1000 * hashes / letters:.0f} of them windows"
    )
    costs = f"One changed word costs {cost_of_a_word(articles, 10 * rounds):.2f} spans of an article on average."
    head = f"{spans} spans of {len(articles)} articles, {rounds} random rounds of each disguise:"
    return f"{head}\n\n{found}\n{costs} The anchors have {told_size}.\n", wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path)
    parser.add_argument("--corpus", type=Path, default=shipped("corpus"))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--pages", type=int, default=0)
    parser.add_argument("--write", nargs="+", type=Path, default=[], metavar="FILE")
    args = parser.parse_args()
    articles = list(anchored_in(args.sources, args.corpus)) if args.sources else [*map(anchored_by_tests, told())]
    text, wrong = block(articles, args.rounds)
    for path in args.write:
        path.write_bytes(rendered(path.read_bytes(), {"anchoring": text}))
    if not args.write:
        print(text, end="")
    if args.pages:
        time_pages(articles, args.pages)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
