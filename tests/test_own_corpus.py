"""A corpus on other matters, with its own schemas: it is checked by them, and by rules that know no language."""

import json
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main
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


def test_metadata_that_is_not_utf_8_is_told_by_every_command(
    councils: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = councils / "corpus.json"
    path.write_bytes(path.read_bytes().replace(b"Council Talk", b"Council \xffalk", 1))
    predictions = tmp_path / "predictions.jsonl"
    predictions.write_text('{"id":"lindermeer-council-2025-05.en.01","speaker":null}\n', encoding="utf-8")
    for command in (["stats"], ["browse"], ["prompt"], ["export", "--to", "csv"], ["score", str(predictions)]):
        assert main([*command, "--corpus", str(councils)]) == 1, command
        said = capsys.readouterr().err
        assert said.startswith(f"chithi: {path}: ")
        assert said.count("\n") == 1


def test_figures_of_a_corpus_whose_reports_are_lost_have_no_answers(councils: Path, tmp_path: Path) -> None:
    (councils / "reports.jsonl").write_bytes(b"")
    marked = tmp_path / "MARKED.md"
    marked.write_text("<!-- examples -->\nas they were\n<!-- /examples -->\n", encoding="utf-8")
    assert main(["stats", "--corpus", str(councils), "--write", str(marked)]) in (0, 1)
    assert "as they were" in marked.read_text(encoding="utf-8")


def test_two_processes_find_what_one_finds(councils: Path) -> None:
    for name, line, change, *_ in UNLISTED:
        edit(councils / name, line, change)
    found = problems(councils)
    assert len(found) >= len(UNLISTED)
    assert chithi.validate(councils, jobs=2).problems == found
    (councils / "schema/office.schema.json").write_text("{}")
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


def test_lists_have_the_lengths_of_its_own_schema(councils: Path) -> None:
    def one_request(schema: Any) -> None:
        schema["properties"]["requests"].update(minItems=1, maxItems=1)

    rewrite(councils / "schema/statement.schema.json", one_request)
    counts = [len(record["requests"]) for record in records(councils / "statements" / TRAIN)]
    found = [(p.line, p.pointer, p.expected) for p in problems(councils) if p.code == "S307" and TRAIN in p.path]
    said = {0: "minItems 1", 2: "maxItems 1", 3: "maxItems 1"}
    assert found == [(n, "/requests", said[count]) for n, count in enumerate(counts, 1) if count != 1]
    assert len(set(counts)) > 1


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
