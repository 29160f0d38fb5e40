"""`chithi export --to spacy`: documents with groups of spans, as spaCy reads them."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main
from chithi.records.layout import shipped

from . import beyond
from .conftest import edit
from .rules.test_fixtures import GOOD, POLISH

spacy = pytest.importorskip("spacy")
GROUPS = ("speaker", "role", "directives", "requests", "addressees", "sc")


def documents(out: Path, *options: str) -> dict[str, Any]:
    assert main(["export", "--to", "spacy", "--out", str(out), *options]) == 0
    found = spacy.tokens.DocBin(store_user_data=True).from_disk(out)
    return {doc.user_data["id"]: doc for doc in found.get_docs(spacy.blank("xx").vocab)}


def spans_of(doc: Any, group: str) -> list[tuple[int, int, str, str, str]]:
    return [(span.start_char, span.end_char, span.text, span.label_, span.kb_id_) for span in doc.spans[group]]


def expected(said: Any) -> dict[str, list[tuple[int, int, str, str, str]]]:
    """The groups of a statement, from its record."""

    def all_of(spans: list[Any], label: Any, ids: Any) -> list[tuple[int, int, str, str, str]]:
        return [(span.start, span.end, span.text, label(span), " ".join(ids(span))) for span in spans]

    found: dict[str, list[Any]] = {
        "speaker": all_of([said.speaker] if said.speaker else [], lambda _: "speaker", lambda span: [span.id]),
        "role": all_of([said.role] if said.role else [], lambda _: "role", lambda span: span.offices),
        "directives": all_of(said.directives, lambda _: "directive", lambda span: [span.id]),
        "requests": all_of(said.requests, lambda span: span.act, lambda _: []),
        "addressees": [],
    }
    for request in said.requests:
        for span in all_of([request.addressee], lambda _: "addressee", lambda a: a.actors) if request.addressee else []:
            if span not in found["addressees"]:
                found["addressees"].append(span)
    return found


@pytest.mark.parametrize("which", ["shipped", "beyond the BMP and in Arabic"])
def test_documents_have_the_spans_of_the_records(which: str, tmp_path: Path) -> None:
    folder = shipped("corpus") if which == "shipped" else beyond.write(tmp_path / "odd")
    docs = documents(tmp_path / "x.spacy", "--corpus", str(folder))
    records = {record.id: record for record in chithi.Corpus.read(folder).records(chithi.Statement)}
    assert docs.keys() == records.keys()
    for name, said in records.items():
        doc = docs[name]
        assert doc.text == said.text
        assert {group: spans_of(doc, group) for group in GROUPS if group != "sc"} == expected(said)
        assert sorted(span.text for span in doc.spans["sc"]) == sorted(
            span[2] for spans in expected(said).values() for span in spans
        )
        attrs = doc.spans["requests"].attrs
        assert attrs["topic"] == [request.topic for request in said.requests]
        assert attrs["english"] == [request.english for request in said.requests]
        asked = [None if at is None else doc.spans["addressees"][at].text for at in attrs["addressee"]]
        assert asked == [request.addressee and request.addressee.text for request in said.requests]
        assert doc.user_data["translation"] == said.translation


def test_tokens_are_those_of_the_config(tmp_path: Path) -> None:
    docs = documents(tmp_path / "x.spacy", "--split", "test")
    rows = {row["id"]: row["tokens"] for row in chithi.load("tokens")["test"]}
    assert {name: [token.text for token in doc if not token.is_space] for name, doc in docs.items()} == rows


def test_the_same_corpus_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        documents(tmp_path / name, "--corpus", str(GOOD))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_span_that_is_not_what_stands_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    edit(corpus / POLISH, 1, lambda record: record["speaker"].update(text="somebody"))
    assert main(["export", "--to", "spacy", "--corpus", str(corpus), "--out", str(tmp_path / "x")]) == 1
    assert "is not what stands there: run chithi validate" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_span_within_a_token_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))

    def cut(record: dict[str, Any]) -> None:
        span = record["speaker"]
        span.update(end=span["end"] - 1, text=span["text"][:-1])

    edit(corpus / POLISH, 1, cut)
    assert main(["export", "--to", "spacy", "--corpus", str(corpus), "--out", str(tmp_path / "x")]) == 1
    assert "spacy cannot carry the speaker at" in capsys.readouterr().err


def test_without_spacy_the_line_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    assert main(["export", "--to", "spacy", "--out", str(tmp_path / "x")]) == 1
    assert capsys.readouterr().err.endswith("pip install 'chithi[spacy]'\n")
