"""`chithi import --from label-studio`: what offsets count is decided once for a task, from all of its regions."""

import json
from pathlib import Path
from typing import Any

import pytest

from chithi.records.canonical import canonical

from . import beyond
from .imports import ONE, back, codes, edit_json, imported, lone

TREES = "\U0001f333\U0001f333\U0001f333 ha ha ha ha, Ada."  # each tree is two UTF-16 units
HA, ADA = TREES.index("ha"), TREES.index("Ada")
Printed = pytest.CaptureFixture[str]


def units(offset: int) -> int:
    return len(TREES[:offset].encode("utf-16-le")) // 2


def region(layer: str, control: str, choice: str, start: int, end: int, text: str | None) -> list[dict[str, Any]]:
    parts: list[tuple[str, str, Any]] = [("layer", "labels", {"labels": [layer], "text": text})]
    parts.append((control, "choices", {"choices": [choice]}))
    return [
        {"id": layer, "from_name": name, "to_name": "text", "type": kind, "value": {"start": start, "end": end} | said}
        for name, kind, said in parts
    ]


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path]:
    """A corpus with one text of trees, and its export."""
    corpus = beyond.write(tmp_path / "corpus")
    path = corpus / "statements" / f"{ONE}.jsonl"
    record = json.loads(path.read_bytes()) | {"text": TREES, "speaker": None, "role": None}
    path.write_bytes(canonical(record | {"directives": [], "requests": []}, "statements"))
    return corpus, lone("label-studio", tmp_path / "out", corpus) / "tasks.json"


def annotate(path: Path, *parts: dict[str, Any]) -> None:
    edit_json(path, lambda tasks: tasks[0]["annotations"][0].update(result=list(parts)))


@pytest.mark.parametrize("ada_first", [True, False])
@pytest.mark.parametrize("count", [units, int])
def test_a_text_that_stands_several_times_is_where_the_others_say(
    count: Any, ada_first: bool, made: tuple[Path, Path], tmp_path: Path, capsys: Printed
) -> None:
    corpus, path = made
    speaker = region("speaker", "actor", "ada", count(ADA), count(ADA + 3), "Ada")
    role = region("role", "office", "chair", count(HA + 3), count(HA + 5), "ha")
    annotate(path, *((speaker + role) if ada_first else (role + speaker)))
    capsys.readouterr()
    assert back("label-studio", path, tmp_path / "records", corpus) == 0
    record = imported(tmp_path / "records")[f"{ONE}.01"]
    assert (record["role"]["start"], record["speaker"]["start"]) == (HA + 3, ADA)
    assert capsys.readouterr().err == ""


def test_where_nothing_decides_it_is_told(made: tuple[Path, Path], tmp_path: Path, capsys: Printed) -> None:
    corpus, path = made
    annotate(path, *region("role", "office", "chair", units(HA), units(HA + 2), "ha"))
    assert back("label-studio", path, tmp_path / "records", corpus) == 0
    assert "offsets fit as characters and as UTF-16 units; they were read as characters" in capsys.readouterr().err


def test_regions_that_disagree_are_told(made: tuple[Path, Path], tmp_path: Path, capsys: Printed) -> None:
    corpus, path = made
    speaker = region("speaker", "actor", "ada", ADA, ADA + 3, "Ada")
    role = region("role", "office", "chair", units(ADA), units(ADA + 3), "Ada")
    annotate(path, *speaker, *role)
    assert back("label-studio", path, tmp_path / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert codes(printed) == ["I608"]
    assert "this region's offsets count UTF-16 units, and those of others characters" in printed
