"""A corpus may be published from and into folders of any name, and what is no regular file is told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .councils import copied
from .rules.test_fixtures import GOOD

MOVE = "load_dataset cannot read from this folder: move it to a path in UTF-8 without [ ] * ? and ::"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such names there")


def run(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "chithi", *arguments]
    return subprocess.run([os.fsencode(str(part)) for part in command], capture_output=True, check=False)


@pytest.mark.parametrize("name", ["[x]*?", "::error::x", os.fsdecode(b"caf\xe9"), 'a "b"\n'])
def test_a_dataset_may_lie_in_a_folder_of_any_name(name: str, tmp_path: Path) -> None:
    corpus = copied(tmp_path / name)
    out = tmp_path / name / "out"
    built = run("publish", "--corpus", corpus, "--out", out, "--load")
    assert (built.returncode, built.stderr) == (0, b"")
    assert run("publish", "--corpus", corpus, "--out", tmp_path / "plain").returncode == 0
    assert (out / "SHA256SUMS").read_bytes() == (tmp_path / "plain" / "SHA256SUMS").read_bytes()
    assert run("diff", out, tmp_path / "plain").returncode == 0
    line, *more = built.stdout.decode().partition("\n\nload_dataset(")[2].splitlines()
    told = [MOVE] if name != 'a "b"\n' else []
    assert more == told  # such a line cannot work where the folder is
    line = f"load_dataset({line}"  # Python that names the folder
    assert eval(line, {"load_dataset": str}) == str(out)


@pytest.mark.parametrize("command", ["validate", "format", "stats --plot", "export --to conll --out"])
def test_a_name_with_a_line_feed_makes_no_line(command: str, tmp_path: Path) -> None:
    folder = tmp_path / "a\n::error::b"
    folder.mkdir()
    path = folder / "x.svg"
    if command in ("validate", "format"):
        path.write_bytes((GOOD / "actors.jsonl").read_bytes().replace(b'{"id"', b'{ "id"'))
    found = run(*command.split(), path)
    assert b"a<U+000A>::error::b" in found.stdout + found.stderr
    assert b"\n::error" not in found.stdout + found.stderr


@pytest.mark.parametrize("name", ["DATASHEET.md", "LICENSE"])
@pytest.mark.parametrize("target", ["/dev/null", "nowhere"])
def test_a_companion_that_cannot_be_read_is_not_passed_over(name: str, target: str, tmp_path: Path) -> None:
    corpus = copied(tmp_path)
    (corpus / name).unlink(missing_ok=True)
    (corpus / name).symlink_to(target)
    found = run("publish", "--corpus", corpus, "--out", tmp_path / "out")
    assert found.returncode == 1
    assert name in found.stderr.decode()
    assert not (tmp_path / "out").exists()
