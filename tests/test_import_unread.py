"""`chithi import`: no file of an export is dropped without a word, wherever it lies and however it is called."""

import json
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from . import beyond
from .imports import FIXTURES, ONE, back, codes, export, imported, lone, same

DOCUMENT = FIXTURES / "inception" / f"{ONE}.json"
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return beyond.write(tmp_path / "corpus")


@pytest.mark.parametrize("name", ["train", "source", "log", "kb", "guideline", "META-INF", "annotation_ser"])
def test_a_folder_of_anybody_is_read_whatever_its_name(name: str, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "work" / name).mkdir(parents=True)
    shutil.copy(DOCUMENT, tmp_path / "work" / name)
    assert back("inception", tmp_path / "work", tmp_path / "records", corpus) == 0
    assert list(imported(tmp_path / "records")) == [f"{ONE}.01"]


@pytest.mark.parametrize("root", ["", "project/"])
def test_the_folders_of_a_project_are_passed_over(root: str, corpus: Path, tmp_path: Path, capsys: Printed) -> None:
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as archive:
        archive.writestr(f"{root}exportedproject.json", "{}")
        for folder in ("source", "train", f"annotation/{ONE}.json"):
            archive.write(DOCUMENT, f"{root}{folder}/anna.json")
    assert back("inception", tmp_path / "project.zip", tmp_path / "records", corpus) == 0
    assert "is not read" not in capsys.readouterr().err


def test_a_document_beside_those_of_a_project_is_told(corpus: Path, tmp_path: Path, capsys: Printed) -> None:
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as archive:
        archive.writestr("exportedproject.json", "{}")
        archive.write(DOCUMENT, f"annotation/{ONE}.json/anna.json")
        archive.write(DOCUMENT, "other.json")
        archive.writestr("figure.png", b"\x89PNG")
    assert back("inception", tmp_path / "project.zip", tmp_path / "records", corpus) == 1
    printed = capsys.readouterr()
    assert "other.json: I601 this file is not read, and holds annotations" in printed.out
    assert "figure.png: this file is not read" in printed.err


def test_endings_are_compared_without_case(corpus: Path, tmp_path: Path) -> None:
    out = export("label-studio", tmp_path / "out", corpus)
    (out / "tasks.json").rename(out / "TASKS.JSON")
    assert back("label-studio", out, tmp_path / "records", corpus) == 0
    assert same(tmp_path / "records", corpus)
    out = lone("brat", tmp_path / "brat", corpus) / ONE
    for ending in ("ann", "txt"):
        (out / f"{ONE}.01.{ending}").rename(out / f"{ONE}.01.{ending.upper()}")
    for n, path in enumerate((out, out / f"{ONE}.01.ANN")):
        assert back("brat", path, tmp_path / f"brat-{n}", corpus) == 0
        assert list(imported(tmp_path / f"brat-{n}")) == [f"{ONE}.01"]


@pytest.mark.parametrize("name", ["2.json.txt", "3.jsonl", "tasks", "info.json", "old.json~"])
def test_tasks_in_a_file_that_is_not_read_are_told(name: str, corpus: Path, tmp_path: Path, capsys: Printed) -> None:
    out = lone("label-studio", tmp_path / "out", corpus)
    task = json.loads((out / "tasks.json").read_bytes())[0]
    (out / name).write_text(json.dumps(task) + "\n", "utf-8")
    assert back("label-studio", out, tmp_path / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert f"{out / name}: I601 this file is not read, and holds annotations" in printed
    assert codes(printed) == ["I601"]


@pytest.mark.parametrize("name", [f"{ONE}.02.bak", f"{ONE}.02", f"{ONE}.02.ann.orig"])
def test_annotations_in_a_file_that_brat_does_not_read_are_told(
    name: str, corpus: Path, tmp_path: Path, capsys: Printed
) -> None:
    out = lone("brat", tmp_path / "out", corpus)
    shutil.copy(out / ONE / f"{ONE}.01.ann", out / ONE / name)
    assert back("brat", out, tmp_path / "records", corpus) == 1
    assert f"{out / ONE / name}: I601 this file is not read, and holds annotations" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["readme.json", "LICENSE.JSON"])
def test_documents_called_like_other_files_are_read(name: str, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    shutil.copy(DOCUMENT, tmp_path / "work" / name)
    assert back("inception", tmp_path / "work", tmp_path / "records", corpus) == 0
    assert list(imported(tmp_path / "records")) == [f"{ONE}.01"]


def test_a_document_called_like_the_layers_is_told(corpus: Path, tmp_path: Path, capsys: Printed) -> None:
    out = lone("inception", tmp_path / "out", corpus)
    shutil.copy(DOCUMENT, out / "layers.json")
    assert back("inception", out, tmp_path / "records", corpus) == 1
    assert f"{out / 'layers.json'}: I601 this file is not read, and holds annotations" in capsys.readouterr().out


def test_documents_in_a_folder_normalization_are_read(corpus: Path, tmp_path: Path) -> None:
    out = lone("brat", tmp_path / "out", corpus)
    (out / "normalization").mkdir()
    for path in (out / ONE).iterdir():
        path.rename(out / "normalization" / path.name)
    assert back("brat", out, tmp_path / "records", corpus) == 0
    assert list(imported(tmp_path / "records")) == [f"{ONE}.01"]


@pytest.mark.parametrize("source", ["brat", "label-studio"])
def test_other_files_are_told_by_name(source: str, corpus: Path, tmp_path: Path, capsys: Printed) -> None:
    out = lone(source, tmp_path / "out", corpus)
    (out / "to do.odt").write_text("ask Ada", "utf-8")
    for name in ("README.md", ".hidden", "Thumbs.db"):
        (out / name).write_text("about this", "utf-8")
    capsys.readouterr()
    assert back(source, out, tmp_path / "records", corpus) == 0
    assert capsys.readouterr().err == f"{out / 'to do.odt'}: this file is not read\n"


def test_an_archive_within_an_export_is_told(corpus: Path, tmp_path: Path, capsys: Printed) -> None:
    out = lone("label-studio", tmp_path / "out", corpus)
    shutil.make_archive(str(out / "more"), "zip", out)
    assert back("label-studio", out, tmp_path / "records", corpus) == 1
    assert "more.zip: I601 an archive within an export is not read" in capsys.readouterr().out


def test_what_label_studio_stores_has_no_ending(corpus: Path, tmp_path: Path) -> None:
    out = lone("label-studio", tmp_path / "out", corpus)
    task = json.loads((out / "tasks.json").read_bytes())[0]
    (tmp_path / "stored").mkdir()
    stored = task["annotations"][0] | {"task": {"data": task["data"]}}
    (tmp_path / "stored" / "88").write_text(json.dumps(stored), "utf-8")
    (tmp_path / "stored" / "README").write_text("of the storage", "utf-8")
    assert back("label-studio", tmp_path / "stored", tmp_path / "records", corpus) == 0
    assert list(imported(tmp_path / "records")) == [f"{ONE}.01"]


@pytest.mark.parametrize("lost", ["pl", "en"])
def test_each_of_several_exports_is_held(lost: str, corpus: Path, tmp_path: Path, capsys: Printed) -> None:
    both = tmp_path / "both"
    for language in ("pl", "en"):
        export("label-studio", both / language, corpus, "--language", language)
    assert back("label-studio", both, tmp_path / "all", corpus) == 0
    tasks = both / lost / "tasks.json"
    kept = json.loads(tasks.read_bytes())
    reports = {task["data"]["report"] for task in kept}
    left = [task for task in kept if task["data"]["report"] != min(reports)]
    tasks.write_text(json.dumps(left), "utf-8")
    assert back("label-studio", both, tmp_path / "records", corpus) == 1
    says = f"{both / lost / 'chithi-export.json'}: I606 {len(kept)} statement"
    assert says in capsys.readouterr().out


def test_each_of_several_exports_is_of_this_corpus_and_format(corpus: Path, tmp_path: Path, capsys: Printed) -> None:
    both = tmp_path / "both"
    export("label-studio", both / "a", corpus, "--language", "pl")
    mark = export("label-studio", both / "b", corpus, "--language", "en") / "chithi-export.json"
    mark.write_text(json.dumps(json.loads(mark.read_bytes()) | {"corpus": "another"}), "utf-8")
    assert back("label-studio", both, tmp_path / "records", corpus) == 1
    assert f"{mark}: I606 this was exported from the corpus 'another'" in capsys.readouterr().out


def test_links_to_folders_are_followed(corpus: Path, tmp_path: Path, capsys: Printed) -> None:
    out = export("brat", tmp_path / "out", corpus)
    (out / ONE).rename(tmp_path / ONE)
    (out / ONE).symlink_to(tmp_path / ONE)
    (out / "again").symlink_to("day.pl")
    (out / "day.pl" / "loop").symlink_to(out)
    (tmp_path / ONE / "back").symlink_to(out / ONE)
    capsys.readouterr()
    assert back("brat", out, tmp_path / "records", corpus) == 0
    assert same(tmp_path / "records", corpus)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("packed", ["zip", "tar"])
def test_a_name_that_stands_twice_in_an_archive_is_told(
    packed: str, corpus: Path, tmp_path: Path, capsys: Printed
) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    tasks = json.loads((export("label-studio", tmp_path / "out", corpus) / "tasks.json").read_bytes())
    for path, report in ((first, "astral.pl"), (second, "astral.ar")):
        path.write_text(json.dumps([task for task in tasks if task["data"]["report"] == report]), "utf-8")
    path = tmp_path / f"x.{packed}"
    for n, other in enumerate((second, first)):  # the second time the same, which nothing is lost by
        if packed == "zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.write(first, "a.json")
                with pytest.warns(UserWarning, match="Duplicate name"):
                    archive.write(other, "a.json")
        else:
            with tarfile.open(path, "w") as tar:
                tar.add(first, "a.json")
                tar.add(other, "a.json")
        assert back("label-studio", path, tmp_path / f"records-{n}", corpus) == 1 - n
        assert ("I607 this name stands twice in the archive" in capsys.readouterr().out) == (n == 0)


def test_a_zip_with_backslashes_is_read(corpus: Path, tmp_path: Path) -> None:
    out = export("brat", tmp_path / "out", corpus)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for path in out.rglob("*.*"):
            if path.is_file():
                archive.write(path, "out\\" + str(path.relative_to(out)).replace("/", "\\"))
    assert back("brat", tmp_path / "x.zip", tmp_path / "records", corpus) == 0
    assert same(tmp_path / "records", corpus)
