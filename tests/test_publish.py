"""`chithi publish`: it writes all or nothing, the same bytes each time, and what the corpus holds."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
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
from chithi.release import PublishError
from chithi.release.build import build
from chithi.release.checksums import sums
from chithi.release.comparison import compare, compare_ids
from chithi.release.parquet import BuildOptions, cut
from chithi.rows.arrow import Columns
from chithi.rows.config import Config, to_columns
from chithi.rows.configs import CONFIGS as ALL
from chithi.rows.configs import config_of
from chithi.rows.registries import RegistryConfig
from chithi.rows.statements import StatementsConfig
from chithi.text.display import shown
from chithi.validation.engine import validate
from chithi.validation.rules import RULES

from .conftest import edit, records
from .rules.test_fixtures import GOOD, lay_over

CONFIGS = ("statements", "requests", "tokens", "reports", "speakers", "offices", "directives")


def state(folder: Path) -> dict[str, bytes | str | None]:
    """Everything below a folder by path: the bytes of files, the targets of links, None for folders."""

    def content(path: Path) -> bytes | str | None:
        if path.is_symlink():
            return os.readlink(path)
        return path.read_bytes() if path.is_file() else None

    return {path.relative_to(folder).as_posix(): content(path) for path in folder.rglob("*")}


@pytest.fixture(scope="module", autouse=True)
def fresh_cache(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An empty cache and no network: `datasets` falls back to what it finds in either."""
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
    for key in ("annotations_creators", "language_creators", "multilinguality", "source_datasets"):
        assert data.get(key), key
    for key in ("task_ids", "tags", "configs"):
        assert data.get(key), key
    assert {info["config_name"] for info in data.get("dataset_info")} == set(CONFIGS)


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


def change_text(record: dict[str, Any]) -> None:
    record["translation"] += " And more."


def change_topic(record: dict[str, Any]) -> None:
    record["requests"][0]["topic"] = "health"


@pytest.mark.parametrize("change", [change_text, change_topic])
def test_a_dataset_that_is_not_the_corpus_is_found_out(
    built: Path, report: Path, corpus: Path, tmp_path: Path, change: Any
) -> None:
    edit(report, 5, change)
    with pytest.raises(PublishError, match="does not give back"):
        compare(Corpus.read(corpus), built, tmp_path / "cache")


@pytest.mark.parametrize("name", ["statements", "requests", "tokens", "reports"])
def test_every_column_is_compared(name: str) -> None:
    corpus, config = Corpus.read(shipped("corpus")), config_of(name)
    records = to_columns(config.records(corpus)[config.splits[-1]])
    made = config.rows(corpus, records)
    assert config.roundtrips(made, records)
    of_speaker = {column for column in made.column_names if column.startswith("speaker_")}
    unseen = {"role", "offices", "directives"} | of_speaker if name == "requests" else set()
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
    """A config whose `roundtrips` is true for the first `good` calls, and then false."""

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
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    good: int,
) -> None:
    calls: list[bool] = []

    def good_at_first(config: Config, rows: pa.Table, records: Columns) -> bool:
        calls.append(True)
        return len(calls) <= 4 * good  # there are four registries, of one group each

    monkeypatch.setattr(RegistryConfig, "roundtrips", good_at_first)
    assert main(["publish", "--out", str(tmp_path / "chithi"), *options]) == 1
    assert "does not give back the records of the corpus" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_build_needs_neither_datasets_nor_pandas(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "chithi", "publish", "--out", tmp_path / "out"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert re.search(r"\| +pyarrow$", loaded, re.MULTILINE)
    assert not re.search(r"\| +(datasets|pandas)$", loaded, re.MULTILINE)


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


def test_ids_are_counted_from_the_files(built: Path, corpus: Path, report: Path) -> None:
    """The ids come from the files, because the frames in between may hold fewer or more records."""
    compare_ids(corpus, built)
    lines = report.read_bytes().splitlines(keepends=True)
    asking = next(n for n, line in enumerate(lines) if json.loads(line)["requests"])
    name = json.loads(lines[asking])["id"]
    for rows, says in {
        "statements": (lines + [lines[asking].replace(name.encode(), f"{name}9".encode())], f"lacks '{name}9'"),
        "statements ": (lines + [lines[asking]], f"lacks '{name}'"),
        "statements  ": (lines[:asking] + lines[asking + 1 :], f"has '{name}' once too often"),
    }.values():
        report.write_bytes(b"".join(rows))
        with pytest.raises(PublishError, match=f"the config statements {re.escape(says)}"):
            compare_ids(corpus, built)
    report.write_bytes(b"".join(lines))
    edit(report, asking + 1, lambda record: record["requests"].pop())
    with pytest.raises(PublishError, match=f"the config requests has '{re.escape(name)}"):
        compare_ids(corpus, built)


def test_a_split_or_a_config_without_rows_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus, out = Path(shutil.copytree(GOOD, tmp_path / "corpus")), tmp_path / "out"
    for path in (corpus / "statements").iterdir():
        for line in range(1, len(records(path)) + 1):
            edit(path, line, lambda record: record.update(requests=[]))
    for line in range(1, len(records(corpus / "reports.jsonl")) + 1):
        edit(corpus / "reports.jsonl", line, lambda record: record.update(split="test"))
    tolerated = [p for p in validate(corpus).problems if p.code == "C524"]
    lines = ({"code": p.code, "record": p.record, "reason": "A corpus for tests alone."} for p in tolerated)
    (corpus / "exceptions.jsonl").write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    assert main(["publish", "--corpus", str(corpus), "--out", str(out), "--load"]) == 0
    assert not (out / "requests").exists()
    assert [path.name for path in (out / "statements").iterdir()] == ["test-00000-of-00001.parquet"]
    assert list(datasets.load_dataset(str(out))) == ["test"]
    assert "requests" not in [config["config_name"] for config in header_of(out)["configs"]]
    described = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    assert "requests" not in [node["name"] for node in described["recordSet"]]


def test_a_corpus_without_statements_is_not_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    shutil.rmtree(corpus / "statements")
    lines = ({"code": p.code, "record": p.record, "reason": "To come."} for p in validate(corpus).problems)
    (corpus / "exceptions.jsonl").write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    assert main(["publish", "--corpus", str(corpus), "--out", str(tmp_path / "out")]) == 1
    assert "the corpus has no statements: nothing was published" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("code", sorted(code for code, rule in RULES.items() if rule.tolerable))
def test_what_may_be_tolerated_is_published_whole(
    code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
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
    status = main(["publish", "--corpus", str(corpus), "--out", str(tmp_path / "out"), "--load"])
    assert status == 0, capsys.readouterr().out
    expected = [record["id"] for path in (corpus / "statements").iterdir() for record in records(path)]
    loaded = datasets.load_dataset(str(tmp_path / "out"))
    assert sorted(row["id"] for rows in loaded.values() for row in rows) == sorted(expected)


def test_publish_prints_the_splits_and_the_line_to_load_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", "--out", str(tmp_path / "d")]) == 0
    out = capsys.readouterr().out
    assert "no problems in" in out
    rows = [line.split()[:2] for line in out.splitlines() if line.startswith("statements")]
    assert rows == [["statements", "train"], ["statements", "test"]]
    assert out.endswith(f'load_dataset("{(tmp_path / "d").as_posix()}")\n')
