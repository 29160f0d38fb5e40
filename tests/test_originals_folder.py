"""`chithi hydrate --out`: articles that somebody holds, as a dataset that is never pushed."""

import json
from pathlib import Path

import datasets
import pyarrow.parquet as pq
import pytest
import yaml
from huggingface_hub import HfApi

import chithi
from chithi.cli import main
from chithi.release import PublishError, hub
from chithi.release.build import build
from chithi.release.parquet import BuildOptions
from chithi.rows.configs import CONFIGS
from chithi.rows.originals import read_originals

from .conftest import state
from .held import COLUMNS, TEST, TRAIN, Held, hydration, spans


def test_the_folder_loads_and_says_what_it_is(
    mine: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    out = tmp_path / "new" / "out"
    assert main(hydration(mine, out)) == 0
    assert f'load_dataset("{out.as_posix()}")' in capsys.readouterr().out
    stored = datasets.load_dataset(str(out))
    loaded = chithi.load("originals", mine.corpus, sources=mine.articles)
    assert stored.keys() == loaded.keys()
    for split, rows in loaded.items():
        assert stored[split].features == rows.features
        assert list(stored[split]) == list(rows)
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "**Do not pass this on.**" in card
    assert all(f"- `{column}`: " in card for column in COLUMNS)
    header = yaml.safe_load(card.split("---\n")[1])
    assert (header["license"], header["license_name"]) == ("other", "not-to-be-passed-on")
    assert (out / ".gitignore").read_text() == "*\n"
    assert {row["id"] for row in pq.read_table(out / "originals").to_pylist()} == {
        row["id"] for rows in loaded.values() for row in rows
    }


def test_the_same_articles_give_the_same_bytes_and_an_earlier_folder_is_replaced(mine: Held, tmp_path: Path) -> None:
    assert main(hydration(mine, tmp_path / "one")) == main(hydration(mine, tmp_path / "two")) == 0
    assert state(tmp_path / "one") == state(tmp_path / "two")
    mine.article(TRAIN).unlink()
    assert main(hydration(mine, tmp_path / "two")) == 0
    assert not list((tmp_path / "two").rglob("train-*"))
    assert main(hydration(Held(mine.corpus, tmp_path / "two"), tmp_path / "three")) == 1
    assert not list(tmp_path.rglob(".chithi-*"))


@pytest.mark.parametrize("what", ["thesis", "changed", "file"])
def test_what_is_no_such_folder_is_left_alone(
    what: str, mine: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    if what == "file":
        out.write_text("years of work")
    elif what == "thesis":
        out.mkdir()
        (out / "chapter.txt").write_text("years of work")
    else:
        assert main(hydration(mine, out)) == 0
        with (out / "README.md").open("a") as stream:
            stream.write("My notes.\n")
    before = state(tmp_path)
    assert main(hydration(mine, out)) == 1
    assert ("is no folder" if what == "file" else "was not made by chithi hydrate") in capsys.readouterr().err
    assert state(tmp_path) == before


def test_without_an_article_nothing_is_written(mine: Held, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert main(hydration(Held(mine.corpus, tmp_path / "empty"), tmp_path / "out")) == 1
    assert not (tmp_path / "out").exists()


def test_json_stays_json(mine: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(hydration(mine, tmp_path / "out", "--format", "json")) == 0
    told = json.loads(capsys.readouterr().out)["reports"]
    assert {one["report"]: one["placed"] for one in told} == {
        report: sum(len(spans(one)) for one in mine.statements(report)) for report in (TRAIN, TEST)
    }


@pytest.mark.parametrize("way", ["out", "corpus"])
@pytest.mark.parametrize("options", [(), ("--push", "a/b"), ("--push", "a/b", "--dry-run")])
def test_such_a_folder_is_not_published(
    way: str, options: tuple[str, ...], mine: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(hydration(mine, out)) == 0
    before = state(out)
    assert main(["publish", f"--{way}", str(out), *options]) == 1
    assert "holds the text of articles, which may not be passed on" in capsys.readouterr().err
    assert state(out) == before


@pytest.mark.parametrize("marked", [True, False])
def test_the_hub_gets_none_of_it(marked: bool, mine: Held, tmp_path: Path) -> None:
    """Neither with the mark nor without: the folder of the config tells it, too."""
    out = tmp_path / "out"
    assert main(hydration(mine, out)) == 0
    if not marked:
        (out / "chithi-originals.json").unlink()
    with pytest.raises(hub.HubError, match="may not be passed on"):
        hub.plan(HfApi(token="hf_none"), "a/b", "v0.1.0", out)


def test_a_release_never_has_the_config(mine: Held, tmp_path: Path) -> None:
    corpus = chithi.Corpus.read(mine.corpus)
    options = BuildOptions((*CONFIGS, read_originals(corpus, mine.articles)))
    with pytest.raises(PublishError, match="the config originals holds articles, and is never published"):
        build(corpus, tmp_path / "out", "0.1.0", options=options)
    assert not (tmp_path / "out").exists()
