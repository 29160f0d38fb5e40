"""Bad input of every kind: a clear message, an exit code, nothing lost, no traceback, and bounded memory."""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main
from chithi.records.blocks import blocks, cuts, lines_of
from chithi.validation.engine import validate

Record = dict[str, Any]
CHITHI = [sys.executable, "-m", "chithi"]
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2  # <linux/capability.h>
PR_CAPBSET_DROP = 24  # <linux/prctl.h>
NAME = "provincial-secretaries-conference-2024-01.pl.jsonl"


def codes(corpus: Path, data: bytes) -> list[str]:
    """The codes of the problems in a file of these bytes."""
    path = corpus / "statements" / NAME
    path.write_bytes(data)
    return sorted({problem.code for problem in validate(corpus, [path]).problems})


@pytest.mark.parametrize("size", [1, 60, 500, 3000])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"a\nb\n",
        b"a\n\nb",
        b"x" * 700 + b"\ny\n",
        b"x\n" + b"y" * 2000 + b"\nz\n" + b"y" * 2000,
        "a\u2028b\x0b\x0c\x1c\x85c\r\nd\re\n".encode(),
    ],
)
def test_lines_are_the_same_however_a_file_is_read(data: bytes, size: int, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    found = [line for block in blocks(path, size=size, longest=1000) for line in lines_of(block)]
    expected = [line + b"\n" for line in data.split(b"\n")]
    expected = expected[:-1] + ([expected[-1][:-1]] if expected[-1] != b"\n" or not data else [])
    assert len(found) == len(expected)
    for line, whole in zip(found, expected, strict=True):
        if len(whole) <= 1000:
            assert line == whole
        else:
            assert 1000 < len(line) <= 1001 + size
            assert whole.startswith(line.rstrip(b"\n"))


@pytest.mark.parametrize("n", range(4))
def test_a_file_that_one_of_several_processes_cannot_read(
    corpus: Path, n: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sorted((corpus / "statements").iterdir())[n * 40]
    path.unlink()
    path.mkdir()
    assert main(["validate", "--corpus", str(corpus), "--jobs", "3"]) == 2
    assert capsys.readouterr().err == f"chithi: {path}: Is a directory\n"
    with pytest.raises(ChildProcessError):  # no other process is left, waiting for a reader of its findings
        os.waitpid(-1, os.WNOHANG)


def test_a_process_that_dies_is_told(corpus: Path, report: Path, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_bytes(report.read_bytes() * 2000)  # enough work for a second
    command = [*CHITHI, "validate", "--corpus", corpus, "--jobs", "2", path]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children")
    while not (found := children.read_text().split()):
        assert run.poll() is None
    os.kill(int(found[0]), signal.SIGKILL)
    with run:
        assert run.communicate() == ("", "chithi: input or output: a process that shared the work is gone\n")
    assert run.returncode == 2


@pytest.mark.parametrize("size", [1, 60, 500, 3000])
def test_parts_of_a_file_are_the_file(size: int, report: Path) -> None:
    data = report.read_bytes()
    parts = list(cuts(report, size))
    assert b"".join(data[start:stop] for start, stop, _ in parts) == data
    assert [line for *_, line in parts] == [1 + data[:start].count(b"\n") for start, _, _ in parts]
    assert all(data[:stop].endswith(b"\n") for _, stop, _ in parts)
    for start, stop, _ in parts:
        assert b"".join(blocks(report, start, stop, 100)) == data[start:stop]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["B101"]),
        ('{"id":"x"}\n'.encode("utf-16"), ["B102"]),
        ('{"id":"x"}\n'.encode("utf-32"), ["B102"]),
        (b"\xff\n", ["B104"]),
        (b'{"id":"\x00"}\n', ["B105"]),
        (b"\n", ["B108"]),
        (b"[" * 100_000 + b"]" * 100_000 + b"\n", ["J201"]),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n", ["J201"]),
        (b'{"paragraph":NaN}\n', ["J202"]),
        (b'{"paragraph":-Infinity}\n', ["J202"]),
        (b'{"paragraph":1e400}\n', ["J202"]),
        (b'{"paragraph":9223372036854775808}\n', ["J202"]),
        (b'{"paragraph":' + b"9" * 5000 + b"}\n", ["J202"]),
        (b'{"text":"\\ud800"}\n', ["J203"]),
        (b'{"text":"x"\n', ["J204"]),
        (b"[]\n", ["J205"]),
        (b'"x"\n', ["J205"]),
        (b"null\n", ["J205"]),
        (b'{"a":{"b":[{"c":1,"c":2}]}}\n', ["J206"]),
    ],
)
def test_broken_lines(corpus: Path, data: bytes, expected: list[str]) -> None:
    assert codes(corpus, data) == expected


def test_a_line_of_100_megabytes_costs_little_more_than_itself(corpus: Path) -> None:
    path = corpus / "statements" / NAME
    with path.open("wb") as stream:
        for _ in range(100):
            stream.write(b"x" * 1_000_000)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    command = [*CHITHI, "validate", "--corpus", corpus, path]
    run = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert (run.returncode, run.stderr) == (1, "")
    assert ":1:1: B109" in run.stdout


def failure(*arguments: object) -> str:
    """The one line on stderr of a command that must exit with 2."""
    run = subprocess.run([*CHITHI, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr.startswith("chithi: ")
    assert run.stderr.count("\n") == 1
    return run.stderr


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    circle = tmp_path / "circle.jsonl"
    circle.symlink_to(circle)
    folder = tmp_path / "folder.jsonl"
    folder.mkdir()
    assert "No such file" in failure("validate", tmp_path / "missing.jsonl")
    assert "symbolic link" in failure("validate", circle)
    assert "no corpus: it has no reports.jsonl" in failure("validate", folder)
    assert "no corpus: it has no reports.jsonl" in failure("format", folder)


def test_a_folder_among_the_statements_is_told(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus / "statements" / "x.jsonl").mkdir()
    assert main(["validate", "--corpus", str(corpus)]) == 2
    assert "Is a directory" in capsys.readouterr().err


def without_privileges() -> None:
    """Drops root's right to read files that nobody may read, before the program starts."""
    if os.geteuid() == 0:
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            assert ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0


def test_a_file_that_may_not_be_read(corpus: Path) -> None:
    (corpus / "actors.jsonl").chmod(0)
    command = [*CHITHI, "validate", "--corpus", corpus]
    run = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=without_privileges)
    assert (run.returncode, run.stderr) == (2, f"chithi: {corpus / 'actors.jsonl'}: Permission denied\n")


def test_an_interrupt_ends_without_a_traceback() -> None:
    run = subprocess.Popen(
        [*CHITHI, "validate", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert run.stdin
    run.stdin.write(b"x" * 200_000)  # more than a pipe holds: the command has begun to read it
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert (run.returncode, out, err) == (130, b"", b"chithi: interrupted\n")


def test_a_full_disk_leaves_the_old_files(corpus: Path, tmp_path: Path) -> None:
    """No file may grow beyond 1,000 bytes, which looks like a full disk to a program."""
    path = corpus / "statements" / NAME
    before = path.read_bytes()
    path.write_bytes(before.replace(b'":', b'": '))
    spoilt = path.read_bytes()

    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    run = subprocess.run([*CHITHI, "format", path], capture_output=True, text=True, check=False, preexec_fn=full)
    assert run.returncode == 2
    assert "File too large" in run.stderr
    assert "was formatted" not in run.stdout
    assert path.read_bytes() == spoilt
    assert [p.name for p in path.parent.iterdir() if p.name.startswith(".")] == []

    out = tmp_path / "out"
    command = [*CHITHI, "publish", "--out", out]
    run = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=full, cwd=tmp_path)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert not out.exists()
    assert [p for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_string_that_never_ends_takes_no_time(corpus: Path) -> None:
    assert codes(corpus, b'{"text":"' + b'\\"' * 400_000 + b"\n") == ["J204"]


@pytest.mark.parametrize("part", [b'{"a":0,"a":0},', b"NaN,", b"1.5,", b'"\\ud800",'])
def test_of_one_rule_10_000_findings_are_made_in_a_line(corpus: Path, part: bytes) -> None:
    path = corpus / "statements" / NAME
    path.write_bytes(b'{"x":[' + part * 12_000 + b"0]}\n")
    problems = validate(corpus, [path]).problems
    assert len(problems) == 21
    assert problems[-1].message == "and at least 9,980 more in this line"


def test_an_article_in_another_encoding_is_no_crash(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "x.txt").write_bytes(b"caf\xe9\n")
    assert "C531" in {problem.code for problem in validate(corpus, sources=tmp_path / "sources").problems}


def test_a_registry_is_known_by_its_absolute_path(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(corpus.parent)
    assert validate(Path("corpus"), [corpus / "offices.jsonl"]).problems == []


@pytest.mark.parametrize("name", [f"statements/{NAME}", "actors.jsonl"])
@pytest.mark.parametrize("times", [1, 40])
@pytest.mark.parametrize("layout", ["pretty-printed", "an array", "a pretty-printed array"])
def test_a_file_whose_records_are_spread_over_lines_is_one_problem(
    name: str, times: int, layout: str, corpus: Path
) -> None:
    """Repeated 40 times, the file has several blocks."""
    path = corpus / name
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] * times
    if layout == "pretty-printed":
        path.write_text("\n".join(json.dumps(record, indent=2) for record in found), encoding="utf-8")
    elif layout == "an array":
        path.write_text("[" + ",\n".join(map(json.dumps, found)) + "]", encoding="utf-8")
    else:
        path.write_text(json.dumps(found, indent=2), encoding="utf-8")
    problems = validate(corpus).problems
    assert [(problem.path, problem.line, problem.code) for problem in problems] == [(name, 1, "J208")]
    assert "chithi format" in problems[0].hint


def ids(count: int) -> list[str]:
    return [f"x-{n}" for n in range(count)]


def request(actors: int = 1) -> Record:
    place = {"start": 0, "end": 1, "text": "K"}
    return place | {"act": "instruct", "topic": "health", "addressee": place | {"actors": ids(actors)}, "english": None}


@pytest.mark.parametrize(
    ("most", "pointer", "part"),
    [
        (200, "/directives", lambda n: {"directives": [{"start": 0, "end": 1, "text": "K", "id": "x"}] * n}),
        (200, "/requests", lambda n: {"requests": [request()] * n}),
        (50, "/role/offices", lambda n: {"role": {"start": 0, "end": 1, "text": "K", "offices": ids(n)}}),
        (100, "/requests/0/addressee/actors", lambda n: {"requests": [request(n)]}),
    ],
)
def test_lists_have_a_greatest_length(
    most: int, pointer: str, part: Callable[[int], Record], corpus: Path, report: Path
) -> None:
    """Of a longer one nothing else is told: no rule looks at the spans of a record that does not fit its schema."""
    record = json.loads(report.read_bytes().splitlines()[0])
    found = []
    for count in (most, most + 1):
        report.write_text(json.dumps(record | part(count)) + "\n", encoding="utf-8")
        found.append([p for p in validate(corpus, [report]).problems if p.code != "J208"])
    assert not [p for p in found[0] if p.code == "S307"]
    assert [(p.code, p.pointer, p.expected) for p in found[1] if p.code[0] != "J"] == [
        ("S307", pointer, f"maxItems {most}")
    ]
