"""`chithi import --from label-studio`: exports of several versions, and what is wrong in them.

`fixtures/imports/label-studio` has one task as several versions export it: 1.13, with choices in the order of the
interface and all fields of a task; 1.0, with offsets in strings; 0.9, with completions and offsets in UTF-16 units;
offsets by nodes with `globalOffsets`; several annotations, predictions and a ground truth; an annotation as it is
written into a target storage; and JSON-MIN.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from . import beyond
from .imports import FIXTURES, ONE, back, blank, codes, edit_json, imported, lone

FOLDER = FIXTURES / "label-studio"
RECORD = beyond.records()[f"{ONE}.01"]
SEVERAL = ("predictions were passed over", "a cancelled annotation was passed over", "only the annotation that is the")
Change = Callable[[Any], Any]
Part = dict[str, Any]


@pytest.mark.parametrize("annotated", ["anew", "again"])
@pytest.mark.parametrize(
    "name", ["1.13.json", "1.0-strings.json", "0.9-completions.json", "global-offsets.json", "several.json", "storage"]
)
def test_exports_as_label_studio_writes_them(
    name: str, annotated: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a tool has reordered choices, they come back in the order of the corpus, if they are the same."""
    corpus = (blank if annotated == "anew" else beyond.write)(tmp_path / "corpus")
    assert back("label-studio", FOLDER / name, tmp_path / "records", corpus) == 0
    (record,) = imported(tmp_path / "records").values()
    if annotated == "anew" and name in ("1.13.json", "several.json", "storage"):
        assert record["role"]["offices"] == ["chair", "secretary"]
        assert record["requests"][0]["addressee"]["actors"] == ["councils", "committee"]
        record["role"]["offices"].reverse()
        record["requests"][0]["addressee"]["actors"].reverse()
    assert record == RECORD
    told = capsys.readouterr().err
    assert all(says in told for says in SEVERAL) if name == "several.json" else told == ""


def test_json_min_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    assert back("label-studio", FOLDER / "json-min.json", tmp_path / "records", corpus) == 1
    assert "json-min.json:2:2: I601 this is JSON-MIN, which lacks relations and ids [/0]" in capsys.readouterr().out


def parts(task: Any, control: str, name: str = "") -> list[Part]:
    result = task["annotations"][0]["result"]
    return [part for part in result if part.get("from_name") == control and part["id"].startswith(name)]


def value(control: str, name: str, **new: Any) -> Change:
    """A change of the values of a control."""
    return lambda tasks: [part["value"].update(new) for part in parts(tasks[0], control, name)] and None


def annotation(**new: Any) -> Change:
    return lambda tasks: tasks[0]["annotations"][0].update(new)


def data(**new: Any) -> Change:
    return lambda tasks: tasks[0]["data"].update(new)


def task(**new: Any) -> Change:
    return lambda tasks: tasks[0].update(new)


def add(*new: Any) -> Change:
    return lambda tasks: tasks[0]["annotations"][0]["result"].extend(new)


def without(control: str, name: str) -> Change:
    def change(tasks: Any) -> None:
        result = tasks[0]["annotations"][0]["result"]
        for part in parts(tasks[0], control, name):
            result.remove(part)

    return change


def of_part(control: str, name: str, **new: Any) -> Change:
    return lambda tasks: [part.update(new) for part in parts(tasks[0], control, name)] and None


def relation(**new: Any) -> Change:
    return lambda tasks: tasks[0]["annotations"][0]["result"][-1].update(new)


def region(name: str, start: int, end: int, layer: str, **chosen: list[str]) -> list[Part]:
    place = {"start": start, "end": end}
    made = [("layer", "labels", {"text": RECORD["text"][start:end], "labels": [layer]})]
    made += [(control, "choices", {"choices": values}) for control, values in chosen.items()]
    return [
        {"id": name, "from_name": control, "to_name": "text", "type": kind, "value": place | held}
        for control, kind, held in made
    ]


RELATION = {"type": "relation", "from_id": "request-2", "to_id": "x", "direction": "right", "labels": ["addressee"]}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A corpus and its export, to be copied before it is changed."""
    folder = tmp_path_factory.mktemp("made")
    corpus = beyond.write(folder / "corpus")
    return corpus, lone("label-studio", folder / "out", corpus)


SECOND = region("x", 57, 64, "addressee", actor=["committee"])
AT = "/0/annotations/0/result"
WRONG: list[tuple[str, Change, list[str], str]] = [
    ("text of the task", data(text="Ada prosi."), ["I605"], "/0/data/id"),
    ("another id", data(id="day.pl.01"), ["I605", "I606", "I606"][:2], "/0/data/id"),
    ("id of no statement", data(id="astral.pl.99"), ["I606"], "/0/data/id"),
    ("no id", data(id=None), ["I601"], "/0/data"),
    ("report", data(report="astral.ar"), ["I606"], "/0/data/id"),
    ("language", data(language="ar"), ["I606"], "/0/data/id"),
    ("paragraph", data(paragraph="three"), ["I603"], "/0/data/paragraph"),
    ("huge paragraph", data(paragraph=10**30), ["I603"], "/0/data/id"),
    ("zero paragraph", data(paragraph=0), ["S307"], "/0/data/id"),
    ("no task", lambda tasks: ["task"], ["I601"], "/0"),
    ("no tasks", lambda tasks: 7, ["I601"], ""),
    ("no list of annotations", task(annotations=[7]), ["I603"], "/0/annotations"),
    ("no annotation", task(annotations=[]), ["I610"], "/0/annotations"),
    ("cancelled", annotation(was_cancelled=True), ["I610"], "/0/annotations"),
    ("no result", annotation(result=None), ["I603"], "/0/annotations/0/result"),
    ("draft", task(drafts=[{"id": 3, "result": []}]), ["I611"], "/0/drafts"),
    ("label", value("layer", "speaker", labels=["person"]), ["I604"], f"{AT}/0/value/labels"),
    ("two labels", value("layer", "speaker", labels=["speaker", "role"]), ["I604"], f"{AT}/0/value/labels"),
    ("labels that are none", value("layer", "speaker", labels=[[]]), ["I604"], f"{AT}/0/value/labels"),
    ("no label", without("layer", "speaker"), ["I610"], f"{AT}/0"),
    ("offsets", value("layer", "speaker", start=4, end=7), ["I608"], f"{AT}/0/value"),
    ("no offsets", value("layer", "speaker", start=None), ["I608"], f"{AT}/0/value"),
    ("negative", value("layer", "speaker", start=-3, text=None), ["I608"], f"{AT}/0/value"),
    ("offsets of a choice", value("actor", "speaker", start=4, end=8), ["I608"], f"{AT}/1/value"),
    ("part", add("part"), ["I603"], f"{AT}/17"),
    ("control", of_part("actor", "speaker", from_name="who"), ["I604"], f"{AT}/1/from_name"),
    ("object", of_part("actor", "speaker", to_name="translation"), ["I604"], f"{AT}/1/from_name"),
    ("type", of_part("actor", "speaker", type="textarea"), ["I603"], f"{AT}/1/type"),
    ("note", of_part("layer", "speaker", meta={"text": ["is it her?"]}), ["I611"], f"{AT}/0/meta"),
    ("part twice", lambda tasks: add(parts(tasks[0], "actor", "speaker")[0])(tasks), ["I607"], f"{AT}/17"),
    ("no id of a speaker", without("actor", "speaker"), ["I610"], f"{AT}/0"),
    ("empty choice", value("actor", "speaker", choices=[]), ["I610"], f"{AT}/0"),
    ("two speakers' ids", value("actor", "speaker", choices=["ada", "bob"]), ["I607"], f"{AT}/0"),
    ("unknown id", value("actor", "speaker", choices=["eva"]), ["C502"], f"{AT}/1/value/choices/0"),
    ("unknown office", value("office", "role", choices=["chair", "king"]), ["C503"], f"{AT}/3/value/choices/1"),
    ("choices that are none", value("office", "role", choices=[1]), ["I603"], f"{AT}/3/value/choices"),
    ("act", value("act", "request-1", choices=["order"]), ["S304"], f"{AT}/9/value/choices"),
    ("two acts", value("act", "request-1", choices=["request", "suggest"]), ["I607"], f"{AT}/9/value/choices"),
    ("no act", without("act", "request-1"), ["I610"], f"{AT}/8"),
    ("two texts", value("english", "request-1", text=["plan", "45"]), ["I607"], f"{AT}/11/value/text"),
    ("act of a speaker", add(region("speaker", 2, 5, "", act=["request"])[1]), ["I611"], f"{AT}/17/value/choices"),
    ("end of a relation", relation(to_id="nothing"), ["I609"], f"{AT}/16"),
    ("no end", relation(to_id=None), ["I609"], f"{AT}/16"),
    ("relation of others", relation(to_id="speaker"), ["I609"], f"{AT}/16"),
    ("relation to itself", relation(to_id="request-1"), ["I609"], f"{AT}/16"),
    ("label of a relation", relation(labels=["asks"]), ["I604"], f"{AT}/16/labels"),
    ("no relation", lambda tasks: tasks[0]["annotations"][0]["result"].pop() and None, ["I609"], f"{AT}/6"),
    ("second speaker", add(*region("x", 57, 64, "speaker", actor=["bob"])), ["I611"], f"{AT}/17"),
    ("overlap", add(*region("x", 42, 48, "request", act=["request"], topic=["health"])), ["T404"], f"{AT}/17"),
    ("two addressees", add(*SECOND, RELATION | {"from_id": "request-1"}), ["I611"], f"{AT}/19"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected", "at"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_told_with_its_place(
    change: Change,
    expected: list[str],
    at: str,
    made: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    corpus, path = made[0], Path(shutil.copytree(made[1], tmp_path / "out")) / "tasks.json"
    edit_json(path, change)
    capsys.readouterr()
    assert back("label-studio", path, tmp_path / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert codes(printed) == expected
    assert (f" [{at}]\n" if at else "") in printed
    assert printed.startswith(f"{path}:")
    assert not (tmp_path / "records").exists()


def test_half_a_character_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    path = lone("label-studio", tmp_path / "out", corpus) / "tasks.json"
    path.write_text(path.read_text("utf-8").replace('"translation": "', '"translation": "\\ud83d'), "utf-8")
    assert back("label-studio", path, tmp_path / "records", corpus) == 1
    assert codes(capsys.readouterr().out) == ["I603"]


def test_a_place_is_a_line_of_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    path = lone("label-studio", tmp_path / "out", corpus) / "tasks.json"
    edit_json(path, value("act", "request-1", choices=["order"]))
    capsys.readouterr()
    assert back("label-studio", path, tmp_path / "records", corpus) == 1
    place = capsys.readouterr().out.split(": ")[0].removeprefix(f"{path}:")
    line, column = map(int, place.split(":"))
    assert path.read_text("utf-8").splitlines()[line - 1][column - 1 :] == "["
    assert path.read_text("utf-8").splitlines()[line].strip() == '"order"'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id\ttext\n1\tAda", "this is not JSON"),
        ('[{"data": {}, "data": {}}]', "the key 'data' stands twice in an object"),
        ("[" * 100_000, "this JSON cannot be read"),
        ('[{"data": {"id": "astral.pl.01"', "this is not JSON"),
        ("", "this is not JSON"),
    ],
)
def test_what_is_no_export_is_told(text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    (tmp_path / "export.csv").write_text(text, "utf-8")
    assert back("label-studio", tmp_path / "export.csv", tmp_path / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert codes(printed) == ["I601"]
    assert says in printed


def test_two_annotations_without_a_ground_truth_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    path = tmp_path / "several.json"
    path.write_bytes((FOLDER / "several.json").read_bytes())
    edit_json(path, lambda tasks: tasks[0]["annotations"][2].update(ground_truth=False))
    assert back("label-studio", path, tmp_path / "records", corpus) == 1
    assert "I607 the task has 2 annotations [/0/annotations]" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        relation(direction="left"),
        relation(direction="bi"),
        relation(labels=[]),
        relation(from_id="addressee-1", to_id="request-1"),
        lambda tasks: tasks[0]["annotations"][0]["result"].reverse(),
        lambda tasks: tasks[0]["data"].pop("language") and None,
        value("english", "request-1", text="plan 45"),
        value("layer", "speaker", text=None),
    ],
)
def test_what_means_the_same_comes_back_the_same(change: Change, tmp_path: Path) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    path = lone("label-studio", tmp_path / "out", corpus) / "tasks.json"
    edit_json(path, change)
    assert back("label-studio", path, tmp_path / "records", corpus) == 0
    assert list(imported(tmp_path / "records").values()) == [RECORD]


def test_regions_without_texts_count_as_those_with_texts_do(tmp_path: Path) -> None:
    """One region shows that offsets are UTF-16 units; another one, without its text, would fit in code points too."""
    corpus = beyond.write(tmp_path / "corpus")
    path = tmp_path / "old.json"
    path.write_bytes((FOLDER / "0.9-completions.json").read_bytes())

    def change(tasks: Any) -> None:
        for part in tasks[0]["completions"][0]["result"]:
            if part.get("from_name") == "layer" and part["value"]["labels"] == ["directive"]:
                del part["value"]["text"]

    edit_json(path, change)
    assert back("label-studio", path, tmp_path / "records", corpus) == 0
    assert list(imported(tmp_path / "records").values()) == [RECORD]


def test_what_an_annotator_changed_is_in_the_record(tmp_path: Path) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    path = lone("label-studio", tmp_path / "out", corpus) / "tasks.json"
    for change in (
        add(*SECOND, RELATION),
        value("topic", "request-2", choices=["energy"]),
        value("office", "role", choices=["chair"]),
    ):
        edit_json(path, change)
    assert back("label-studio", path, tmp_path / "records", corpus) == 0
    requests = [dict(request) for request in RECORD["requests"]]
    requests[1] |= {
        "topic": "energy",
        "addressee": {"start": 57, "end": 64, "text": "komitet", "actors": ["committee"]},
    }
    expected = RECORD | {"requests": requests, "role": RECORD["role"] | {"offices": ["chair"]}}
    assert imported(tmp_path / "records") == {f"{ONE}.01": expected}
