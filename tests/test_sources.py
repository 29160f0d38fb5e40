"""`chithi validate --sources`: whatever the articles are, there are findings or one clear error."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main
from chithi.records.canonical import canonical

REPORT = "fabula-elections-2025.pl"
ARTICLE = "Jan Przykład, przewodniczący.\n\nPrzypomniał w 2020 roku o dyrektywie 45-CT/TW.\n".encode()
Codes = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def codes(good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Codes:
    """Holds the first statement of the one held report against an article. Gives the exit code and all codes."""
    (tmp_path / "sources").mkdir()

    def run(article: bytes, paragraph: int | None) -> tuple[int, list[str]]:
        (tmp_path / "sources" / "a.txt").write_bytes(article)
        rows = [json.loads(line) for line in (good / "reports.jsonl").read_bytes().splitlines()]
        for row in rows:
            row["sha256"] = hashlib.sha256(article).hexdigest() if row["id"] == REPORT else None
        (good / "reports.jsonl").write_bytes(b"".join(canonical(row, "reports") for row in rows))
        path = good / "statements" / f"{REPORT}.jsonl"
        record: dict[str, Any] = json.loads(path.read_bytes().splitlines()[0]) | {"paragraph": paragraph}
        path.write_bytes(canonical(record, "statements"))
        for other in (good / "statements").iterdir():
            lines = [json.loads(line) for line in other.read_bytes().splitlines()] if other != path else []
            written = b"".join(canonical(line | {"paragraph": None}, "statements") for line in lines)
            other.write_bytes(written or other.read_bytes())
        command = ["validate", "--corpus", str(good), "--sources", str(tmp_path / "sources"), "--format", "json"]
        status = main(command)
        out = capsys.readouterr().out
        return status, [problem["code"] for problem in json.loads(out)] if status < 2 else []

    return run


@pytest.mark.parametrize(
    ("article", "paragraph", "expected"),
    [
        (ARTICLE, 1, []),
        (b"\xef\xbb\xbf" + ARTICLE, 1, []),
        (ARTICLE.replace(b"\n", b"\r\n"), 2, []),
        (ARTICLE, None, ["C508"]),
        (ARTICLE, 0, ["S307"]),
        (ARTICLE, 3, ["C532"]),
        (b"", None, ["C535", "C508"]),
        (b"", 1, ["C535"]),
        (b" \n\n", 1, ["C535"]),
        (ARTICLE.decode().encode("cp1250"), 1, ["C535"]),
        (ARTICLE.decode().encode("utf-16"), 1, ["C535"]),
    ],
)
def test_article(article: bytes, paragraph: int | None, expected: list[str], codes: Codes) -> None:
    assert codes(article, paragraph) == (bool(expected), expected)


def test_what_is_no_article_is_passed_over(codes: Codes, tmp_path: Path) -> None:
    for name in ("folder", "folder.txt"):
        (tmp_path / "sources" / name).mkdir()
        (tmp_path / "sources" / name / "a.txt").write_bytes(b"\xff")
    (tmp_path / "sources" / "scan.pdf").write_bytes(b"\xff\x00")
    assert codes(ARTICLE, 1) == (0, [])


def test_what_cannot_be_read_is_an_error_with_its_name(
    codes: Codes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "sources" / "pipe.txt")
    assert codes(ARTICLE, 1)[0] == 2
    shutil.rmtree(tmp_path / "sources")
    assert main(["validate", "--corpus", str(tmp_path), "--sources", str(tmp_path / "sources")]) == 2
    assert capsys.readouterr().err.strip().endswith("No such file or directory")
