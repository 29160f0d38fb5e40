"""The card and its companions say what corpus.json and the schemas say."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main

from .published import croissant_of, describe, header_of, page_of, publish, two_passes
from .rules.test_fixtures import GOOD


def test_the_shipped_card_begins_with_what_the_text_is(built: Path) -> None:
    first = page_of(built).partition("\n# ")[2].splitlines()[:3]
    for words in (
        "restatement, not a quotation",
        "A language model wrote the texts",
        "no native speaker has reviewed them",
    ):
        assert any(words in line for line in first), words


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
