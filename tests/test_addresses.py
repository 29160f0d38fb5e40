"""The same input gives the same findings, wherever the corpus lies and however its files are addressed."""

import json
import os
import shutil
from pathlib import Path

import pytest

from chithi.cli import main
from chithi.validation.engine import validate

from .councils import COUNCILS
from .rules.test_fixtures import GOOD, POLISH, lay_over

Lines = list[str]


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A corpus with an id that stands twice, in a folder whose name is that of a folder of corpora."""
    corpus = tmp_path / "annotators" / "statements" / "corpus"
    corpus.parent.mkdir(parents=True)
    return lay_over("C521", corpus)


def findings(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[object]:
    assert main(["validate", "--format", "json", *map(str, arguments)]) in (0, 1)
    return [(p["path"], p["line"], p["code"]) for p in json.loads(capsys.readouterr().out)]


def test_folders_above_a_corpus_decide_nothing(bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = lay_over("C521", tmp_path / "plain")
    assert findings(capsys, "--corpus", bad) == findings(capsys, "--corpus", plain) != []


def test_findings_do_not_depend_on_the_current_folder(
    bad: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = findings(capsys, "--corpus", bad)
    for folder in (bad, bad / "statements", bad.parent):
        monkeypatch.chdir(folder)
        assert findings(capsys, "--corpus", os.path.relpath(bad)) == expected
    monkeypatch.chdir(bad / "statements")
    assert main(["validate", "--corpus", ".."]) == 1
    assert "../actors.jsonl:6:7: C521" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["actors.jsonl", "corpus.json", "exceptions.jsonl", POLISH.as_posix()])
def test_a_file_of_a_corpus_may_be_addressed_in_any_way(
    name: str, bad: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (bad / "exceptions.jsonl").write_text('{"code":"C521","record":"x","reason":"None."}\n')
    (bad / "statements" / "x").mkdir()
    (bad.parent / "link").symlink_to(bad)
    (bad.parent / "file.jsonl").symlink_to(bad / name)
    monkeypatch.chdir(bad / "statements")
    ways = [bad / name, f"../{name}", f"x/../../{name}", bad.parent / "link" / name, bad.parent / "file.jsonl"]
    found = [findings(capsys, "--corpus", bad, way) for way in ways]
    assert found == [found[0]] * len(ways)
    assert {place for place, _, _ in found[0]} <= {name, "exceptions.jsonl"}
    assert findings(capsys, "--corpus", bad, *ways) == found[0]


def test_a_folder_in_place_of_files_is_the_corpus(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert findings(capsys, bad) == findings(capsys, "--corpus", bad)
    assert main(["validate", str(bad), str(bad / POLISH)]) == 2
    assert "give the folder of one corpus alone" in capsys.readouterr().err
    assert main(["validate", str(bad.parent)]) == 2
    assert "no corpus: it has no reports.jsonl" in capsys.readouterr().err


def test_a_registry_outside_of_the_corpus_is_checked_as_one(tmp_path: Path) -> None:
    shutil.copyfile(GOOD / "actors.jsonl", tmp_path / "actors.jsonl")
    assert validate(GOOD, [tmp_path / "actors.jsonl"]).problems == []
    text = (GOOD / "actors.jsonl").read_text(encoding="utf-8").replace('"level":null', '"level":"central"', 1)
    (tmp_path / "actors.jsonl").write_text(text, encoding="utf-8")
    found = validate(GOOD, [tmp_path / "actors.jsonl"]).problems
    assert [(p.code, p.path) for p in found] == [("C519", str(tmp_path / "actors.jsonl"))]


def test_a_file_may_be_called_as_that_of_standard_input_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "stdin.jsonl").write_text("{}\n")
    assert {place for place, _, _ in findings(capsys, "--corpus", GOOD, tmp_path / "stdin.jsonl")} == {
        str(tmp_path / "stdin.jsonl")
    }


BREAKS = {
    "a quote too many": lambda line: line.replace(b'"id":"', b'"id":""', 1),
    "cut off": lambda line: line[: len(line) * 3 // 4] + b"\n",
    "a list": lambda line: b"[" + line.strip() + b"]\n",
    "an id with a space": lambda line: line.replace(b'"id":"', b'"id":"x ', 1),
    "a missing key": lambda line: line.replace(b',"note":null', b"").replace(b',"translation":', b',"translated":'),
    "a tab": lambda line: line.replace(b'":"', b'":"\t', 1),
}


@pytest.mark.parametrize("name", ["reports.jsonl", "actors.jsonl", "offices.jsonl", "directives.jsonl", POLISH])
@pytest.mark.parametrize("change", BREAKS)
def test_one_cause_gives_findings_in_one_line(name: str, change: str, tmp_path: Path) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    for at in range(len((GOOD / name).read_bytes().splitlines())):
        lines = (GOOD / name).read_bytes().splitlines(keepends=True)
        lines[at] = BREAKS[change](lines[at])
        (corpus / name).write_bytes(b"".join(lines))
        found = {(p.path, p.line) for p in validate(corpus).problems}
        assert found <= {(str(name), at + 1)}


def test_a_file_in_another_encoding_is_one_finding(tmp_path: Path) -> None:
    for name in ("actors.jsonl", POLISH):
        corpus = Path(shutil.copytree(GOOD, tmp_path / Path(name).stem))
        (corpus / name).write_bytes((GOOD / name).read_text(encoding="utf-8").encode("utf-16"))
        assert [(p.code, p.path) for p in validate(corpus).problems] == [("B102", str(name))]


@pytest.mark.parametrize("name", ["statements/lindermeer-council-2025-05.en.jsonl", "corpus.json", "actors.jsonl"])
def test_files_are_held_against_the_corpus_that_they_lie_in(name: str, tmp_path: Path) -> None:
    corpus = Path(shutil.copytree(COUNCILS, tmp_path / "councils"))
    (corpus / "exceptions.jsonl").write_text('{"code":"T408","record":"x","reason":"r"}\n', encoding="utf-8")
    assert main(["validate", str(corpus / name)]) == 0
    assert main(["validate", str(corpus / "exceptions.jsonl"), str(corpus / name)]) == 0


def test_files_of_two_corpora_need_the_name_of_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = Path(shutil.copytree(COUNCILS, tmp_path / "councils"))
    assert main(["validate", str(corpus / "actors.jsonl"), str(GOOD / "actors.jsonl")]) == 2
    assert "name one with --corpus" in capsys.readouterr().err


def test_schemas_are_not_formatted_as_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = Path(shutil.copytree(COUNCILS, tmp_path / "councils"), "schema", "actor.schema.json")
    before = schema.read_bytes()
    assert main(["format", str(schema)]) == 2
    assert "holds no records" in capsys.readouterr().err
    assert schema.read_bytes() == before


def test_python_takes_paths_and_texts(bad: Path) -> None:
    name = bad / "reports.jsonl"
    assert validate(str(bad)).problems == validate(bad).problems != []
    assert validate(str(bad), [str(name)]).problems == validate(bad, [name]).problems
    assert validate(str(bad), sources=str(bad)).problems == validate(bad, sources=bad).problems
