"""`chithi export --to inception`: documents as dkpro-cassis reads them, layers, and the knowledge base."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main
from chithi.records.layout import shipped

from . import beyond

cassis = pytest.importorskip("cassis")
OWN = "webanno.custom.Chithi"


def export(out: Path, corpus: Path, *options: str) -> Path:
    assert main(["export", "--to", "inception", "--corpus", str(corpus), "--out", str(out), *options]) == 0
    return out


def documents(out: Path) -> dict[str, Any]:
    return {path.stem: cassis.load_cas_from_json(path.read_text("utf-8")) for path in (out / "documents").iterdir()}


def name_of(iri: str) -> str:
    return iri.rpartition(":")[2]


def statements_of(cas: Any, report: str) -> list[dict[str, Any]]:
    """The statements of a document as records, from its annotations alone."""

    def within(kind: str, whole: Any) -> list[Any]:
        return [found for found in cas.select(OWN + kind) if whole.begin <= found.begin and found.end <= whole.end]

    def span(found: Any, whole: Any, **more: Any) -> dict[str, Any]:
        place = {"start": found.begin - whole.begin, "end": found.end - whole.begin}
        return place | {"text": found.get_covered_text()} | more

    def names(found: Any) -> list[str]:
        return [name_of(iri) for iri in found.elements]

    def request(found: Any, whole: Any) -> dict[str, Any]:
        targets = [link.target for link in (found.addressee.elements if found.addressee else [])]
        asked = [span(target, whole, actors=names(target.actors)) for target in targets]
        told = {"act": found.act, "topic": found.topic, "english": found.english}
        return span(found, whole, addressee=asked[0] if asked else None, **told)

    records = []
    for whole in cas.select(f"{OWN}Statement"):
        speakers = [span(x, whole, id=name_of(x.actor)) for x in within("Speaker", whole)]
        roles = [span(x, whole, offices=names(x.offices)) for x in within("Role", whole)]
        records.append(
            {
                "id": whole.statement,
                "report": report,
                "paragraph": int(whole.paragraph) if whole.paragraph else None,
                "text": whole.get_covered_text(),
                "translation": whole.translation,
                "speaker": speakers[0] if speakers else None,
                "role": roles[0] if roles else None,
                "directives": [span(x, whole, id=name_of(x.directive)) for x in within("Directive", whole)],
                "requests": [request(x, whole) for x in within("Request", whole)],
            }
        )
    return records


def sorted_keys(records: list[dict[str, Any]]) -> dict[str, str]:
    return {record["id"]: json.dumps(record, sort_keys=True) for record in records}


@pytest.mark.parametrize("which", ["shipped", "beyond the BMP and in Arabic"])
def test_cassis_reads_the_records_back(which: str, tmp_path: Path) -> None:
    corpus = shipped("corpus") if which == "shipped" else beyond.write(tmp_path / "odd")
    read = documents(export(tmp_path / "out", corpus))
    found = [record for report, cas in read.items() for record in statements_of(cas, report)]
    expected = [
        json.loads(line) for path in (corpus / "statements").iterdir() for line in path.read_bytes().splitlines()
    ]
    assert sorted_keys(found) == sorted_keys(expected)


def test_offsets_in_the_file_are_utf_16_units(tmp_path: Path) -> None:
    out = export(tmp_path / "out", beyond.write(tmp_path / "odd"))
    for report in ("astral.pl", "astral.ar"):
        document = json.loads((out / "documents" / f"{report}.json").read_bytes())
        structures = {found["%ID"]: found for found in document["%FEATURE_STRUCTURES"]}
        text = next(found["sofaString"] for found in structures.values() if "sofaString" in found)
        units = text.encode("utf-16-le")

        def slices(kind: str, structures: Any = structures, units: bytes = units) -> list[str]:
            spans = [(found["begin"], found["end"]) for found in structures.values() if found["%TYPE"].endswith(kind)]
            return [units[2 * start : 2 * end].decode("utf-16-le") for start, end in spans]

        records = [record for record in beyond.STATEMENTS if record["report"] == report]
        assert slices("ChithiRequest") == [request["text"] for record in records for request in record["requests"]]
        assert slices("ChithiStatement") == [record["text"] for record in records]
        assert slices("DocumentAnnotation") == [text]


def test_tokens_and_sentences_are_there(tmp_path: Path) -> None:
    read = documents(export(tmp_path / "out", shipped("corpus"), "--language", "th"))
    rows = {row["id"]: row for split in chithi.load("tokens").values() for row in split}
    for cas in read.values():
        tokens = [
            token.get_covered_text()
            for token in cas.select("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token")
        ]
        sentences = list(cas.select("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"))
        said = list(cas.select(f"{OWN}Statement"))
        assert [(x.begin, x.end) for x in sentences] == [(x.begin, x.end) for x in said]
        assert tokens == [token for statement in said for token in rows[statement.statement]["tokens"]]
        assert cas.document_language == "th"


def test_layers_describe_the_types_of_the_documents(tmp_path: Path) -> None:
    out = export(tmp_path / "out", shipped("corpus"), "--language", "pl")
    layers = {layer["name"]: layer for layer in json.loads((out / "layers.json").read_bytes())}
    ranges: dict[str, dict[str, str]] = {}
    for path in (out / "documents").iterdir():
        for name, kind in json.loads(path.read_bytes())["%TYPES"].items():
            if name in layers:
                ranges[name] = {key: value["%RANGE"] for key, value in kind.items() if not key.startswith("%")}
    for name, layer in layers.items():
        for feature in layer["features"]:
            several = feature["multi_value_mode"] == "ARRAY"
            link = feature.get("link_type_name")
            assert (
                ranges[name][feature["name"]] == f"{link}[]"
                if link
                else "uima.cas.String[]"
                if several
                else "uima.cas.String"
            )
        assert ranges[name].keys() == {feature["name"] for feature in layer["features"]}
    request = {feature["name"]: feature for feature in layers[f"{OWN}Request"]["features"]}
    assert [tag["tag_name"] for tag in request["act"]["tag_set"]["tags"]] == ["instruct", "request", "suggest"]
    assert request["addressee"]["type"] == f"{OWN}Addressee"


def test_the_knowledge_base_has_every_entry(tmp_path: Path) -> None:
    rdflib = pytest.importorskip("rdflib")
    out = export(tmp_path / "out", shipped("corpus"), "--language", "pl")
    graph = rdflib.Graph().parse(out / "knowledge-base.ttl")
    corpus = chithi.Corpus.read()
    for registry, field in (("actors", "name_en"), ("offices", "title_en"), ("directives", "title_en")):
        kind = rdflib.URIRef(f"urn:chithi:{registry}")
        assert (kind, rdflib.RDF.type, rdflib.RDFS.Class) in graph
        entries = {
            str(entry): str(graph.value(entry, rdflib.RDFS.label)) for entry in graph.subjects(rdflib.RDF.type, kind)
        }
        rows = corpus.table(registry).select("id", field).iter_rows()
        assert entries == {f"urn:chithi:{registry}:{name}": label for name, label in rows}
    for path in (out / "documents").iterdir():
        for found in json.loads(path.read_bytes())["%FEATURE_STRUCTURES"]:
            for iri in (found.get("actor"), found.get("directive"), *found.get("%ELEMENTS", [])):
                assert not isinstance(iri, str) or (rdflib.URIRef(iri), None, None) in graph


def test_names_in_the_knowledge_base_are_to_the_letter(tmp_path: Path) -> None:
    rdflib = pytest.importorskip("rdflib")
    odd = beyond.write(tmp_path / "odd")
    path = odd / "actors.jsonl"
    path.write_text(path.read_text("utf-8").replace('"Ada"', r'"A\"d\\a\ud83d\ude00"'), "utf-8")
    graph = rdflib.Graph().parse(export(tmp_path / "out", odd) / "knowledge-base.ttl")
    assert str(graph.value(rdflib.URIRef("urn:chithi:actors:ada"), rdflib.RDFS.label)) == 'A"d\\a\U0001f600'


def test_without_cassis_the_line_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "cassis", None)
    assert main(["export", "--to", "inception", "--out", str(tmp_path / "x")]) == 1
    assert capsys.readouterr().err.endswith("pip install 'chithi[inception]'\n")
    assert list(tmp_path.iterdir()) == []
