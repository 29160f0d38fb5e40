"""Whole commands on a scaled corpus, side by side with other tools.

By default the corpus is small and every command runs once. For figures:

    CHITHI_STATEMENTS=100000 pytest tests/benchmarks --benchmark-enable --benchmark-group-by=group \\
        --benchmark-columns=min,median,max,rounds

The other tools do less: `jsonschema`, ajv and the floor only check each record against its schema. ajv runs in Node; it
needs `node`, and the package `ajv` on NODE_PATH.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .scale import joined, scale, spread

STATEMENTS = int(os.environ.get("CHITHI_STATEMENTS", "1000"))
CHITHI = [sys.executable, "-m", "chithi"]
FLOOR = """
import os, sys, orjson
from chithi.records.schemas import fits
def check(path, table):
    is_valid = fits(table)
    with open(path, "rb") as lines:
        for line in lines:
            assert is_valid(orjson.loads(line))
corpus, *paths = sys.argv[1:]
for table in ("reports", "actors", "offices", "directives"):
    check(f"{corpus}/{table}.jsonl", table)
for path in paths or map(f"{corpus}/statements/{{}}".format, os.listdir(f"{corpus}/statements")):
    check(path, "statements")
"""
LOOP = """
import sys, pathlib, json, jsonschema, referencing, referencing.jsonschema
from chithi.records.schemas import DEFINITIONS, load, schema_of
definitions = referencing.jsonschema.DRAFT202012.create_resource(load(DEFINITIONS))
registry = referencing.Registry().with_resource(DEFINITIONS, definitions)
format_checker = jsonschema.FormatChecker(["date"])
validator = jsonschema.Draft202012Validator(schema_of("statements"), registry=registry, format_checker=format_checker)
for path in pathlib.Path(sys.argv[1], "statements").iterdir():
    with path.open("rb") as lines:
        for line in lines:
            assert validator.is_valid(json.loads(line))
"""
AJV = """
const fs = require("fs"), path = require("path"), readline = require("readline"), Ajv = require("ajv/dist/2020").default
const schemas = process.argv[2], folder = path.join(process.argv[3], "statements")
const read = (name) => JSON.parse(fs.readFileSync(path.join(schemas, name + ".schema.json")))
const ajv = new Ajv({ strict: false, formats: { date: /^\\d{4}-\\d\\d-\\d\\d$/ } })
ajv.addSchema(read("definitions"), "definitions.schema.json")
const validate = ajv.compile(read("statement"))
for (const name of fs.readdirSync(folder))
  for (const line of fs.readFileSync(path.join(folder, name), "utf8").split("\\n"))
    if (line && !validate(JSON.parse(line))) throw new Error(line)
"""

# `datasets` alone writes the same statements to Parquet: it checks nothing and adds no registries and no tokens.
CONVERT = """
import json, sys, tempfile, datasets, pyarrow
from chithi.corpus.frames import arrow_type
from chithi.records.schemas import schema_of
features = datasets.Features.from_arrow_schema(pyarrow.schema(arrow_type(schema_of("statements"))))
with tempfile.TemporaryDirectory() as folder:
    splits = datasets.load_dataset("json", data_files=json.loads(sys.argv[1]), features=features, cache_dir=folder)
    for name, rows in splits.items():
        rows.to_parquet(f"{folder}/{name}.parquet")
"""
NODE = shutil.which("node") is not None and "NODE_PATH" in os.environ
MOST_MEMORY = 1_500_000  # kB


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A valid corpus of many statements."""
    folder = tmp_path_factory.mktemp("scaled") / "good"
    scale(folder, STATEMENTS)
    os.sync()  # so that nothing is being written while a command is timed
    return folder


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of as many statements, every tenth of them spoilt."""
    folder = tmp_path_factory.mktemp("scaled") / "bad"
    scale(folder, STATEMENTS, 10)
    os.sync()
    return folder


def run(benchmark: Any, command: list[Any], expected: int = 0, rounds: int = 5) -> None:
    """Times a whole process, with the start of the interpreter. A first run, which compiles modules, is not counted."""
    words, environment = [str(part) for part in command], os.environ | {"PYTHONDONTWRITEBYTECODE": ""}

    def once() -> int:
        return subprocess.run(words, capture_output=True, check=False, env=environment).returncode

    assert benchmark.pedantic(once, rounds=rounds, warmup_rounds=1 if benchmark.enabled else 0) == expected


@pytest.fixture(scope="module")
def spread_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A valid corpus with four statements in each report."""
    folder = tmp_path_factory.mktemp("scaled") / "spread"
    spread(folder, max(STATEMENTS, 4_000), 4)  # at least 4,000, so that every entry of the registries is used
    os.sync()
    return folder


@pytest.fixture(scope="module", params=["large files", "small files", "one file"])
def shape(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Equally many statements in one of three shapes: a corpus, and the path of a single file to validate, if any."""
    if request.param == "large files":
        return [request.getfixturevalue("good")]
    folder: Path = request.getfixturevalue("spread_out")
    if request.param == "small files":
        return [folder]
    path = tmp_path_factory.mktemp("scaled") / "all.jsonl"
    joined(folder, path)
    os.sync()
    return [folder, path]


@pytest.mark.benchmark(group="validate, three shapes")
@pytest.mark.parametrize("jobs", [1, 2])
def test_chithi(benchmark: Any, shape: list[Path], jobs: int) -> None:
    run(benchmark, [*CHITHI, "validate", "--jobs", jobs, "--corpus", *shape])


@pytest.mark.benchmark(group="validate, three shapes")
def test_floor(benchmark: Any, shape: list[Path]) -> None:
    run(benchmark, [sys.executable, "-c", FLOOR, *shape])


@pytest.mark.benchmark(group="validate, good records")
def test_loop_over_jsonschema(benchmark: Any, good: Path) -> None:
    run(benchmark, [sys.executable, "-c", LOOP, good], rounds=1)


@pytest.mark.benchmark(group="validate, good records")
@pytest.mark.skipif(not NODE, reason="no node, or NODE_PATH does not lead to ajv")
def test_ajv(benchmark: Any, good: Path, tmp_path: Path) -> None:
    (tmp_path / "loop.js").write_text(AJV)
    run(benchmark, ["node", tmp_path / "loop.js", Path(__file__).parents[2] / "schema", good])


@pytest.mark.benchmark(group="validate, every tenth record bad")
def test_chithi_with_findings(benchmark: Any, bad: Path) -> None:
    run(benchmark, [*CHITHI, "validate", "--corpus", bad], expected=1)


@pytest.mark.benchmark(group="validate, the corpus that ships")
def test_the_corpus_that_ships(benchmark: Any) -> None:
    run(benchmark, [*CHITHI, "validate"])


@pytest.mark.benchmark(group="publish")
def test_publish(benchmark: Any, good: Path, tmp_path: Path) -> None:
    run(benchmark, [*CHITHI, "publish", "--corpus", good, "--out", tmp_path / "chithi"])


@pytest.mark.slow
@pytest.mark.benchmark(group="publish")
def test_load_dataset_and_to_parquet(benchmark: Any, good: Path) -> None:
    reports = map(json.loads, (good / "reports.jsonl").read_text(encoding="utf-8").splitlines())
    splits = {report["id"]: report["split"] for report in reports}
    files: dict[str, list[str]] = {"train": [], "test": []}
    for path in sorted((good / "statements").iterdir()):
        files[splits[path.stem]].append(str(path))
    run(benchmark, [sys.executable, "-c", CONVERT, json.dumps(files)])


@pytest.mark.slow
@pytest.mark.benchmark(group="publish")
def test_load_dataset_and_to_parquet_of_one_file(benchmark: Any, good: Path, tmp_path: Path) -> None:
    statements = tmp_path / "statements.jsonl"
    statements.write_bytes(b"".join(path.read_bytes() for path in sorted((good / "statements").iterdir())))
    os.sync()
    run(benchmark, [sys.executable, "-c", CONVERT, json.dumps({"train": str(statements)})])


MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def memory(command: list[str]) -> int:
    """The most memory of a command, in KiB. A small process starts it, whose own memory counts with it."""
    run = subprocess.run([sys.executable, "-c", MEASURE, *command], capture_output=True, text=True, check=True)
    return int(run.stdout)


def test_memory_of_validate(good: Path) -> None:
    assert memory([*CHITHI, "validate", "--corpus", str(good)]) < 1_000_000


@pytest.mark.slow
def test_memory_of_publish(good: Path, tmp_path: Path) -> None:
    command = [*CHITHI, "publish", "--corpus", str(good), "--out", str(tmp_path / "chithi")]
    assert memory(command) < MOST_MEMORY
