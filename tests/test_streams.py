"""No traceback reaches a user, whatever the streams, the encoding, the names of files and the environment are."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .councils import COUNCILS
from .rules.test_fixtures import GOOD, POLISH

CHITHI = [sys.executable, "-m", "chithi"]


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A corpus with an unknown key that holds a line feed, an escape and a command of GitHub's."""
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    line = (corpus / "offices.jsonl").read_text(encoding="utf-8").split("\n")[0]
    key = json.dumps("a\n::error::forged\u001b[31m\u202e##[error]")
    (corpus / "offices.jsonl").write_text(line[:-1] + f",{key}:1}}\n", encoding="utf-8")
    return corpus


def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | options.pop("env", {})  # type: ignore[operator]
    return subprocess.run([*CHITHI, *map(str, arguments)], capture_output=True, env=environment, check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("form", ["text", "github", "json", "sarif"])
def test_what_comes_from_a_file_is_shown_escaped(form: str, bad: Path) -> None:
    output = run("validate", "--corpus", bad, "--format", form).stdout.decode()
    assert output.replace("\n", "").isprintable()
    forged = [line for line in output.split("\n") if line.lstrip().startswith("::error::") or "##[" in line]
    assert form in ("json", "sarif") or forged == []
    if form in ("json", "sarif"):
        assert "\u202e" in json.dumps(json.loads(output), ensure_ascii=False)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_output_works_in_any_encoding(encoding: str, form: str, tmp_path: Path) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    text = (corpus / POLISH).read_text(encoding="utf-8").replace('"act":"request"', '"act":"党"')
    (corpus / POLISH).write_text(text, encoding="utf-8")
    found = run("validate", "--corpus", corpus, "--format", form, env={"PYTHONIOENCODING": encoding})
    assert (found.returncode, found.stderr) == (1, b"")
    shown = found.stdout.decode(encoding)
    assert "党" in shown if encoding == "utf-8" else r"\u515a" in shown
    if form == "json":
        assert "党" in "".join(str(problem["found"]) for problem in json.loads(shown))


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
def test_a_name_need_not_be_utf8(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9\x1b[31m.jsonl"
    with open(path, "wb") as stream:
        stream.write(b"{}\n")
    for form in ("text", "json", "github", "sarif"):
        found = subprocess.run(
            [*map(os.fsencode, CHITHI), b"validate", b"--format", form.encode(), path], capture_output=True, check=False
        )
        assert (found.returncode, found.stderr) == (1, b"")
        assert b"\x1b" not in found.stdout
    missing = subprocess.run([*map(os.fsencode, CHITHI), b"validate", path + b"x"], capture_output=True, check=False)
    assert (missing.returncode, missing.stdout) == (2, b"")
    assert b"Traceback" not in missing.stderr
    assert b"\x1b" not in missing.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
def test_a_file_on_standard_output_is_utf_8_whatever_the_terminal_has(encoding: str) -> None:
    line = (GOOD / POLISH).read_bytes()
    formatted = run("format", "-", input=line, env={"PYTHONIOENCODING": encoding})
    assert (formatted.returncode, formatted.stdout) == (0, line)
    exported = run("export", "--to", "conll", "--corpus", GOOD, env={"PYTHONIOENCODING": encoding})
    assert exported.stdout == run("export", "--to", "conll", "--corpus", GOOD).stdout
    assert json.loads(line.split(b"\n")[0])["text"] in exported.stdout.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["validate", "format --check", "frobnicate"])
def test_streams_may_be_closed(closed: str, command: str) -> None:
    line = f"{sys.executable} -m chithi {command} {closed}"
    found = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert found.returncode == (2 if command == "frobnicate" else 0)
    assert "Traceback" not in found.stdout + found.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["validate", "--help", "--version", "stats --help"])
def test_output_that_cannot_be_written_is_told(command: str) -> None:
    line = f"{sys.executable} -m chithi {command} >/dev/full"
    found = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (2, "chithi: input or output: No space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(("command", "status"), [("validate nowhere", 2), ("frobnicate", 2), ("format -", 1)])
def test_messages_that_cannot_be_written_change_no_exit_code(command: str, status: int) -> None:
    line = f"{sys.executable} -m chithi {command} 2>/dev/full </dev/null"
    assert subprocess.run(["sh", "-c", line], check=False).returncode == status


@pytest.mark.skipif(sys.platform == "win32", reason="a current folder cannot be removed there")
def test_the_current_folder_may_be_gone(tmp_path: Path, bad: Path) -> None:
    (tmp_path / "here").mkdir()
    for corpus, status in ((GOOD, 0), (bad, 1)):
        line = (
            f"rmdir . 2>/dev/null || rmdir '{tmp_path}/here'; {sys.executable} -m chithi validate --corpus '{corpus}'"
        )
        (tmp_path / "here").mkdir(exist_ok=True)
        found = subprocess.run(["sh", "-c", line], cwd=tmp_path / "here", capture_output=True, text=True, check=False)
        assert (found.returncode, found.stderr) == (status, "")


@pytest.mark.skipif(sys.platform == "win32", reason="a current folder cannot be removed there")
def test_absolute_paths_are_enough_where_the_current_folder_is_gone(tmp_path: Path) -> None:
    def gone(arguments: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "here").mkdir(exist_ok=True)
        line = f"rmdir '{tmp_path}/here'; {sys.executable} -m chithi {arguments}"
        return subprocess.run(["sh", "-c", line], cwd=tmp_path / "here", capture_output=True, text=True, check=False)

    built = gone(f"publish --corpus '{COUNCILS}' --out '{tmp_path}/out'")
    assert (built.returncode, built.stderr) == (0, "")
    told = "chithi: the current folder is gone: go to another one, or give absolute paths\n"
    for arguments in (f"publish --corpus '{COUNCILS}'", "validate x.jsonl", "stats --write README.md"):
        found = gone(arguments)
        assert (found.returncode, found.stderr) == (2, told)


NAMELESS = """
import os, pwd, sys
def unknown(*_): raise KeyError("no such user")
pwd.getpwuid = unknown
del os.environ["HOME"]
from chithi.cli import program
program()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no pwd")
def test_a_user_without_a_name_and_a_home_can_publish(tmp_path: Path) -> None:
    command = [sys.executable, "-c", NAMELESS, "publish", "--corpus", COUNCILS, "--out", tmp_path / "out"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals")
@pytest.mark.parametrize("terminal", [True, False])
def test_what_takes_long_is_told_on_terminals_only(terminal: bool) -> None:
    import pty

    script = """
import time
from chithi.streams import console
with console().doing("counting"):
    time.sleep(1.3)
print("done")
"""
    ours, theirs = pty.openpty() if terminal else os.pipe()
    run = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)
    told = b""
    try:
        while part := os.read(ours, 4096):
            told += part
    except OSError:  # so ends a pseudo-terminal
        pass
    os.close(ours)
    assert run.stdout == b"done\n"
    assert (b"counting: 1 s" in told) is terminal
