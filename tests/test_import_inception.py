"""`chithi import --from inception`: documents, projects and XMI as INCEpTION exports them, and what is wrong in them.

`fixtures/imports/inception` has one document as INCEpTION writes UIMA CAS JSON (with what it keeps there, a layer of
its own with an annotation, and a feature that somebody has added), with its feature structures as an object, and in XMI
with its type system.
"""

import json
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from . import beyond
from .imports import FIXTURES, ONE, back, blank, codes, edit_json, export, imported, lone

FOLDER = FIXTURES / "inception"
RECORD = beyond.records()[f"{ONE}.01"]
OWN = "webanno.custom.Chithi"
Change = Callable[[Any], Any]
JSON_FILE = FOLDER / f"{ONE}.json"


@pytest.mark.parametrize("annotated", ["anew", "again"])
@pytest.mark.parametrize("name", [f"{ONE}.json", "as-object.json", "xmi", f"xmi/{ONE}.xmi"])
def test_documents_as_inception_writes_them(
    name: str, annotated: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cassis")
    corpus = (blank if annotated == "anew" else beyond.write)(tmp_path / "corpus")
    assert back("inception", FOLDER / name, tmp_path / "records", corpus) == 0
    assert list(imported(tmp_path / "records").values()) == [RECORD]
    told = capsys.readouterr().err
    assert ("NamedEntity', 1 time" in told) == (name == f"{ONE}.json")
    assert ("ChithiRequest:confidence', 1 time" in told) == name.endswith(".json")


def project(path: Path, *names: str, content: bytes = JSON_FILE.read_bytes()) -> Path:
    """The export of a project, with these files in it beside what every project has."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("exportedproject17.json", '{"name": "ChiThi"}')
        archive.writestr(f"source/{ONE}.json", b"as it was imported")
        archive.writestr(f"annotation_ser/{ONE}.json/anna.ser", b"\xac\xed\x00\x05")
        archive.writestr("log/project.log", "")
        archive.writestr(f"annotation/{ONE}.json/INITIAL_CAS.json", b"{}")
        for name in names:
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_project_with_one_annotator(slash: str, tmp_path: Path) -> None:
    """Versions of WebAnno before 2.0.8 wrote names with a slash at the start."""
    corpus = blank(tmp_path / "corpus")
    path = project(tmp_path / "project.zip", f"{slash}annotation/{ONE}.json/anna.json")
    assert back("inception", path, tmp_path / "records", corpus) == 0
    assert list(imported(tmp_path / "records").values()) == [RECORD]


def test_what_was_curated_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = blank(tmp_path / "corpus")
    names = [f"annotation/{ONE}.json/{user}.json" for user in ("anna", "ben")]
    assert back("inception", project(tmp_path / "two.zip", *names), tmp_path / "records", corpus) == 1
    assert "I607 2 annotators have annotated this document" in capsys.readouterr().out
    path = project(tmp_path / "curated.zip", *names, f"curation/{ONE}.json/CURATION_USER.json")
    assert back("inception", path, tmp_path / "records", corpus) == 0
    assert "only what was curated was read" in capsys.readouterr().err
    assert list(imported(tmp_path / "records").values()) == [RECORD]


def test_a_project_that_nobody_has_annotated_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert back("inception", project(tmp_path / "x.zip"), tmp_path / "records", beyond.write(tmp_path / "corpus")) == 1
    assert codes(capsys.readouterr().out) == ["I610"]


def test_a_project_in_xmi(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cassis")
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        archive.write(FOLDER / "xmi" / f"{ONE}.xmi", "anna.xmi")
        archive.write(FOLDER / "xmi" / "TypeSystem.xml", "TypeSystem.xml")
    corpus, data = beyond.write(tmp_path / "corpus"), (tmp_path / "inner.zip").read_bytes()
    path = project(tmp_path / "project.zip", f"annotation/{ONE}.json/anna.zip", content=data)
    assert back("inception", path, tmp_path / "records", corpus) == 0
    assert list(imported(tmp_path / "records").values()) == [RECORD]
    for name, broken in (("cut", data[:-40]), ("no", b"zip")):
        path = project(tmp_path / f"{name}.zip", f"annotation/{ONE}.json/anna.zip", content=broken)
        assert back("inception", path, tmp_path / "none", corpus) == 1
        assert codes(capsys.readouterr().out) == ["I601"]


def test_xmi_needs_its_type_system(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cassis")
    corpus = beyond.write(tmp_path / "corpus")
    path = tmp_path / "x.xmi"
    path.write_bytes((FOLDER / "xmi" / f"{ONE}.xmi").read_bytes())
    assert back("inception", path, tmp_path / "records", corpus) == 1
    assert codes(capsys.readouterr().out) == ["I602"]
    (tmp_path / "TypeSystem.xml").write_bytes((FOLDER / "xmi" / "TypeSystem.xml").read_bytes()[:900])
    assert back("inception", path, tmp_path / "records", corpus) == 1
    assert "I601 dkpro-cassis cannot read this document" in capsys.readouterr().out
    (tmp_path / "TypeSystem.xml").write_bytes((FOLDER / "xmi" / "TypeSystem.xml").read_bytes())
    path.write_text(path.read_text("utf-8").replace("<custom:ChithiSpeaker", "<custom:ChithiPerson"), "utf-8")
    assert back("inception", path, tmp_path / "records", corpus) == 1
    assert "I601 dkpro-cassis cannot read this document" in capsys.readouterr().out


def test_only_xmi_needs_cassis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "cassis", None)
    corpus = beyond.write(tmp_path / "corpus")
    assert back("inception", FOLDER / "xmi", tmp_path / "records", corpus) == 1
    assert capsys.readouterr().err.endswith("pip install 'chithi[inception]'\n")
    assert back("inception", JSON_FILE, tmp_path / "records", corpus) == 0


@pytest.mark.parametrize("name", ["anna.tsv", "anna.conllu", "anna.txt"])
def test_other_formats_of_inception_are_told(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project(tmp_path / "project.zip", f"annotation/{ONE}.json/{name}")
    assert back("inception", path, tmp_path / "records", beyond.write(tmp_path / "corpus")) == 1
    printed = capsys.readouterr().out
    assert codes(printed) == ["I601"]
    assert f"{path}/annotation/{ONE}.json/{name}: I601 this is no document that can be read" in printed


def structures(document: Any, kind: str) -> list[dict[str, Any]]:
    return [found for found in document["%FEATURE_STRUCTURES"] if found["%TYPE"].endswith(kind)]


def feature(kind: str, n: int = 0, **new: Any) -> Change:
    """A change of a feature structure. In names `at_` stands for @ and `p_` for %; the value None removes."""

    def change(document: Any) -> None:
        found = structures(document, kind)[n]
        for key, value in new.items():
            name = key.replace("at_", "@").replace("p_", "%")
            if value is None:
                found.pop(name, None)
            else:
                found[name] = value

    return change


def add(kind: str, begin: int, end: int, **features: Any) -> Change:
    def change(document: Any) -> None:
        found = {"%ID": 900 + begin, "%TYPE": OWN + kind, "@sofa": 1, "begin": begin, "end": end} | features
        document["%FEATURE_STRUCTURES"].append(found)
        document["%VIEWS"]["_InitialView"]["%MEMBERS"].append(900 + begin)

    return change


def unlist(kind: str) -> Change:
    """A change that takes an annotation out of its view, as deleting one does to which another still leads."""

    def change(document: Any) -> None:
        document["%VIEWS"]["_InitialView"]["%MEMBERS"].remove(structures(document, kind)[0]["%ID"])

    return change


def of_view(**new: Any) -> Change:
    return lambda document: document["%VIEWS"]["_InitialView"].update({f"%{key}": value for key, value in new.items()})


ADA, EVA = "urn:chithi:actors:ada", "urn:chithi:actors:eva"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A corpus and its export, to be copied before it is changed."""
    folder = tmp_path_factory.mktemp("made")
    corpus = beyond.write(folder / "corpus")
    return corpus, lone("inception", folder / "out", corpus)


WRONG: list[tuple[str, Change, list[str]]] = [
    ("no object", lambda document: [], ["I601"]),
    ("no structures", lambda document: document.pop("%FEATURE_STRUCTURES") and None, ["I601"]),
    ("a structure that is none", lambda document: document["%FEATURE_STRUCTURES"].append(7), ["I601"]),
    ("a structure without type", feature("Role", p_TYPE=None), ["I601"]),
    ("an id twice", feature("Role", p_ID=3), ["I601"]),
    ("no list of views", lambda document: document.update({"%VIEWS": []}), ["I601"]),
    ("a view that is none", lambda document: document["%VIEWS"].update(x=7), ["I601"]),
    ("members that are none", of_view(MEMBERS=["x"]), ["I601"]),
    ("members that are not there", of_view(MEMBERS=[7000]), ["I601"]),
    ("no text", of_view(SOFA=7000), ["I601"]),
    ("a text that is none", feature("Sofa", sofaString=7), ["I601"]),
    ("no members", of_view(MEMBERS=[]), ["I611"] * 7 + ["I601"]),
    ("another text", feature("Sofa", sofaString=RECORD["text"].replace("Ada", "Eva")), ["I605"]),
    ("a shorter statement", feature("Statement", end=81), ["I605"]),
    ("half a character of a statement", feature("Statement", end=82), ["I608"]),
    ("no id of the statement", feature("Statement", statement=None), ["I603"]),
    ("another id of the statement", feature("Statement", statement="astral.pl.7"), ["I606"]),
    ("no number", feature("Statement", paragraph="three"), ["I603"]),
    ("a feature of another type", feature("Statement", translation=7), ["I603"]),
    ("no end", feature("Speaker", end=None), ["I608"]),
    ("beyond the end", feature("Speaker", end=999), ["I608"]),
    ("within a character", feature("Speaker", begin=1), ["I608"]),
    ("turned", feature("Speaker", begin=6, end=3), ["I608"]),
    ("no actor", feature("Speaker", actor=None), ["I610"]),
    ("unknown actor", feature("Speaker", actor=EVA), ["C502"]),
    ("another knowledge base", feature("Speaker", actor="http://www.wikidata.org/entity/Q1"), ["I604"]),
    ("an office for an actor", feature("Speaker", actor="urn:chithi:offices:chair"), ["I604"]),
    ("an actor of another type", feature("Speaker", actor={"x": 1}), ["I603"]),
    ("offices of another type", feature("StringArray", p_ELEMENTS=[7]), ["I603"]),
    ("no offices", feature("StringArray", p_ELEMENTS=[]), ["I610"]),
    ("an array that is not there", feature("Role", at_offices=7000), ["I603"]),
    ("unknown document", feature("Directive", directive="urn:chithi:directives:plan-99"), ["C504"]),
    ("no act", feature("Request", act=None), ["I610"]),
    ("unknown act", feature("Request", act="order"), ["S304"]),
    ("no links", feature("Request", at_addressee=None), ["I609"]),
    ("links that are not there", feature("Request", at_addressee=7000), ["I609"]),
    ("a link without end", feature("AddresseeLink", at_target=None), ["I609"]),
    ("a link to a speaker", feature("AddresseeLink", at_target=26), ["I609"]),
    ("a null among links", feature("FSArray", p_ELEMENTS=[35, None]), ["I609"]),
    ("a deleted addressee", unlist("ChithiAddressee"), ["I611", "I609"]),
    ("a second speaker", add("Speaker", 62, 69, actor=ADA), ["I611"]),
    ("an addressee of nobody", add("Addressee", 62, 69, actors=[ADA]), ["I609"]),
    ("overlap", add("Request", 45, 47, act="request", topic="health"), ["T404"]),
    ("a second statement", add("Statement", 0, 83, statement=f"{ONE}.01"), ["I607"]),
]


@pytest.mark.parametrize(("change", "expected"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_told_with_its_place(
    change: Change, expected: list[str], made: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, path = made[0], Path(shutil.copytree(made[1], tmp_path / "out")) / "documents" / f"{ONE}.json"
    edit_json(path, change)
    capsys.readouterr()
    assert back("inception", path, tmp_path / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert sorted(codes(printed)) == sorted(expected)
    assert printed.startswith(str(path))
    assert not (tmp_path / "records").exists()


def test_a_place_is_a_line_of_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"{ONE}.json"
    path.write_bytes(JSON_FILE.read_bytes().replace(b'"act" : "request"', b'"act" : "order"', 1))
    assert back("inception", path, tmp_path / "records", beyond.write(tmp_path / "corpus")) == 1
    printed = capsys.readouterr().out
    line = int(printed.split(":")[1])
    after = "".join(path.read_text("utf-8").splitlines()[line:])
    assert '"order"' in after.partition("}")[0]
    assert "[/%FEATURE_STRUCTURES/" in printed


def test_a_span_in_no_statement_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a report with two statements a span may reach from one into the other."""
    corpus = beyond.write(tmp_path / "corpus")
    path = lone("inception", tmp_path / "out", corpus).parent / "two.json"
    two = export("inception", tmp_path / "all", corpus) / "documents" / "astral.ar.json"
    path.write_bytes(two.read_bytes())
    edit_json(path, add("Speaker", 50, 150, actor=ADA))
    assert back("inception", path, tmp_path / "records", corpus) == 1
    assert "I608 the annotation lies in no statement" in capsys.readouterr().out


def test_what_an_annotator_changed_is_in_the_record(tmp_path: Path) -> None:
    path = tmp_path / f"{ONE}.json"
    document = json.loads(JSON_FILE.read_bytes())
    for change in (
        add("Addressee", 62, 69, **{"@actors": 950}),
        lambda whole: whole["%FEATURE_STRUCTURES"].extend(
            [
                {"%ID": 950, "%TYPE": "uima.cas.StringArray", "%ELEMENTS": ["urn:chithi:actors:committee"]},
                {"%ID": 951, "%TYPE": "uima.cas.FSArray", "%ELEMENTS": [952]},
                {"%ID": 952, "%TYPE": f"{OWN}AddresseeLink", "@target": 962},
            ]
        ),
        feature("Request", 1, topic="energy", at_addressee=951),
        feature("Statement", paragraph="7"),
    ):
        change(document)
    path.write_text(json.dumps(document), "utf-8")
    assert back("inception", path, tmp_path / "records", beyond.write(tmp_path / "corpus")) == 0
    requests = [dict(request) for request in RECORD["requests"]]
    requests[1] |= {
        "topic": "energy",
        "addressee": {"start": 57, "end": 64, "text": "komitet", "actors": ["committee"]},
    }
    assert imported(tmp_path / "records") == {f"{ONE}.01": RECORD | {"requests": requests, "paragraph": 7}}
