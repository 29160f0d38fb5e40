"""A short round of the fuzz over all tables and all commands, and what it has found; `.ci/run` does long rounds."""

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from chithi.cli import main

from .councils import TEST, TRAIN, copied, rewrite

ROOT = Path(__file__).parents[1]
FORGED = "##[error]forged"


def fuzz(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    program = [sys.executable, "-m", "tests.fuzz", *arguments]
    return subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_short_fuzz_finds_no_fault(tmp_path: Path) -> None:
    done = fuzz(tmp_path, "--seed", "7", "--cases", "4")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 faults, seed 7" in done.stdout
    assert not list(tmp_path.iterdir()), "folders are kept only where there is a fault"


def test_json_holds_no_command_for_ci(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = copied(tmp_path)
    actors = corpus / "actors.jsonl"
    actors.write_bytes(actors.read_bytes().replace(b'"kind"', f'"{FORGED}":1,"kind"'.encode(), 1))
    for form in ("json", "sarif"):
        assert main(["validate", "--corpus", str(corpus), "--format", form]) == 1
        out = capsys.readouterr().out
        assert "forged" in out
        assert "##[" not in out


def test_a_datasheet_of_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`stats` does not validate; a corpus.json without authors is told by `validate`, and no reason to fall over."""
    corpus = copied(tmp_path)
    rewrite(corpus / "corpus.json", lambda metadata: metadata.update(authors=[], citation=None))
    page = tmp_path / "PAGE.md"
    page.write_text("<!-- head -->\n<!-- /head -->\n")
    assert main(["stats", "--corpus", str(corpus), "--write", str(page)]) == 0


def test_leaks_without_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`stats` does not validate: a statement whose report is unknown is in no split."""
    corpus = copied(tmp_path)
    (corpus / "reports.jsonl").write_bytes(b"")
    assert main(["stats", "--corpus", str(corpus), "--leaks"]) == 0


def test_format_leaves_a_valid_registry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = copied(tmp_path)
    path = corpus / "actors.jsonl"
    path.write_text(unicodedata.normalize("NFD", path.read_text().replace('"note":null', '"note":"é"', 1)))
    assert main(["validate", "--corpus", str(corpus)]) == 1


def test_a_line_that_stands_twice_in_a_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = copied(tmp_path)
    path = corpus / "annotators" / "one" / TEST
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n" + path.read_bytes())
    assert main(["validate", "--corpus", str(corpus)]) == 1


@pytest.mark.parametrize("name", ["corpus.json", "exceptions.jsonl"])
def test_a_link_that_leads_nowhere(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = copied(tmp_path)
    (corpus / name).unlink(missing_ok=True)
    (corpus / name).symlink_to(name)
    assert main(["validate", "--corpus", str(corpus)]) != 0


def test_half_a_surrogate_pair_in_the_metadata(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = copied(tmp_path)
    path = corpus / "corpus.json"
    path.write_bytes(path.read_bytes().replace(b'"title": "', b'"title": "\\ud800', 1))
    assert main(["validate", "--corpus", str(corpus)]) == 1


@pytest.mark.parametrize(
    ("good", "bad"),
    [(b'"act":"propose"', b'"act":"x"'), (b'"speaker":{"start":0', b'"speaker":{"start":9999')],
    ids=["act", "offset"],
)
def test_tokens_of_spans_that_are_not_valid(good: bytes, bad: bytes, tmp_path: Path) -> None:
    corpus = copied(tmp_path)
    path = corpus / "statements" / TRAIN
    data = path.read_bytes()
    path.write_bytes(data.replace(good, bad, 1))
    assert main(["export", "--corpus", str(corpus), "--to", "conll", "--out", str(tmp_path / "out.conll")]) in (0, 1)
