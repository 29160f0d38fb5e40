"""A dataset that is not the corpus is found out, and is not published."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chithi.cli import main
from chithi.corpus import Corpus
from chithi.records.layout import shipped
from chithi.release import PublishError
from chithi.release.build import build
from chithi.release.comparison import are_rows, compare, compare_ids
from chithi.release.parquet import BuildOptions
from chithi.rows.arrow import Columns
from chithi.rows.config import Config, to_columns
from chithi.rows.configs import CONFIGS as ALL
from chithi.rows.configs import config_of
from chithi.rows.registries import RegistryConfig
from chithi.rows.statements import StatementsConfig

from . import small
from .conftest import edit

ADDRESSEES = ("addressee_names_en", "addressee_kinds", "addressee_levels")

pytestmark = pytest.mark.usefixtures("fresh_cache")


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


@pytest.mark.parametrize("name", ["statements", "requests", "tokens", "passes", "reports"])
def test_every_column_is_compared(name: str) -> None:
    """A build compares what comes from the records; what was written is compared with all rows made anew."""
    corpus, config = Corpus.read(shipped("corpus")), config_of(name)
    records = config.records(corpus)[config.splits[0]]
    made = config.rows(corpus, columns := to_columns(records))
    assert config.roundtrips(corpus, made, columns)
    assert are_rows(corpus, config, [made[:7], made[7:]], records)
    joined = {"speaker_name_en", "speaker_kind", "topic_code", *ADDRESSEES} if name == "requests" else set()
    for n, column in enumerate(made.column_names):
        other = made.set_column(n, made.schema.field(n), made[column].take(pa.array(range(made.num_rows)[::-1])))
        assert config.roundtrips(corpus, other, columns) == (column in joined or other.equals(made)), column
        assert are_rows(corpus, config, [other], records) == other.equals(made), column


@pytest.mark.parametrize("config", ALL, ids=lambda config: config.name)
def test_a_config_knows_its_columns_and_splits(built: Path, config: Config) -> None:
    files = {path.name.partition("-")[0]: pq.read_schema(path) for path in (built / config.name).iterdir()}
    assert files.keys() == set(config.splits)
    assert all(schema.equals(config.schema) for schema in files.values())
    assert config.tags().keys() <= set(config.schema.names)


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


def backwards(rows: pa.Table) -> pa.Table:
    """Rows with their ids in the opposite order."""
    return rows.set_column(0, "id", rows["id"].take(pa.array(range(rows.num_rows)[::-1])))


class Lossy(StatementsConfig):
    """A config that makes `good` groups of rows rightly, and the others with wrong ids."""

    def __init__(self, good: int) -> None:
        self.good = good

    def rows(self, corpus: Corpus, records: Columns) -> pa.Table:
        made = super().rows(corpus, records)
        self.good -= made.num_rows > 0  # the empty table is made for the schema
        return made if self.good >= 0 else backwards(made)


@pytest.mark.parametrize(
    ("good", "load"), [(0, False), pytest.param(2, True, marks=pytest.mark.slow)], ids=["build", "load"]
)
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
    [((), 0), (("--load",), 1), pytest.param(("--push", "someone/chithi", "--dry-run"), 1, marks=pytest.mark.slow)],
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
    rows_of = RegistryConfig.rows

    def good_at_first(config: RegistryConfig, corpus: Corpus, records: Columns) -> pa.Table:
        made = rows_of(config, corpus, records)
        calls.extend([True] * (made.num_rows > 0))  # the empty table is made for the schema
        return made if len(calls) <= 4 * good else backwards(made)  # there are four registries, of one group each

    monkeypatch.setattr(RegistryConfig, "rows", good_at_first)
    assert main(["publish", "--out", str(tmp_path / "chithi"), *options]) == 1
    assert "does not give back the records of the corpus" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


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


def test_a_row_of_a_pass_is_known_by_its_annotator_too(tmp_path: Path) -> None:
    corpus = small.write(tmp_path / "corpus")
    build(Corpus.read(corpus), out := tmp_path / "out", "0.0.0", load=True)
    path = corpus / "annotators" / "two" / "day.pl.jsonl"
    path.rename(path.with_name("none.en.jsonl"))
    compare_ids(corpus, out)
    (corpus / "annotators" / "two").rename(corpus / "annotators" / "three")
    with pytest.raises(PublishError, match=r"the config passes lacks 'three/day\.pl\.02'"):
        compare_ids(corpus, out)
    with pytest.raises(PublishError, match="the config passes does not give back"):
        compare(Corpus.read(corpus), out, tmp_path / "cache")
