"""`chithi format`: canonical form, and offsets from the text of a span."""

import json
import os
import re
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
    assert f"{report}:18:" in capsys.readouterr().out


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


LAYOUTS = {
    "one after another": b"".join,
    "with CR": lambda lines: b"\r".join(lines) + b"\r",
    "with a byte order mark": lambda lines: b"\xef\xbb\xbf" + b"".join(lines),
    "files with byte order marks, one behind the other": b"\n\xef\xbb\xbf".join,
    "an array": lambda lines: b"[" + b",".join(lines) + b"]",
    "an array, a record a line": lambda lines: b"[\r\n" + b",\r\n".join(lines) + b"\r\n]\r\n",
    "a pretty-printed array": lambda lines: json.dumps([json.loads(line) for line in lines], indent=2).encode(),
    "pretty-printed": lambda lines: "\n".join(json.dumps(json.loads(line), indent=4) for line in lines).encode(),
    "two arrays": lambda lines: b"[" + b",".join(lines[:3]) + b"]\n[" + b",".join(lines[3:]) + b"]",
    "two records on a line": lambda lines: b" ".join(lines[:2]) + b"\n" + b"\n".join(lines[2:]),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("name", ["reports", "actors", "exceptions", "statements"])
def test_every_layout_of_records_becomes_one_a_line(name: str, layout: Any, corpus: Path, report: Path) -> None:
    path = report if name == "statements" else corpus / f"{name}.jsonl"
    before = path.read_bytes()
    path.write_bytes(layout(before.splitlines()))
    assert main(["format", str(path)]) == 0
    assert path.read_bytes() == before


def run(*arguments: str, given: bytes = b"") -> tuple[int, str, str]:
    """Runs `chithi` in a process of its own. Returns the exit code, standard output and standard error."""
    command = [sys.executable, "-m", "chithi", *arguments]
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_standard_input_becomes_standard_output(report: Path) -> None:
    before = report.read_bytes()
    given = b"[" + b",".join(before.splitlines()) + b"]"
    assert run("format", "-", given=given) == (0, before.decode(), "")
    assert run("format", "-", given=before) == (0, before.decode(), "")
    assert run("format", "--check", "-", given=before) == (0, "", "")
    assert run("format", "--check", "-", given=given) == (1, "", "-: would be formatted\n")


@pytest.mark.parametrize("check", [["--check"], []])
def test_of_standard_input_with_a_problem_nothing_is_written(report: Path, check: list[str]) -> None:
    code, out, told = run("format", *check, "-", given=report.read_bytes() + b'{"id":"x",}\n')
    assert (code, out) == (1, "")
    assert "-:18:10: J204 not JSON: a comma before a closing bracket" in told
    assert run("format", *check, "-")[0] == 1


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"[]\n[]", b"[[]]", b"7", b"[7]", b"{", b"[", b"\xef\xbb\xbf", b"[{}", b"[{},]", b"[{} {}]"]
)
def test_what_holds_no_record_is_a_problem_and_stays(
    data: bytes, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report.write_bytes(data)
    assert main(["format", str(report)]) == 1
    assert report.read_bytes() == data
    assert "hint:" in capsys.readouterr().out


def test_a_folder_is_a_corpus_whose_tables_are_formatted(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    metadata = (corpus / "corpus.json").read_bytes()
    before = {path: path.read_bytes() for path in corpus.rglob("*.jsonl")}
    for path, data in before.items():
        path.write_bytes(b"\r\n".join(json.dumps(json.loads(line)).encode() for line in data.splitlines()))
    assert main(["format", str(corpus)]) == 0
    assert {path: path.read_bytes() for path in before} == before
    assert (corpus / "corpus.json").read_bytes() == metadata
    told = capsys.readouterr().out
    assert all(f"{path}: was formatted" in told for path in before)
    assert main(["validate", str(corpus)]) == 0


def drafted(report: Path, **parts: Any) -> dict[str, Any]:
    """Makes a file of one record, and returns the record."""
    record = statement("Rada i Rada prosi „Komitet” o plan.", **parts)
    report.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    return record


def test_a_span_whose_text_moved_is_found_again(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drafted(
        report,
        speaker={"start": 12, "end": 17, "text": "prosi", "id": "a"},
        role={"start": 5, "end": 12, "text": "Komitet", "offices": ["o"]},
        directives=[{"start": 30, "end": 99, "text": "plan", "id": "d"}],
    )
    assert main(["format", str(report)]) == 0
    (record,) = records(report)
    assert [record[key]["start"] for key in ("speaker", "role")] == [12, 19]
    assert (record["directives"][0]["start"], record["directives"][0]["end"]) == (30, 34)
    assert capsys.readouterr().out.splitlines() == [
        f"{report}:1: 'Komitet' was found again at 19, it was at 5 [/role]",
        f"{report}:1: 'plan' ends at 34, not at 99 [/directives/0]",
        f"{report}: was formatted",
    ]


@pytest.mark.parametrize("offsets", [{}, {"start": 3, "end": 7}])
def test_a_span_with_several_places_is_shown_in_each(
    offsets: dict[str, int], report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drafted(report, speaker=offsets | {"text": "Rada", "id": "a"})
    before = report.read_bytes()
    assert main(["format", str(report)]) == 1
    assert report.read_bytes() == before
    out = capsys.readouterr().out
    assert "F001 the span's text occurs 2 times [/speaker/text]" in out
    assert "\"start\":0 in '>>Rada<< i Rada prosi „Komitet” o…'" in out
    assert "\"start\":7 in 'Rada i >>Rada<< prosi „Komitet” o plan.'" in out
    drafted(report, speaker=offsets | {"start": 7, "text": "Rada", "id": "a"})
    assert main(["format", str(report)]) == 0
    assert records(report)[0]["speaker"] == {"start": 7, "end": 11, "text": "Rada", "id": "a"}


@pytest.mark.parametrize(
    ("surface", "nearest"),
    [
        ("RADA I RADA", "Rada i Rada"),
        ("'Komitet'", "„Komitet”"),
        ("prośi", "prosi"),
        ("Rada\u00a0i  Rada", "Rada i Rada"),
        ("Komitett", "Komitet"),
        ("prosi Komitet o plan", "prosi „Komitet” o plan"),
        ("dyrektywa", None),
    ],
)
@pytest.mark.parametrize("command", ["format", "validate"])
def test_the_nearest_match_is_shown_where_a_span_stands_nowhere(
    surface: str, nearest: str | None, command: str, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offsets = {} if command == "format" else {"start": 0, "end": len(surface)}
    drafted(report, speaker=offsets | {"text": surface, "id": "a"})
    assert main([command, str(report)]) == 1
    out = capsys.readouterr().out
    assert (f"; it has '{nearest}'" in out) is (nearest is not None)
    assert "F001" in out if command == "format" else "T401" in out


def test_spans_are_sorted_by_start(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spans = [{"text": text, "id": "d"} for text in ("plan", "prosi", "Komitet", "prosi")]
    drafted(report, directives=spans)
    assert main(["format", str(report)]) == 0
    assert [span["start"] for span in records(report)[0]["directives"]] == [12, 12, 19, 30]
    assert f"{report}:1: directives were sorted by start" in capsys.readouterr().out


def test_findings_of_a_line_are_counted_from_the_21st_on(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drafted(report, directives=[{"text": "dyrektywa", "id": "d"}] * 4000)
    assert main(["format", str(report)]) == 1
    out = capsys.readouterr().out
    assert out.count("F001") == 20
    assert "V001 and 3,980 more in this line" in out
    drafted(report, directives=[0] * 4000)
    assert main(["validate", str(report)]) == 1
    out = capsys.readouterr().out
    assert out.count("hint:") == 21
    assert "V001 and 3,98" in out


@pytest.mark.parametrize("code", ["F001", "f002", "unplaced-span", "V001", "further-findings"])
def test_codes_of_format_are_explained(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--explain", code]) == 0
    assert "Bad: " in capsys.readouterr().out


def test_an_array_with_a_fault_is_diagnosed_where_it_is(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pretty = json.dumps(records(report), indent=2, ensure_ascii=False).encode()
    lines = pretty.splitlines(keepends=True)
    lines[3] = lines[3].replace(b",", b", // the paragraph")
    report.write_bytes(b"".join(lines))
    assert main(["format", str(report)]) == 1
    assert report.read_bytes() == b"".join(lines)
    out = capsys.readouterr().out
    column = lines[3].decode().index("//") + 1
    assert f"{report}:4:{column}: J204 not JSON: a comment" in out
    assert out.count("hint:") == 1


def test_a_draft_is_one_finding_a_line(report: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = report.read_text(encoding="utf-8")
    report.write_text(re.sub(r'"start":\d+,"end":\d+,', "", text), encoding="utf-8")
    with_spans = sum('"start"' in line for line in text.splitlines())
    assert main(["validate", "--corpus", str(corpus), str(report)]) == 1
    out = capsys.readouterr().out
    assert out.count("S301 spans without offsets") == out.count("hint:") == with_spans
    assert main(["format", str(report)]) == 0
    assert report.read_text(encoding="utf-8") == text


def test_an_edited_text_is_one_finding_a_span_and_mended(
    report: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = report.read_bytes()
    spans = sum(line.count(b'"start"') for line in before.splitlines())
    report.write_bytes(before.replace(b'"text":"', b'"text":"Oto ', 1).replace(b'"text":"Oto Oto', b'"text":"Oto'))
    for line in range(2, len(before.splitlines()) + 1):
        edit(report, line, lambda record: record.update(text=f"Oto {record['text']}"))
    assert main(["validate", "--corpus", str(corpus), str(report)]) == 1
    out = capsys.readouterr().out
    assert out.count("T401") == out.count("hint: run `chithi format`") == out.count("hint:") <= spans
    assert main(["format", str(report)]) == 0
    capsys.readouterr()
    assert main(["validate", "--corpus", str(corpus), str(report)]) == 0
