"""croissant.json in mlcroissant: it validates without an error, and its record sets give the published rows."""

import datetime
import hashlib
import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chithi.rows.config import Config
from chithi.rows.configs import CONFIGS

TAGS = {column: names for config in CONFIGS for column, names in config.tags().items()}

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of libraries that mlcroissant uses
mlcroissant = pytest.importorskip("mlcroissant")
RECOMMENDED = "datePublished"  # left out, because a build does not know when it will be released


@pytest.fixture(scope="module")
def described(built: Path) -> Any:
    logging.getLogger("absl").setLevel(logging.ERROR)
    return mlcroissant.Dataset(built / "croissant.json")


def test_it_validates(built: Path) -> None:
    command = [Path(sys.executable).with_name("mlcroissant"), "validate", "--jsonld", built / "croissant.json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "Done." in run.stderr
    complaints = [line for line in run.stderr.splitlines() if line.startswith("  -  ")]
    assert all(RECOMMENDED in line for line in complaints), complaints


def test_it_knows_every_file_and_its_hash(built: Path) -> None:
    described = json.loads((built / "croissant.json").read_text(encoding="utf-8"))
    files = {node["contentUrl"]: node for node in described["distribution"] if node["@type"] == "cr:FileObject"}
    assert files.keys() == {path.relative_to(built).as_posix() for path in built.rglob("*.parquet")}
    for name, node in files.items():
        data = (built / name).read_bytes()
        assert (node["sha256"], node["contentSize"]) == (hashlib.sha256(data).hexdigest(), f"{len(data)} B")


def as_read(value: Any, kind: pa.DataType) -> Any:
    """A value as mlcroissant's reader gives it: text as bytes, a date as its midnight, a null struct as nulls."""
    if pa.types.is_list(kind):
        return None if value is None else [as_read(item, kind.value_type) for item in value]
    if pa.types.is_struct(kind):
        return {part.name: as_read((value or {}).get(part.name), part.type) for part in kind if not deep(part.type)}
    if isinstance(value, datetime.date):
        return datetime.datetime.combine(value, datetime.time())
    return value.encode() if isinstance(value, str) else value


def deep(kind: pa.DataType) -> bool:
    """Whether a part of a struct holds structs, whose parts the reader puts beside the outer struct."""
    return pa.types.is_struct(kind) or (pa.types.is_list(kind) and pa.types.is_struct(kind.value_type))


def short(value: Any) -> Any:
    """A value whose keys have lost the paths that the reader puts before them."""
    if isinstance(value, dict):
        return {key.rpartition("/")[2]: short(item) for key, item in value.items()}
    return [short(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.name)
def test_records_are_the_published_rows(built: Path, described: Any, config: Config) -> None:
    name = config.name
    found = {tuple(record[f"{name}/{key}"] for key in config.key): record for record in described.records(name)}
    count = 0
    for path in (built / name).glob("*.parquet"):
        table = pq.read_table(path)
        for row in table.to_pylist():
            record, count = found[tuple(row[key].encode() for key in config.key)], count + 1
            for column in table.schema:
                value = row[column.name]
                if value or not deep(column.type):
                    assert short(record[f"{name}/{column.name}"]) == as_read(value, column.type), (row["id"], column)
            if len(config.splits) > 1:
                assert record[f"{name}/split"] == path.name.partition("-")[0].encode()
    assert count == len(found) > 0


def test_parts_of_parts_are_read_too(described: Any) -> None:
    name = b"provincial-secretaries-conference-2024-01.pl.05"
    record = next(record for record in described.records("statements") if record["statements/id"] == name)
    offices = [office["statements/role/offices/id"] for office in record["statements/role/offices"]]
    assert offices == [b"provincial-party-secretary"]
    assert record["statements/requests/addressee"]["statements/requests/addressee/text"] == [b"Sekretariat"]


@pytest.mark.parametrize("column", TAGS)
def test_names_of_tags_are_records(described: Any, column: str) -> None:
    records = [(record[f"{column}/number"], record[f"{column}/name"]) for record in described.records(column)]
    assert records == list(enumerate(TAGS[column]))
