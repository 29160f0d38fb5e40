"""`chithi diff`: the differences between two releases, and its output."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from chithi.cli import main
from chithi.corpus import Corpus
from chithi.release import diff
from chithi.release.build import write
from chithi.release.diff import ABSENT, Change, DiffError, compare, summary

from .conftest import edit, records

ID = "provincial-secretaries-conference-2024-01.pl.05"
Release = Callable[[str], Path]


@pytest.fixture
def release(corpus: Path) -> Release:
    """Publishes the copy of the corpus, as it then is, under a name; returns the folder."""

    def put(name: str) -> Path:
        found = Corpus.read(corpus)
        assert found.metadata
        write(found, found.metadata, corpus.parent / name, "0.0.0")
        return corpus.parent / name

    return put


def changed(old: Path, new: Path) -> dict[str, dict[str, list[Change]]]:
    return {found.config: found.changed for found in compare(old, new) if found}


def test_a_release_is_the_same_as_itself(built: Path) -> None:
    found = compare(built, built)
    assert [d.config for d in found] == ["statements", "passes", "reports", "actors", "offices", "directives"]
    assert not any(found)
    assert summary(found) == "no record differs"
    assert list(diff.text(found)) == ["no record differs"]


def test_changes_are_told_label_by_label(built: Path, release: Release, report: Path) -> None:
    def change(record: dict[str, Any]) -> None:
        record["requests"][0].update(act="instruct", topic="health")
        record["role"]["offices"] = ["other"]

    edit(report, 5, change)
    changes = [
        Change(("role", "offices", 0, "id"), "provincial-party-secretary", "other"),
        Change(("requests", 0, "act"), "request", "instruct"),
        Change(("requests", 0, "topic"), "public-lands", "health"),
    ]
    assert changed(built, release("new")) == {"statements": {ID: changes}}


def test_a_new_item_shifts_no_other(built: Path, release: Release, report: Path) -> None:
    added = {"start": 65, "end": 73, "text": "poprosił", "id": "45-ct-tw-2025"}
    edit(report, 5, lambda record: record["directives"].insert(0, added))
    new = release("new")
    assert changed(built, new) == {"statements": {ID: [Change(("directives", 0), ABSENT, added)]}}
    assert changed(new, built) == {"statements": {ID: [Change(("directives", 0), added, ABSENT)]}}


def test_a_changed_speaker_is_told_once(built: Path, release: Release, corpus: Path) -> None:
    edit(corpus / "actors.jsonl", 1, lambda record: record.update(name_en="Somebody"))
    found = changed(built, release("new"))
    assert list(found) == ["actors"]
    assert [[change.pointer for change in changes] for changes in found["actors"].values()] == [[("name_en",)]]


def test_a_change_in_a_pass_is_told_with_its_annotator(built: Path, release: Release, corpus: Path) -> None:
    files = sorted((corpus / "annotators" / "b").iterdir())
    path, before = next((path, one) for path in files for one in records(path)[:1] if one["speaker"])
    edit(path, 1, lambda record: record["speaker"].update(id="central-party-office"))
    passes = changed(built, release("new"))["passes"]
    assert passes == {f"b/{before['id']}": [Change(("speaker", "id"), before["speaker"]["id"], "central-party-office")]}


def test_actors_asked_are_told_by_their_ids(built: Path, release: Release, report: Path) -> None:
    edit(report, 5, lambda record: record["requests"][0]["addressee"].update(actors=["to-lam"]))
    (changes,) = changed(built, release("new"))["statements"].values()
    assert changes == [Change(("requests", 0, "addressee", "actors", 0, "id"), "secretariat", "to-lam")]


def test_records_come_and_go(built: Path, release: Release, report: Path) -> None:
    report.write_bytes(b"".join(report.read_bytes().splitlines(keepends=True)[1:]))
    new, first = release("new"), ID[:-2] + "01"
    gone, come = compare(built, new)[0], compare(new, built)[0]
    assert (gone.added, gone.removed, gone.changed) == ([], [first], {})
    assert (come.added, come.removed, come.changed) == ([first], [], {})


def test_an_event_that_changes_its_split_is_a_change(built: Path, release: Release, corpus: Path) -> None:
    split = json.loads((corpus / "reports.jsonl").read_text(encoding="utf-8").split("\n")[0])["split"]
    edit(corpus / "reports.jsonl", 1, lambda record: record.update(split={"train": "test", "test": "train"}[split]))
    found = compare(built, release("new"))
    assert {change.pointer for changes in found[0].changed.values() for change in changes} == {("split",)}
    reports = next(d for d in found if d.config == "reports")
    assert [[c.pointer for c in changes] for changes in reports.changed.values()] == [[("split",)]]


def test_a_field_that_one_release_lacks_is_absent(built: Path, release: Release) -> None:
    new = release("new")
    path = new / "offices" / "registry-00000-of-00001.parquet"
    pl.read_parquet(path).drop("title_original").write_parquet(path)
    found = next(d for d in compare(built, new) if d)
    changes = [change for changes in found.changed.values() for change in changes]
    assert {(change.pointer, change.new) for change in changes} == {(("title_original",), ABSENT)}
    assert "new" not in json.dumps(json.loads("\n".join(diff.as_json([found])))["offices"]["changed"])


def test_the_summary_counts_fields(built: Path, release: Release, report: Path) -> None:
    for line in (5, 8):
        edit(report, line, lambda record: record["requests"][0].update(topic="health"))
    edit(report, 5, lambda record: record.update(translation="Another one."))
    found = compare(built, release("new"))
    assert summary(found) == "statements: 2 changed (/requests/*/topic 2, /translation 1)"
    lines = list(diff.text(found))
    assert lines[:2] == [summary(found), f"  changed {ID}"]
    assert lines[-3:] == ["    /requests/0/topic", "      old: 'public-lands'", "      new: 'health'"]


def test_what_is_no_release_cannot_be_compared(built: Path, tmp_path: Path) -> None:
    with pytest.raises(DiffError, match="holds no release"):
        compare(built, tmp_path)
    (tmp_path / "statements").mkdir()
    (tmp_path / "statements" / "train-00000-of-00001.parquet").write_bytes(b"PAR1")
    with pytest.raises(DiffError, match="cannot be read"):
        compare(built, tmp_path)
    pl.DataFrame({"text": ["x"]}).write_parquet(tmp_path / "statements" / "train-00000-of-00001.parquet")
    with pytest.raises(DiffError, match="cannot be read"):
        compare(built, tmp_path)


def test_exit_codes_are_those_of_diff(
    built: Path, release: Release, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(report, 5, lambda record: record.update(translation="Another one."))
    new = release("new")
    assert main(["diff", str(built), str(built)]) == 0
    assert capsys.readouterr().out == "no record differs\n"
    assert main(["diff", str(built), str(new)]) == 1
    assert capsys.readouterr().out.startswith("statements: 1 changed (/translation 1)\n")
    assert main(["diff", str(built), str(new), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["statements"]["changed"][ID][0]["new"] == "Another one."
    assert found["reports"] == {"added": [], "removed": [], "changed": {}}


@pytest.mark.parametrize("name", ["nowhere", "build/nothing", "owner/chithi@", "a/b/c@v1"])
def test_what_is_not_there_is_exit_2(name: str, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", name, str(built)]) == 2
    says = f"{name} is no folder: name one, or a revision on the Hub as OWNER/NAME@REVISION"
    assert capsys.readouterr().err == f"chithi: {says}\n"
