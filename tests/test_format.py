"""`chithi format`: canonical form, and offsets from the text of a span."""

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main
from chithi.validation.formatting import format_file
from chithi.validation.offsets import settle
from chithi.validation.proof import keeps

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
    assert settle(record) == ([], [])
    spans = [record["speaker"], record["role"], record["directives"][0], request, request["addressee"]]
    assert [text[s["start"] : s["end"]] for s in spans] == [s["text"] for s in spans]


@pytest.mark.parametrize(
    ("text", "surface", "message"),
    [
        ("Rada i Rada", "Rada", "occurs 2 times"),
        ("Rada", "Komitet", "does not occur"),
        ("Radami", "Rada", "does not occur"),
    ],
)
def test_what_cannot_be_placed_is_told(text: str, surface: str, message: str) -> None:
    (finding,) = settle(statement(text, speaker={"text": surface, "id": "a"})).findings
    assert message in finding.message
    assert finding.pointer == ("speaker", "text")


def test_a_start_decides_between_occurrences() -> None:
    record = statement("Rada i Rada", speaker={"start": 7, "text": "Rada", "id": "a"})
    assert settle(record) == ([], [])
    assert (record["speaker"]["start"], record["speaker"]["end"]) == (7, 11)


def test_offsets_that_are_right_are_left_alone() -> None:
    record = statement("Rada i Rada", speaker={"start": 7, "end": 11, "text": "Rada", "id": "a"})
    assert settle(record) == ([], [])
    assert record["speaker"]["start"] == 7


@pytest.mark.parametrize("start", [None, "0", 1.5, True, [0]])
def test_a_start_that_is_no_integer_is_left_to_the_validator(start: Any) -> None:
    record = statement("Rada", speaker={"start": start, "text": "Rada", "id": "a"})
    assert settle(record) == ([], [])
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
        decomposed_length = [len(unicodedata.normalize("NFD", text[:at])) for at in range(len(text) + 1)]
        for span in [record["speaker"], record["role"], *record["directives"], *record["requests"]]:
            if span:
                span["start"], span["end"] = decomposed_length[span["start"]], decomposed_length[span["end"]]
        decomposed.append(unicodedata.normalize("NFD", json.dumps(record, ensure_ascii=False)))
    report.write_text("\n".join(decomposed) + "\n", encoding="utf-8")
    result = format_file(report)
    kept = [{k: v for k, v in r.items() if k != "requests"} for r in map(json.loads, result.after.splitlines())]
    assert kept == [{k: v for k, v in r.items() if k != "requests"} for r in map(json.loads, before.splitlines())]


@pytest.mark.parametrize("spoil", [b'{"id":"a","id":"b"}\n', b"{not json}\n", b"[1]\n", b'{"id":\xff}\n'])
def test_a_file_that_would_lose_something_is_left_alone(
    report: Path, spoil: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    spoiled = report.read_bytes() + spoil
    report.write_bytes(spoiled)
    assert main(["format", str(report)]) == 1
    assert report.read_bytes() == spoiled
    assert f"{report}:{len(report.read_bytes().splitlines())}:" in capsys.readouterr().out


NO_RECORD = {
    "a tab in a string": b'{"id":"x\ty"}\n',
    "NUL": b'{"id":"x\x00y"}\n',
    "NUL behind the record": b'{"id":"x"}\x00\n',
    "a record separator, as in RFC 7464": b'\x1e{"id":"x"}\n',
    "a form feed": b"\x0c\n",
    "columns with tabs": b"id\treport\tparagraph\n",
    "a byte order mark alone": b"\xef\xbb\xbf\n",
    "a record cut off": b'{"id":"x',
    "two records with a comma": b'{"id":"x"},{"id":"y"}\n',
    "two records and more": b'{"id":"x"}{"id":"y"}x\n',
    "an array that is not closed": b'[{"id":"x"},{"id":"y"}\n',
    "an array of something else": b'[{"id":"x"},7]\n',
    "a comment": b'// {"id":"x"}\n',
    "NaN": b'{"paragraph":NaN}\n',
    "half a character": b'{"text":"\\ud800"}\n',
    "a key twice": b'{"id":"x","id":"x"}\n',
}


@pytest.mark.parametrize("line", NO_RECORD.values(), ids=NO_RECORD)
def test_a_line_without_a_record_is_a_problem_and_the_file_stays(
    report: Path, line: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = report.read_bytes().splitlines(keepends=True)
    spoiled = first + line + (b"" if line.endswith(b"\n") else b"\n") + b"".join(others).replace(b'":', b'": ')
    report.write_bytes(spoiled)
    for arguments in (["--check"], []):
        assert main(["format", *arguments, str(report)]) == 1
        assert report.read_bytes() == spoiled
        out = capsys.readouterr().out
        assert f"{report}:2:" in out
        assert "formatted" not in out


@pytest.mark.parametrize("name", ["reports.jsonl", "actors.jsonl", "offices.jsonl", "directives.jsonl"])
@pytest.mark.parametrize("end", [b"\x1e", b",", b"\x0b", b"\xe2\x80\xa8"])
def test_lines_that_end_with_something_else_are_left_alone(
    corpus: Path, name: str, end: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    spoiled = (corpus / name).read_bytes().replace(b"\n", end)
    (corpus / name).write_bytes(spoiled)
    assert main(["format", str(corpus / name)]) == 1
    assert (corpus / name).read_bytes() == spoiled
    assert "mend" in capsys.readouterr().out


@pytest.mark.parametrize("blank", [b"\n", b" \t\r\n\n", b"[\n]\n"])
def test_a_file_of_blank_lines_does_not_become_an_empty_one(
    report: Path, blank: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    report.write_bytes(blank)
    assert main(["format", str(report)]) == 1
    assert report.read_bytes() == blank
    assert "no line of the file holds a record" in capsys.readouterr().out


def test_a_file_that_somebody_saves_meanwhile_is_left_to_them(report: Path) -> None:
    report.write_bytes(report.read_bytes().replace(b'":', b'": '))
    result = format_file(report)
    report.write_bytes(b"saved meanwhile")
    with pytest.raises(OSError, match="was changed meanwhile"):
        result.write()
    assert report.read_bytes() == b"saved meanwhile"


@pytest.mark.parametrize(("start", "end"), [(-1, -1), (0, 999), (1, 2), (999, 1000)])
def test_an_offset_that_has_no_place_in_the_composed_text_is_told(
    report: Path, start: int, end: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text is "é" in NFD, then "a": offset 1 would fall between the letter and its accent."""
    span = f'{{"start":{start},"end":{end},"text":"e\u0301","id":"x"}}'
    report.write_text(f'{{"text":"e\u0301a","speaker":{span}}}\n', encoding="utf-8")
    before = report.read_bytes()
    assert main(["format", str(report)]) == 1
    assert report.read_bytes() == before
    assert "does not occur in the statement's text" in capsys.readouterr().out


def test_what_was_done_is_told_although_a_later_file_cannot_be_read(report: Path, corpus: Path, tmp_path: Path) -> None:
    report.write_bytes(report.read_bytes().replace(b'":', b'": '))
    broken = tmp_path / "broken.jsonl"
    broken.write_text("not JSON\n")
    command = [sys.executable, "-m", "chithi", "format", report, broken, tmp_path / "missing.jsonl"]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert f"{report}: was formatted" in done.stdout
    assert f"{broken}:1:1: J204" in done.stdout


@pytest.mark.parametrize("rest", [b"garbage", b"\xff", b'{"id":"x"'])
def test_a_long_line_that_begins_with_spaces_is_left_alone(
    tmp_path: Path, rest: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"id": "y"}\n' + b" " * (2 << 20) + rest + b"\n")
    before = path.read_bytes()
    assert main(["format", str(path)]) == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ({"text": "e\u0301"}, {"text": "é"}, True),
        ({"text": "x"}, {"start": 0, "end": 1, "text": "x"}, True),
        ({"text": "x", "end": 1}, {"text": "x", "end": 2}, False),
        ({"text": "x"}, {"text": "x", "note": None}, False),
        ({"text": "x", "note": None}, {"text": "x"}, False),
        ({"text": "x"}, {"text": "y"}, False),
        ({"n": 1}, {"n": True}, False),
        ({"n": [1, 2]}, {"n": [1]}, False),
        ({"n": [1, 2]}, {"n": [2, 1]}, False),
        ({"n": {}}, {"n": None}, False),
    ],
)
def test_what_counts_as_kept(old: Any, new: Any, kept: bool) -> None:
    assert keeps(old, new, "x") is kept


def test_a_record_that_would_be_lost_is_told(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stands for any bug on the way: composing empties the translation of every record whose id ends with 3."""
    spoiled = report.read_bytes().replace(b'":', b'": ')
    report.write_bytes(spoiled)
    monkeypatch.setattr(
        "chithi.validation.formatting.in_nfc",
        lambda record, text: record | {"translation": ""} if record["id"].endswith("3") else record,
    )
    assert main(["format", str(report)]) == 1
    assert report.read_bytes() == spoiled
    assert f"{report}:3:1: F002" in capsys.readouterr().out


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


@pytest.mark.parametrize("objects", [b'{"id":"x"} ' * 10_002, b"[" + b"{}," * 10_002 + b"{}]"])
def test_10_000_objects_that_are_too_short_for_records_are_left(
    objects: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(objects)
    assert main(["format", str(path)]) == 1
    assert "J205 more than 10,000 objects that are too short for records" in capsys.readouterr().out
    assert path.read_bytes() == objects


@pytest.mark.parametrize("deep", [b"[" * 100_000, b'{"a":' * 100_000, b'{"a":1}\n[1,' + b'{"a":' * 100_000])
def test_brackets_without_end_are_told(deep: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(deep)
    assert main(["format", str(path)]) == 1
    assert "J201 nested deeper than 32 levels" in capsys.readouterr().out
    assert path.read_bytes() == deep
