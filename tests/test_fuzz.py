"""A short round of the fuzz over all tables and all commands; `.ci/run` does a long one."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def fuzz(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    program = [sys.executable, "-m", "tests.fuzz", *arguments]
    return subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_fuzz_finds_no_fault(tmp_path: Path) -> None:
    done = fuzz(tmp_path, "--seed", "7", "--cases", "6")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 faults, seed 7" in done.stdout
    assert not list(tmp_path.iterdir()), "folders are kept only where there is a fault"
