"""The published rows of a small corpus, worked out by hand."""

import datetime
import json
import re
from pathlib import Path
from typing import Any

import datasets
import pytest

import chithi
from chithi.corpus import Corpus
from chithi.records.layout import shipped
from chithi.records.records import Statement
from chithi.release.build import build
from chithi.rows.configs import CONFIGS, config_of
from chithi.views.counts import corpus_counts

from . import small

pytestmark = pytest.mark.usefixtures("fresh_cache")
Row = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small.write(tmp_path / "corpus")


def rows(config: str, corpus: Path) -> dict[str, Row]:
    return {row["id"]: row for split in chithi.load(config, corpus).values() for row in split}


REQUEST: Row = {
    "id": "day.pl.01.1",
    "statement": "day.pl.01",
    "report": "day.pl",
    "event": "day",
    "language": "pl",
    "date": datetime.date(2025, 5, 6),
    "date_precision": "day",
    "place": "Utopia",
    "speaker_id": "ada",
    "speaker_name_en": "Ada",
    "speaker_kind": "person",
    "speaker_level": "central",
    "role": "sekretarz",
    "offices": ["secretary"],
    "offices_in_report": ["secretary", "chair"],
    "act": "request",
    "topic": "health",
    "topic_code": 33,
    "addressee": "komitet",
    "addressee_ids": ["committee"],
    "addressee_names_en": ["Committee"],
    "addressee_kinds": ["body"],
    "addressee_levels": ["provincial"],
    "start": 32,
    "end": 44,
    "request": "wykonanie 45",
    "english": "carrying out 45",
    "directives": ["plan-45"],
    "statement_directives": ["plan-45", "plan-46", "plan-45"],
    "text": small.ASKS,
    "translation": None,
    "fold": 2,
}
OTHERS = {
    "day.pl.01.2": {
        "request": "plan",
        "english": None,
        "directives": [],
        "statement_directives": ["plan-45", "plan-46", "plan-45"],
        "addressee": "rady z komitetem",
        "addressee_ids": ["councils", "committee"],
        "addressee_names_en": ["Councils", "Committee"],
        "addressee_kinds": ["group", "body"],
        "addressee_levels": ["district", "provincial"],
    },
    "day.pl.02.1": {
        "role": None,
        "offices": [],
        "offices_in_report": ["secretary", "chair"],
        "speaker_level": "central",
        "addressee": None,
        "addressee_ids": [],
        "addressee_names_en": [],
        "addressee_kinds": [],
        "addressee_levels": [],
        "directives": [],
        "statement_directives": [],
    },
    "month.en-GB.01.1": {
        "date": datetime.date(2025, 9, 1),
        "date_precision": "month",
        "place": None,
        "speaker_kind": "body",
        "speaker_level": "provincial",
        "offices_in_report": [],
        "english": "silence under 46",
        "directives": ["plan-46"],
        "fold": 4,
    },
    "none.en.01.1": {
        "date": None,
        "date_precision": None,
        "speaker_level": "commune",
        "english": "rest",
        "addressee_kinds": ["person"],
        "addressee_levels": [None],
        "fold": 1,
    },
    "year.pl.01.1": {
        "date": datetime.date(2024, 1, 1),
        "date_precision": "year",
        "speaker_kind": "person",
        "speaker_level": None,
        "offices_in_report": [],
        "english": None,
        "fold": None,
    },
}


def test_a_request_is_one_flat_row(folder: Path) -> None:
    found = rows("requests", folder)
    assert list(found) == [REQUEST["id"], *OTHERS]
    assert list(found[REQUEST["id"]].items()) == list(REQUEST.items())
    for name, columns in OTHERS.items():
        assert {key: found[name][key] for key in columns} == columns


def test_a_date_is_a_date_and_a_number_a_number(folder: Path) -> None:
    features = chithi.load("requests", folder)["train"].features
    assert features["date"].dtype == "date32"
    assert {features[name].dtype for name in ("topic_code", "start", "end", "fold")} == {"int32"}


def test_a_topic_without_a_code_has_none(folder: Path) -> None:
    described = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))
    del described["topic_codes"]["health"]
    (folder / "corpus.json").write_text(json.dumps(described), encoding="utf-8")
    assert {row["topic_code"] for row in rows("requests", folder).values()} == {None}
    (folder / "corpus.json").unlink()
    assert {row["topic_code"] for row in rows("requests", folder).values()} == {None}


def test_statements_tell_the_offices_of_the_report_and_who_is_asked(folder: Path) -> None:
    found = rows("statements", folder)
    assert list(found["day.pl.01"])[-2:] == ["offices_in_report", "fold"]
    of_ada = ["secretary", "chair"]
    offices = {"day.pl.01": of_ada, "day.pl.02": of_ada, "day.pl.03": of_ada, "day.pl.04": []}
    offices |= {"month.en-GB.01": [], "none.en.01": ["clerk"], "year.pl.01": []}
    assert {name: row["offices_in_report"] for name, row in found.items()} == offices
    first, second = found["day.pl.01"]["requests"]
    assert first["addressee"]["actors"] == [
        {"id": "committee", "kind": "body", "level": "provincial", "name_original": None, "name_en": "Committee"}
    ]
    assert [actor["level"] for actor in second["addressee"]["actors"]] == ["district", "provincial"]
    assert found["day.pl.02"]["requests"][0]["addressee"] is None


def test_folds_do_not_change_and_hold_whole_events(folder: Path) -> None:
    """Folds are published: other values for an event would change everybody's cross-validation."""
    found = {row["event"]: row["fold"] for row in rows("statements", folder).values()}
    assert found == {"day": 2, "month": 4, "none": 1, "year": None}
    train, test = (chithi.load()[split] for split in ("train", "test"))
    folds = dict(zip(train["event"], train["fold"], strict=True))
    assert all(folds[row["event"]] == row["fold"] for row in train)
    assert set(folds.values()) == {0, 1, 2, 3, 4}
    assert set(test["fold"]) == {None}


def test_a_pass_is_read_by_itself(folder: Path) -> None:
    (split,) = chithi.load("passes", folder).values()
    assert [(row["annotator"], row["id"], row["offices_in_report"]) for row in split] == [
        ("one", "day.pl.02", ["chair"]),
        ("one", "day.pl.03", ["chair"]),
        ("two", "day.pl.02", []),
    ]
    statements = chithi.load("statements", folder)["train"]
    assert split.column_names == [*statements.column_names, "annotator"]
    assert set(split["fold"]) == {REQUEST["fold"]}


def test_stats_count_kinds_and_levels(folder: Path) -> None:
    found = corpus_counts(Corpus.read(folder))
    assert found["actor kind"] == {"person": 2, "body": 1, "group": 1}
    assert found["speaker level"] == {"central": 3, "commune": 1, "provincial": 1}
    assert found["addressee level"] == {"provincial": 2, "district": 1}


def test_what_has_no_rows_is_told_and_left_out(folder: Path) -> None:
    assert list(chithi.load("passes", folder)) == ["train"]
    for path in (folder / "annotators").glob("*/*"):
        path.unlink()
    with pytest.raises(ValueError, match="has no rows for the config passes"):
        chithi.load("passes", folder)


def test_levels_are_ranked_and_columns_described_by_the_corpus_itself(folder: Path) -> None:
    old, new = '["central", "provincial", "district", "commune", "other"]', '["commune", "provincial", "central"]'
    small.replace_in_schema(folder, "office.schema.json", old, new)
    small.replace_in_schema(folder, "report.schema.json", '"Slug of the event', '"Name of the session')
    assert rows("requests", folder)["day.pl.02.1"]["speaker_level"] == "provincial"
    build(Corpus.read(folder), folder.parent / "out", "0.0.0", load=True)
    described = json.loads((folder.parent / "out" / "croissant.json").read_text(encoding="utf-8"))
    fields = {field["@id"]: field for records in described["recordSet"] for field in records["field"]}
    for config in ("statements", "requests", "tokens", "passes", "reports"):
        assert fields[f"{config}/event"]["description"].startswith("Name of the session")


def test_acts_of_the_corpus_itself_are_tags(folder: Path) -> None:
    small.replace_in_schema(
        folder, "statement.schema.json", '["instruct", "request", "suggest"]', '["beg", "request", "call-for"]'
    )
    path = folder / "statements" / "day.pl.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"act":"request"', '"act":"call-for"', 1))
    expected = ["O", "B-BEG", "I-BEG", "B-REQUEST", "I-REQUEST", "B-CALL-FOR", "I-CALL-FOR"]
    build(Corpus.read(folder), out := folder.parent / "out", "0.0.0", load=True)
    published = datasets.load_dataset(str(out), "tokens")["train"]
    for found in (published, chithi.load("tokens", folder)["train"]):
        assert found.features["request_tags"].feature.names == expected
        tags = dict(zip(found["id"], found["request_tags"], strict=True))["day.pl.01"]
        assert [expected[tag] for tag in tags if tag] == ["B-CALL-FOR", "I-CALL-FOR", "B-REQUEST"]
    described = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    (names,) = [found["data"] for found in described["recordSet"] if found["name"] == "request_tags"]
    assert [row["request_tags/name"] for row in names] == expected


def test_the_notes_show_how_tags_lead_back_to_characters() -> None:
    """Runs the lines of the card for every statement, in both columns of tags."""
    config = config_of("tokens")
    (lines,) = re.findall(r"```python\n(.*?)```", config.notes(), re.DOTALL)
    statements = {statement.id: statement for statement in Corpus.read(shipped("corpus")).records(Statement)}
    for split in chithi.load("tokens").values():
        names = split.features["ner_tags"].feature.names
        for row in split:
            found: dict[str, Any] = {"row": row, "names": names}
            exec("import re\n" + lines, found)
            spans = [span for layer, _, span in statements[row["id"]].spans() if layer != "request"]
            expected = {(span.start, span.end, span.text) for span in spans}
            assert {(a, b, row["text"][a:b]) for a, b in found["spans"]} == expected


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.name)
def test_every_column_is_described(config: Any) -> None:
    assert [name for name in config.schema.names if not config.describe(name)] == []
