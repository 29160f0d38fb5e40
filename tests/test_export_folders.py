"""`chithi export` into folders: what is replaced there, and what is left alone."""

import json
import shutil
from pathlib import Path

import pytest

from chithi.cli import main
from chithi.formats import FORMATS

from . import beyond
from .conftest import edit, state
from .rules.test_fixtures import GOOD, POLISH

COUNCILS = GOOD.parent / "councils"
LIBRARIES = {"inception": "cassis", "spacy": "spacy", "xlsx": "xlsxwriter"}
FOLDERS = ("brat", "label-studio", "inception")


def export(to: str, out: Path, corpus: Path = GOOD) -> int:
    if to == "inception":
        pytest.importorskip("cassis")
    return main(["export", "--to", to, "--corpus", str(corpus), "--out", str(out)])


@pytest.mark.parametrize("to", FOLDERS)
def test_an_earlier_export_is_replaced_and_the_same_corpus_gives_the_same_bytes(to: str, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    assert export(to, out, beyond.write(tmp_path / "odd")) == 0
    first = state(out)
    assert export(to, out) == 0
    second = state(out)
    assert first != second
    assert export(to, tmp_path / "again") == 0
    assert state(tmp_path / "again") == second
    assert not list(tmp_path.rglob(".chithi-*"))
    assert json.loads((out / "chithi-export.json").read_bytes())["format"] == to


@pytest.mark.parametrize("to", FOLDERS)
def test_a_folder_that_is_no_earlier_export_is_left_alone(
    to: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter.txt").write_text("years of work")
    before = state(tmp_path)
    assert export(to, out) == 1
    assert f"chithi: '{out / 'chapter.txt'}' was not made by chithi export, or was changed" in capsys.readouterr().err
    assert state(tmp_path) == before


@pytest.mark.parametrize("name", ["annotation.log", "utopia-congress-2025.pl/utopia-congress-2025.pl.01.ann"])
def test_what_was_annotated_in_an_export_is_not_overwritten(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert export("brat", out) == 0
    with (out / name).open("a") as stream:
        stream.write("T99\tSpeaker 0 1\tA\n")
    before = state(tmp_path)
    assert export("brat", out) == 1
    assert "was not made by chithi export, or was changed" in capsys.readouterr().err
    assert state(tmp_path) == before


@pytest.mark.parametrize("to", FOLDERS)
def test_an_export_that_fails_leaves_the_earlier_one_whole(to: str, tmp_path: Path) -> None:
    corpus, out = Path(shutil.copytree(GOOD, tmp_path / "corpus")), tmp_path / "out"
    assert export(to, out) == 0
    before = state(out)
    edit(corpus / POLISH, 2, lambda record: record["speaker"].update(text="somebody"))
    assert export(to, out, corpus) == 1
    assert state(out) == before


def test_an_export_does_not_replace_a_dataset(tmp_path: Path, built: Path) -> None:
    out = Path(shutil.copytree(built, tmp_path / "dataset"))
    before = state(out)
    assert export("brat", out) == 1
    assert state(out) == before
    export("brat", tmp_path / "brat")
    assert main(["publish", "--corpus", str(GOOD), "--out", str(tmp_path / "brat")]) == 1
    assert (tmp_path / "brat" / "annotation.conf").exists()


def test_no_statement_is_lost_behind_another_with_its_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus, out = Path(shutil.copytree(GOOD, tmp_path / "corpus")), tmp_path / "out"
    first = json.loads((corpus / POLISH).read_bytes().splitlines()[0])
    edit(corpus / POLISH, 2, lambda record: record.update(id=first["id"]))
    assert export("brat", out, corpus) == 1
    assert "would be written twice: run chithi validate" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("to", FORMATS)
def test_a_corpus_without_statements_can_be_exported(to: str, tmp_path: Path) -> None:
    for name in ("reports", "actors", "offices", "directives"):
        (tmp_path / f"{name}.jsonl").touch()
    if to in LIBRARIES:
        pytest.importorskip(LIBRARIES[to])
    assert export(to, tmp_path / "out", tmp_path) == 0
    assert (tmp_path / "out").exists()


@pytest.mark.parametrize("to", FORMATS)
def test_a_corpus_with_schemas_of_its_own_can_be_exported(to: str, tmp_path: Path) -> None:
    if to in LIBRARIES:
        pytest.importorskip(LIBRARIES[to])
    assert export(to, tmp_path / "out", COUNCILS) == 0
    holds = {"brat": "annotation.conf", "label-studio": "config.xml", "inception": "layers.json", "graphml": ""}
    if to in holds:
        assert "call-upon" in (tmp_path / "out" / holds[to]).read_text(encoding="utf-8")


@pytest.mark.parametrize("to", FOLDERS)
def test_a_folder_needs_a_name(to: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--to", to]) == 2
    assert "name a place with --out" in capsys.readouterr().err
