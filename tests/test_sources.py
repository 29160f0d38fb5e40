"""`chithi validate --sources`: whatever the articles are, there are findings or one clear error."""

import gzip
import hashlib
import html
import json
import os
import re
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main
from chithi.records.canonical import canonical

from .conftest import edit, records
from .held import TEST, TRAIN, Held

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


def test_what_cannot_be_read_is_told_with_its_name(
    codes: Codes, good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "sources" / "pipe.txt")
    assert codes(ARTICLE, 1) == (0, [])
    main(["validate", "--corpus", str(good), "--sources", str(tmp_path / "sources")])
    assert (
        capsys.readouterr().err
        == f"{tmp_path / 'sources' / 'pipe.txt'}: not a regular file: save what it gives as a file, and name that\n"
    )
    shutil.rmtree(tmp_path / "sources")
    assert main(["validate", "--corpus", str(tmp_path), "--sources", str(tmp_path / "sources")]) == 2
    assert capsys.readouterr().err.strip().endswith("No such file or directory")


def articles_codes(mine: Held, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    """What the rules about articles find, with the records."""
    command = ["validate", "--corpus", str(mine.corpus), "--sources", str(mine.articles), "--format", "json"]
    assert main(command) < 2
    found = json.loads(capsys.readouterr().out)
    return [(one["code"], one["record"]) for one in found if one["code"][:3] == "C53"]


def unlike(mine: Held, report: str) -> None:
    """Makes another extraction of an article, with a menu; its hash is no longer that in the report."""
    mine.rewrite(report, lambda lines: ["Home | Politics", *lines, "Contact"])


def with_number(mine: Held, report: str) -> dict[str, Any]:
    """The first statement with a number that stands nowhere else."""
    texts = " ".join(one["text"] for one in mine.statements(report))
    return next(
        one | {"number": number}
        for one in mine.statements(report)
        for number in re.findall(r"\b\d{2,}\b", one["text"])
        if len(re.findall(rf"\d*{number}\d*", texts)) == 1
    )


def test_another_extraction_is_recognised_and_nothing_is_found(mine: Held, capsys: pytest.CaptureFixture[str]) -> None:
    assert articles_codes(mine, capsys) == []
    unlike(mine, TEST)
    mine.article(TEST).rename(mine.articles / "page.txt")
    assert articles_codes(mine, capsys) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda text: unicodedata.normalize("NFD", text),
        str.upper,
        lambda text: text.replace("a", "a\u00ad"),
        lambda text: text.replace("\n\n", " "),
        lambda text: text.replace(",", " , ").replace(".", " . "),
    ],
    ids=["NFD", "upper case", "soft hyphens", "joined", "spaces"],
)
def test_no_disguise_makes_a_finding(change: Any, mine: Held, capsys: pytest.CaptureFixture[str]) -> None:
    for report in (TEST, TRAIN):
        mine.rewrite(report, lambda lines: [change("\n\n".join(lines))])
    assert articles_codes(mine, capsys) == []


@pytest.mark.parametrize("ending", [".txt", ".html", ".html.gz"])
def test_a_number_that_another_extraction_lacks_is_found(
    ending: str, mine: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    if ending != ".txt":
        pytest.importorskip("trafilatura")
    told = with_number(mine, TRAIN)
    other = "9" * (len(told["number"]) + 1)
    mine.rewrite(TRAIN, lambda lines: [line.replace(told["number"], other) for line in lines])
    if ending != ".txt":
        body = "".join(f"<p>{html.escape(line)}</p>" for line in mine.lines(TRAIN))
        page = f"<html><body><article><h1>News</h1>{body}</article></body></html>".encode()
        mine.article(TRAIN).unlink()
        (mine.articles / f"page{ending}").write_bytes(gzip.compress(page) if ending.endswith("gz") else page)
    assert articles_codes(mine, capsys) == [("C533", told["id"])]


def test_a_speaker_whom_another_extraction_lacks_is_found(mine: Held, capsys: pytest.CaptureFixture[str]) -> None:
    persons = {row["id"] for row in records(mine.corpus / "actors.jsonl") if row["kind"] == "person"}
    found = mine.statements(TRAIN)
    number = next(n for n, one in enumerate(found) if one["speaker"] and one["speaker"]["id"] in persons)
    name = found[number]["speaker"]["text"]
    other = ("Quagga Xanthe" + "e" * len(name))[: len(name)]

    def rename(record: dict[str, Any]) -> None:
        record["text"] = record["text"].replace(name, other)
        record["speaker"]["text"] = other

    edit(mine.corpus / "statements" / f"{TRAIN}.jsonl", number + 1, rename)
    unlike(mine, TRAIN)
    assert articles_codes(mine, capsys) == [("C534", found[number]["id"])]


def test_names_and_numbers_are_known_in_the_form_that_another_extraction_has(
    mine: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name in NFD, and a number whose point stands between spaces."""
    persons = {row["id"] for row in records(mine.corpus / "actors.jsonl") if row["kind"] == "person"}
    found = mine.statements(TRAIN)
    number = next(n for n, one in enumerate(found) if one["speaker"] and one["speaker"]["id"] in persons)

    def change(record: dict[str, Any]) -> None:
        record["text"] += " Éric, 16.2."
        record["speaker"]["text"] = "Éric"

    edit(mine.corpus / "statements" / f"{TRAIN}.jsonl", number + 1, change)
    unlike(mine, TRAIN)
    assert {code for code, _ in articles_codes(mine, capsys)} == {"C533", "C534"}
    mine.rewrite(TRAIN, lambda lines: [*lines, unicodedata.normalize("NFD", "Éric was there, and 16 . 2 others.")])
    assert articles_codes(mine, capsys) == []


def test_what_is_not_recognised_is_missing_as_before(mine: Held, capsys: pytest.CaptureFixture[str]) -> None:
    mine.article(TEST).write_text("Something else altogether.\n", encoding="utf-8")
    assert articles_codes(mine, capsys) == [("C531", TEST)]
    (mine.corpus / "anchors" / f"{TRAIN}.jsonl").unlink()
    unlike(mine, TRAIN)
    assert articles_codes(mine, capsys) == [("C531", TRAIN), ("C531", TEST)]


def test_where_paragraphs_are_missing_nothing_is_told_of_what_may_stand_there(
    mine: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    told = with_number(mine, TRAIN)
    mine.rewrite(TRAIN, lambda lines: [line for line in lines if told["number"] not in line])
    assert articles_codes(mine, capsys) == []


def test_anchors_that_cannot_be_read_recognise_nothing(mine: Held, capsys: pytest.CaptureFixture[str]) -> None:
    unlike(mine, TEST)
    (mine.corpus / "anchors" / f"{TEST}.jsonl").write_text("{}\n")
    assert articles_codes(mine, capsys) == [("C531", TEST)]


def test_no_exception_is_called_unused_beside_another_extraction(
    mine: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    told = with_number(mine, TRAIN)
    line = {"code": "C533", "record": told["id"], "reason": "The page was put right."}
    (mine.corpus / "exceptions.jsonl").write_text(json.dumps(line, separators=(",", ":")) + "\n")

    def unused() -> int:
        main(["validate", "--corpus", str(mine.corpus), "--sources", str(mine.articles), "--format", "json"])
        return [one["code"] for one in json.loads(capsys.readouterr().out)].count("C542")

    assert unused() == 1
    unlike(mine, TRAIN)
    assert unused() == 0
