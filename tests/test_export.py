"""`chithi export`: files for other tools hold what the corpus holds."""

import shutil
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main

from .conftest import edit
from .rules.test_fixtures import GOOD, POLISH


def columns(text: str) -> dict[str, list[list[str]]]:
    """The blocks of a file in CoNLL columns: id -> rows of token and tags."""
    found = {}
    for block in text.split("\n\n")[:-1]:
        name, _, *lines = block.split("\n")
        found[name.removeprefix("# id = ")] = [line.split("\t") for line in lines]
    return found


def test_conll_has_the_tokens_and_tags_of_the_config(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--to", "conll"]) == 0
    found = columns(capsys.readouterr().out)
    tokens = chithi.load("tokens")
    rows = {row["id"]: row for split in tokens.values() for row in split}
    names = [tokens["train"].features[column].feature.names for column in ("ner_tags", "request_tags")]
    assert found.keys() == rows.keys()
    for name, row in rows.items():
        tags = [[names[n][tag] for tag in row[column]] for n, column in enumerate(("ner_tags", "request_tags"))]
        assert found[name] == [list(line) for line in zip(row["tokens"], *tags, strict=True)]


def test_another_reader_of_conll_finds_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    conllu = pytest.importorskip("conllu")
    assert main(["export", "--to", "conll"]) == 0
    sentences = conllu.parse(capsys.readouterr().out, fields=["form", "ner", "request"])
    rows = {row["id"]: row for split in chithi.load("tokens").values() for row in split}
    read = {sentence.metadata["id"]: sentence for sentence in sentences}
    assert {name: sentence.metadata["text"] for name, sentence in read.items()} == {
        name: row["text"] for name, row in rows.items()
    }
    assert all([token["form"] for token in sentence] == rows[name]["tokens"] for name, sentence in read.items())
    assert {token["ner"] for sentence in sentences for token in sentence} > {"O", "B-SPEAKER", "I-DIRECTIVE"}


def test_a_split_or_a_language_may_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.conll"
    assert main(["export", "--to", "conll", "--split", "test", "--language", "pl", "--out", str(out)]) == 0
    test = chithi.load()["test"]
    expected = [row["id"] for row in test if row["language"] == "pl"]
    assert list(columns(out.read_text(encoding="utf-8"))) == expected
    assert capsys.readouterr().out == f"{out}: {len(expected)} statements written\n"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--to", "word"], "no format 'word': there are brat ("),
        (["--to", "conll", "--split", "dev"], "no split 'dev' here: there are test, train"),
        (["--to", "conll", "--language", "xx"], "no language 'xx' here: there are ar, bn"),
    ],
)
def test_what_is_not_there_is_told(options: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", *options]) == 2
    assert capsys.readouterr().err.startswith(f"chithi: {says}")


def test_what_conll_cannot_carry_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, out = Path(shutil.copytree(GOOD, tmp_path / "corpus")), tmp_path / "x.conll"
    out.write_text("before")
    edit(corpus / POLISH, 1, lambda record: record.update(text=record["text"].replace(" ", "\t", 1)))
    assert main(["export", "--to", "conll", "--corpus", str(corpus), "--out", str(out)]) == 1
    assert "conll cannot carry '<U+0009>'" in capsys.readouterr().err
    assert out.read_text() == "before"


@pytest.mark.parametrize(("start", "end"), [(-9, 3), (0, 9999), (5, 5)])
def test_a_span_outside_of_its_text_is_told_with_its_statement(
    start: int, end: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    names: list[str] = []

    def spoil(record: dict[str, Any]) -> None:
        names.append(record["id"])
        record["speaker"].update(start=start, end=end)

    edit(corpus / POLISH, 1, spoil)
    assert main(["export", "--to", "conll", "--corpus", str(corpus)]) == 1
    assert capsys.readouterr().err.startswith(f"chithi: {corpus / POLISH}: {names[0]}: a span lies outside of its text")


def test_the_statement_whose_spans_overlap_is_found_among_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The statements before it have spans farther on than the first text is long."""
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    path = corpus / "statements" / "utopia-congress-2025.pl.jsonl"
    edit(path, 2, lambda record: record["requests"].append(record["requests"][-1]))
    assert main(["export", "--to", "conll", "--corpus", str(corpus)]) == 1
    assert "utopia-congress-2025.pl.02: two spans of one layer overlap" in capsys.readouterr().err
