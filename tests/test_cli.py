"""The commands as users meet them: what they print, what they return, what they leave alone."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main, parser

from .conftest import edit, records

CHITHI = [sys.executable, "-m", "chithi"]


def wrong_offset(record: dict[str, Any]) -> None:
    record["speaker"]["start"] += 2


def unknown_speaker(record: dict[str, Any]) -> None:
    record["speaker"]["id"] = "hoang-trung-dong"


def extra_key(record: dict[str, Any]) -> None:
    record["speaker"]["sex"] = "m"


def missing_key(record: dict[str, Any]) -> None:
    del record["translation"]


@pytest.mark.parametrize(
    ("change", "code", "pointer", "says"),
    [
        (wrong_offset, "T401", "/speaker/start", "2 off"),
        (unknown_speaker, "C502", "/speaker/id", "did you mean 'hoang-trung-dung'?"),
        (extra_key, "S302", "/speaker/sex", "unknown key 'sex'"),
        (missing_key, "S301", "/translation", "the key 'translation' is missing"),
    ],
)
def test_bad_records_are_told_and_nothing_is_published(
    corpus: Path,
    report: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[dict[str, Any]], None],
    code: str,
    pointer: str,
    says: str,
) -> None:
    edit(report, 5, change)
    out = corpus.parent / "out"
    assert main(["publish", "--corpus", str(corpus), "--out", str(out)]) == 1
    printed = capsys.readouterr().out
    line = next(line for line in printed.splitlines() if f" {code} " in line)
    assert line.startswith(f"{os.path.relpath(report)}:5:")
    assert line.endswith(f"[{pointer}]")
    assert says in line
    assert not out.exists()


def test_a_day_that_does_not_exist_is_told(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(corpus / "directives.jsonl", 1, lambda record: record.update(issued="2025-02-31"))
    assert main(["validate", "--corpus", str(corpus)]) == 1
    printed = capsys.readouterr().out
    assert f"{os.path.relpath(corpus / 'directives.jsonl')}:1:" in printed
    assert "S306 no such date [/issued]" in printed
    assert "'2025-02-31'" in printed


def test_a_broken_line_hides_no_other(report: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = report.read_bytes().splitlines(keepends=True)
    lines[6] = lines[6][:100] + b"\n"
    report.write_bytes(b"".join(lines))
    edit(report, 9, wrong_offset)
    assert main(["validate", "--corpus", str(corpus)]) == 1
    printed = capsys.readouterr().out
    place = os.path.relpath(report)
    assert f"{place}:7:" in printed
    assert f"{place}:9:" in printed
    assert "J204 not JSON" in printed


@pytest.mark.parametrize("command", ["validate", "format", "publish", "stats"])
def test_a_corpus_that_is_not_there_is_exit_2(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--corpus", str(tmp_path / "none")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("chithi: ")
    assert "none" in error
    assert "Traceback" not in error


@pytest.mark.parametrize("arguments", [[], ["frobnicate"], ["validate", "--nonsense"], ["stats", "--format", "xml"]])
def test_wrong_use_is_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage: chithi" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (["frmat"], "format"),
        (["validat", "x.jsonl"], "validate"),
        (["format", "--chek"], "--check"),
        (["publish", "--dry-runn"], "--dry-run"),
        (["validate", "--format", "jsn"], "json"),
        (["stats", "--leak=5"], "--leaks"),
    ],
)
def test_a_slip_is_answered_with_the_nearest_word(
    arguments: list[str], nearest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert f"did you mean '{nearest}'?" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["zzzzzz\x1b[31m"], ["format", "--zzzzzz\x1b[31m"]])
def test_what_is_near_to_nothing_is_told_without_a_guess(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    told = capsys.readouterr().err
    assert "did you mean" not in told
    assert "\x1b" not in told


def test_commands_work_from_any_directory(tmp_path: Path) -> None:
    run = subprocess.run([*CHITHI, "validate"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("no problems in ")


def test_a_reader_that_goes_away_is_no_crash(corpus: Path, report: Path) -> None:
    report.write_bytes(b"{}\n" * 20000)
    command = [*CHITHI, "validate", "--corpus", str(corpus)]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.readline()
    run.stdout.close()
    assert run.stderr.read() == b""
    run.stderr.close()
    assert run.wait() == 1


def test_validate_and_format_import_nothing_heavy() -> None:
    commands = "main(['validate']); main(['format', '--check'])"
    script = f"import sys; from chithi.cli import main; {commands}; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.splitlines()[-1].split())
    assert not loaded & {"datasets", "nltk", "polars", "pyarrow", "pandas", "py3langid", "jsonschema"}


def test_stats_count_what_is_there(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--corpus", str(corpus), "--format", "json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    statements = [record for path in (corpus / "statements").iterdir() for record in records(path)]
    requests = sum(len(statement["requests"]) for statement in statements)
    by_mai = [s for s in statements if s["speaker"] and s["speaker"]["id"] == "truong-thi-mai"]
    crossed = {"speaker by act", "year by act", "who asks whom"}
    sums = {heading: sum(values.values()) for heading, values in counts.items() if heading not in crossed}
    assert counts["total"]["statements"] == len(statements) == sums["split"] == sums["language"]
    assert counts["total"]["requests"] == requests == sums["act"]
    assert sums["directive"] == sum(len(statement["directives"]) for statement in statements)
    assert counts["speaker"]["Truong Thi Mai"] == len(by_mai)


def test_exceptions_need_a_reason_and_a_use(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exceptions = corpus / "exceptions.jsonl"
    lines = [
        {"code": "T411", "record": "x.pl.02", "reason": " "},
        {"code": "T411", "record": "x.pl.01", "reason": "because"},
        {"code": "T401", "record": "x.pl.01", "reason": "because"},
    ]
    exceptions.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert main(["validate", "--corpus", str(corpus)]) == 1
    printed = capsys.readouterr().out
    place = os.path.relpath(exceptions)
    assert f"{place}:1:1: C541" in printed
    assert f"{place}:2:1: C542" in printed
    assert f"{place}:3:1: C543" in printed


def test_the_program_is_installed() -> None:
    program = Path(sys.executable).with_name("chithi")
    run = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, env=dict(os.environ))
    assert run.stdout.startswith("chithi ")


def test_leaks_tell_what_the_splits_share(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--corpus", str(corpus), "--leaks", "--format", "json"]) == 0
    shared, test = json.loads(capsys.readouterr().out).values()
    assert shared["events"] == shared["near-duplicate passages"] == 0
    assert 0 <= test["whose speaker is not in train (share)"] <= 1
    train = next((corpus / "statements").glob("ha-giang*.ru.jsonl"))
    line = json.loads(train.read_text(encoding="utf-8").split("\n")[0])
    target = corpus / "statements" / "provincial-secretaries-conference-2024-01.pl.jsonl"
    edit(target, 1, lambda record: record.update(text=line["text"] + " Wtedy."))
    assert main(["stats", "--corpus", str(corpus), "--leaks", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["shared by train and test"]["near-duplicate passages"] == 1


@pytest.mark.parametrize("option", [[], ["--leaks"]])
def test_stats_of_an_empty_corpus(option: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("reports", "actors", "offices", "directives"):
        (tmp_path / f"{name}.jsonl").touch()
    assert main(["stats", *option, "--format", "json", "--corpus", str(tmp_path)]) == 0
    counts = [number for values in json.loads(capsys.readouterr().out).values() for number in values.values()]
    assert not any(counts)
    assert main(["stats", "--write", str(tmp_path / "README.md"), "--corpus", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "chithi: the corpus has no statements: no figures were written\n"


def test_the_help_of_every_command_says_what_to_do_next(capsys: pytest.CaptureFixture[str]) -> None:
    for command in parser()._subparsers._group_actions[0].choices:  # type: ignore[union-attr]
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert "\nnext: " in capsys.readouterr().out, command
