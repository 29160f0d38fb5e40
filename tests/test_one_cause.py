"""One cause is one finding: what a fault keeps from other rules is not reported as missing."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from chithi.cli import main

from .conftest import edit

Spoil = Callable[[Path], object]


def replaced(path: str, old: str, new: str) -> Spoil:
    """Spoils a corpus by a change in one of its files."""

    def change(corpus: Path) -> None:
        file = corpus / path
        file.write_text(re.sub(old, new, file.read_text(encoding="utf-8"), count=1, flags=re.S), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (replaced("offices.jsonl", ".*", ""), "B101 the file is empty, though statements refer to its entries"),
        (replaced("corpus.json", '"edges"', '"edgez"'), "S302 unknown key 'edgez': did you mean 'edges'?"),
        (replaced("corpus.json", "..$", ""), "C551 not JSON: the record is cut off here"),
        (replaced("statements/anti-corruption-conference-2025-12.pl.jsonl", '"id":"[^"]*"', '"id":"x"'), "S305 "),
        (replaced("actors.jsonl", '"note"', '"notes"'), "S302 unknown key 'notes': did you mean 'note'?"),
    ],
)
def test_a_fault_makes_no_exception_needless_and_no_key_missing(
    spoil: Spoil, says: str, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(corpus)
    assert main(["validate", "--corpus", str(corpus)]) == 1
    out = capsys.readouterr().out
    assert says in out
    assert out.count("hint:") == 1


def test_an_exception_for_an_article_that_is_not_at_hand_is_not_needless(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sources").mkdir()
    assert main(["validate", "--corpus", str(corpus), "--sources", str(tmp_path / "sources")]) == 1
    out = capsys.readouterr().out
    assert "C531" in out
    assert "C542" not in out


def test_two_unknown_keys_hide_no_missing_one(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(corpus / "offices.jsonl", 1, lambda entry: entry.update(levels=entry.pop("level"), other=entry.pop("body")))
    assert main(["validate", "--corpus", str(corpus)]) == 1
    out = capsys.readouterr().out
    assert "did you mean 'level'?" in out
    assert "the key 'body' is missing" in out
    assert "the key 'level' is missing" not in out


def test_a_renamed_file_is_one_finding(corpus: Path, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report.rename(report.with_name("other.pl.jsonl"))
    assert main(["validate", "--corpus", str(corpus)]) == 1
    out = capsys.readouterr().out
    assert "C509 the statement stands in the file of another report" in out
    assert out.count("hint:") == 1


def test_a_statement_with_the_id_of_another_report_is_one_finding(
    corpus: Path, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(report, 5, lambda record: record.update(report="ha-giang-inspection-2025-03.ru"))
    assert main(["validate", "--corpus", str(corpus)]) == 1
    out = capsys.readouterr().out
    assert "C509 the statement stands in the file of another report" in out
    assert out.count("hint:") == 1
