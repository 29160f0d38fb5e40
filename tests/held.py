"""Articles that the tests write around texts of the corpus, and a corpus with anchors in them."""

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from chithi.cli import main
from chithi.records.canonical import canonical
from chithi.records.layout import shipped

from .conftest import records

Record = dict[str, Any]
TEST, TRAIN, JAPANESE = (
    "provincial-secretaries-conference-2024-01.pl",
    "lai-chau-congress-documents-2025.pl",
    "lai-chau-general-secretary-2016-07.ja",
)
LEAD, END = "An evening by the river, told by the harbour master.", "The lanterns went out one after another."


def beside(corpus: Path, articles: Path, reports: Sequence[str] = (TEST, TRAIN)) -> None:
    """Writes a corpus of some reports, an article for each, and the anchors.

    A paragraph is a statement's text. The first two statements share one; two further paragraphs have no statement.
    """
    corpus.mkdir()
    articles.mkdir()
    for name in ("actors.jsonl", "offices.jsonl", "directives.jsonl", "corpus.json", "GUIDELINES.md"):
        shutil.copy(shipped("corpus") / name, corpus)
    kept = [row | {"sha256": None} for row in records(shipped("corpus") / "reports.jsonl") if row["id"] in reports]
    write(corpus / "reports.jsonl", "reports", kept)
    (corpus / "statements").mkdir()
    marks = articles.parent / "marks"
    marks.mkdir()
    for report in reports:
        found = records(shipped("corpus") / "statements" / f"{report}.jsonl")
        found = [one | {"paragraph": 2 + max(0, n - 1)} for n, one in enumerate(found)]
        write(corpus / "statements" / f"{report}.jsonl", "statements", found)
        lines = paragraphs(found)
        (articles / f"{report}.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
        marked = [marks_of(one, lines[one["paragraph"] - 1]) for one in found]
        (marks / f"{report}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in marked), encoding="utf-8")
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
