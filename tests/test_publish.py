"""`chithi publish`: it writes all or nothing, the same bytes each time, and what the corpus holds."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import datasets
import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml
from huggingface_hub import DatasetCard

import chithi
from chithi.cli import main
from chithi.corpus import Corpus
from chithi.records.layout import shipped
from chithi.release.build import build
from chithi.release.parquet import BuildOptions, cut
from chithi.validation.engine import validate
from chithi.validation.rules import RULES

from .conftest import edit, records, state
from .rules.test_fixtures import GOOD, lay_over

REGISTRIES = ("reports", "actors", "offices", "directives")
CONFIGS = ("statements", "requests", "tokens", "passes", *REGISTRIES)


pytestmark = pytest.mark.usefixtures("fresh_cache")


@pytest.mark.parametrize("config", CONFIGS)
def test_load_dataset_gives_what_load_gives(built: Path, config: str) -> None:
    loaded, shipped_rows = datasets.load_dataset(str(built), config), chithi.load(config)
    assert list(loaded) == (["registry"] if config in REGISTRIES else ["train", "test"])
    for split, rows in loaded.items():
        assert rows.features == shipped_rows[split].features
        assert rows.to_list() == shipped_rows[split].to_list()


def test_statements_are_the_default_config_and_hold_the_corpus(built: Path) -> None:
    loaded = datasets.load_dataset(str(built))
    rows = {row["id"]: row for split in loaded.values() for row in split}
    paths = sorted((shipped("corpus") / "statements").glob("*.jsonl"))
    expected = [record for path in paths for record in records(path)]
    assert len(rows) == len(expected)
    for record in expected:
        row = rows[record["id"]]
        for key in ("report", "paragraph", "text", "translation"):
            assert row[key] == record[key]
        for key in ("speaker", "role"):
            assert (row[key] is None) == (record[key] is None)
        for span in filter(None, [row["speaker"], row["role"], *row["directives"], *row["requests"]]):
            assert row["text"][span["start"] : span["end"]] == span["text"]
        assert [d["id"] for d in row["directives"]] == [d["id"] for d in record["directives"]]
        if record["role"]:
            assert [office["id"] for office in row["role"]["offices"]] == record["role"]["offices"]
        for request in filter(lambda request: request["addressee"], row["requests"]):
            request["addressee"]["actors"] = [actor["id"] for actor in request["addressee"]["actors"]]
        assert row["requests"] == record["requests"]


def test_registries_are_joined_in(built: Path) -> None:
    corpus = shipped("corpus")
    speakers = {r["id"]: r for r in records(corpus / "actors.jsonl")}
    directives = {r["id"]: r for r in records(corpus / "directives.jsonl")}
    reports = {r["id"]: r for r in records(corpus / "reports.jsonl")}
    for rows in datasets.load_dataset(str(built)).values():
        for row in rows:
            assert row["language"] == reports[row["report"]]["language"]
            if row["speaker"]:
                assert row["speaker"]["name_en"] == speakers[row["speaker"]["id"]]["name_en"]
            for cited in row["directives"]:
                assert cited["number"] == directives[cited["id"]]["number"]


def test_requests_are_flat(built: Path) -> None:
    statements = {r["id"]: r for split in datasets.load_dataset(str(built)).values() for r in split}
    for rows in datasets.load_dataset(str(built), "requests").values():
        for row in rows:
            statement, _, number = row["id"].rpartition(".")
            request = statements[statement]["requests"][int(number) - 1]
            assert row["request"] == request["text"] == row["text"][row["start"] : row["end"]]
            assert row["addressee"] == (request["addressee"] or {"text": None})["text"]
            assert (row["act"], row["topic"]) == (request["act"], request["topic"])


def test_every_split_holds_its_events_alone(built: Path) -> None:
    events = [set(rows["event"]) for rows in datasets.load_dataset(str(built)).values()]
    assert not events[0] & events[1]


def test_same_corpus_same_bytes(built: Path, tmp_path: Path) -> None:
    build(Corpus.read(shipped("corpus")), tmp_path / "again", "0.0.0")
    assert state(tmp_path / "again") == state(built)


def test_files_are_plain_parquet(built: Path) -> None:
    for path in built.rglob("*.parquet"):
        schema = pq.read_schema(path)
        assert b"huggingface" not in (schema.metadata or {})
        assert not any(word in str(schema) for word in ("large_", "_view"))


def test_sums_are_true(built: Path) -> None:
    lines = (built / "SHA256SUMS").read_text().splitlines()
    names = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert names.keys() == {p.relative_to(built).as_posix() for p in built.rglob("*") if p.is_file()} - {"SHA256SUMS"}
    assert all(hashlib.sha256((built / name).read_bytes()).hexdigest() == digest for name, digest in names.items())


def header_of(folder: Path) -> dict[str, Any]:
    """The YAML header of a dataset's card."""
    header: dict[str, Any] = yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    return header


def test_card_tells_sizes_and_one_default(built: Path) -> None:
    header = header_of(built)
    assert [c["config_name"] for c in header["configs"]] == list(CONFIGS)
    assert [c["config_name"] for c in header["configs"] if c.get("default")] == ["statements"]
    assert header["license"] == "cc-by-4.0"
    for info in header["dataset_info"]:
        folder = built / info["config_name"]
        assert info["download_size"] == sum(p.stat().st_size for p in folder.iterdir())
        for split in info["splits"]:
            (path,) = folder.glob(f"{split['name']}-*.parquet")
            assert split["num_examples"] == pq.read_metadata(path).num_rows


def test_the_hubs_own_reader_of_cards_takes_it(built: Path) -> None:
    data = DatasetCard.load(built / "README.md").data
    assert data.license == "cc-by-4.0"
    assert data.pretty_name == "ChiThi"
    assert {"ar", "en", "pl", "vi"} <= set(data.language)
    assert data.task_categories == ["token-classification", "text-classification"]
    assert len(data.size_categories) == 1
    for key in ("annotations_creators", "multilinguality"):
        assert data.get(key), key
    for key in ("task_ids", "tags", "configs"):
        assert data.get(key), key
    assert {info["config_name"] for info in data.get("dataset_info")} == set(CONFIGS)


@pytest.mark.slow
def test_long_splits_are_cut_into_shards(built: Path, tmp_path: Path) -> None:
    out = tmp_path / "chithi"
    options = BuildOptions(rows_a_shard=40, rows_a_group=16)
    manifest = build(Corpus.read(shipped("corpus")), out, "0.0.0", options=options)
    count = -(-manifest.rows["statements"]["train"] // 40)
    names = [f"train-{n:05}-of-{count:05}.parquet" for n in range(count)]
    assert sorted(path.name for path in (out / "statements").glob("train-*")) == names
    files = [pq.read_metadata(path) for path in out.rglob("*.parquet")]
    assert max(file.num_rows for file in files) <= 40
    assert max(file.row_group(n).num_rows for file in files for n in range(file.num_row_groups)) == 16
    infos = (header_of(folder)["dataset_info"] for folder in (built, out))
    for one, two in zip(*infos, strict=True):
        assert two["dataset_size"] == pytest.approx(one["dataset_size"], rel=0.05)
    for config in CONFIGS:
        whole, cut = (datasets.load_dataset(str(folder), config) for folder in (built, out))
        assert whole.keys() == cut.keys()
        assert all(rows.to_list() == cut[split].to_list() for split, rows in whole.items())


@pytest.mark.parametrize("count", [0, 1, 40, 41, 80, 81])
def test_shards_are_even_and_lose_nothing(count: int) -> None:
    rows = pl.DataFrame({"n": range(count)}, {"n": pl.Int32})
    sizes = [part.height for part in cut(rows, 40)]
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= 40
    assert len(sizes) == max(1, -(-count // 40))
    assert pl.concat(cut(rows, 40)).equals(rows)


def test_a_build_needs_neither_datasets_nor_pandas(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "chithi", "publish", "--out", tmp_path / "out"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert re.search(r"\| +pyarrow$", loaded, re.MULTILINE)
    assert not re.search(r"\| +(datasets|pandas)$", loaded, re.MULTILINE)


def test_a_split_or_a_config_without_rows_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus, out = Path(shutil.copytree(GOOD, tmp_path / "corpus")), tmp_path / "out"
    for path in (corpus / "statements").iterdir():
        for line in range(1, len(records(path)) + 1):
            edit(path, line, lambda record: record.update(requests=[]))
    for line in range(1, len(records(corpus / "reports.jsonl")) + 1):
        edit(corpus / "reports.jsonl", line, lambda record: record.update(split="test"))
    tolerated = [p for p in validate(corpus).problems if p.code in ("C523", "C524")]
    lines = ({"code": p.code, "record": p.record, "reason": "A corpus for tests alone."} for p in tolerated)
    (corpus / "exceptions.jsonl").write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    assert main(["publish", "--corpus", str(corpus), "--out", str(out), "--load"]) == 0
    assert not (out / "requests").exists()
    assert [path.name for path in (out / "statements").iterdir()] == ["test-00000-of-00001.parquet"]
    assert list(datasets.load_dataset(str(out))) == ["test"]
    assert "requests" not in [config["config_name"] for config in header_of(out)["configs"]]
    described = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    assert "requests" not in [node["name"] for node in described["recordSet"]]


@pytest.mark.parametrize("split", ["train", "test"])
def test_one_split_alone_is_a_corpus(split: str, tmp_path: Path) -> None:
    corpus, out = Path(shutil.copytree(GOOD, tmp_path / "corpus")), tmp_path / "out"
    for line in range(1, len(records(corpus / "reports.jsonl")) + 1):
        edit(corpus / "reports.jsonl", line, lambda record: record.update(split=split))
    assert main(["publish", "--corpus", str(corpus), "--out", str(out), "--load"]) == 0
    there = [config for config in CONFIGS if config != "passes"]
    assert [config["config_name"] for config in header_of(out)["configs"]] == there
    folders = {name: [path.name for path in (out / name).iterdir()] for name in ("statements", "requests", "tokens")}
    assert folders == {name: [f"{split}-00000-of-00001.parquet"] for name in folders}
    assert all(list(chithi.load(name, corpus)) == [split] for name in folders)
    rows = (out / "README.md").read_text(encoding="utf-8").splitlines()
    assert next(row for row in rows if row.startswith("| `tokens`")).endswith(f" | {split} |")
    assert not any(row.startswith("| `passes`") for row in rows)
    described = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    assert "passes" not in [node["name"] for node in described["recordSet"]]


def test_a_corpus_without_statements_is_not_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    shutil.rmtree(corpus / "statements")
    lines = ({"code": p.code, "record": p.record, "reason": "To come."} for p in validate(corpus).problems)
    (corpus / "exceptions.jsonl").write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    assert main(["publish", "--corpus", str(corpus), "--out", str(tmp_path / "out")]) == 1
    assert "the corpus has no statements: nothing was published" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("code", sorted(code for code, rule in RULES.items() if rule.tolerable))
@pytest.mark.parametrize("options", [(), pytest.param(("--load",), marks=pytest.mark.slow)], ids=["build", "load"])
def test_what_may_be_tolerated_is_published_whole(
    code: str, options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = lay_over(code, tmp_path / "corpus")
    sources = corpus / "sources" if (corpus / "sources").exists() else None
    found = [p for p in validate(corpus, sources=sources).problems if p.code not in ("C541", "C542", "C543")]
    if sources:
        sources.rename(tmp_path / "sources")
    tolerated = dict.fromkeys((p.code, p.record) for p in found)
    assert code in {name for name, _ in tolerated}
    assert all(RULES[name].tolerable for name, _ in tolerated)
    lines = ({"code": name, "record": record, "reason": "To see what comes of it."} for name, record in tolerated)
    with (corpus / "exceptions.jsonl").open("a") as stream:
        stream.writelines(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    status = main(["publish", "--corpus", str(corpus), "--out", str(tmp_path / "out"), *options])
    assert status == 0, capsys.readouterr().out
    expected = [record["id"] for path in (corpus / "statements").iterdir() for record in records(path)]
    published = [pq.read_table(path)["id"] for path in (tmp_path / "out" / "statements").iterdir()]
    assert sorted(name for ids in published for name in ids.to_pylist()) == sorted(expected)


def test_publish_prints_the_splits_and_the_line_to_load_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", "--out", str(tmp_path / "d")]) == 0
    out = capsys.readouterr().out
    assert "no problems in" in out
    rows = [line.split()[:2] for line in out.splitlines() if line.startswith("statements")]
    assert rows == [["statements", "train"], ["statements", "test"]]
    assert out.endswith(f'load_dataset("{(tmp_path / "d").as_posix()}")\n')
