"""`chithi import`: what went out comes back, byte for byte, or it is told why not; nothing is half imported."""

import json
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main
from chithi.records.layout import shipped
from chithi.validation.rule import NOTICES

from . import beyond
from .conftest import edit, state
from .imports import FORMATS, ONE, back, blank, codes, edit_json, edit_lines, export, imported, lone, same
from .rules.test_fixtures import GOOD

COUNCILS = GOOD.parent / "councils"


def goes_and_comes_back(source: str, corpus: Path, tmp_path: Path) -> None:
    out = export(source, tmp_path / "out", corpus)
    assert back(source, out, tmp_path / "records", corpus) == 0
    assert same(tmp_path / "records", corpus)
    assert main(["format", "--check", *map(str, (tmp_path / "records").iterdir())]) == 0


@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("which", ["good", "beyond the BMP and in Arabic", "schemas of its own", "blank"])
def test_records_come_back_byte_for_byte(source: str, which: str, tmp_path: Path) -> None:
    makers: dict[str, Any] = {"beyond the BMP and in Arabic": beyond.write, "blank": blank}
    known = {"good": GOOD, "schemas of its own": COUNCILS}
    goes_and_comes_back(source, known[which] if which in known else makers[which](tmp_path / "corpus"), tmp_path)


@pytest.mark.parametrize("source", ["brat", "label-studio", pytest.param("inception", marks=pytest.mark.slow)])
def test_the_corpus_that_ships_comes_back_byte_for_byte(source: str, tmp_path: Path) -> None:
    goes_and_comes_back(source, shipped("corpus"), tmp_path)


@pytest.mark.parametrize("source", FORMATS)
def test_a_report_or_a_language_comes_back_alone(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = export(source, tmp_path / "out", corpus, "--language", "ar")
    capsys.readouterr()
    assert back(source, out, tmp_path / "new" / "records", corpus) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'new' / 'records'}: 2 statements of 1 report imported\n"
    assert [path.name for path in (tmp_path / "new" / "records").iterdir()] == ["astral.ar.jsonl"]


@pytest.mark.parametrize("packed", ["zip", "tar.gz"])
@pytest.mark.parametrize("source", FORMATS)
def test_an_archive_is_read_like_a_folder(source: str, packed: str, tmp_path: Path) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = export(source, tmp_path / "out", corpus)
    shutil.make_archive(str(tmp_path / "packed"), {"zip": "zip", "tar.gz": "gztar"}[packed], tmp_path, "out")
    assert back(source, tmp_path / f"packed.{packed}", tmp_path / "records", corpus) == 0
    assert same(tmp_path / "records", corpus)
    assert out.exists()


@pytest.mark.parametrize("source", FORMATS)
def test_what_a_tool_does_not_carry_comes_from_the_corpus(source: str, tmp_path: Path) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = lone(source, tmp_path / "out", corpus)
    if source == "label-studio":  # as somebody who imports the texts alone
        edit_json(
            out / "tasks.json",
            lambda tasks: [drop(task["data"], "paragraph", "translation") for task in tasks] and None,
        )
    if source == "brat":
        edit_lines(out / ONE / f"{ONE}.01.ann", lambda lines: [line for line in lines if not line.startswith("#")])
    assert back(source, out, tmp_path / "records", corpus) == 0
    assert list(imported(tmp_path / "records").values()) == [beyond.records()[f"{ONE}.01"]]


def drop(values: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        del values[key]
    return values


def test_english_words_that_come_from_the_corpus_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    path = lone("brat", tmp_path / "out", corpus) / ONE / f"{ONE}.01.ann"
    edit_lines(path, lambda lines: [line for line in lines if not line.startswith("#1")])
    assert back("brat", path, tmp_path / "records", corpus) == 0
    told = f"{path.with_suffix('.txt')}: English words taken from the corpus: '{ONE}.01'\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("source", FORMATS)
def test_a_folder_with_anything_in_it_is_left_alone(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = export(source, tmp_path / "out", corpus)
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "day.pl.jsonl").write_text("work")
    before = state(tmp_path)
    assert back(source, out, tmp_path / "records", corpus) == 1
    assert "is not empty, and nothing is overwritten: name a new folder" in capsys.readouterr().err
    assert state(tmp_path) == before
    assert back(source, out, corpus, corpus) == 1
    assert state(tmp_path) == before


def test_a_place_that_is_no_folder_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = export("brat", tmp_path / "out", corpus)
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "empty").mkdir()
    for name, says in (("file", "is no folder"), ("loop", "leads to itself")):
        assert back("brat", out, tmp_path / name, corpus) == 1
        assert says in capsys.readouterr().err
    monkeypatch.chdir(tmp_path / "empty")
    assert back("brat", out, Path(), corpus) == 1
    assert "is the current folder" in capsys.readouterr().err
    monkeypatch.chdir(tmp_path)
    assert back("brat", out, tmp_path / "empty", corpus) == 0  # an empty folder is free
    assert same(tmp_path / "empty", corpus)


@pytest.mark.parametrize("source", FORMATS)
def test_nothing_is_half_imported(source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One wrong statement among eleven keeps all of them out."""
    corpus = beyond.write(tmp_path / "corpus")
    out = export(source, tmp_path / "out", corpus)
    edit(
        corpus / "statements" / f"{ONE}.jsonl",
        1,
        lambda record: record.update(text=record["text"].replace("o plan", "w plan")),
    )
    before = state(tmp_path)
    assert back(source, out, tmp_path / "new" / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert codes(printed) == ["I605"]
    assert "from character 36 on" in printed
    assert "expected: '😀 Ada, sekretarz 𝒜, prosi 𐍈komitet w plan" in printed
    assert "1 problem in 11 records" in printed
    assert state(tmp_path) == before


@pytest.mark.parametrize("source", FORMATS)
def test_an_export_of_another_corpus_is_told(source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = export(source, tmp_path / "out", GOOD)
    assert back(source, out, tmp_path / "records", beyond.write(tmp_path / "corpus")) == 1
    assert set(codes(capsys.readouterr().out)) <= {"I606", "I604"}


def test_an_export_to_another_format_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    assert back("label-studio", export("brat", tmp_path / "out", corpus), tmp_path / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert codes(printed) == ["I601"]
    assert "this was exported to 'brat'" in printed


@pytest.mark.parametrize("mark", ["[]", "{", '{"format": "brat", "statements": "x"}', "\ufeff"])
def test_a_mark_that_was_changed_is_told(mark: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = export("brat", tmp_path / "out", corpus)
    (out / "chithi-export.json").write_text(mark, "utf-8")
    assert back("brat", out, tmp_path / "records", corpus) == 1
    assert codes(capsys.readouterr().out) == ["I601"]


def test_statements_that_did_not_come_back_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A statement of a report, and a report of the export; without the export's mark, whole reports may be missing."""
    corpus = beyond.write(tmp_path / "corpus")
    out = export("label-studio", tmp_path / "out", corpus)
    edit_json(out / "tasks.json", lambda tasks: [task for task in tasks if task["data"]["id"] != "day.pl.02"])
    assert back("label-studio", out, tmp_path / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert codes(printed) == ["I606"]
    assert "'day.pl.02' of the same report did not come back" in printed
    edit_json(out / "tasks.json", lambda tasks: [task for task in tasks if task["data"]["report"] != "day.pl"])
    assert back("label-studio", out, tmp_path / "records", corpus) == 1
    assert "11 statements went out, and 7 are here" in capsys.readouterr().out
    (out / "chithi-export.json").unlink()
    assert back("label-studio", out, tmp_path / "records", corpus) == 0
    assert len(imported(tmp_path / "records")) == 7


@pytest.mark.parametrize("source", FORMATS)
def test_what_is_no_export_is_told(source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    (tmp_path / "empty").mkdir()
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "broken.tar.gz").write_bytes(b"\x1f\x8b no more")
    (tmp_path / "empty.zip").touch()
    for name in ("empty", "broken.zip", "broken.tar.gz", "empty.zip"):
        assert back(source, tmp_path / name, tmp_path / "records", corpus) == 1
        printed = capsys.readouterr().out
        assert "method" not in printed
        assert codes(printed) == ["I601"]
        assert printed.startswith(f"{tmp_path / name}: I601 ")
    assert back(source, tmp_path / "nowhere", tmp_path / "records", corpus) == 2
    assert "nowhere: No such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("source", FORMATS)
def test_a_damaged_file_in_an_archive_is_told(source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    export(source, tmp_path / "out", corpus)
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "out"))
    with zipfile.ZipFile(packed) as archive:
        entry = max(
            archive.infolist(),
            key=lambda info: info.compress_size if "astral" in info.filename or "tasks" in info.filename else 0,
        )
    data = bytearray(packed.read_bytes())
    middle = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    data[middle : middle + 8] = b"\xff" * 8
    packed.write_bytes(data)
    assert back(source, packed, tmp_path / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert "I601" in codes(printed)
    assert f"{packed}/{entry.filename}" in printed


def test_paths_in_an_archive_lead_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is unpacked; links and devices in an archive are no files."""
    corpus = beyond.write(tmp_path / "corpus")
    out = lone("brat", tmp_path / "out", corpus)
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        archive.add(out / ONE, f"../../{ONE}")
        link = tarfile.TarInfo("evil.ann")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    before = state(tmp_path)
    assert back("brat", tmp_path / "x.tar", tmp_path / "records", corpus) == 0
    assert state(tmp_path).keys() - before.keys() == {"records", f"records/{ONE}.jsonl"}


def test_one_statement_in_two_files_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = lone("brat", tmp_path / "out", corpus)
    shutil.copytree(out / ONE, out / "of another annotator")
    assert back("brat", out, tmp_path / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert codes(printed) == ["I607"]
    assert f"the other stands in {out / ONE}" in printed


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--from", "conll", "x", "--out", "y"], "invalid choice: 'conll'"),
        (["--from", "brat", "x"], "the following arguments are required: --out"),
        (["x", "--out", "y"], "the following arguments are required: --from"),
    ],
)
def test_wrong_use_is_exit_2(options: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["import", *options])
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


def test_codes_of_an_import_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    found = sorted(code for code in NOTICES if code.startswith("I"))
    assert found == [f"I{number}" for number in range(601, 612)]
    for code in found:
        assert main(["validate", "--explain", code]) == 0
        assert "(level import)" in capsys.readouterr().out


def test_a_pass_is_imported_into_its_place(tmp_path: Path) -> None:
    """The folder may be that of an annotator's pass, to measure agreement with."""
    corpus = beyond.write(tmp_path / "corpus")
    out = export("brat", tmp_path / "out", corpus)
    assert back("brat", out, corpus / "annotators" / "three", corpus) == 0
    assert main(["agreement", "--corpus", str(corpus), "--passes", "one", "three"]) == 0
    assert json.loads((corpus / "annotators" / "three" / f"{ONE}.jsonl").read_bytes())["id"] == f"{ONE}.01"
