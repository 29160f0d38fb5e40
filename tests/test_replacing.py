"""A run that is stopped at any call leaves the old or the new state, and the next run removes its leftovers."""

import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main
from chithi.records.replacing import FILES, clear_leftovers, exchange, rename_twice, replace_file, scratch, temporary

from .rules.test_fixtures import GOOD, POLISH

INTERRUPTS = Path(__file__).with_name("interrupts.py")
Row = dict[str, Any]


def disturbed(disturbance: str, arguments: list[str], place: Path, state: Path) -> list[Row]:
    """Runs a command once for each of its calls, disturbed there; returns the rows of interrupts.py."""
    setting = {"arguments": arguments, "place": str(place), "state": str(state)}
    place.parent.mkdir()
    command = [sys.executable, INTERRUPTS, disturbance, json.dumps(setting)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def tree(path: Path) -> dict[str, str]:
    files = (found for found in path.rglob("*") if found.is_file()) if path.is_dir() else [path]
    return {found.relative_to(path).as_posix(): hashlib.sha256(found.read_bytes()).hexdigest() for found in files}


def holds_old_or_new(rows: list[Row], place: Path, old: dict[str, str], new: dict[str, str], status: int) -> None:
    """Asserts that the place holds the old state until the call that replaces it, and the new one from there on.

    At most one scratch folder may be left beside it, and the next run must remove that.
    """
    assert {row["status"] for row in rows} <= {status, 0}
    replaces = "chithi.exchange" if len(old) > 1 else "os.rename"
    for row in rows:
        assert row["place"] == (new if replaces in row["before"] else old), row["call"]
        assert len([name for name in row["folders"] if name != place.name]) <= 1, row["call"]
        assert row["again"] == {"status": 0, "place": new, "folders": [place.name]}, row["call"]
    assert {row["place"] == new for row in rows} == {False, True}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A small corpus, which is quick to publish."""
    return Path(shutil.copytree(GOOD, tmp_path / "corpus"))


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("SIGTERM", 143),
        pytest.param("SIGKILL", 137, marks=pytest.mark.slow),
        pytest.param("SIGINT", 130, marks=pytest.mark.slow),
    ],
)
def test_format_may_be_stopped_at_any_call(name: str, status: int, tmp_path: Path) -> None:
    state, place = tmp_path / "state.jsonl", tmp_path / "place" / "x.jsonl"
    state.write_bytes((GOOD / POLISH).read_bytes().replace(b'":', b'": '))
    rows = disturbed(name, ["format", str(place)], place, state)
    assert len(rows) >= 4  # make the scratch folder, open a file in it, move that, remove the folder
    holds_old_or_new(rows, place, tree(state), tree(GOOD / POLISH), status)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "status"), [("SIGKILL", 137), ("SIGTERM", 143), ("SIGINT", 130)])
def test_publish_may_be_stopped_at_any_call(name: str, status: int, corpus: Path, tmp_path: Path) -> None:
    state, place = tmp_path / "state", tmp_path / "place" / "chithi"
    assert main(["publish", "--corpus", str(corpus), "--out", str(tmp_path / "new")]) == 0
    older = ["--push", "a/b", "--dry-run", "--tag", "v0.0.9"]
    assert main(["publish", "--corpus", str(corpus), "--out", str(state), *older]) == 0
    rows = disturbed(name, ["publish", "--corpus", str(corpus), "--out", str(place)], place, state)
    assert len(rows) > 40
    holds_old_or_new(rows, place, tree(state), tree(tmp_path / "new"), status)


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--write", "--plot"])
def test_stats_may_be_stopped_at_any_call(option: str, corpus: Path, tmp_path: Path) -> None:
    place, state, new = tmp_path / "place" / "x.svg", tmp_path / "state.svg", tmp_path / "new.svg"
    for path in (state, new):
        path.write_text("<!-- acts -->\n<!-- /acts -->\n")
    assert main(["stats", "--corpus", str(corpus), option, str(new)]) == 0
    rows = disturbed("SIGKILL", ["stats", "--corpus", str(corpus), option, str(place)], place, state)
    holds_old_or_new(rows, place, tree(state), tree(new), 137)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "status"), [("SIGKILL", 137), ("SIGTERM", 143)])
def test_an_export_may_be_stopped_at_any_call(name: str, status: int, corpus: Path, tmp_path: Path) -> None:
    state, place = tmp_path / "state", tmp_path / "place" / "out"
    export = ["export", "--to", "label-studio", "--corpus", str(corpus), "--out"]
    assert main([*export, str(tmp_path / "new")]) == 0
    assert main([*export, str(state), "--split", "train"]) == 0
    rows = disturbed(name, [*export, str(place)], place, state)
    assert len(rows) > 10
    holds_old_or_new(rows, place, tree(state), tree(tmp_path / "new"), status)


@pytest.mark.slow
def test_a_file_that_appears_while_publish_builds_is_never_lost(corpus: Path, tmp_path: Path) -> None:
    state, place = tmp_path / "state", tmp_path / "place" / "chithi"
    assert main(["publish", "--corpus", str(corpus), "--out", str(state)]) == 0
    for row in disturbed("PLANT", ["publish", "--corpus", str(corpus), "--out", str(place)], place, state):
        assert [path for path in row["beside"] if path.endswith("thesis.tex")], row["call"]


def test_a_folder_in_use_is_no_leftover(tmp_path: Path) -> None:
    with scratch(tmp_path) as used:
        (used / "file").write_text("half of it")
        left = Path(f"{used}x").with_name(f"{FILES.prefix}leftover")
        left.mkdir()
        (tmp_path / f"{FILES.prefix}notes").mkdir()  # a name that no run gives
        (tmp_path / f"{FILES.prefix}87654321").write_text("no folder")
        clear_leftovers(tmp_path)
        assert used.exists()
        assert not left.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{FILES.prefix}87654321", f"{FILES.prefix}notes"]


def test_threads_that_still_write_hide_no_interrupt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C the threads of a download go on for a while."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    done, began = threading.Event(), threading.Event()
    place: list[Path] = []

    def write() -> None:
        began.wait()
        for n in itertools.takewhile(lambda _: not done.is_set(), itertools.count()):
            with suppress(FileNotFoundError):  # the folder was removed
                place[0].mkdir(exist_ok=True)
                (place[0] / str(n)).write_text("x")
            done.wait(0.001)

    def interrupted() -> None:
        with temporary() as folder:
            place.append(folder)
            began.set()
            while not list(folder.iterdir()):
                pass
            raise KeyboardInterrupt

    thread = threading.Thread(target=write)
    thread.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        done.set()
        thread.join()
    with temporary() as folder:
        assert list(tmp_path.iterdir()) == [folder]
    assert list(tmp_path.iterdir()) == []


def test_a_file_keeps_its_links_and_its_mode(tmp_path: Path) -> None:
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o640)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_that_was_changed_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"edited")
    with pytest.raises(OSError, match="was changed meanwhile"):
        replace_file(path, b"new", before=b"old")
    assert {found.name: found.read_bytes() for found in tmp_path.iterdir()} == {"file": b"edited"}
    replace_file(path, b"new", before=b"edited")
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    os.chown(path, 1000, 1000)
    replace_file(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1000, 1000)


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe", Path(os.devnull)):
        with pytest.raises(OSError, match="not a regular file"):
            replace_file(place, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def two_folders(parent: Path) -> tuple[Path, Path]:
    for name in ("one", "other"):
        (parent / name).mkdir()
        (parent / name / name).write_text(name)
    return parent / "one", parent / "other"


def test_folders_change_places(tmp_path: Path) -> None:
    one, other = two_folders(tmp_path)
    exchange(one, other)
    assert [path.name for folder in (one, other) for path in folder.iterdir()] == ["other", "one"]


def test_folders_change_places_in_steps_where_the_system_cannot_swap_them(tmp_path: Path) -> None:
    one, other = two_folders(tmp_path)
    rename_twice(one, other, tmp_path / "aside")
    assert [path.name for folder in (one, other) for path in folder.iterdir()] == ["other", "one"]
    with pytest.raises(FileNotFoundError):
        rename_twice(one, tmp_path / "missing", tmp_path / "aside")
    assert [path.name for path in one.iterdir()] == ["other"]
