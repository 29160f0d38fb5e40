"""What every request must have: English words where there is a translation, and actors where somebody is asked."""

import shutil
from pathlib import Path

import orjson
import pytest

from chithi.validation.engine import validate
from chithi.validation.findings import Problem

from .test_fixtures import GOOD, Record

GERMAN = "statements/utopia-congress-2025.de.jsonl"


def changed(corpus: Path, change: Record, *, translation: bool = True) -> list[Problem]:
    """The problems of the good corpus with another first request in the second statement of a report."""
    shutil.copytree(GOOD, corpus)
    records = [orjson.loads(line) for line in (corpus / GERMAN).read_bytes().splitlines()]
    records[1]["requests"][0] |= change
    if not translation:
        records[1]["translation"] = None
    (corpus / GERMAN).write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
    return validate(corpus).problems


def test_a_translated_request_has_english_words(tmp_path: Path) -> None:
    (problem,) = changed(tmp_path / "corpus", {"english": None})
    assert (problem.code, problem.line, problem.pointer) == ("T415", 2, "/requests/0/english")
    assert "no English words" in problem.message


def test_where_the_translation_is_missing_that_is_the_only_problem(tmp_path: Path) -> None:
    assert [p.code for p in changed(tmp_path / "corpus", {"english": None}, translation=False)] == ["T413"]


@pytest.mark.parametrize("actors", [[], ["utopia-standing-committee"] * 2])
def test_whoever_is_asked_is_an_actor(actors: list[str], tmp_path: Path) -> None:
    whom = orjson.loads((GOOD / GERMAN).read_bytes().splitlines()[1])["requests"][0]["addressee"]
    problems = changed(tmp_path / "corpus", {"addressee": whom | {"actors": actors}})
    assert [(p.code[0], p.line, p.pointer) for p in problems] == [("S", 2, "/requests/0/addressee/actors")]
