"""exceptions.jsonl: what it tolerates, and what it cannot."""

import json
from pathlib import Path

import pytest

from chithi.cli import main
from chithi.records.canonical import canonical
from chithi.validation.engine import validate
from chithi.validation.rules import RULES

from ..small import write
from .cases import statement
from .test_fixtures import BAD, POLISH, lay_over


def test_an_exception_tolerates_its_code_in_its_record_and_nothing_else(tmp_path: Path) -> None:
    corpus = lay_over("C542", tmp_path / "corpus")
    assert validate(corpus).tolerated == 1
    (corpus / "exceptions.jsonl").unlink()
    assert [p.code for p in validate(corpus).problems] == ["T408"]


def test_an_exception_may_name_its_rule(tmp_path: Path) -> None:
    corpus = lay_over("C542", tmp_path / "corpus")
    exceptions = corpus / "exceptions.jsonl"
    named = exceptions.read_bytes().replace(b'"T408"', b'"loose-space"')
    exceptions.write_bytes(named.replace(b'"C524"', b'"language-in-one-split"'))
    assert validate(corpus).tolerated == 1
    assert [p.code for p in validate(corpus).problems] == ["C542"] * len(
        (BAD / "C542" / "expected.txt").read_text().splitlines()
    )


def test_whether_an_exception_is_needed_shows_in_a_whole_corpus_only(tmp_path: Path) -> None:
    corpus, other = lay_over("C542", tmp_path / "corpus"), lay_over("C541", tmp_path / "other")
    assert validate(corpus, [corpus / POLISH]).problems == []
    assert [p.code for p in validate(other, [other / POLISH]).problems] == ["C541"] * 7


def test_whether_an_exception_to_an_article_is_needed_shows_beside_the_article_only(tmp_path: Path) -> None:
    corpus = lay_over("C533", tmp_path / "corpus")
    line = b'{"code":"C533","record":"utopia-congress-2025.pl.%s","reason":"Put right."}\n'
    (corpus / "exceptions.jsonl").write_bytes(line % b"04" + line % b"01")
    assert validate(corpus).problems == []
    assert [(p.code, p.line) for p in validate(corpus, sources=corpus / "sources").problems] == [
        ("C542", 2),
        ("C533", 4),
    ]


def many_edges(times: int, **parts: object) -> bytes:
    """A statement of an article with many requests, each of which begins with the word "och"."""
    surface = "och plan"
    text = ", ".join([surface] * times) + "."
    asked = {"act": "request", "topic": "health", "addressee": None, "english": None}
    starts = range(0, len(text) - 1, len(surface) + 2)
    requests = [{"start": n, "end": n + len(surface), "text": surface} | asked for n in starts]
    return canonical(statement(text, "day.pl", requests=requests) | {"id": "day.pl.05"} | parts, "statements")


def test_tolerated_findings_are_not_counted_among_the_others_of_their_line(tmp_path: Path) -> None:
    corpus = write(tmp_path / "corpus")
    metadata = json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))
    metadata["edges"] = {"request": {"pl": ["och"]}}
    (corpus / "corpus.json").write_text(json.dumps(metadata), encoding="utf-8")
    path = corpus / "statements" / "day.pl.jsonl"
    path.write_bytes(many_edges(30, paragraph=4))

    def told() -> list[tuple[str, str]]:
        return [(p.code, p.message) for p in validate(corpus, [path]).problems if p.code[0] in "TV"]

    before = told()
    assert [code for code, _ in before if code != "T413"] == ["T416"] * 21
    assert "and 10 more in this line" in dict(before).values()
    line = b'{"code":"T416","record":"day.pl.05","reason":"A list of plans."}\n'
    (corpus / "exceptions.jsonl").write_bytes(line)
    assert told() == [each for each in before if each[0] != "T416"]


INTOLERABLE = [code for code, rule in RULES.items() if not rule.tolerable and rule.of != "suppression"]


@pytest.mark.parametrize("code", INTOLERABLE)
def test_what_publishing_cannot_bear_is_not_tolerated(code: str, tmp_path: Path) -> None:
    corpus = lay_over(code, tmp_path / "corpus")
    sources = corpus / "sources" if (corpus / "sources").exists() else None
    before = validate(corpus, sources=sources).problems
    lines = [{"code": p.code, "record": p.record or "x", "reason": "None."} for p in before if p.code == code]
    (corpus / "exceptions.jsonl").write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    after = validate(corpus, sources=sources)
    assert after.tolerated == 0
    assert [p for p in after.problems if p.code != "C543"] == before
    assert [p.line for p in after.problems if p.code == "C543"] == list(range(1, len(lines) + 1))
    assert main(["publish", "--corpus", str(corpus), "--out", str(tmp_path / "out")]) in (1, 2)
    assert not (tmp_path / "out").exists()
