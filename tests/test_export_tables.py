"""`chithi export --to csv` and `xlsx`: the table of requests, as spreadsheets open it."""

import csv
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main

from . import beyond
from .conftest import edit
from .rules.test_fixtures import GOOD


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    return beyond.write(tmp_path / "odd")


def published() -> dict[str, dict[str, Any]]:
    return {row["id"]: row | {"split": split} for split, rows in chithi.load("requests").items() for row in rows}


def as_text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(item or "" for item in value)
    return "" if value is None else str(value)


def exported(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, str]]:
    assert main(["export", "--to", "csv", *options]) == 0
    text = capsys.readouterr().out
    assert text.startswith("\ufeffid,")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_csv_is_the_published_table(capsys: pytest.CaptureFixture[str]) -> None:
    rows, expected = exported(capsys), published()
    assert [row["id"] for row in rows] != []
    assert {row["id"]: row for row in rows} == {
        name: {column: as_text(value) for column, value in row.items()} for name, row in expected.items()
    }
    assert list(rows[0]) == [*next(iter(expected.values()))]


def test_a_split_of_a_language_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    rows = exported(capsys, "--split", "test", "--language", "ko")
    assert {(row["split"], row["language"]) for row in rows} == {("test", "ko")}


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "＝"])
def test_no_cell_of_csv_is_run_as_a_formula(begin: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    edit(corpus / "reports.jsonl", 1, lambda record: record.update(place=f'{begin}HYPERLINK("http://x")'))
    places = {row["place"] for row in exported(capsys, "--corpus", str(corpus))}
    assert f'\'{begin}HYPERLINK("http://x")' in places
    assert not any(place.startswith(begin) for place in places)


def test_csv_has_the_lines_that_a_spreadsheet_expects(odd: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.csv"
    assert main(["export", "--to", "csv", "--corpus", str(odd), "--out", str(out)]) == 0
    data = out.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,")
    assert data.endswith(b"\r\n")
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))
    texts = {name: record["text"] for name, record in beyond.records().items()}
    assert all(row["text"] == texts[row["statement"]] for row in rows)
    assert all(row["text"][int(row["start"]) : int(row["end"])] == row["request"] for row in rows)
    assert len(rows) == sum(len(record["requests"]) for record in beyond.records().values())
