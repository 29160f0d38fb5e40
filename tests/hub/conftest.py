"""A running Hub, clients of it, and a small dataset to release."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import HfApi

from chithi.release.checksums import SUMS, sums

from .handler import WRITE
from .server import Hub, hub


@pytest.fixture(scope="module")
def running() -> Iterator[Hub]:
    with hub() as server:
        yield server


@pytest.fixture
def server(running: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """An empty Hub, and clients in this process that do not wait before they try again."""
    running.reset()
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    # As `hub_client` does: tqdm's own thread might warn of a bar that an interrupt has removed.
    monkeypatch.setattr(huggingface_hub.utils.tqdm, "monitor_interval", 0)
    return running


@pytest.fixture
def api(server: Hub) -> HfApi:
    return HfApi(endpoint=server.url, token=WRITE)


@pytest.fixture(scope="module")
def folder(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with few files, so that there are few requests to fail."""
    small = tmp_path_factory.mktemp("small") / "chithi"
    shutil.copytree(built / "offices", small / "offices")
    shutil.copytree(built / "statements", small / "statements")
    shutil.copy(built / "README.md", small)
    (small / SUMS).write_text(sums(small))
    return small
