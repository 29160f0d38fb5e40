"""A corpus on other matters, with its own schemas: it is checked by them, and an unusable schema is one sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main
from chithi.records.layout import shipped
from chithi.records.schemas import enum_of, load

from .conftest import edit, records
from .councils import COUNCILS, TEST, TRAIN, Change, copied, rewrite, without_test

TOPICS = "housing, mobility, climate, water, public-space, care, safety, finance, participation"
LEVELS = "national, provincial, regional, municipal"
Problems = list[chithi.Problem]


@pytest.fixture
def councils(tmp_path: Path) -> Path:
    """A copy of the corpus on councils."""
    return copied(tmp_path)


def problems(corpus: Path) -> Problems:
    return chithi.validate(corpus).problems


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_corpus_with_its_own_schemas_is_valid(jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--corpus", str(COUNCILS), "--jobs", jobs]) == 0
    assert capsys.readouterr().out == "no problems in 60 records of 9 files\n"


def test_one_split_alone_is_a_corpus(councils: Path) -> None:
    assert problems(without_test(councils)) == []
    assert main(["stats", "--corpus", str(councils)]) == 0


def test_the_corpus_is_not_valid_by_the_schemas_that_ship(councils: Path) -> None:
    for path in (councils / "schema").iterdir():
        path.unlink()
    assert {problem.code for problem in problems(councils)} >= {"S304", "S305", "C552"}


def test_format_fills_in_the_offsets_of_drafts(councils: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = councils / "statements" / TRAIN
    before = path.read_bytes()
    draft = [json.dumps(without_offsets(record)) for record in records(path)]
    path.write_text("\n\n".join(draft), encoding="utf-8")
    assert main(["format", "--corpus", str(councils)]) == 0
    assert path.read_bytes() == before
    assert main(["format", "--check", "--corpus", str(councils)]) == 0


def without_offsets(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_offsets(item) for key, item in value.items() if key not in ("start", "end")}
    return [without_offsets(item) for item in value] if isinstance(value, list) else value


def request(**changes: Any) -> Change:
    return lambda record: record["requests"][0].update(changes)


def field(**changes: Any) -> Change:
    return lambda record: record.update(changes)


STATEMENTS = f"statements/{TRAIN}"
UNLISTED: list[tuple[str, int, Change, str, str]] = [
    ("actors.jsonl", 10, field(level="central"), "'central'", f"{LEVELS}, neighbourhood, null"),
    ("offices.jsonl", 1, field(body="party"), "'party'", "council, executive, audit, other"),
    ("offices.jsonl", 1, field(level="neighbourhood"), "'neighbourhood'", LEVELS),
    ("directives.jsonl", 1, field(kind="decree"), "'decree'", "motion, amendment, bye-law, agreement, letter"),
    ("reports.jsonl", 1, field(language="vi"), "'vi'", "en, nl"),
    (STATEMENTS, 1, request(act="suggest"), "'suggest'", "propose, call-upon, instruct"),
    (STATEMENTS, 1, request(topic="energy"), "'energy'", TOPICS),
]


@pytest.mark.parametrize(("name", "line", "change", "value", "listed"), UNLISTED, ids=[case[3] for case in UNLISTED])
def test_values_are_those_of_its_own_lists(
    councils: Path, name: str, line: int, change: Change, value: str, listed: str
) -> None:
    edit(councils / name, line, change)
    found = [problem for problem in problems(councils) if problem.code == "S304"]
    assert [(Path(p.path).name, p.line, p.found, p.expected) for p in found] == [(Path(name).name, line, value, listed)]


def test_two_processes_find_what_one_finds(councils: Path) -> None:
    for name, line, change, *_ in UNLISTED:
        edit(councils / name, line, change)
    found = problems(councils)
    assert len(found) >= len(UNLISTED)
    assert chithi.validate(councils, jobs=2).problems == found
    spoil(councils, "another type")
    assert chithi.validate(councils, jobs=2).problems == problems(councils)


def test_forms_and_lengths_are_its_own_and_are_explained_in_its_own_words(councils: Path) -> None:
    edit(councils / "directives.jsonl", 1, field(number="45-CT/TW"))
    edit(councils / "statements" / TRAIN, 8, field(text="Nobody spoke."))
    edit(councils / "statements" / TEST, 3, field(text=f"Ruud Vermeer, alderman for finance, {'x' * 600}."))
    found = {(p.code, p.found[:12], p.expected, p.hint) for p in problems(councils) if p.code in ("S305", "S307")}
    number = load("directive.schema.json", chithi.Corpus.read(COUNCILS).schemas)["properties"]["number"]
    says = "What the passage says, in one sentence of English."
    assert found == {
        ("S305", "'45-CT/TW'", f"a string like {number['pattern']}", number["description"]),
        ("S307", "'Nobody spok", "minLength 20", says),
        ("S307", "'Ruud Vermee", "maxLength 600", says),
    }
    assert number["description"].startswith("Number in the register of the council")


def test_a_keyword_beside_a_reference_holds(councils: Path) -> None:
    rewrite(councils / "schema/actor.schema.json", lambda s: s["properties"]["name_en"].update(maxLength=14))
    longer = [record["id"] for record in records(councils / "actors.jsonl") if len(record["name_en"]) > 14]
    found = problems(councils)
    assert [(p.code, p.pointer, p.record) for p in found if p.code == "S307"] == [
        ("S307", "/name_en", x) for x in longer
    ]
    assert longer


def test_a_pattern_that_only_one_validator_fails_is_told(councils: Path) -> None:
    """Python matches digits of all scripts with `\\d`, ECMA 262 only 0 to 9."""
    rewrite(councils / "schema/office.schema.json", lambda s: s["properties"]["title_en"].update(pattern="^\\D+$"))
    edit(councils / "offices.jsonl", 1, field(title_en="Mayor ٣"))
    rewrite(councils / "schema/office.schema.json", lambda s: s["properties"]["title_en"].update(pattern="^[\\w ]+$"))
    assert [(p.code, p.line) for p in problems(councils) if p.path.endswith("offices.jsonl")] == [("S305", 1)]


@pytest.mark.parametrize(
    ("surface", "codes"),
    [
        ("motion M-2025-014", []),
        ("motion M-2025-14", []),
        ("motion 2025-014", []),
        ("motion m 2025/014", []),
        ("motion 14", []),
        ("motion no. 14", []),
        ("Green Delta motion", []),
        ("the 2024-2025 budget motion", []),
        ("motion M-2025-015", ["T411"]),
        ("motion A-2025-014", ["T411"]),
        ("motion M-2024-014", ["T411"]),
        ("motion M-2025-0141", ["T411"]),
        ("motion 15", ["T411"]),
        ("motion no. 15", ["T411"]),
    ],
)
def test_numbers_of_another_form_are_compared(councils: Path, surface: str, codes: list[str]) -> None:
    def cite(record: dict[str, Any]) -> None:
        text = f"Marit Hofstra, group leader of the Green Delta party, defended {surface} against its many critics."
        span = {"start": text.index(surface), "end": text.index(surface) + len(surface), "text": surface}
        record.update(text=text, directives=[span | {"id": "m-2025-014"}], requests=[])

    edit(councils / "statements" / TRAIN, 2, cite)
    rewrite(councils / "corpus.json", lambda metadata: metadata["edges"].update(directive={}))
    assert [p.code for p in problems(councils)] == codes


@pytest.mark.parametrize(
    ("name", "number", "issued", "right"),
    [
        ("m-2025-014", "M-2025-014", "2025-03-20", True),
        ("m-2025-014", "M-2025-014", "2024-03-20", True),
        ("m-2025-014", "M-2025-014", None, True),
        ("m2025-014", "M-2025-014", None, True),
        ("bl-7-2023", "BL 7", "2023-11", True),
        ("bl7", "BL 7", "2023-11", True),
        ("ris-0112-a", "RIS.0112/Ä", "2023-11", True),
        ("m-2025-15", "M-2025-014", "2025-03-20", False),
        ("m-2025", "M-2025-014", "2025-03-20", False),
        ("bl-7-2022", "BL 7", "2023-11", False),
    ],
)
def test_ids_of_documents_are_slugs_in_their_own_style(
    councils: Path, name: str, number: str, issued: str | None, right: bool
) -> None:
    rewrite(councils / "schema/directive.schema.json", lambda s: s["properties"]["number"].update(pattern="^[A-Z].*$"))
    edit(councils / "directives.jsonl", 3, field(id=name, number=number, issued=issued))
    assert [p.line for p in problems(councils) if p.code == "C515"] == ([] if right else [3])


def test_tone_marks_are_of_vietnamese_names_only(councils: Path) -> None:
    edit(councils / "offices.jsonl", 1, field(title_original="Chủ tịch Uỷ ban"))
    for language, codes in (("nl", []), (None, []), ("vi", ["C517", "C518"]), ("vi-VN", ["C517", "C518"])):
        rewrite(councils / "corpus.json", field(original_language=language))
        assert [p.code for p in problems(councils)] == codes


def test_dates_may_be_as_early_as_its_own_definitions_say(councils: Path) -> None:
    edit(councils / "directives.jsonl", 4, field(issued="1851-06-29"))
    assert [p.code for p in problems(councils)] == ["S305"]
    definitions = load("definitions.schema.json")
    date = definitions["$defs"]["dateOrNull"] | {"pattern": "^[12][0-9]{3}(-[0-9]{2}){0,2}$"}
    text = json.dumps(definitions | {"$defs": definitions["$defs"] | {"dateOrNull": date}})
    (councils / "schema/definitions.schema.json").write_text(text, encoding="utf-8")
    assert problems(councils) == []


def test_topics_have_codes_all_or_none(councils: Path) -> None:
    rewrite(councils / "corpus.json", field(topic_codes={}))
    assert problems(councils) == []
    rewrite(councils / "corpus.json", field(topic_codes={"housing": 1, "health": 3}))
    found = problems(councils)
    assert {p.code for p in found} == {"C552"}
    assert len(found) == len(TOPICS.split(", ")) - 1 + 1


def test_enums_are_read_from_its_own_schemas() -> None:
    schemas = chithi.Corpus.read(COUNCILS).schemas
    assert enum_of("statements", "requests", "topic", schemas=schemas) == tuple(TOPICS.split(", "))
    assert enum_of("offices", "level", schemas=schemas) == tuple(LEVELS.split(", "))


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
    assert [(p.code, p.path, p.line) for p in problems(councils)] == [("C553", f"schema/{path.name}", 0)]
    assert main(["validate", "--corpus", str(councils)]) == 1
    told = capsys.readouterr()
    first, hint, *_ = told.out.splitlines()
    assert "C553" in first
    assert str(path.name) in first
    assert says in first
    assert hint.strip().startswith("hint: ")
    assert main(["stats", "--corpus", str(councils)]) == 2
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
    found = problems(councils)
    assert [(p.code, p.path) for p in found] == [("C553", f"schema/{path.name}")]
    assert says in found[0].message


def test_a_copy_of_each_shipped_schema_is_usable(councils: Path) -> None:
    for name in ("actor", "office", "directive", "statement", "report", "definitions"):
        text = (shipped("schema") / f"{name}.schema.json").read_bytes()
        (councils / "schema" / f"{name}.schema.json").write_bytes(text)
    assert "C553" not in {p.code for p in problems(councils)}
