"""`chithi baseline`: predictions that can be scored, that learn from train alone, and what is missing is told."""

import json
import sys
from pathlib import Path

import pytest

import chithi
from chithi.cli import main
from chithi.evaluation.baselines import BASELINES, predictions
from chithi.evaluation.baselines.rules import verbs_of
from chithi.views.figures import block_in

from . import baselines
from .conftest import edit, records
from .test_docs import ROOT
from .test_score import corpus_records

CRF = pytest.param("crf", marks=pytest.mark.slow)
FLOOR = {"rules": 0.25, "crf": 0.25}  # mean exact F1, well below what they have


def written(tmp_path: Path, name: str, *options: str) -> list[dict[str, object]]:
    if name == "crf":
        pytest.importorskip("pycrfsuite")
    out = tmp_path / f"{name}.jsonl"
    assert main(["baseline", name, "--out", str(out), *options]) == 0
    return records(out)


@pytest.mark.parametrize("name", ["rules", CRF])
def test_predictions_are_scored(name: str, tmp_path: Path) -> None:
    found = written(tmp_path, name)
    assert [one["id"] for one in found] == list(chithi.load()["test"]["id"])
    scored = chithi.score(tmp_path / f"{name}.jsonl")
    assert (scored.missing, scored.outside, scored.lost) == (0, 0, 0)
    assert scored.scores[0].value > FLOOR[name]
    assert {score.attribute for score in scored.scores} == {None, "id", "offices", "actors", "act", "topic"}


@pytest.mark.parametrize("name", ["rules", CRF])
def test_they_are_the_same_again(name: str, tmp_path: Path) -> None:
    assert written(tmp_path, name) == written(tmp_path, name)


def test_train_is_predicted_fold_by_fold() -> None:
    """A speaker whom one fold alone has is never found there."""
    folds = dict(zip(chithi.load()["train"]["id"], chithi.load()["train"]["fold"], strict=True))
    where: dict[str, set[int]] = {}
    for one in corpus_records("train"):
        if one["speaker"]:
            where.setdefault(one["speaker"]["id"], set()).add(folds[one["id"]])
    found = list(predictions("rules", chithi.Corpus.read(), "train"))
    assert sorted(one["id"] for one in found) == sorted(folds)
    guessed = [(one["speaker"]["id"], folds[one["id"]]) for one in found if one["speaker"]]
    assert guessed
    assert all(where[name] != {fold} for name, fold in guessed)


@pytest.mark.parametrize("name", ["rules", CRF])
def test_nothing_of_test_is_learned(name: str, corpus: Path, tmp_path: Path) -> None:
    """Without a label in test, the predictions are the same."""
    before = written(tmp_path, name, "--corpus", str(corpus))
    for statement in corpus_records("test"):
        path = corpus / "statements" / f"{statement['report']}.jsonl"
        line = 1 + [one["id"] for one in records(path)].index(statement["id"])
        edit(path, line, lambda record: record.update(speaker=None, role=None, directives=[], requests=[]))
    assert written(tmp_path, name, "--corpus", str(corpus)) == before


def test_the_guidelines_table_has_verbs_for_each_language() -> None:
    corpus = chithi.Corpus.read()
    verbs = verbs_of(corpus)
    assert set(corpus.reports["language"]) <= set(verbs)
    acts = {language: {verb.act for verb in found} for language, found in verbs.items()}
    assert all(found == {"instruct", "request", "suggest"} for found in acts.values())


def test_standard_output_and_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", "rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == list(chithi.load()["test"]["id"])
    assert main(["baseline", "rules", "--split", "dev"]) == 2
    assert "no split 'dev' here: there are test, train" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["rules", "crf"])
@pytest.mark.parametrize(
    ("split", "says"),
    [
        ("test", "the corpus has no statements in train to learn from"),
        ("train", "the events of train are all in one fold"),
    ],
)
def test_nothing_to_learn_from_is_told(
    name: str, split: str, says: str, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pycrfsuite")
    reports = good / "reports.jsonl"
    event = next(one["event"] for one in records(reports) if one["split"] == "train")
    for line, report in enumerate(records(reports), 1):
        alone = "train" if split == "train" and report["event"] == event else "test"
        edit(reports, line, lambda record, alone=alone: record.update(split=alone))  # type: ignore[misc]
    assert main(["baseline", name, "--split", split, "--corpus", str(good)]) == 1
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("name", ["rules", "crf"])
def test_a_corpus_without_requests_has_none_predicted(name: str, good: Path, tmp_path: Path) -> None:
    pytest.importorskip("pycrfsuite")
    for path in (good / "statements").iterdir():
        for line in range(1, len(records(path)) + 1):
            edit(path, line, lambda record: record.update(requests=[]))
    found = written(tmp_path, name, "--corpus", str(good))
    assert found
    assert name == "rules" or all(one["requests"] == [] for one in found)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "pycrfsuite", None)
    assert main(["baseline", "crf"]) == 1
    assert capsys.readouterr().err == "chithi: the baseline needs pycrfsuite: pip install 'chithi[crf]'\n"


def test_the_registration_is_that_of_the_command() -> None:
    from chithi.commands.baseline import NAMES

    assert tuple(BASELINES) == NAMES


def test_the_card_has_the_table_of_the_datasheet(built: Path) -> None:
    block = block_in((ROOT / "DATASHEET.md").read_text(encoding="utf-8"), "baselines")
    card = (built / "README.md").read_text(encoding="utf-8")
    assert "\n## Benchmark\n" in card
    assert block.strip() in card


@pytest.mark.slow
def test_the_tables_are_what_the_baselines_have() -> None:
    """To two decimals: other versions of the libraries may differ in the third."""
    pytest.importorskip("pycrfsuite")
    expected = baselines.block(chithi.Corpus.read())
    for name in ("README.md", "DATASHEET.md"):
        found = block_in((ROOT / name).read_text(encoding="utf-8"), "baselines")
        assert found == expected, "run: python -m tests.baselines --write README.md DATASHEET.md"
