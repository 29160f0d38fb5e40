"""Fixtures that the tests share: copies of the corpus to spoil, and the built dataset."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chithi.corpus import Corpus
from chithi.records.canonical import canonical
from chithi.records.layout import shipped, table_of
from chithi.release.build import build

if TYPE_CHECKING:
    from .held import Held

SKIP_NOTHING = "CHITHI_SKIP_NOTHING"  # set where everything that a test needs is installed
Edit = Callable[[Path, int, Callable[[dict[str, Any]], None]], None]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the corpus that ships."""
    return Path(shutil.copytree(shipped("corpus"), tmp_path / "corpus"))


@pytest.fixture
def report(corpus: Path) -> Path:
    """The statements of one report in that copy."""
    return corpus / "statements" / "provincial-secretaries-conference-2024-01.pl.jsonl"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A copy of the small corpus that breaks no rule."""
    return Path(shutil.copytree(Path(__file__).parent / "fixtures" / "good", tmp_path / "home" / "corpus"))


@pytest.fixture(scope="session")
def anchored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small corpus that has anchors, and the articles that these lead into."""
    from .held import beside

    folder = tmp_path_factory.mktemp("anchored")
    beside(folder / "corpus", folder / "articles")
    return folder


@pytest.fixture
def mine(anchored: Path, tmp_path: Path) -> "Held":
    """A copy of both."""
    from .held import Held

    for name in ("corpus", "articles"):
        shutil.copytree(anchored / name, tmp_path / name)
    return Held(tmp_path / "corpus", tmp_path / "articles")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of the corpus that ships."""
    out = tmp_path_factory.mktemp("built") / "chithi"
    build(Corpus.read(shipped("corpus")), out, "0.0.0")
    return out


@pytest.fixture(scope="module")
def fresh_cache(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An empty cache and no network: `datasets` falls back to what it finds in either."""
    import datasets

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path_factory.mktemp("cache"))
        patch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
        yield


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def edit(path: Path, line: int, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes the record on a line (from 1), and writes it in canonical form."""
    lines = path.read_bytes().splitlines(keepends=True)
    record = json.loads(lines[line - 1])
    change(record)
    lines[line - 1] = canonical(record, table_of(path))
    path.write_bytes(b"".join(lines))


def state(folder: Path) -> dict[str, bytes | str | None]:
    """Everything below a folder by path: the bytes of files, the targets of links, None for folders."""

    def content(path: Path) -> bytes | str | None:
        if path.is_symlink():
            return os.readlink(path)
        return path.read_bytes() if path.is_file() else None

    return {path.relative_to(folder).as_posix(): content(path) for path in folder.rglob("*")}


def pytest_configure() -> None:
    """Heeds SIGINT, and lets commands heed it, even if a shell has started pytest in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails a run that skipped a test, if SKIP_NOTHING is set."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get(SKIP_NOTHING) and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
