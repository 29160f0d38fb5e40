"""Drafts and edited texts: `chithi format` finds spans again, and shows what it cannot decide."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main

from .conftest import edit, records
from .test_format import statement


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
