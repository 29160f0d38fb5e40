"""Anchors that do not hold: each command that uses them tells what validate finds, and uses none of the file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main

from .conftest import records
from .held import TEST, Held

Lines = list[dict[str, Any]]


def put(key: str, value: object) -> Callable[[Lines], object]:
    return lambda lines: lines[0].update({key: value})


def first_place(lines: Lines) -> dict[str, Any]:
    place: dict[str, Any] = next(line["speaker"] for line in lines if line["speaker"])
    return place


SPOILT: dict[str, Callable[[Lines], object]] = {
    "a start of 2^62": put("start", 1 << 62),
    "a start of 2^63": put("start", 1 << 63),
    "a start of 2^70": put("start", 1 << 70),
    "a negative start": put("start", -5),
    "a length of nothing": put("length", 0),
    "an underscore among hashes": put("hashes", "0000_e660030_b84"),
    "a sign among hashes": put("hashes", "-000ee66+0308b84"),
    "other digits": put("hashes", "\u0660" * 8),
    "no hashes": lambda lines: next(line for line in lines if line["speaker"]).update(hashes=""),
    "a check that is too large": lambda lines: first_place(lines).update(check=1 << 40),
    "a place beyond the paragraph": lambda lines: first_place(lines).update(start=99_999),
    "another id": put("id", f"{TEST}.99"),
    "a line doubled": lambda lines: lines.insert(1, dict(lines[0])),
    "a line missing": lambda lines: lines.pop(4),
    "the last line missing": lambda lines: lines.pop(),
    "two lines swapped": lambda lines: lines.insert(0, lines.pop(5)),
    "a request dropped": lambda lines: next(line for line in lines if line["requests"])["requests"].pop(),
    "a citation too many": lambda lines: lines[0]["directives"].append(None),
    "a key too many": put("text", "word"),
    "emptied": lambda lines: lines.clear(),
}


def spoil(mine: Held, change: Callable[[Lines], object]) -> Path:
    path = mine.corpus / "anchors" / f"{TEST}.jsonl"
    lines = records(path)
    change(lines)
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("case", SPOILT)
def test_what_validate_refuses_is_used_by_no_command(
    case: str, mine: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = spoil(mine, SPOILT[case])
    corpus = ["--corpus", str(mine.corpus)]
    assert main(["validate", *corpus, str(path)]) == 1
    capsys.readouterr()
    predictions = tmp_path / "none.jsonl"
    predictions.write_text("")
    for command in (
        ["hydrate", str(mine.articles)],
        ["hydrate", str(mine.articles), "--out", str(tmp_path / "out")],
        ["anchor", str(mine.articles)],
        ["score", "--originals", str(mine.articles), str(predictions)],
    ):
        assert main([*command, *corpus]) == 1
        captured = capsys.readouterr()
        assert f"{path}:" in captured.err
        assert captured.err.count("run chithi validate") == captured.err.count("\n") == 1
        assert captured.out == ""
    assert not (tmp_path / "out").exists()
    with pytest.raises(chithi.CorpusError) as raised:
        chithi.load("originals", mine.corpus, sources=mine.articles)
    assert raised.value.line


@pytest.mark.parametrize("case", SPOILT)
def test_validate_holds_no_article_against_spoilt_anchors(
    case: str, mine: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    with mine.article(TEST).open("a", encoding="utf-8") as stream:
        stream.write("More.\n")
    spoil(mine, SPOILT[case])
    options = ["--corpus", str(mine.corpus), "--sources", str(mine.articles), "--format", "json"]
    assert main(["validate", *options]) == 1
    told = json.loads(capsys.readouterr().out)
    assert "C531" in {one["code"] for one in told}
    assert any(one["path"] == f"anchors/{TEST}.jsonl" for one in told)


@pytest.mark.parametrize("what", ["file", "dangling link"])
def test_a_folder_of_anchors_that_is_none_is_told(what: str, mine: Held, capsys: pytest.CaptureFixture[str]) -> None:
    folder = mine.corpus / "anchors"
    folder.rename(mine.corpus.parent / "before")
    if what == "file":
        folder.write_text("x")
    else:
        folder.symlink_to("nowhere")
    main(["validate", "--corpus", str(mine.corpus), "--format", "json"])
    assert ("C510", "anchors") in {(one["code"], one["path"]) for one in json.loads(capsys.readouterr().out)}
    assert main(["hydrate", str(mine.articles), "--corpus", str(mine.corpus)]) == 1
    assert "anchors: not a folder" in capsys.readouterr().err


def test_statements_that_cannot_be_read_are_told(mine: Held, capsys: pytest.CaptureFixture[str]) -> None:
    path = mine.corpus / "statements" / f"{TEST}.jsonl"
    path.write_bytes(path.read_bytes()[1:])
    assert main(["hydrate", str(mine.articles), "--corpus", str(mine.corpus)]) == 1
    assert f"{path}: has a line that is no statement" in capsys.readouterr().err
