"""`chithi export --to brat`: documents and annotations, as another reader of brat's files finds them."""

import re
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main
from chithi.records.layout import shipped

from . import beyond
from .conftest import edit

CONFIGURATIONS = ("annotation.conf", "visual.conf", "tools.conf")


def export(out: Path, corpus: Path) -> Path:
    assert main(["export", "--to", "brat", "--corpus", str(corpus), "--out", str(out)]) == 0
    return out


def place(span: Any) -> tuple[int, int, str]:
    return span.start, span.end, span.text


def addressees(said: Any) -> list[Any]:
    found: list[Any] = []
    for request in said.requests:
        if request.addressee and request.addressee not in found:
            found.append(request.addressee)
    return found


@pytest.mark.parametrize("which", ["shipped", "beyond the BMP and in Arabic"])
def test_a_reader_of_brat_finds_the_records(which: str, tmp_path: Path) -> None:
    parser = pytest.importorskip("pybrat.parser")
    corpus = shipped("corpus") if which == "shipped" else beyond.write(tmp_path / "odd")
    out = export(tmp_path / "brat", corpus)
    read: dict[str, Any] = {}
    for folder in out.iterdir():
        if folder.is_dir() and folder.name != "normalization":
            read |= {example.id: example for example in parser.BratParser().parse(folder)}
    records = {record.id: record for record in chithi.Corpus.read(corpus).records(chithi.Statement)}
    assert read.keys() == records.keys()
    for name, said in records.items():
        example = read[name]
        assert example.text == said.text
        expected = {
            "Speaker": [(*place(said.speaker), [("actors", said.speaker.id)])] if said.speaker else [],
            "Role": [(*place(said.role), [("offices", x) for x in said.role.offices])] if said.role else [],
            "Directive": [(*place(span), [("directives", span.id)]) for span in said.directives],
            "Addressee": [(*place(span), [("actors", x) for x in span.actors]) for span in addressees(said)],
            "Request": [(*place(span), []) for span in said.requests],
        }
        found: dict[str, list[Any]] = {kind: [] for kind in expected}
        for entity in example.entities:
            ids = [(reference.rid, reference.eid) for reference in entity.references]
            assert example.text[entity.start : entity.end] == entity.mention
            found[entity.type].append((entity.start, entity.end, entity.mention, ids))
        assert found == expected
        events = sorted(example.events, key=lambda event: int(event.id[1:]))
        assert [(e.type, e.trigger.mention, [a.mention for a in e.arguments]) for e in events] == [
            ("Request", request.text, [request.addressee.text] if request.addressee else [])
            for request in said.requests
        ]


def test_acts_topics_and_english_words_belong_to_the_event(tmp_path: Path) -> None:
    out = export(tmp_path / "brat", beyond.write(tmp_path / "odd"))
    lines = (out / "astral.pl" / "astral.pl.01.ann").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line[0] in "EA#"] == [
        "E1\tRequest:T5 Addressee:T4",
        "A1\tAct E1 request",
        "A2\tTopic E1 health",
        "#1\tAnnotatorNotes E1\tplan 45",
        "E2\tRequest:T6",
        "A3\tAct E2 request",
        "A4\tTopic E2 health",
        "#2\tAnnotatorNotes E2\tsilence",
    ]
    assert "T4\tAddressee 26 34\t\U00010348komitet" in lines


def test_the_configuration_knows_all_that_documents_hold(tmp_path: Path) -> None:
    out = export(tmp_path / "brat", shipped("corpus"))
    annotation, visual, tools = ((out / name).read_text(encoding="utf-8") for name in CONFIGURATIONS)
    sections = re.findall(r"^\[(\w+)\]$", annotation + visual + tools, re.MULTILINE)
    assert sections == [
        *("entities", "relations", "events", "attributes", "labels", "drawing"),
        *("options", "search", "annotators", "disambiguators", "normalization"),
    ]
    values = {
        kind: set(re.findall(rf"^{kind}\t.*Value:(\S+)", annotation, re.MULTILINE)[0].split("|"))
        for kind in ("Act", "Topic")
    }
    text = "".join(path.read_text(encoding="utf-8") for path in out.rglob("*.ann"))
    for kind, allowed in values.items():
        assert set(re.findall(rf"^A\d+\t{kind} E\d+ (\S+)$", text, re.MULTILINE)) <= allowed
    for kind in set(re.findall(r"^T\d+\t(\w+)", text, re.MULTILINE)):
        assert re.search(rf"^{kind}\b", annotation, re.MULTILINE)
        assert re.search(rf"^{kind}\tbgColor:", visual, re.MULTILINE)
    for registry in ("actors", "offices", "directives"):
        known = set(re.findall(r"^\S+", (out / "normalization" / f"{registry}.tsv").read_text("utf-8"), re.MULTILINE))
        assert set(re.findall(rf"^N\d+\tReference T\d+ {registry}:(\S+)\t", text, re.MULTILINE)) <= known


def test_what_a_line_cannot_hold_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = beyond.write(tmp_path / "odd")
    edit(odd / "statements" / "astral.ar.jsonl", 2, lambda record: record.update(text="a\nb"))
    assert main(["export", "--to", "brat", "--corpus", str(odd), "--out", str(tmp_path / "brat")]) == 1
    assert "brat cannot carry '<U+000A>', which stands in the text of 'astral.ar.02'" in capsys.readouterr().err
    assert not (tmp_path / "brat").exists()


def test_an_id_that_leads_elsewhere_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = beyond.write(tmp_path / "odd")
    edit(odd / "statements" / "astral.ar.jsonl", 2, lambda record: record.update(id="../../x"))
    assert main(["export", "--to", "brat", "--corpus", str(odd), "--out", str(tmp_path / "brat")]) == 1
    assert "'../../x' is not the name of a file" in capsys.readouterr().err
