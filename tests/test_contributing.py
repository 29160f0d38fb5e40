"""CONTRIBUTING's recipes, followed to the letter."""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import datasets
import pytest
import yaml

import chithi
from chithi.cli import main
from chithi.formats import FORMATS
from chithi.release.build import PublishError, build
from chithi.release.parquet import BuildOptions
from chithi.rows.config import Config
from chithi.rows.configs import CONFIGS
from chithi.validation.rule import RULES, rules_of

from .conftest import edit
from .rules.test_fixtures import GOOD, POLISH

CONTRIBUTING = Path(__file__).parents[1] / "CONTRIBUTING.md"


def recipe(title: str) -> dict[str, Any]:
    """The names that the code of a recipe defines."""
    section = CONTRIBUTING.read_text(encoding="utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    defined: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", section, re.DOTALL):
        exec(compile(code, "CONTRIBUTING.md", "exec"), defined)
    return defined


def test_a_config_is_one_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    lengths = recipe("Add a config")["LengthsConfig"]()
    corpus, out = chithi.Corpus.read(), tmp_path / "chithi"
    manifest = build(corpus, out, "0.0.0", load=True, options=BuildOptions((*CONFIGS, lengths)))

    texts = {record.id: record.text for record in corpus.records(chithi.Statement)}
    assert sum(manifest.rows["lengths"].values()) == len(texts)
    published = datasets.load_dataset(str(out), "lengths")
    found = {row["id"]: row["length"] for rows in published.values() for row in rows}
    assert found == {name: len(text) for name, text in texts.items()}
    loaded = chithi.load(lengths, corpus)
    assert loaded.keys() == published.keys()
    assert all(rows.to_list() == published[split].to_list() for split, rows in loaded.items())

    card = (out / "README.md").read_text(encoding="utf-8")
    assert f"| `lengths` | {lengths.row_is} | train, test |\n" in card
    header = yaml.safe_load(card.split("---\n")[1])
    names = [config["config_name"] for config in header["configs"]]
    assert names == [*(config.name for config in CONFIGS), "lengths"]
    assert [column["name"] for column in header["dataset_info"][-1]["features"]] == ["id", "text", "length"]

    described = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    fields = next(node for node in described["recordSet"] if node["name"] == "lengths")["field"]
    assert [field["name"] for field in fields] == [f"lengths/{name}" for name in ("id", "text", "length", "split")]


def test_a_config_that_loses_something_is_not_published(tmp_path: Path) -> None:
    config: type[Config] = recipe("Add a config")["LengthsConfig"]

    class Shouting(config):  # type: ignore[valid-type, misc]
        def rows(self, corpus: Any, records: Any) -> Any:
            made = super().rows(corpus, records)
            return made.set_column(1, "text", made["id"])

    with pytest.raises(PublishError, match="the config lengths does not give back"):
        build(chithi.Corpus.read(), tmp_path / "chithi", "0.0.0", options=BuildOptions((Shouting(),)))
    assert list(tmp_path.iterdir()) == []


def test_a_format_is_one_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(FORMATS, "lines", recipe("Add a format")["Lines"]())
    out = tmp_path / "x.txt"
    assert main(["export", "--to", "lines", "--split", "test", "--language", "pl", "--out", str(out)]) == 0
    test = chithi.Corpus.read().by_split["test"]
    expected = [f"{row['id']}\t{row['text']}" for row in test.iter_rows(named=True) if row["language"] == "pl"]
    assert out.read_text(encoding="utf-8").splitlines() == expected
    assert main(["export", "--to", "nothing"]) == 2
    assert "lines (ids and texts)" in capsys.readouterr().err


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_rule_is_one_generator(jobs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    edit(corpus / POLISH, 2, lambda record: record.update(text=record["text"].removesuffix(".") + "!"))
    recipe("Add a rule")
    try:
        assert main(["validate", "--corpus", str(corpus), "--jobs", jobs]) == 1
        assert f"{os.path.relpath(corpus / POLISH)}:2:" in (out := capsys.readouterr().out)
        assert "T499 the text shouts" in out
        assert main(["validate", "--explain", "shouting"]) == 0
        assert 'Bad: "text":"Come!"' in capsys.readouterr().out
    finally:
        del RULES["T499"]
        rules_of.cache_clear()
