"""`chithi export --to label-studio`: tasks and their configuration."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main
from chithi.records.layout import shipped

from . import beyond


def export(out: Path, corpus: Path) -> tuple[ET.Element, list[dict[str, Any]]]:
    assert main(["export", "--to", "label-studio", "--corpus", str(corpus), "--out", str(out)]) == 0
    return ET.parse(out / "config.xml").getroot(), json.loads((out / "tasks.json").read_bytes())


def as_record(task: dict[str, Any]) -> dict[str, Any]:
    """A task as a record, from what Label Studio gives back alone."""
    results = task["annotations"][0]["result"]
    regions: dict[str, dict[str, Any]] = {}
    for part in results:
        if part["type"] != "relation":
            region = regions.setdefault(part["id"], {key: part["value"][key] for key in ("start", "end")})
            value = part["value"]
            region[part["from_name"]] = value["choices"] if "choices" in value else value["text"]
            if part["type"] == "labels":
                region |= {"text": value["text"], "layer": value["labels"][0]}
    asked = {part["from_id"]: regions[part["to_id"]] for part in results if part["type"] == "relation"}

    def whole(region: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {key: region[key] for key in ("start", "end", "text")} | more

    by_layer: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name, region in regions.items():
        by_layer.setdefault(region["layer"], []).append((name, region))
    speakers = [whole(region, id=region["actor"][0]) for _, region in by_layer.get("speaker", [])]
    roles = [whole(region, offices=region["office"]) for _, region in by_layer.get("role", [])]
    data = task["data"]
    return {
        **{key: data[key] for key in ("id", "report", "paragraph", "text")},
        "translation": data["translation"] or None,
        "speaker": speakers[0] if speakers else None,
        "role": roles[0] if roles else None,
        "directives": [whole(region, id=region["directive_id"][0]) for _, region in by_layer.get("directive", [])],
        "requests": [
            whole(
                region,
                act=region["act"][0],
                topic=region["topic"][0],
                addressee=whole(asked[name], actors=asked[name]["actor"]) if name in asked else None,
                english=region["english"][0] if "english" in region else None,
            )
            for name, region in by_layer.get("request", [])
        ],
    }


@pytest.mark.parametrize("which", ["shipped", "beyond the BMP and in Arabic"])
def test_tasks_hold_the_records(which: str, tmp_path: Path) -> None:
    corpus = shipped("corpus") if which == "shipped" else beyond.write(tmp_path / "odd")
    _, tasks = export(tmp_path / "out", corpus)
    lines = [line for path in (corpus / "statements").iterdir() for line in path.read_bytes().splitlines()]
    expected = {record["id"]: record for record in map(json.loads, lines)}
    assert {task["data"]["id"]: as_record(task) for task in tasks} == expected


def test_offsets_are_code_points(tmp_path: Path) -> None:
    _, tasks = export(tmp_path / "out", beyond.write(tmp_path / "odd"))
    values = [
        (task["data"]["text"], part["value"])
        for task in tasks
        for part in task["annotations"][0]["result"]
        if part["type"] == "labels"
    ]
    assert len(values) > 30
    assert all([*text][value["start"] : value["end"]] == [*value["text"]] for text, value in values)


def test_the_configuration_has_every_control_label_and_choice_of_the_tasks(tmp_path: Path) -> None:
    root, tasks = export(tmp_path / "out", shipped("corpus"))
    allowed = {control.get("name"): {item.get("value") for item in control} for control in root if control.get("name")}
    relations = {item.get("value") for item in root.iter("Relation")}
    regions = set()
    for task in tasks:
        assert task["data"].keys() >= {name.get("value", "$")[1:] for name in root.iter("Text")}
        for part in task["annotations"][0]["result"]:
            if part["type"] == "relation":
                assert set(part["labels"]) <= relations
                continue
            value = part["value"]
            assert set(value.get("labels", value.get("choices", []))) <= allowed[part["from_name"]]
            regions.add((part["from_name"], part["id"].partition("-")[0]))
    for control, layer in regions - {("layer", layer) for _, layer in regions}:
        element = next(found for found in root if found.get("name") == control)
        assert layer in element.get("whenLabelValue", "").split(",")
        assert element.get("perRegion") == "true"
