"""Rules for corpus.json, and for the kinds of actors."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from chithi.records.records import Actor, Registries
from chithi.validation.engine import validate
from chithi.validation.rules import RULES

from ..councils import Change, rewrite
from .test_fixtures import GOOD


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the good corpus."""
    return Path(shutil.copytree(GOOD, tmp_path / "corpus"))


def told(corpus: Path) -> list[tuple[str, str, str]]:
    return [(p.code, p.pointer, p.message) for p in validate(corpus).problems]


@pytest.mark.parametrize(
    ("kind", "level", "name", "pointers"),
    [
        ("person", None, "Ada Example", []),
        ("person", None, "Ofelia Anderson", []),  # "of" and "and" are parts of words here
        ("person", None, "bell hooks", ["kind"]),
        ("person", None, "Secretaries of provinces", ["kind"]),
        ("person", None, "Ada and Bruno", ["kind"]),
        ("person", "central", "Ada Example", ["level"]),
        ("person", "central", "members of the board", ["level", "kind"]),
        ("group", "several", "provincial secretaries", []),
        ("group", None, "provincial secretaries", ["level"]),
        ("body", "provincial", "Committee of Fabula", []),
        ("body", None, "Committee of Fabula", ["level"]),
        ("office", None, "Press office", ["level"]),  # a kind of a corpus's own
    ],
)
def test_kinds_of_actors(kind: str, level: str | None, name: str, pointers: list[str]) -> None:
    actor = Actor("x", kind, level, None, name, None)
    assert [f.pointer for f in RULES["C519"].check(actor, Registries())] == [(key,) for key in pointers]


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"", 1, "not JSON"),
        (b"\xff{}", 1, "not in UTF-8"),
        (b'{"name":"\xe9"}', 1, "not in UTF-8"),
        (b"{\n  'name': 1}", 2, "not JSON"),
        (b'{"name": "x",\n "name": "y"}', 1, "gives a key twice"),
        (b'{"edges": {"speaker": {},\n "speaker": {}}}', 1, "gives a key twice"),
        (b"[" * 100_000, 1, "nested too deeply"),
        ("\ufeff{}".encode(), 1, "not JSON"),
    ],
)
def test_what_is_no_json(corpus: Path, data: bytes, line: int, says: str) -> None:
    (corpus / "corpus.json").write_bytes(data)
    (found,) = validate(corpus).problems
    assert (found.code, found.line, says in found.message) == ("C551", line, True)


def field(**changes: Any) -> Change:
    return lambda metadata: metadata.update(changes)


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (lambda metadata: metadata.pop("title"), "S301", "/title"),
        (field(subtitle="x"), "S302", "/subtitle"),
        (field(authors=[]), "S307", "/authors"),
        (field(authors=["A", "A"]), "S308", "/authors"),
        (field(version="1.2"), "S305", "/version"),
        (field(name="two words"), "S305", "/name"),
        (field(original_language="VI"), "S305", "/original_language"),
        (field(edges={"layer": {}}), "S302", "/edges/layer"),
        (field(edges={"request": {"pl": ["-x-"]}}), "S305", "/edges/request/pl/0"),
        (field(topic_codes={"health": "3"}), "S303", "/topic_codes/health"),
    ],
)
def test_what_does_not_fit_its_schema(corpus: Path, change: Change, code: str, pointer: str) -> None:
    rewrite(corpus / "corpus.json", change)
    assert [found[:2] for found in told(corpus)] == [(code, pointer)]


def test_a_topic_nearly_right_is_told_the_right_one(corpus: Path) -> None:
    rewrite(corpus / "corpus.json", lambda metadata: metadata["topic_codes"].update(helth=3))
    rewrite(corpus / "corpus.json", lambda metadata: metadata["topic_codes"].pop("health"))
    assert told(corpus) == [
        ("C552", "/topic_codes", "the topic 'health' has no code"),
        ("C552", "/topic_codes/helth", "the schema has no topic 'helth': did you mean 'health'?"),
    ]


@pytest.mark.parametrize(
    ("language", "known"), [("pl", True), ("de", True), ("pl-PL", False), ("jp", False), ("en", False)]
)
def test_languages_of_edges(corpus: Path, language: str, known: bool) -> None:
    rewrite(corpus / "corpus.json", field(edges={"role": {language: ["x"]}}))
    expected = [("C554", f"/edges/role/{language}", f"no report is in the language '{language}'")]
    assert told(corpus) == ([] if known else expected)


def test_languages_of_edges_are_not_told_where_reports_cannot_be_read(corpus: Path) -> None:
    rewrite(corpus / "corpus.json", field(edges={"role": {"jp": ["x"]}}))
    with (corpus / "reports.jsonl").open("a") as stream:
        stream.write("{}\n")
    assert "C554" not in {code for code, *_ in told(corpus)}


def test_passes_and_their_provenance(corpus: Path) -> None:
    making = {"made_by": "person", "model": None, "version": None, "date": None}
    for name in ("b", "a"):
        shutil.copytree(corpus / "statements", corpus / "annotators" / name)
    rewrite(corpus / "corpus.json", lambda metadata: metadata["provenance"].update(passes={"b": making, "c": making}))
    where = "/provenance/passes"
    assert told(corpus) == [
        ("C555", where, "the pass 'a' is not described"),
        ("C555", where, "the pass 'c' does not exist"),
    ]
    rewrite(corpus / "corpus.json", lambda m: m["provenance"].update(passes=dict.fromkeys("ab", making)))
    assert told(corpus) == []


def test_own_schemas_hold_while_corpus_json_is_missing(corpus: Path) -> None:
    (corpus / "corpus.json").unlink()
    (corpus / "schema").mkdir()
    (corpus / "schema" / "office.schema.json").write_text(json.dumps({"type": "object"}))
    assert [code for code, *_ in told(corpus)] == ["C553"]


def test_a_very_large_file_is_one_problem_and_of_many_findings_20_are_shown(corpus: Path) -> None:
    path = corpus / "corpus.json"
    known = json.loads(path.read_text(encoding="utf-8"))

    def problems(**fields: object) -> list[tuple[str, str]]:
        path.write_text(json.dumps(known | fields), encoding="utf-8")
        return [(p.code, p.message) for p in validate(corpus, [path]).problems]

    assert problems(description="x" * 300_000) == [("C551", "the file is larger than 262,144 bytes")]
    found = problems(authors=[{}] * 15_000)
    assert len(found) == 21
    assert found[-1] == ("V001", "and at least 9,980 more in this file")
