"""`chithi format`: canonical form, and offsets from the text of a span."""

import json
import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main
from chithi.validation.formatting import fill, format_file, write

from .conftest import edit, records


def statement(text: str, **parts: Any) -> dict[str, Any]:
    base = {"id": "x.pl.01", "report": "x.pl", "paragraph": 1, "text": text, "translation": "X"}
    return base | {"speaker": None, "role": None, "directives": [], "requests": []} | parts


def test_offsets_are_filled_in_for_every_layer() -> None:
    text = "Ada Example, sekretarz, prosi Radę o plan z dyrektywy 1-CT/TW"
    request = {"text": "plan z dyrektywy 1-CT/TW", "act": "request", "topic": "health", "addressee": {"text": "Radę"}}
    record = statement(
        text,
        speaker={"text": "Ada Example", "id": "a"},
        role={"text": "sekretarz", "offices": ["o"]},
        directives=[{"text": "dyrektywy 1-CT/TW", "id": "d"}],
        requests=[request],
    )
    assert fill(record) == []
    spans = [record["speaker"], record["role"], record["directives"][0], request, request["addressee"]]
    assert [text[s["start"] : s["end"]] for s in spans] == [s["text"] for s in spans]


@pytest.mark.parametrize(
    ("text", "surface", "message"),
    [("Rada i Rada", "Rada", "occurs 2 times"), ("Rada", "Komitet", "does not occur"), ("Radami", "Rada", "does not occur")],
)
def test_what_cannot_be_placed_is_told(text: str, surface: str, message: str) -> None:
    (finding,) = fill(statement(text, speaker={"text": surface, "id": "a"}))
    assert message in finding.message
    assert finding.pointer == ("speaker", "text")


def test_a_start_decides_between_occurrences() -> None:
    record = statement("Rada i Rada", speaker={"start": 7, "text": "Rada", "id": "a"})
    assert fill(record) == []
    assert (record["speaker"]["start"], record["speaker"]["end"]) == (7, 11)


def test_offsets_that_are_given_are_left_alone() -> None:
    record = statement("Rada", speaker={"start": 1, "end": 5, "text": "Rada", "id": "a"})
    assert fill(record) == []
    assert record["speaker"]["start"] == 1


@pytest.mark.parametrize("start", [None, "0", 1.5, True, [0]])
def test_a_start_that_is_no_integer_is_left_to_the_validator(start: Any) -> None:
    record = statement("Rada", speaker={"start": start, "text": "Rada", "id": "a"})
    assert fill(record) == []
    assert record["speaker"] == {"start": start, "text": "Rada", "id": "a"}


def test_canonical_form_mends_what_is_no_matter_of_content(report: Path) -> None:
    before = report.read_bytes()
    loose = b"\xef\xbb\xbf" + b"\r\n\r\n".join(
        json.dumps(dict(reversed(json.loads(line).items()))).encode() for line in before.splitlines()
    )
    report.write_bytes(loose)
    assert main(["format", "--check", str(report)]) == 1
    assert report.read_bytes() == loose
    assert main(["format", str(report)]) == 0
    assert report.read_bytes() == before
    assert main(["format", "--check", str(report)]) == 0


def test_nfc_moves_the_offsets(report: Path) -> None:
    before = report.read_bytes()
    decomposed = []
    for line in before.splitlines():
        record = json.loads(line)
        text = record["text"]
        for span in [record["speaker"], record["role"], *record["directives"], *record["requests"]]:
            if span:
                span["start"], span["end"] = (len(unicodedata.normalize("NFD", text[: span[k]])) for k in ("start", "end"))
        decomposed.append(unicodedata.normalize("NFD", json.dumps(record, ensure_ascii=False)))
    report.write_text("\n".join(decomposed) + "\n", encoding="utf-8")
    result = format_file(report)
    kept = [{k: v for k, v in r.items() if k != "requests"} for r in map(json.loads, result.after.splitlines())]
    assert kept == [{k: v for k, v in r.items() if k != "requests"} for r in map(json.loads, before.splitlines())]


@pytest.mark.parametrize("spoil", [b'{"id":"a","id":"b"}\n', b"{not json}\n", b"[1]\n", b'{"id":\xff}\n'])
def test_a_file_that_would_lose_something_is_left_alone(report: Path, spoil: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    spoiled = report.read_bytes() + spoil
    report.write_bytes(spoiled)
    assert main(["format", str(report)]) == 1
    assert report.read_bytes() == spoiled
    assert f"{report}:18:" in capsys.readouterr().out


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(path, b"new")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"x.jsonl": b"old"}


def test_a_draft_becomes_valid(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def strip(record: dict[str, Any]) -> None:
        for span in [record["speaker"], record["role"], *record["directives"], *record["requests"]]:
            if span:
                del span["start"], span["end"]

    before = records(report)
    for line in range(1, len(before) + 1):
        edit(report, line, strip)
    assert main(["format", str(report)]) == 0
    assert records(report) == before
    assert "was formatted" in capsys.readouterr().out
