"""`chithi import --from label-studio`: what people wrote beside the regions is told, with its first place."""

import json
import re
from pathlib import Path

import pytest

from . import beyond
from .imports import back, lone


def test_what_people_wrote_beside_the_regions_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    path = lone("label-studio", tmp_path / "out", corpus) / "tasks.json"
    (task,) = json.loads(path.read_bytes())
    task |= {"comments": [{"text": "look"}], "meta": {}}
    task["data"] |= {"remark": "hm", "empty": None}
    task["annotations"][0]["notes"] = "unsure"
    for part in task["annotations"][0]["result"][:3]:
        part["meta"] = {"doubt": "much", "text": []}
    path.write_text(json.dumps([task], indent=1), "utf-8")
    capsys.readouterr()
    assert back("label-studio", path, tmp_path / "records", corpus) == 0
    lines = capsys.readouterr().err.splitlines()
    assert all(re.fullmatch(rf"{re.escape(str(path))}:\d+:\d+: passed over: .*", line) for line in lines)
    assert sorted(line.partition("passed over: ")[2] for line in lines) == [
        "comments, 1 time [/0/comments]",
        "data 'remark', 1 time [/0/data/remark]",
        "meta 'doubt' of a region, 3 times [/0/annotations/0/result/0/meta/doubt]",
        "notes, 1 time [/0/annotations/0/notes]",
    ]


def test_comments_that_an_export_only_counts_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    path = lone("label-studio", tmp_path / "out", corpus) / "tasks.json"
    (task,) = json.loads(path.read_bytes())
    path.write_text(json.dumps(task | {"comment_count": 2}), "utf-8")
    assert back("label-studio", path, tmp_path / "records", corpus) == 0
    assert "passed over: comments, which this export does not hold, 1 time [/comment_count]" in capsys.readouterr().err
