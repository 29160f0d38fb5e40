"""Reports of problems: for people, programs, GitHub and code scanning."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest

from chithi.cli import main
from chithi.text.display import shown
from chithi.validation.engine import validate
from chithi.validation.findings import Problem, ValidationResult
from chithi.validation.parallel import BLOCK_BYTES, SHARE
from chithi.validation.reporters import REPORTERS, coloured, text
from chithi.validation.rules import RULES, documented

from .conftest import edit

BAD = Path(__file__).parent / "fixtures" / "bad"
PROBLEM = Problem(
    "a,b:c/x.jsonl", 3, 17, "T401", "/speaker/start", "50% off\nhere", "do\rthis", "'x'", "'y'", "x.pl.01"
)


@pytest.fixture
def result(corpus: Path, report: Path) -> ValidationResult:
    """The result for a corpus with several kinds of problems."""
    lines = report.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b'"start":', b'"start":1')
    lines[4] = lines[4].replace(b"Sekretarz", "Sekretarz\u202e".encode())
    lines[6] = b"{\n"
    report.write_bytes(b"".join(lines))
    (corpus / "more.jsonl").write_text("{}\n")
    return validate(corpus)


def test_columns_lead_to_the_value(result: ValidationResult, corpus: Path) -> None:
    for problem in result.problems:
        if problem.code == "T401":
            line = (corpus / problem.path).read_text(encoding="utf-8").split("\n")[problem.line - 1]
            assert re.match(r"\d+,", line[problem.column - 1 :])
            assert line[: problem.column - 1].endswith('"start":')


def test_text_is_grouped_by_file_and_ends_with_a_summary(result: ValidationResult) -> None:
    lines = "\n".join(text(result, "0")).split("\n")
    places = [line.split(":")[0] for line in lines if re.match(r"\S+: ?[A-Z]\d{3}|\S+:\d+:\d+: ", line)]
    assert places == sorted(places)
    tolerated = f", {result.tolerated} tolerated" if result.tolerated else ""
    assert re.fullmatch(rf"\d+ problems in [\d,]+ records of \d+ files{tolerated}", lines[-1])
    assert [line for line in lines if not line.isprintable()] == []
    assert "<U+202E>" in "\n".join(lines)


def test_one_problem_and_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(text(ValidationResult([PROBLEM], 1, 1), "0"))[-1] == "1 problem in 1 record of 1 file"
    assert list(text(ValidationResult([], 9, 1000), "0")) == ["no problems in 1,000 records of 9 files"]
    some = ValidationResult([], 9, 1000, tolerated=3)
    assert list(text(some, "0")) == ["no problems in 1,000 records of 9 files, 3 tolerated"]


def test_colours_are_for_terminals(result: ValidationResult) -> None:
    assert "\033[" not in "\n".join(text(result, "0"))
    stripped = re.sub(r"\033\[[\d;]*m", "", "\n".join(text(result, "0", coloured)))
    assert stripped == "\n".join(text(result, "0"))


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize("no_color", [False, True])
def test_a_terminal_gets_colours_unless_it_wants_none(no_color: bool) -> None:
    master, slave = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    if no_color:
        environment["NO_COLOR"] = "1"
    command = [sys.executable, "-m", "chithi", "validate"]
    run = subprocess.run(command, stdout=slave, stderr=slave, check=False, env=environment)
    os.close(slave)
    printed = os.read(master, 10000).decode()
    os.close(master)
    assert run.returncode == 0
    assert ("\033[1;32mno problems" in printed) is not no_color


def test_json_is_one_array_of_documented_fields(result: ValidationResult) -> None:
    rows = json.loads("\n".join(REPORTERS["json"](result, "0")))
    assert len(rows) == len(result.problems)
    fields = {"path", "line", "column", "code", "level", "pointer", "message", "hint", "found", "expected", "record"}
    assert {key for row in rows for key in row} == fields
    assert all(row["level"] == RULES[row["code"]].level for row in rows)


def test_github_commands_are_escaped() -> None:
    (line,) = REPORTERS["github"](ValidationResult([PROBLEM]), "0")
    command, _, body = line.removeprefix("::error ").partition("::")
    properties = dict(part.split("=", 1) for part in command.split(","))
    assert "\n" not in line
    assert {key: unquote(value) for key, value in properties.items()} == {
        "file": "a,b:c/x.jsonl",
        "line": "3",
        "col": "17",
        "title": "T401 /speaker/start",
    }
    assert unquote(body) == "50% off\nhere\nfound: 'x'\nexpected: 'y'\nhint: do<U+000D>this"


def test_sarif_is_sarif(result: ValidationResult) -> None:
    log = json.loads("\n".join(REPORTERS["sarif"](result, "1.2.3")))
    pytest.importorskip("sarif_pydantic").Sarif.model_validate(log)
    (run,) = log["runs"]
    assert run["tool"]["driver"]["version"] == "1.2.3"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(documented())
    assert [found["ruleId"] for found in run["results"]] == [problem.code for problem in result.problems]
    for found, problem in zip(run["results"], result.problems, strict=True):
        assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == problem.code
        region = found["locations"][0]["physicalLocation"].get("region")
        assert region == ({"startLine": problem.line, "startColumn": problem.column} if problem.line else None)


@pytest.mark.skipif("SARIF_SCHEMA" not in os.environ, reason="SARIF_SCHEMA names no file; .ci/run sets it")
def test_sarif_fits_the_official_schema(result: ValidationResult) -> None:
    schema = json.loads(Path(os.environ["SARIF_SCHEMA"]).read_text(encoding="utf-8"))
    log = json.loads("\n".join(REPORTERS["sarif"](result, "1.2.3")))
    jsonschema.Draft7Validator(schema).validate(log)


def test_list_and_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--list"]) == 0
    table = capsys.readouterr().out
    assert re.findall(r"^\| ([A-Z]\d{3}) ", table, re.MULTILINE) == list(documented())
    assert main(["validate", "--explain", "c502"]) == 0
    explained = capsys.readouterr().out
    assert explained.startswith("C502 unknown-actor (level corpus)")
    assert "Bad: " in explained
    assert "Good: " in explained
    assert main(["validate", "--explain", "unknown-actor"]) == 0
    assert capsys.readouterr().out == explained
    assert main(["validate", "--explain", "X999"]) == 2
    assert "no rule X999" in capsys.readouterr().err


@pytest.mark.parametrize("form", REPORTERS)
def test_every_format_is_there_for_the_command(
    form: str, corpus: Path, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report.write_bytes(report.read_bytes() + b"{\n")
    assert main(["validate", "--corpus", str(corpus), "--format", form]) == 1
    assert "J204" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("a\u200bb", "'a<U+200B>b'"),
        ("\x00", "'<U+0000>'"),
        (None, "null"),
        (True, "true"),
        (3, "3"),
        ("é", "'é'"),
        ("\u061c", "'<U+061C>'"),
    ],
)
def test_values_are_shown_safely(value: object, says: str) -> None:
    assert shown(value) == says


def test_long_values_are_cut_in_the_middle() -> None:
    assert len(shown("x" * 5000)) < 200
    assert shown("x" * 5000).endswith("(5002 characters)")


def test_jobs_find_the_same(corpus: Path, report: Path) -> None:
    lines = report.read_bytes().splitlines(keepends=True)
    report.write_bytes(b"".join([*lines[:4], lines[3], b"[]\n", *lines[5:]]))
    unlabelled = {"text": json.loads(lines[0])["text"], "speaker": None, "role": None, "directives": [], "requests": []}
    edit(max((corpus / "statements").iterdir()), 1, lambda record: record.update(unlabelled))
    one, two = validate(corpus), validate(corpus, jobs=2)
    assert one.problems == two.problems != []
    assert {"C521", "C525"} <= {problem.code for problem in two.problems}
    assert (one.files, one.records) == (two.files, two.records)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_failed_in_a_registry_elsewhere_excuses_no_statement(
    corpus: Path, report: Path, tmp_path: Path, jobs: int
) -> None:
    edit(report, 1, lambda record: record["speaker"].update(id="nobody-at-all"))
    elsewhere = tmp_path / "actors.jsonl"
    elsewhere.write_bytes(b'{"id":"nobody-at-all",\n')
    codes = [problem.code for problem in validate(corpus, [elsewhere, report], jobs).problems]
    assert codes.count("C502") == 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_large_file_that_is_given_as_a_path(corpus: Path, report: Path, tmp_path: Path, jobs: int) -> None:
    lines = report.read_bytes().splitlines(keepends=True)
    draft = tmp_path / "draft.jsonl"
    draft.write_bytes(b"".join([*lines, b"[]\n"] * 400))
    assert draft.stat().st_size > SHARE * BLOCK_BYTES
    found = [(problem.line, problem.code) for problem in validate(corpus, [draft], jobs).problems]
    size = len(lines) + 1
    assert [line for line, code in found if code == "J205"] == [size * n for n in range(1, 401)]
    assert [line for line, code in found if code == "C521"] == [n for n in range(size + 1, 400 * size) if n % size]


def test_standard_input(report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "chithi", "validate", "-"]
    given = report.read_bytes() + b"{\n"
    run = subprocess.run(command, input=given, capture_output=True, check=False)
    assert run.returncode == 1
    assert run.stdout.decode().startswith(f"-:{len(given.splitlines())}:2: J204")
