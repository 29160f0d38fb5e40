"""`chithi format` reads records in any layout, from files, folders and standard input."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main

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
    assert ":10: J204 not JSON: a comma before a closing bracket" in told
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
