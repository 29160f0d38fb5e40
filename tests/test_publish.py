"""`chithi publish`: complete or not at all, the same bytes each time, and true to the corpus."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import datasets
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from huggingface_hub import DatasetCard

import chithi
from chithi.cli import main
from chithi.corpus import Corpus
from chithi.records.layout import shipped
from chithi.release.build import PublishError, build, compare
from chithi.release.parquet import BuildOptions, cut
from chithi.rows.arrow import Columns
from chithi.rows.config import Config, to_columns
from chithi.rows.configs import CONFIGS as ALL
from chithi.rows.configs import config_of
from chithi.rows.registries import RegistryConfig
from chithi.rows.statements import StatementsConfig

from .conftest import edit, records

CONFIGS = ("statements", "requests", "tokens", "reports", "speakers", "offices", "directives")


@pytest.fixture(scope="module", autouse=True)
def fresh_cache(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """`datasets` falls back to what it has seen before; so it has seen nothing, and has no network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path_factory.mktemp("cache"))
        patch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
        yield


@pytest.mark.parametrize("config", CONFIGS)
def test_load_dataset_gives_what_load_gives(built: Path, config: str) -> None:
    loaded, shipped_rows = datasets.load_dataset(str(built), config), chithi.load(config)
    assert list(loaded) == (["train", "test"] if config in ("statements", "requests", "tokens") else ["registry"])
    for split, rows in loaded.items():
        assert rows.features == shipped_rows[split].features
        assert rows.to_list() == shipped_rows[split].to_list()


def test_statements_are_the_default_config_and_hold_the_corpus(built: Path) -> None:
    loaded = datasets.load_dataset(str(built))
    rows = {row["id"]: row for split in loaded.values() for row in split}
    expected = [record for path in sorted((shipped("corpus") / "statements").glob("*.jsonl")) for record in records(path)]
    assert len(rows) == len(expected)
    for record in expected:
        row = rows[record["id"]]
        assert {key: row[key] for key in ("report", "paragraph", "text", "translation")} == {
            key: record[key] for key in ("report", "paragraph", "text", "translation")
        }
        for key in ("speaker", "role"):
            assert (row[key] is None) == (record[key] is None)
        for span in filter(None, [row["speaker"], row["role"], *row["directives"], *row["requests"]]):
            assert row["text"][span["start"] : span["end"]] == span["text"]
        assert [d["id"] for d in row["directives"]] == [d["id"] for d in record["directives"]]
        assert [o["id"] for o in (row["role"] or {"offices": []})["offices"]] == (record["role"] or {"offices": []})["offices"]
        assert row["requests"] == record["requests"]


def test_registries_are_joined_in(built: Path) -> None:
    corpus = shipped("corpus")
    speakers = {r["id"]: r for r in records(corpus / "speakers.jsonl")}
    directives = {r["id"]: r for r in records(corpus / "directives.jsonl")}
    reports = {r["id"]: r for r in records(corpus / "reports.jsonl")}
    for rows in datasets.load_dataset(str(built)).values():
        for row in rows:
            assert row["language"] == reports[row["report"]]["language"]
            if row["speaker"]:
                assert row["speaker"]["name_en"] == speakers[row["speaker"]["id"]]["name_en"]
            assert [d["number"] for d in row["directives"]] == [directives[d["id"]]["number"] for d in row["directives"]]


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
    one, two = ({p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()} for root in (built, tmp_path / "again"))
    assert one == two


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


def test_card_tells_sizes_and_one_default(built: Path) -> None:
    header = yaml.safe_load((built / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    assert [c["config_name"] for c in header["configs"]] == list(CONFIGS)
    assert [c["config_name"] for c in header["configs"] if c.get("default")] == ["statements"]
    assert header["license"] == "cc-by-4.0"
    for info in header["dataset_info"]:
        folder = built / info["config_name"]
        assert info["download_size"] == sum(p.stat().st_size for p in folder.iterdir())
        for split in info["splits"]:
            assert split["num_examples"] == pq.read_metadata(folder / f"{split['name']}-00000-of-00001.parquet").num_rows


def test_the_hubs_own_reader_of_cards_takes_it(built: Path) -> None:
    data = DatasetCard.load(built / "README.md").data
    assert data.license == "cc-by-4.0"
    assert data.pretty_name == "ChiThi"
    assert {"ar", "en", "pl", "vi"} <= set(data.language)
    assert data.task_categories == ["token-classification", "text-classification"]
    assert len(data.size_categories) == 1
    for key in ("annotations_creators", "language_creators", "multilinguality", "source_datasets", "task_ids", "tags", "configs"):
        assert data.get(key), key
    assert {info["config_name"] for info in data.get("dataset_info")} == set(CONFIGS)


def test_long_splits_are_cut_into_shards(built: Path, tmp_path: Path) -> None:
    out = tmp_path / "chithi"
    manifest = build(Corpus.read(shipped("corpus")), out, "0.0.0", options=BuildOptions(rows_a_shard=40, rows_a_group=16))
    count = -(-manifest.rows["statements"]["train"] // 40)
    names = [f"train-{n:05}-of-{count:05}.parquet" for n in range(count)]
    assert sorted(path.name for path in (out / "statements").glob("train-*")) == names
    files = [pq.read_metadata(path) for path in out.rglob("*.parquet")]
    assert max(file.num_rows for file in files) <= 40
    assert max(file.row_group(n).num_rows for file in files for n in range(file.num_row_groups)) == 16
    headers = (yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---\n")[1]) for folder in (built, out))
    for one, two in zip(*(header["dataset_info"] for header in headers), strict=True):
        assert two["dataset_size"] == pytest.approx(one["dataset_size"], rel=0.05)
    for config in CONFIGS:
        whole, cut = (datasets.load_dataset(str(folder), config) for folder in (built, out))
        assert {split: rows.to_list() for split, rows in whole.items()} == {split: rows.to_list() for split, rows in cut.items()}


@pytest.mark.parametrize("count", [0, 1, 40, 41, 80, 81])
def test_shards_are_even_and_lose_nothing(count: int) -> None:
    rows = pl.DataFrame({"n": range(count)}, {"n": pl.Int32})
    sizes = [part.height for part in cut(rows, 40)]
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= 40
    assert len(sizes) == max(1, -(-count // 40))
    assert pl.concat(cut(rows, 40)).equals(rows)


def change_text(record: dict[str, Any]) -> None:
    record["translation"] += " And more."


def change_topic(record: dict[str, Any]) -> None:
    record["requests"][0]["topic"] = "health"


@pytest.mark.parametrize("change", [change_text, change_topic])
def test_a_dataset_that_is_not_the_corpus_is_found_out(built: Path, report: Path, corpus: Path, tmp_path: Path, change: Any) -> None:
    edit(report, 5, change)
    with pytest.raises(PublishError, match="does not give back"):
        compare(Corpus.read(corpus), built, tmp_path / "cache")


@pytest.mark.parametrize("name", ["statements", "requests", "tokens", "reports"])
def test_every_column_is_compared(name: str) -> None:
    corpus, config = Corpus.read(shipped("corpus")), config_of(name)
    records = to_columns(config.records(corpus)[config.splits[-1]])
    made = config.rows(corpus, records)
    assert config.roundtrips(made, records)
    joined_in = {"role", "offices", "directives", *(column for column in made.column_names if column.startswith("speaker_"))}
    unseen = joined_in if name == "requests" else set()
    for n, column in enumerate(made.column_names):
        other = made.set_column(n, made.schema.field(n), made[column].take(pa.array(range(made.num_rows)[::-1])))
        assert config.roundtrips(other, records) == (column in unseen), column


@pytest.mark.parametrize("config", ALL, ids=lambda config: config.name)
def test_a_config_knows_its_columns_and_splits(built: Path, config: Config) -> None:
    files = {path.name.partition("-")[0]: pq.read_schema(path) for path in (built / config.name).iterdir()}
    assert files.keys() == set(config.splits)
    assert all(schema.equals(config.schema) for schema in files.values())
    assert config.tags.keys() <= set(config.schema.names)


def test_a_missing_row_is_found_out(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(built, copy)
    path = next((copy / "tokens").glob("test-*"))
    pq.write_table(pq.read_table(path)[:-1], path)
    with pytest.raises(PublishError, match="config tokens does not give back"):
        compare(Corpus.read(shipped("corpus")), copy, tmp_path / "cache")


@pytest.mark.parametrize("column", ["statement", "addressee", "act", "request"])
def test_a_request_that_is_not_the_corpus_is_found_out(built: Path, corpus: Path, tmp_path: Path, column: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(built, copy)
    path = next((copy / "requests").glob("train-*"))
    rows = pq.read_table(path)
    other = pa.array([f"not {value}" for value in rows[column].to_pylist()])
    pq.write_table(rows.set_column(rows.column_names.index(column), rows.schema.field(column), other), path)
    with pytest.raises(PublishError, match="config requests does not give back"):
        compare(Corpus.read(corpus), copy, tmp_path / "cache")


class Lossy(StatementsConfig):
    """Takes its own rows for wrong from a given call on."""

    def __init__(self, good: int) -> None:
        self.good = good

    def roundtrips(self, rows: pa.Table, records: Columns) -> bool:
        self.good -= 1
        return self.good >= 0 and super().roundtrips(rows, records)


@pytest.mark.parametrize(("good", "load"), [(0, False), (2, True)], ids=["build", "load"])
def test_a_failed_build_leaves_the_old_one(tmp_path: Path, good: int, load: bool) -> None:
    out, corpus = tmp_path / "chithi", Corpus.read(shipped("corpus"))
    build(corpus, out, "0.0.0")
    before = {p: p.read_bytes() for p in out.rglob("*.*")}
    with pytest.raises(PublishError, match="does not give back the records of the corpus"):
        build(corpus, out, "0.0.0", load=load, options=BuildOptions((Lossy(good),)))
    assert {p: p.read_bytes() for p in out.rglob("*.*")} == before
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("options", "good"),
    [((), 0), (("--load",), 1), (("--push", "someone/chithi", "--dry-run"), 1)],
    ids=["build", "load", "push"],
)
def test_a_failed_build_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], good: int
) -> None:
    calls: list[bool] = []

    def until(config: Config, rows: pa.Table, records: Columns) -> bool:
        calls.append(True)
        return len(calls) <= 4 * good  # there are four registries, of one group each

    monkeypatch.setattr(RegistryConfig, "roundtrips", until)
    assert main(["publish", "--out", str(tmp_path / "chithi"), *options]) == 1
    assert "does not give back the records of the corpus" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_build_needs_neither_datasets_nor_pandas(tmp_path: Path) -> None:
    program = "import sys, chithi.cli as c; c.main(['publish', '--out', sys.argv[1]]); print(sys.modules.keys() & {'datasets', 'pandas'})"
    told = subprocess.run([sys.executable, "-c", program, tmp_path / "out"], capture_output=True, text=True, check=True).stdout
    assert told.endswith("set()\n")


def test_a_folder_of_somebody_else_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    assert main(["publish", "--out", str(tmp_path)]) == 1
    assert (tmp_path / "thesis.tex").read_text() == "years of work"
    assert "was not made by chithi publish" in capsys.readouterr().err


def test_publish_prints_the_splits_and_the_line_to_load_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", "--out", str(tmp_path / "d")]) == 0
    out = capsys.readouterr().out
    assert "no problems in" in out
    assert [line.split()[:2] for line in out.splitlines() if line.startswith("statements")] == [
        ["statements", "train"],
        ["statements", "test"],
    ]
    assert out.endswith(f'load_dataset("{(tmp_path / "d").as_posix()}")\n')
