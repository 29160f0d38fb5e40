"""What `chithi publish` replaces at its place, and what it leaves alone."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from chithi.cli import main
from chithi.release.checksums import sums
from chithi.text.display import shown

from .conftest import state
from .rules.test_fixtures import GOOD


def somebodys_list(folder: Path) -> Path:
    """Makes the folder one of somebody else, with a complete list of its files."""
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    (folder / "SHA256SUMS").write_text(sums(folder))
    return folder / "SHA256SUMS"


def with_file(name: str, content: bytes = b"x") -> Callable[[Path], Path]:
    def put(folder: Path) -> Path:
        path = folder / name
        (path.parent).mkdir(exist_ok=True)
        path.write_bytes(content)
        return path.parent if path.parent.name == ".git" else path

    return put


def with_link(name: str) -> Callable[[Path], Path]:
    def put(folder: Path) -> Path:
        path = folder / name
        path.unlink(missing_ok=True)
        path.symlink_to(folder.parent)
        return path

    return put


def with_folder(folder: Path) -> Path:
    (folder / "mine").mkdir()
    return folder / "mine"


def with_a_changed_list(folder: Path) -> Path:
    with (folder / "SHA256SUMS").open("a") as stream:
        stream.write("# my notes\n")
    return folder / "DATASHEET.md"


@pytest.mark.parametrize(
    "spoil",
    [
        with_file("notes.md"),
        with_file("README.md", b"my own words"),
        with_file("statements/notes.md"),
        with_file(".git/HEAD"),
        with_file("\x1b[31m"),
        with_link("link"),
        with_link("README.md"),
        with_folder,
        with_a_changed_list,
        somebodys_list,
    ],
    ids=["notes", "changed", "inner", "git", "escape", "link", "link-for-file", "folder", "list", "sums"],
)
def test_what_publish_did_not_make_stays(
    built: Path, tmp_path: Path, spoil: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    out = Path(shutil.copytree(built, tmp_path / "out"))
    named, before = spoil(out), state(tmp_path)
    assert main(["publish", "--corpus", str(GOOD), "--out", str(out)]) == 1
    assert state(tmp_path) == before
    error = capsys.readouterr().err
    assert error.isprintable() or error[:-1].isprintable()
    assert f"{shown(str(named))} was not made by chithi publish" in error


def test_a_build_without_some_of_its_files_is_replaced(built: Path, tmp_path: Path) -> None:
    out = Path(shutil.copytree(built, tmp_path / "out"))
    (out / "README.md").unlink()
    shutil.rmtree(out / "tokens")
    assert main(["publish", "--corpus", str(GOOD), "--out", str(out)]) == 0
    assert (out / "README.md").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert main(["publish", "--corpus", str(GOOD), "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "README.md").exists()


@pytest.mark.parametrize("target", ["build", "not/there/yet"])
def test_a_link_stays_one(built: Path, tmp_path: Path, target: str) -> None:
    shutil.copytree(built, tmp_path / "build")
    link = tmp_path / "link"
    link.symlink_to(target)
    for _ in range(2):
        assert main(["publish", "--corpus", str(GOOD), "--out", str(link)]) == 0
        assert os.readlink(link) == target
        card = (link / "README.md").read_bytes()
        assert (tmp_path / target / "README.md").read_bytes() == card != (built / "README.md").read_bytes()


def test_places_where_nothing_can_be_built(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = Path(shutil.copytree(built, tmp_path / "out"))
    (tmp_path / "file").write_text("x")
    (tmp_path / "circle").symlink_to("circle")
    monkeypatch.chdir(out / "tokens")
    before = state(tmp_path)
    for place, says in {
        str(tmp_path / "file"): "is no folder",
        str(tmp_path / "circle"): "symbolic link",
        "/proc": "is a mount point",
        ".": "is the current folder",
        "..": "is the current folder",
        str(out): "is the current folder",
    }.items():
        assert main(["publish", "--corpus", str(GOOD), "--out", place]) in (1, 2)
        error = capsys.readouterr().err
        assert says in error
        assert error.count("\n") == 1
    assert state(tmp_path) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
@pytest.mark.parametrize("name", [".", "statements", "new folder"])
def test_a_mount_point_at_the_place_or_below_it_is_refused(
    built: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bind mount may be on the file system of its parent, so the state of a path does not show it."""
    out, kept = Path(shutil.copytree(built, tmp_path / "out")), tmp_path / "kept"
    (out / name).mkdir(exist_ok=True)
    shutil.copytree(out / name, kept)
    subprocess.run(["mount", "--bind", kept, out / name], check=True)
    try:
        before = state(tmp_path)
        assert main(["publish", "--corpus", str(GOOD), "--out", str(out)]) == 1
        assert f"{shown(str((out / name).resolve()))} is a mount point" in capsys.readouterr().err
        assert state(tmp_path) == before
    finally:
        subprocess.run(["umount", out / name], check=True)


def test_a_build_that_a_killed_run_moved_aside_is_put_back(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a file system cannot exchange folders, a run may be killed between two steps."""
    aside = tmp_path / ".chithi-build-a1b2c3d4" / "aside" / "out"
    shutil.copytree(built, aside)
    (aside / "notes.md").write_text("of somebody who came in between")
    assert main(["publish", "--corpus", str(GOOD), "--out", str(tmp_path / "out")]) == 1
    assert state(tmp_path / "out") == state(built) | {"notes.md": b"of somebody who came in between"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_came_into_a_build_on_its_way_out_stays(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = tmp_path / ".chithi-build-a1b2c3d4"
    shutil.copytree(built, left / "dataset")
    notes = left / "dataset" / "tokens" / "notes.md"
    notes.write_text("of somebody who stood in the folder")
    for _ in range(2):
        assert main(["publish", "--corpus", str(GOOD), "--out", str(tmp_path / "out")]) == 1
        assert f"{shown(str(notes))} was not made by chithi publish" in capsys.readouterr().err
        assert notes.exists()
    notes.unlink()
    assert main(["publish", "--corpus", str(GOOD), "--out", str(tmp_path / "out")]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
