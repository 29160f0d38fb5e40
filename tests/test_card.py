"""The card and its companions say what is true of any corpus, from its corpus.json and its records alone."""

import hashlib
import json
import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import pytest
import yaml
from huggingface_hub import DatasetCard

from chithi.cli import main
from chithi.corpus import Corpus
from chithi.release.build import build
from chithi.validation.engine import validate

from .conftest import edit, records
from .rules.test_fixtures import GOOD

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of libraries that mlcroissant uses
Record = dict[str, Any]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOOD, tmp_path / "home" / "corpus"))


def change(corpus: Path, table: str, update: Callable[[Record], object]) -> None:
    """Changes all records of a table."""
    for path in (corpus / "statements").iterdir() if table == "statements" else [corpus / f"{table}.jsonl"]:
        for line in range(1, len(records(path)) + 1):
            edit(path, line, update)


def describe(corpus: Path, **fields: Any) -> None:
    """Changes fields of corpus.json."""
    path = corpus / "corpus.json"
    told = json.loads(path.read_text(encoding="utf-8")) | fields
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def publish(corpus: Path, *options: str) -> Path:
    """Publishes a corpus, and tolerates what may be tolerated in it."""
    found = [p for p in validate(corpus).problems if p.code not in ("C541", "C542", "C543")]
    lines = ({"code": p.code, "record": p.record, "reason": "A corpus for tests alone."} for p in found)
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    (corpus / "exceptions.jsonl").write_text(text, encoding="utf-8")
    out = corpus.parent.parent / "out"
    assert main(["publish", "--corpus", str(corpus), "--out", str(out), *options]) == 0
    return out


def built_from(corpus: Path) -> Path:
    """Builds the dataset of a corpus. Other than `publish`, it takes empty registries."""
    build(Corpus.read(corpus), out := corpus.parent.parent / "out", "1.2.3", load=True)
    return out


def page_of(out: Path) -> str:
    return (out / "README.md").read_text(encoding="utf-8")


def header_of(out: Path) -> dict[str, Any]:
    header: dict[str, Any] = yaml.safe_load(page_of(out).split("---\n")[1])
    return header


def croissant_of(out: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    return described


# Small corpora, each without something


def one_split(corpus: Path) -> None:
    change(corpus, "reports", lambda report: report.update(split="train"))


def no_train(corpus: Path) -> None:
    change(corpus, "reports", lambda report: report.update(split="test"))


def one_language(corpus: Path) -> None:
    for path in (corpus / "statements").glob("*.pl.jsonl"):
        path.unlink()
    reports = (corpus / "reports.jsonl").read_bytes().splitlines(keepends=True)
    (corpus / "reports.jsonl").write_bytes(b"".join(line for line in reports if b'"language":"de"' in line))
    describe(corpus, edges={})


def english_alone(corpus: Path) -> None:
    """One language, English, and no spans at all; the registries that spans lead to are empty."""
    one_language(corpus)
    one_split(corpus)
    for path in list((corpus / "statements").iterdir()):
        path.rename(path.with_name(path.name.replace(".de.", ".en.")))
    renamed = {"id", "report"}

    def english(record: Record) -> None:
        record.update({key: record[key].replace(".de", ".en") for key in renamed & record.keys()})

    def plain(record: Record) -> None:
        english(record)
        record.update(text=record["translation"], translation=None)
        record.update(speaker=None, role=None, directives=[], requests=[])

    change(corpus, "statements", plain)
    change(corpus, "reports", lambda report: (english(report), report.update(language="en")))
    for name in ("actors", "offices", "directives"):
        (corpus / f"{name}.jsonl").write_bytes(b"")


def no_requests(corpus: Path) -> None:
    change(corpus, "statements", lambda statement: statement.update(requests=[]))


def no_role(corpus: Path) -> None:
    change(corpus, "statements", lambda statement: statement.update(role=None))
    (corpus / "offices.jsonl").write_bytes(b"")


def no_addressee(corpus: Path) -> None:
    change(corpus, "statements", lambda record: [asked.update(addressee=None) for asked in record["requests"]])


def two_passes(corpus: Path) -> None:
    for name in ("ada", "bruno"):
        shutil.copytree(corpus / "statements", corpus / "annotators" / name)
    told = json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))["provenance"]
    ada = {"made_by": "person", "model": None, "version": None, "date": "2025-02"}
    bruno = {"made_by": "program", "model": "Muster", "version": "7", "date": None}
    describe(corpus, provenance=told | {"passes": {"ada": ada, "bruno": bruno}})


SMALL: dict[Callable[[Path], None], tuple[set[str], set[str]]] = {  # corpus -> what the card says, and what it does not
    one_split: ({"# train\n"}, {"in test", "test |", "test-", "Splits are"}),
    no_train: ({"# test\n"}, {"in train", "train,", "train-", "Splits are"}),
    one_language: ({"in 1 language;", "She translated them."}, {"| pl |"}),
    english_alone: (
        {"in 1 language.", "| en |"},
        {"translat", "request", "actors", "addressee named", "In English", "brackets", "](figures/requests", "act`"},
    ),
    no_requests: ({"In English"}, {"requests", "topic", "](figures/requests", "`act`"}),
    no_role: ({"Requests by act"}, {"</b><sub>role", "offices`", "](figures/requests"}),
    no_addressee: ({"level of the office that asks]("}, {"<sub>addressee", "whether the text names"}),
    two_passes: (
        {"10 statements were annotated twice", "ada by a person, 2025-02; bruno by a program (Muster 7)."},
        set(),
    ),
}


@pytest.mark.parametrize("spoil", SMALL, ids=lambda spoil: spoil.__name__)
def test_the_card_is_true_of_a_small_corpus(
    spoil: Callable[[Path], None], good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(good)
    out = built_from(good)
    card, header = page_of(out), header_of(out)
    page = card.partition("\n# ")[2]
    says, says_not = SMALL[spoil]
    assert {words for words in says if words not in page} == set()
    alone = re.sub(r"### Tokens and tags\n.*?\n\n## ", "## ", page, flags=re.DOTALL)  # what a tag is named is fixed
    alone = alone.replace("who asks whom for what, in which office", "")
    alone = re.sub(r"```json\n.*?```", "", alone, flags=re.DOTALL)  # a record has all its keys
    assert {words for words in says_not if words in alone} == set()
    assert ("Agreement" in page) == (spoil is two_passes)
    assert re.search(r"\n## [^\n]*\n+(## |$)", page) is None, "an empty section"
    for name in re.findall(r"\]\(([\w./-]+)\)", page):
        assert (out / name).is_file(), name
    assert {path.name for path in out.iterdir() if path.is_dir()} - {"figures"} == {
        config["config_name"] for config in header["configs"]
    }
    for config in header["configs"]:
        assert all(list(out.glob(files["path"])) for files in config["data_files"])
    check_snippets(page, out, tmp_path, monkeypatch)
    check_companions(out)


def check_snippets(page: str, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs the card's code where the dataset has the place that the code names."""
    shutil.copytree(out, tmp_path / "run" / "OWNER" / "fabula")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    loading, reading = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path / "run")
    exec(compile(loading, "README.md", "exec"), {})
    monkeypatch.chdir(tmp_path / "run" / "OWNER" / "fabula")
    exec(compile(reading, "README.md", "exec"), {})


def check_companions(out: Path) -> None:
    """The Hub and Croissant read their parts, and the sums are true."""
    assert DatasetCard.load(out / "README.md").data.pretty_name == "Fabula"
    for line in (out / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    complaints = croissant_complaints(out)
    assert all("datePublished" in line for line in complaints), complaints


def croissant_complaints(out: Path) -> list[str]:
    """The warnings of mlcroissant; it raises an exception for errors."""
    mlcroissant = pytest.importorskip("mlcroissant")
    logging.getLogger("absl").setLevel(logging.ERROR)
    return sorted(mlcroissant.Dataset(out / "croissant.json").metadata.ctx.issues.warnings)


def test_the_shipped_card_begins_with_what_the_text_is(built: Path) -> None:
    first = page_of(built).partition("\n# ")[2].splitlines()[:3]
    for words in (
        "restatement, no quotation",
        "A language model wrote the texts",
        "no native speaker has reviewed them",
    ):
        assert any(words in line for line in first), words


@pytest.mark.parametrize(
    ("spoil", "languages", "kinds"),
    [
        (None, ["de", "en", "pl"], ["multilingual", "translation"]),
        (one_language, ["de", "en"], ["translation"]),
        (english_alone, ["en"], ["monolingual"]),
    ],
)
def test_the_header_tells_languages(
    spoil: Callable[[Path], None] | None, languages: list[str], kinds: list[str], good: Path
) -> None:
    if spoil:
        spoil(good)
    out = built_from(good)
    header = header_of(out)
    assert (header["language"], header["multilinguality"]) == (languages, kinds)
    assert "annotations_creators" not in header
    assert croissant_of(out)["inLanguage"] == languages


def test_the_header_tells_who_annotated(good: Path) -> None:
    two_passes(good)
    assert header_of(publish(good))["annotations_creators"] == ["expert-generated", "machine-generated"]


HUB = "license", "license_name", "license_link"


@pytest.mark.parametrize(
    ("identifier", "text", "expected", "address"),
    [
        ("CC0-1.0", True, ("cc0-1.0", None, None), "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("ODbL-1.0", False, ("odbl", None, None), "https://spdx.org/licenses/ODbL-1.0"),
        ("CC-BY-ND-3.0", False, ("other", "cc-by-nd-3.0", "https://creativecommons.org/licenses/by-nd/3.0/"), ...),
        ("LicenseRef-Own", True, ("other", "licenseref-own", "LICENSE"), "LicenseRef-Own"),
        ("LicenseRef-Own", False, ("other", "licenseref-own", None), "LicenseRef-Own"),
        ("Nowhere-1.0", False, ("other", "nowhere-1.0", None), "Nowhere-1.0"),
    ],
)
def test_licences(identifier: str, text: bool, expected: tuple[str | None, ...], address: Any, good: Path) -> None:
    describe(good, licence=identifier)
    if text:
        (good / "LICENSE").write_text("Do as you like.\n", encoding="utf-8")
    out = publish(good)
    assert tuple(header_of(out).get(key) for key in HUB) == expected
    assert croissant_of(out)["license"] == (expected[2] if address is ... else address)
    assert ("[LICENSE](LICENSE)" in page_of(out)) == text == (out / "LICENSE").exists()


def test_croissant_tells_what_corpus_json_tells(good: Path) -> None:
    two_passes(good)
    describe(good, limits="No good for sailing.", rai={"dataBiases": ["Invented."]}, authors=["Ada", "The Others"])
    told = croissant_of(publish(good))
    assert (told["name"], told["version"], told["url"]) == ("Fabula", "1.2.3", "https://fabula.example/corpus")
    assert [author["name"] for author in told["creator"]] == ["Ada", "The Others"]
    assert told["citeAs"] == 'Ada and The Others, "Fabula", version 1.2.3'
    assert {key.removeprefix("rai:"): value for key, value in told.items() if key.startswith("rai:")} == {
        "dataCollection": "Ada Example invented the reports.",
        "dataAnnotationProtocol": "She labelled them.",
        "machineAnnotationTools": ["a program (Muster 7) (pass bruno)"],
        "dataLimitations": "No good for sailing.",
        "dataBiases": ["Invented."],
    }


def test_columns_have_the_words_of_the_corpus_s_own_schema(good: Path) -> None:
    schema = json.loads((Path(__file__).parents[1] / "schema" / "statement.schema.json").read_text(encoding="utf-8"))
    schema["properties"]["text"]["description"] = "What the mayor said."
    schema["properties"]["requests"]["items"]["properties"]["act"]["description"] = "How *firmly* it is asked."
    (good / "schema").mkdir()
    (good / "schema" / "statement.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    out = publish(good)
    statements = next(node for node in croissant_of(out)["recordSet"] if node["name"] == "statements")
    described = {field["name"]: field.get("description") for field in statements["field"]}
    assert described["statements/text"] == "What the mayor said."
    assert r"`act`: How \*firmly\* it is asked." in page_of(out)


# Where things lie


def test_names_and_versions_have_defaults(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["publish", "--corpus", str(good), "--push", "owner/name", "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert 'load_dataset("build/fabula")' in printed
    assert "owner/name v1.2.3: dry run" in printed
    page = page_of(tmp_path / "build" / "fabula")
    assert 'load_dataset("OWNER/fabula")' in page
    assert 'Please cite: Ada Example, "Fabula", version 1.2.3.' in page


def test_a_corpus_that_does_not_say_what_it_is_is_refused(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (good / "corpus.json").unlink()
    out = good.parent / "out"
    assert main(["publish", "--corpus", str(good), "--out", str(out)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    (said,) = printed.err.splitlines()
    assert f"{good / 'corpus.json'}' is missing" in said
    assert "write it, with name, title" in said
    assert not out.exists()


def test_the_datasheet_is_that_of_the_corpus(good: Path) -> None:
    assert "DATASHEET" not in page_of(out := publish(good))
    assert not (out / "DATASHEET.md").exists()

    sheet = (
        "<!-- head -->\n<!-- /head -->\n\n<!-- figures -->\nold\n<!-- /figures -->\n<!-- other -->\n<!-- /other -->\n"
    )
    beside = good.parent / "DATASHEET.md"
    beside.write_text(sheet, encoding="utf-8")
    published = (publish(good) / "DATASHEET.md").read_text(encoding="utf-8")
    assert published.startswith("<!-- head -->\n# Datasheet of Fabula\n\nInvented reports on invented sessions")
    assert "Version 1.2.3, by Ada Example. Licence: [CC0-1.0](https://creativecommons.org/" in published
    assert "\nold\n" not in published
    assert published.endswith("<!-- other -->\n<!-- /other -->\n")
    assert "[DATASHEET.md](DATASHEET.md)" in page_of(out)

    (good / "DATASHEET.md").write_text("Mine.\n", encoding="utf-8")
    assert (publish(good) / "DATASHEET.md").read_text(encoding="utf-8") == "Mine.\n"


def test_what_lies_beside_several_corpora_belongs_to_none(good: Path) -> None:
    shutil.copytree(GOOD, good.parent / "neighbour")
    (good.parent / "DATASHEET.md").write_text("The neighbour's.\n", encoding="utf-8")
    assert not (publish(good) / "DATASHEET.md").exists()


def test_a_datasheet_in_another_encoding_is_refused(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (good / "DATASHEET.md").write_bytes("Übersicht".encode("latin-1"))
    assert main(["publish", "--corpus", str(good), "--out", str(good.parent / "out")]) == 1
    assert "DATASHEET.md': it is not in UTF-8; nothing was published" in capsys.readouterr().err
    assert not (good.parent / "out").exists()
