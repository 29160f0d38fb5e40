"""`chithi export --to csv` and `xlsx`: the table of requests, as spreadsheets open it."""

import csv
import datetime
import shutil
import sys
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


def workbook(out: Path, *options: str) -> Any:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    assert main(["export", "--to", "xlsx", "--out", str(out), *options]) == 0
    return openpyxl.load_workbook(out)


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    names, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_xlsx_is_the_published_table(tmp_path: Path) -> None:
    book = workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["requests", "columns", "about"]
    rows, expected = rows_of(book["requests"]), published()
    for row in rows:
        given = expected.pop(row["id"])
        held = row.pop("date")
        assert (held and held.date()) == given.pop("date")
        numbers = {name: value for name, value in row.items() if isinstance(value, int)}
        assert numbers == {name: value for name, value in given.items() if isinstance(value, int)}
        assert {name: as_text(value) for name, value in row.items()} == {
            name: as_text(value) for name, value in given.items()
        }
    assert expected == {}


def test_every_column_is_explained(tmp_path: Path) -> None:
    book = workbook(tmp_path / "x.xlsx", "--split", "test")
    told = {row["column"]: row["what it holds"] for row in rows_of(book["columns"])}
    assert list(told) == [cell.value for cell in book["requests"][1]]
    assert all(told.values())
    assert told["addressee_ids"].endswith("Several are separated by ';'.")
    about = {row["about"]: row["the corpus"] for row in rows_of(book["about"])}
    assert "no native speaker has reviewed" in about["description"]
    assert about["title"] == "ChiThi"


def test_a_date_is_a_date_and_shows_what_is_known(tmp_path: Path) -> None:
    odd = beyond.write(tmp_path / "odd")
    sheet = workbook(tmp_path / "x.xlsx", "--corpus", str(odd))["requests"]
    column = next(cell.column for cell in sheet[1] if cell.value == "date") - 1
    shown = {row[0].value: (row[column].value, row[column].number_format) for row in sheet.iter_rows(min_row=2)}
    assert shown["day.pl.01.1"] == (datetime.datetime(2025, 5, 6), "yyyy-mm-dd")
    assert shown["month.en-GB.01.1"] == (datetime.datetime(2025, 9, 1), "yyyy-mm")
    assert shown["year.pl.01.1"] == (datetime.datetime(2024, 1, 1), "yyyy")
    assert shown["none.en.01.1"][0] is None


def test_no_cell_of_xlsx_is_run_as_a_formula_or_a_link(tmp_path: Path) -> None:
    odd = beyond.write(tmp_path / "odd")
    for line, place in enumerate(["=1+1", "{=1+1}", "https://x.y", "12"], 1):
        edit(odd / "reports.jsonl", line, lambda record, place=place: record.update(place=place))
    sheet = workbook(tmp_path / "x.xlsx", "--corpus", str(odd))["requests"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {"=1+1", "{=1+1}", "https://x.y", "12"} <= {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for cell in cells)


def test_characters_beyond_the_bmp_stay(tmp_path: Path) -> None:
    odd = beyond.write(tmp_path / "odd")
    texts = {name: record["text"] for name, record in beyond.records().items()}
    for row in rows_of(workbook(tmp_path / "x.xlsx", "--corpus", str(odd))["requests"]):
        assert row["text"] == texts[row["statement"]]
        assert row["text"][row["start"] : row["end"]] == row["request"]


def test_the_same_corpus_gives_the_same_workbook(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        workbook(tmp_path / name, "--corpus", str(GOOD))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_what_a_cell_cannot_hold_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("xlsxwriter")
    odd, out = beyond.write(tmp_path / "odd"), tmp_path / "x.xlsx"
    out.write_bytes(b"before")
    edit(odd / "reports.jsonl", 1, lambda record: record.update(place="\U0001f600" * 16_384))
    assert main(["export", "--to", "xlsx", "--corpus", str(odd), "--out", str(out)]) == 1
    assert "xlsx cannot carry the place of 'day.pl.01.1'" in capsys.readouterr().err
    assert out.read_bytes() == b"before"


def test_a_binary_file_needs_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--to", "xlsx"]) == 2
    assert "name a place with --out" in capsys.readouterr().err


def test_a_missing_library_is_named_with_the_line_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert main(["export", "--to", "xlsx", "--out", str(tmp_path / "x.xlsx")]) == 1
    assert capsys.readouterr().err == "chithi: this needs the library xlsxwriter: pip install 'chithi[xlsx]'\n"
    assert list(tmp_path.iterdir()) == []
