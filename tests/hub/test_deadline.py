"""The deadline of a whole request, through the program: a server that drips one byte a second is given up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chithi.release.client import LIMITS

from . import tricks
from .cases import REPO, older
from .handler import WRITE
from .server import Hub

GIVEN_UP = (
    f"chithi: {REPO}@main: the Hub did not answer within {LIMITS.seconds:.0f} seconds: try again later",
    f"chithi: {REPO}@main: the Hub sends its answer too slowly: try again later",
)


@pytest.mark.slow
def test_a_server_that_drips_is_given_up(running: Hub, folder: Path, tmp_path: Path) -> None:
    """No byte is late, so that only the deadline of the whole request ends it."""
    running.reset()
    running.repos[REPO] = older(folder)
    running.tricks["/api/"] = tricks.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", pause=1)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    env = inherited | {"HF_ENDPOINT": running.url, "HF_HOME": str(tmp_path / "home"), "HF_TOKEN": WRITE}
    command = [sys.executable, "-m", "chithi", "diff", str(folder), f"{REPO}@main"]
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=600)
    finally:
        running.over.set()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(GIVEN_UP)
    assert done.stderr.count("\n") == 1
    assert len(running.requests) == 1
