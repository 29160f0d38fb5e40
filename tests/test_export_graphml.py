"""`chithi export --to graphml`: who asks whom, as networkx reads it."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main

from . import beyond

networkx = pytest.importorskip("networkx")


def graph(out: Path, *options: str) -> Any:
    assert main(["export", "--to", "graphml", "--out", str(out), *options]) == 0
    return networkx.read_graphml(out)


def test_edges_are_the_requests_from_speakers_to_addressees(tmp_path: Path) -> None:
    found = graph(tmp_path / "x.graphml")
    weights: dict[tuple[str, str], Counter[str]] = {}
    requests = [(said, request) for said in chithi.Corpus.read().records(chithi.Statement) for request in said.requests]
    for said, request in requests:
        for actor in request.addressee.actors if request.addressee else ():
            if said.speaker:
                of_pair = weights.setdefault((said.speaker.id, actor), Counter())
                of_pair.update(["weight", f"act_{request.act}", f"topic_{request.topic}"])
    drawn = {
        (a, b): Counter({k: n for k, n in data.items() if k != "id" and n}) for a, b, data in found.edges(data=True)
    }
    assert found.is_directed()
    assert not found.is_multigraph()
    assert drawn == weights  # a Counter takes what is missing for 0
    assert found.graph["requests"] == len(requests)
    assert found.graph["without_addressee"] == sum(request.addressee is None for _, request in requests)
    assert found.graph["without_speaker"] == sum(said.speaker is None for said, _ in requests)


def test_nodes_say_who_they_are(tmp_path: Path) -> None:
    found = graph(tmp_path / "x.graphml")
    actors = {actor.id: actor for actor in chithi.Corpus.read().records(chithi.records.records.Actor)}
    for name, data in found.nodes(data=True):
        assert data["label"] == data["name"] == actors[name].name_en
        assert (data["kind"], data.get("name_original")) == (actors[name].kind, actors[name].name_original)
        assert actors[name].level in (None, data.get("level"))
        assert data["asks"] == sum(weight for _, _, weight in found.out_edges(name, data="weight"))
        assert data["asked"] == sum(weight for _, _, weight in found.in_edges(name, data="weight"))
    assert found.nodes["to-lam"]["level"] == "central"


def test_a_person_has_the_highest_level_at_which_he_or_she_speaks(tmp_path: Path) -> None:
    found = graph(tmp_path / "x.graphml", "--corpus", str(beyond.write(tmp_path / "odd")))
    assert found.nodes["ada"]["level"] == "central"
    assert found.edges["ada", "committee"]["weight"] == 5


def test_names_are_written_to_the_letter(tmp_path: Path) -> None:
    odd = beyond.write(tmp_path / "odd")
    path = odd / "actors.jsonl"
    path.write_text(path.read_text("utf-8").replace('"Ada"', r'"<Ada> & \"\ud83d\ude00\""'), "utf-8")
    assert graph(tmp_path / "x.graphml", "--corpus", str(odd)).nodes["ada"]["label"] == '<Ada> & "\U0001f600"'


def test_what_xml_cannot_hold_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = beyond.write(tmp_path / "odd")
    path = odd / "actors.jsonl"
    path.write_text(path.read_text("utf-8").replace('"Ada"', r'"Ada\u0001"'), "utf-8")
    assert main(["export", "--to", "graphml", "--corpus", str(odd), "--out", str(tmp_path / "x")]) == 1
    assert "graphml cannot carry '<U+0001>', which stands in 'Ada<U+0001>'" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
