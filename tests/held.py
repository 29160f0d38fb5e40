"""Articles that the tests write around texts of the corpus, and a corpus with anchors in them."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import chithi
from chithi.cli import main
from chithi.records.canonical import canonical
from chithi.records.layout import shipped

from .conftest import records

Record = dict[str, Any]
TEST, TRAIN = "provincial-secretaries-conference-2024-01.pl", "lai-chau-congress-documents-2025.pl"
LEAD, END = "An evening by the river, told by the harbour master.", "The lanterns went out one after another."


COLUMNS = "id report event language paragraph text statements tokens starts ner_tags request_tags".split()
KEYS = "id speaker_id speaker role directives requests".split()


class Held(NamedTuple):
    """A corpus with anchors, and the articles that these lead into."""

    corpus: Path
    articles: Path

    def article(self, report: str) -> Path:
        return self.articles / f"{report}.txt"

    def lines(self, report: str) -> list[str]:
        return self.article(report).read_text(encoding="utf-8").split("\n\n")

    def rewrite(self, report: str, change: Callable[[list[str]], list[str]]) -> None:
        self.article(report).write_text("\n\n".join(change(self.lines(report))), encoding="utf-8")

    def rows(self, split: str = "test") -> list[Record]:
        return list(chithi.load("originals", self.corpus, sources=self.articles)[split])

    def statements(self, report: str = TEST) -> list[Record]:
        return records(self.corpus / "statements" / f"{report}.jsonl")


def beside(corpus: Path, articles: Path, reports: Sequence[str] = (TEST, TRAIN)) -> None:
    """Writes a corpus of some reports, an article for each, and the anchors.

    A paragraph is a statement's text. The first two statements share one; two further paragraphs have no statement.
    """
    corpus.mkdir()
    articles.mkdir()
    for name in ("actors.jsonl", "offices.jsonl", "directives.jsonl", "corpus.json", "GUIDELINES.md"):
        shutil.copy(shipped("corpus") / name, corpus)
    kept = [row for row in records(shipped("corpus") / "reports.jsonl") if row["id"] in reports]
    (corpus / "statements").mkdir()
    marks = articles.parent / "marks"
    marks.mkdir()
    for report in reports:
        found = records(shipped("corpus") / "statements" / f"{report}.jsonl")
        found = [one | {"paragraph": 2 + max(0, n - 1)} for n, one in enumerate(found)]
        write(corpus / "statements" / f"{report}.jsonl", "statements", found)
        lines = paragraphs(found)
        (articles / f"{report}.txt").write_bytes(("\n\n".join(lines) + "\n").encode())
        marked = [marks_of(one, lines[one["paragraph"] - 1]) for one in found]
        (marks / f"{report}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in marked), encoding="utf-8")
    hashes = {row["id"]: hashlib.sha256((articles / f"{row['id']}.txt").read_bytes()).hexdigest() for row in kept}
    write(corpus / "reports.jsonl", "reports", [row | {"sha256": hashes[row["id"]]} for row in kept])
    assert main(["anchor", str(articles), "--from", str(marks), "--corpus", str(corpus)]) == 0


def write(path: Path, table: str, rows: Iterable[Record]) -> None:
    path.write_bytes(b"".join(canonical(row, table) for row in rows))


def paragraphs(statements: Sequence[Record]) -> list[str]:
    texts = [one["text"] for one in statements]
    return [LEAD, " ".join(texts[:2]), *texts[2:], END]


def marks_of(statement: Record, paragraph: str) -> Record:
    """A statement's line in the working form. Its text stands once in the paragraph."""
    before = paragraph.index(statement["text"])

    def mark(span: Record | None, **more: Any) -> Record | None:
        if span is None:
            return None
        nth, at = 1, paragraph.find(span["text"])
        while at < before + span["start"]:
            nth, at = nth + 1, paragraph.find(span["text"], at + 1)
        return {"text": span["text"], "nth": nth, **more}

    return {
        "id": statement["id"],
        "speaker": mark(statement["speaker"]),
        "role": mark(statement["role"]),
        "directives": [mark(one) for one in statement["directives"]],
        "requests": [mark(one, addressee=mark(one["addressee"])) for one in statement["requests"]],
    }


def said(statement: Record) -> Record:
    """A statement's labels and the texts of its spans, without offsets."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without(item) for key, item in value.items() if key not in ("start", "end")}
        return [without(item) for item in value] if isinstance(value, list) else value

    found: Record = without({key: statement[key] for key in KEYS if key != "speaker_id"})
    return found


def spans(statement: Record) -> list[Record]:
    asked = [request["addressee"] for request in statement["requests"]]
    every = [statement["speaker"], statement["role"], *statement["directives"], *statement["requests"], *asked]
    return [span for span in every if span]


def tagged(row: Record, column: str, names: list[str]) -> set[tuple[str, str]]:
    """The texts that tags mark, each with its label."""
    found, opened = set(), None
    for n, tag in enumerate([*(names[tag] for tag in row[column]), "O"]):
        if opened is not None and not tag.startswith("I-"):
            end = row["starts"][n - 1] + len(row["tokens"][n - 1])
            found.add((names[row[column][opened]][2:], row["text"][row["starts"][opened] : end]))
            opened = None
        opened = n if tag.startswith("B-") else opened
    return found


def stands(rows: list[Record]) -> int:
    return sum(len(spans(statement)) for row in rows for statement in row["statements"])


def hydration(mine: Held, out: Path, *options: str) -> list[str]:
    return ["hydrate", str(mine.articles), "--corpus", str(mine.corpus), "--out", str(out), *options]
