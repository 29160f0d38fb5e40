"""`chithi stats`: tables that fit a terminal, and the same counts as JSON."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main
from chithi.text.language_names import language_name

from . import small
from .rules.test_fixtures import GOOD


def printed(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, list[list[str]]]:
    """The tables by heading; each row as its name and its numbers, the header first."""
    assert main(["stats", *options]) == 0
    found = {}
    for block in capsys.readouterr().out.strip("\n").split("\n\n"):
        head, *rows = block.split("\n")
        assert all(row.startswith("  ") for row in rows)
        columns = [re.split(r"\s{2,}", row.strip()) for row in rows]
        found[head] = columns
    return found


def counted(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert main(["stats", "--format", "json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("width", [60, 80, 120])
def test_tables_fit_the_terminal(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert main(["stats", "--top", "200"]) == 0
    lines = capsys.readouterr().out.split("\n")
    assert max(map(len, lines)) <= max(width, 80)
    assert any(len(line) > 60 for line in lines)
    longest = max(counted(capsys)["most asked"], key=len)
    assert (f"  {longest} " in "\n".join(lines)) == (len(longest) + 6 < width)


def test_rows_that_are_not_shown_are_summed(capsys: pytest.CaptureFixture[str]) -> None:
    whole = counted(capsys)
    tables = printed(capsys, "--top", "3")
    speakers = whole["speaker"]
    others = f"all {len(speakers) - 3} others"
    assert tables["speaker"] == [
        *([name, str(count)] for name, count in [*speakers.items()][:3]),
        [others, f"{sum([*speakers.values()][3:]):,}"],
    ]
    assert [row[0] for row in tables["total"]] == list(whole["total"])
    assert [row[0] for row in tables["year"]] == sorted(whole["year"])


def test_a_single_row_more_is_shown_itself(capsys: pytest.CaptureFixture[str]) -> None:
    acts = counted(capsys)["act"]
    assert printed(capsys, "--top", str(len(acts) - 1))["act"] == [[act, str(count)] for act, count in acts.items()]


def test_languages_have_names(capsys: pytest.CaptureFixture[str]) -> None:
    languages = counted(capsys)["language"]
    tables = printed(capsys, "--top", "99")
    assert [row[0] for row in tables["language"]] == [f"{language_name(tag)} ({tag})" for tag in languages]
    assert all(language_name(tag) != tag for tag in languages)


def test_crosses_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    found = counted(capsys)
    requests = [(said, request) for said in chithi.Corpus.read().records(chithi.Statement) for request in said.requests]
    spoken = [request for said, request in requests if said.speaker]
    assert sum(sum(row.values()) for row in found["speaker by act"].values()) == len(spoken)
    for act, count in found["act"].items():
        assert sum(row[act] for row in found["speaker by act"].values()) == sum(r.act == act for r in spoken)
        assert count >= sum(row[act] for row in found["year by act"].values())
    assert {year: sum(row.values()) for year, row in found["year by act"].items()} == found["year"]
    unnamed = sum(row["unnamed"] for row in found["who asks whom"].values())
    assert unnamed == found["addressee"]["not named"]


def test_who_asks_whom_is_worked_out_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ada, a secretary of a province, and in one statement of the same report the chair, who is central, too."""
    folder = small.write(tmp_path / "small")
    assert counted(capsys, "--corpus", str(folder))["who asks whom"] == {
        "central": {"provincial": 2, "district": 1, "person": 0, "unnamed": 1},
        "provincial": {"provincial": 0, "district": 0, "person": 0, "unnamed": 1},
        "commune": {"provincial": 0, "district": 0, "person": 1, "unnamed": 0},
        "not told": {"provincial": 0, "district": 0, "person": 0, "unnamed": 1},
    }


def test_top_applies_to_json_where_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    whole, first = counted(capsys), counted(capsys, "--top", "2")
    assert first["directive"] == dict([*whole["directive"].items()][:2])
    assert len(first["speaker by act"]) == 2
    assert first["total"] == whole["total"]


@pytest.mark.parametrize("top", ["0", "-1", "x", "١"])
def test_top_is_a_number_from_one(top: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["stats", f"--top={top}"])
    assert "is not a number from 1" in capsys.readouterr().err


def test_what_a_corpus_lacks_has_no_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("reports", "actors", "offices", "directives"):
        (tmp_path / f"{name}.jsonl").touch()
    assert [*printed(capsys, "--corpus", str(tmp_path))] == ["total", "addressee"]
    assert "who asks whom" in [head[:13] for head in printed(capsys, "--corpus", str(GOOD))]
