"""An unusable schema of a corpus is refused by every command that needs it, in one sentence that names its file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main
from chithi.records.layout import shipped
from chithi.records.schemas import load

from .councils import Change, copied, rewrite


@pytest.fixture
def councils(tmp_path: Path) -> Path:
    """A copy of the corpus on councils."""
    return copied(tmp_path)


def at(*path: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Leads to a part of a schema."""

    def lead(schema: dict[str, Any]) -> dict[str, Any]:
        for key in path:
            schema = schema[key]
        return schema

    return lead


def changed(*path: str, **keywords: Any) -> Change:
    return lambda schema: at("properties", *path)(schema).update(keywords)


ACT, REQUEST = ("requests", "items", "properties", "act"), ("requests", "items")
REFUSED: dict[str, tuple[str, Change, str]] = {
    "a field is missing": ("office", lambda s: s["properties"].pop("level"), "exactly these fields in this order"),
    "a field is new": ("office", lambda s: s["properties"].update(x={"type": "string"}), "exactly these fields"),
    "another order": ("office", lambda s: s["properties"].update(id=s["properties"].pop("id")), "in this order"),
    "a field is optional": ("office", lambda s: s["required"].remove("level"), "all of them required"),
    "a field within is optional": ("statement", lambda s: at("properties", *REQUEST)(s)["required"].pop(), "required"),
    "further fields": ("office", lambda s: s.pop("additionalProperties"), "additionalProperties has to be false"),
    "another type": ("report", changed("translated", type="string"), "the field translated has the type string"),
    "no type": ("actor", lambda s: s["properties"].update(note={}), "the field note has no type"),
    "a wider type": ("actor", changed("kind", enum=["person", None]), "the field kind has the type null or string"),
    "values of two types": ("office", changed("body", enum=["council", 7]), "the field body has the type"),
    "values of another type": ("office", changed("body", type="string", enum=["a", 7]), "not of its type"),
    "a value twice": ("statement", changed(*ACT, enum=["ask", "ask"]), "the field act lists a value twice"),
    "another split": ("report", changed("split", enum=["train", "dev"]), "the split of a report is train or test"),
    "no list of acts": ("statement", changed(*ACT, enum=[]), "the field act"),
    "no persons": ("actor", changed("kind", enum=["body", "group"]), "the kinds of actors have to include person"),
    "a dangling reference": (
        "actor",
        lambda s: s["properties"].update(id={"$ref": "definitions.schema.json#/$defs/nothing"}),
        "refers to definitions.schema.json#/$defs/nothing, but there is no such definition",
    ),
    "a reference elsewhere": ("actor", changed("id", **{"$ref": "#/$defs/slug"}), "refers to #/$defs/slug"),
    "an unknown keyword": ("actor", changed("name_en", const="X"), "the keyword const, which no rule explains"),
    "an unknown format": ("report", changed("url", format="uri"), "the format uri: the only one is date"),
    "a pattern of another dialect": (
        "actor",
        changed("name_en", pattern="^\\p{Lu}"),
        "is no regular expression that Python reads",
    ),
    "no pattern at all": ("actor", changed("name_en", pattern="("), "is no regular expression that Python reads"),
    "no schema": ("actor", changed("name_en", type="text"), "not a JSON Schema"),
    "a boolean as a field": ("actor", lambda s: s["properties"].update(note=True), "is not a JSON object"),
    "a boolean as an item": ("statement", changed("requests", items=False), "is not a JSON object"),
}
BROKEN: dict[str, tuple[str, bytes, str]] = {
    "no JSON": ("actor.schema.json", b"{,}", "not JSON: "),
    "cut short": ("actor.schema.json", b'{"type":', "in line 1"),
    "nothing": ("actor.schema.json", b"", "not JSON: "),
    "not in UTF-8": ("actor.schema.json", b'{"title":"\xff"}', "the file is not in UTF-8"),
    "a list": ("actor.schema.json", b"[]", "not a JSON Schema"),
    "true": ("actor.schema.json", b"true", "the file holds no JSON object"),
    "an empty schema": ("actor.schema.json", b"{}", "a record has no type"),
    "nested too deeply": ("actor.schema.json", b"[" * 100_000, "nested too deeply"),
    "an unknown name": ("motion.schema.json", b"{}", "actor.schema.json, office.schema.json"),
    "no definitions": ("definitions.schema.json", b"{}", "the definition slug is missing"),
}


def spoil(corpus: Path, case: str) -> tuple[Path, str]:
    """Makes one schema unusable. Returns its file, and what is to be said."""
    if case in BROKEN:
        name, data, says = BROKEN[case]
        (corpus / "schema" / name).write_bytes(data)
        return corpus / "schema" / name, says
    table, change, says = REFUSED[case]
    rewrite(path := corpus / "schema" / f"{table}.schema.json", change)
    return path, says


@pytest.mark.parametrize("case", [*REFUSED, *BROKEN])
def test_an_unusable_schema_is_refused_in_one_sentence(
    councils: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path, says = spoil(councils, case)
    assert [(p.code, p.path, p.line) for p in chithi.validate(councils).problems] == [
        ("C553", f"schema/{path.name}", 0)
    ]
    assert main(["validate", "--corpus", str(councils)]) == 1
    told = capsys.readouterr()
    first, hint, *_ = told.out.splitlines()
    assert "C553" in first
    assert str(path.name) in first
    assert says in first
    assert hint.strip().startswith("hint: ")
    assert main(["stats", "--corpus", str(councils)]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert told.err.startswith(f"chithi: {path}: ")
    assert says in told.err
    with pytest.raises(chithi.CorpusError) as caught:
        chithi.Corpus.read(councils)
    assert (caught.value.path, caught.value.line) == (path, None)
    for command in (["format", "--check"], ["agreement"]):  # they need no schema
        assert main([*command, "--corpus", str(councils)]) == 0


@pytest.mark.parametrize("case", ["further fields", "no JSON"])
def test_a_corpus_with_an_unusable_schema_is_not_published(
    councils: Path, tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path, says = spoil(councils, case)
    assert main(["publish", "--corpus", str(councils), "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr()
    assert says in told.out
    assert path.name in told.out
    assert told.err == "chithi: nothing was published: the corpus has problems\n"
    assert not (tmp_path / "out").exists()


DEFINED: dict[str, tuple[str, dict[str, Any], str]] = {
    "another type": ("slug", {"type": "integer"}, "the definition slug has the type integer, not string"),
    "a reference": ("line", {"$ref": "#/$defs/slug"}, "the definition line refers to #/$defs/slug"),
}


@pytest.mark.parametrize("case", DEFINED)
def test_own_definitions_keep_the_types(councils: Path, case: str) -> None:
    name, definition, says = DEFINED[case]
    definitions = load("definitions.schema.json")
    path = councils / "schema" / "definitions.schema.json"
    path.write_text(json.dumps({"$defs": definitions["$defs"] | {name: definition}}), encoding="utf-8")
    found = chithi.validate(councils).problems
    assert [(p.code, p.path) for p in found] == [("C553", f"schema/{path.name}")]
    assert says in found[0].message


def test_a_copy_of_each_shipped_schema_is_usable(councils: Path) -> None:
    for name in ("actor", "office", "directive", "statement", "report", "definitions"):
        text = (shipped("schema") / f"{name}.schema.json").read_bytes()
        (councils / "schema" / f"{name}.schema.json").write_bytes(text)
    assert "C553" not in {p.code for p in chithi.validate(councils).problems}
