"""Articles that the tests write around the corpus's own sentences, and the working form of their anchors."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chithi.records.layout import shipped

from .conftest import records
from .disguises import Marked

CORPUS = shipped("corpus")
# One report for each kind of script; the article of none of them is known.
REPORTS = """ha-tinh-provincial-congress-2025-10.pl government-resolution-key-tasks-2025-11.ar
politburo-secretariat-congress-conclusion-2025-10.ja post-tet-instructions-2026-02.ko
central-committee-plenum-12-2025-07.cs
binh-thuan-personnel-decision-2024-03.th dien-bien-general-secretary-2026-01.zh lao-cai-inspection-2025-03.en""".split()
BEFORE = "On the {n}th of the month, as {name} of the newspaper wrote, the hall was full.", "It rained in street {n}."
BEHIND = "Applause no. {n} followed, and {name} took a picture.", "After that, tea was served to {n} guests of {name}."
NAMES = "Ondine Quagga Rufus Sibyl Tarquin Umber Violet Wystan Xanthe Yorick Zebedee".split()

Record = dict[str, Any]


class Told:
    """An article: its paragraphs, the statements that restate them, their marks, and where each marked span stands."""

    def __init__(self, report: str, statements: Sequence[Record], rng: random.Random) -> None:
        self.report, self.paragraphs = report, []
        self.statements: list[Record] = []
        self.marks: list[Record] = []
        self.spans: dict[tuple[str, str], Marked] = {}
        for n, statement in enumerate(statements):
            if rng.random() < 0.2:
                self.paragraphs.append(rng.choice(BEFORE).format(n=n, name=rng.choice(NAMES)))
            name = f"{rng.choice(NAMES)} {rng.choice(NAMES)}"
            before = rng.choice(BEFORE).format(n=rng.randrange(900), name=name) + " " if rng.random() < 0.7 else ""
            behind = " " + rng.choice(BEHIND).format(n=rng.randrange(900), name=name) if rng.random() < 0.7 else ""
            self.paragraphs.append(f"{before}{statement['text']}{behind}")
            self.statements.append(statement | {"paragraph": len(self.paragraphs)})
            self.marks.append(self.marked(statement, len(before)))

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs) + "\n"

    def marked(self, statement: Record, moved: int) -> Record:
        """The marks of a statement whose text begins at `moved` in the last paragraph."""
        paragraph = self.paragraphs[-1]

        def mark(span: Record | None, pointer: str) -> Record | None:
            if not span:
                return None
            at = span["start"] + moved
            self.spans[statement["id"], pointer] = Marked(len(self.paragraphs) - 1, at, span["end"] + moved)
            places = [n for n in range(len(paragraph)) if paragraph.startswith(span["text"], n)]
            return {"text": span["text"]} | ({"nth": places.index(at) + 1} if len(places) > 1 else {})

        found: Record = {"id": statement["id"]}
        found |= {key: mark(statement[key], f"/{key}") for key in ("speaker", "role")}
        found["directives"] = [mark(span, f"/directives/{n}") for n, span in enumerate(statement["directives"])]
        found["requests"] = []
        for n, span in enumerate(statement["requests"]):
            addressee = mark(span["addressee"], f"/requests/{n}/addressee")
            found["requests"].append((mark(span, f"/requests/{n}") or {}) | {"addressee": addressee})
        return found


def told(seed: int = 0, names: Sequence[str] = REPORTS) -> list[Told]:
    """An article for each of some reports."""
    rng = random.Random(seed)
    return [Told(name, records(CORPUS / "statements" / f"{name}.jsonl"), rng) for name in names]


def write_jsonl(path: Path, lines: Sequence[Record]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_corpus(folder: Path, articles: Sequence[Told]) -> Path:
    """A corpus of the reports of some articles, without anchors."""
    names = {article.report for article in articles}
    for table in ("actors", "offices", "directives", "reports"):
        entries = records(CORPUS / f"{table}.jsonl")
        write_jsonl(folder / f"{table}.jsonl", [e for e in entries if table != "reports" or e["id"] in names])
    for article in articles:
        write_jsonl(folder / "statements" / f"{article.report}.jsonl", article.statements)
    return folder


def write_marks(folder: Path, articles: Sequence[Told]) -> Path:
    """The working form of some articles' anchors."""
    for article in articles:
        write_jsonl(folder / f"{article.report}.jsonl", article.marks)
    return folder


def write_articles(folder: Path, articles: Sequence[Told]) -> Path:
    """The articles as text files that have other names than their reports."""
    folder.mkdir(parents=True, exist_ok=True)
    for n, article in enumerate(articles):
        (folder / f"page{n}.txt").write_text(article.text, encoding="utf-8")
    return folder
