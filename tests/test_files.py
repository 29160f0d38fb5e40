"""Files and folders that cannot be read as those of a corpus, and how many processes read them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .test_input import CHITHI, failure, without_privileges


@pytest.mark.skipif(sys.platform == "win32", reason="has no pipes in folders")
@pytest.mark.parametrize(
    "name", ["actors.jsonl", "corpus.json", "exceptions.jsonl", "statements/x.jsonl", "schema/office.schema.json"]
)
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_pipes_and_devices_are_refused(name: str, kind: str, corpus: Path) -> None:
    """Else the program would wait for ever, or read without end."""
    path = corpus / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    for command in ("validate", "stats", "publish", "format") if name == "actors.jsonl" else ("validate",):
        out = ["--out", str(corpus.parent / "out")] if command == "publish" else []
        line = [*CHITHI, command, "--corpus", corpus, *out]
        run = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
        assert run.returncode == 2
        assert run.stderr.startswith(f"chithi: {path}: not a regular file: save what it gives as a file")


def test_a_pass_that_may_not_be_read(corpus: Path) -> None:
    (corpus / "annotators" / "a").chmod(0)
    command = [*CHITHI, "validate", "--corpus", corpus]
    run = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=without_privileges)
    assert (run.returncode, run.stderr) == (2, f"chithi: {corpus / 'annotators' / 'a'}: Permission denied\n")
    (corpus / "annotators" / "a").chmod(0o755)


def test_more_jobs_than_shares_start_no_more_processes(corpus: Path) -> None:
    script = """
import sys
import chithi.validation.parallel as parallel
counts = []
def counted(count, *rest, made=parallel.processes):
    counts.append(count)
    return made(count, *rest)
parallel.processes = counted
from chithi.cli import main
main(sys.argv[1:])
print(counts)
"""
    command = [sys.executable, "-c", script, "validate", "--corpus", corpus, "--jobs", "150"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.endswith(("[1]\n", "[2]\n"))


def test_a_folder_of_sources_that_is_not_there_is_told(corpus: Path) -> None:
    assert "No such file" in failure("validate", "--corpus", corpus, "--sources", corpus / "none")
