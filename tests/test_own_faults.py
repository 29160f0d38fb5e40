"""What goes wrong in a corpus of one's own, and what the commands say of it."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from chithi.cli import main
from chithi.corpus import starter


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus as it begins."""
    assert main(["init", str(tmp_path / "minutes")]) == 0
    return tmp_path / "minutes"


@pytest.mark.parametrize("command", ["prompt --split test", "baseline rules --split test"])
def test_guidelines_in_another_encoding_are_told(command: str, good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = good / "GUIDELINES.md"
    path.write_bytes(b"# Guidelines\ncaf\xe9\n")
    assert main([*command.split(), "--corpus", str(good)]) == 1
    assert f"{path}:2: not in UTF-8: save it as UTF-8; run chithi validate {good}" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["prompt", "baseline rules", "export --to csv"])
def test_a_split_that_no_statement_has_is_told(command: str, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus / "reports.jsonl").write_bytes(b"")
    assert main([*command.split(), "--corpus", str(corpus), "--split", "test"]) == 2
    assert "no split 'test' here: there is none" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["stats", "browse"])
def test_the_remedy_names_the_corpus(command: str, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus / "corpus.json").write_text("{}", encoding="utf-8")
    assert main([command, "--corpus", str(corpus)]) == 1
    assert f"; run chithi validate {corpus}, which says what is wrong" in capsys.readouterr().err


def test_a_corpus_given_as_argument_is_an_option_forgotten(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["stats", str(corpus)])
    assert f"unrecognized arguments: {corpus}; did you mean --corpus {corpus}?" in capsys.readouterr().err


def test_a_corpus_begins_from_an_installation_that_is_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = Path(shutil.copytree(starter.STARTER, tmp_path / "installed"))
    for path in (installed, *installed.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    monkeypatch.setattr(starter, "STARTER", installed)
    assert main(["init", str(tmp_path / "mine")]) == 0
    made = [tmp_path / "mine", *(tmp_path / "mine").rglob("*")]
    assert [path for path in made if not path.stat().st_mode & stat.S_IWUSR] == []


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk")
def test_a_full_disk_is_told_of_the_folder_that_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", tmp_path], check=False).returncode:
        pytest.skip("no mounts here")
    try:
        assert main(["init", str(tmp_path / "x")]) == 2
        assert capsys.readouterr().err == f"chithi: {tmp_path / 'x'}: No space left on device\n"
        assert list(tmp_path.iterdir()) == []
    finally:
        subprocess.run(["umount", tmp_path], check=True)
