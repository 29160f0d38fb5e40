"""Validation and scoring on Spark: the same findings, the same scores. All but the first need Java and take long."""

import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import chithi
from chithi.evaluation.predictions import ScoreError
from chithi.evaluation.scorer import OffsetError
from chithi.records.broken import CorpusError
from chithi.records.canonical import canonical
from chithi.records.layout import shipped
from chithi.validation.engine import validate

from .benchmarks.scale import joined as in_one
from .benchmarks.scale import scale, spread
from .conftest import SKIP_NOTHING
from .hub.handler import WRITE
from .hub.repo import Repo
from .hub.server import hub
from .rules.test_fixtures import CODES, GOOD, POLISH, lay_over
from .spark_scale import local_rows, mutate

pytest.importorskip("pyspark")
# pyspark 4.0 leaves sockets open.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
slow = pytest.mark.slow
java = pytest.mark.skipif(
    shutil.which("java") is None and not os.environ.get(SKIP_NOTHING), reason="Spark needs Java 17"
)
# Small data: no time for compiling plans, and few tasks. A task may fail three times.
JOINED = (1 << 30, 0)  # the size of reports.jsonl from which on Spark reads it
ANNOTATED = "ha-giang-inspection-2025-03.ru.jsonl"
SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """One session for all tests: starting one takes seconds."""
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master("local[2,4]").appName("chithi")
        session = builder.config(map=SETTINGS).getOrCreate()
        yield session
        session.stop()


def found(spark: Any, path: Path | str, corpus: Path | None = None, **options: Any) -> list[tuple[Any, ...]]:
    import chithi.spark

    frame = chithi.spark.validate(spark, path, corpus, **options)
    assert frame.columns == [*chithi.Problem.__struct_fields__, "level"]
    rows = [tuple(row) for row in frame.collect()]
    frame.unpersist()
    return rows


def same(
    spark: Any, corpus: Path, paths: list[Path] | None = None, given: Path | str | None = None, **options: Any
) -> list[str]:
    """The codes that Spark finds, which are the findings of the local run."""
    from chithi.spark.validating import outcome

    local = validate(corpus, paths or [])
    wanted = local_rows(local.problems)
    frame, result = outcome(spark, given or corpus, corpus if paths else None, **options)
    rows = [tuple(row) for row in frame.collect()]
    frame.unpersist()
    assert rows == wanted
    counts = [(of.files, of.records, of.tolerated) for of in (result, local)]
    assert counts[0] == counts[1]
    return [row[3] for row in rows]


def section() -> str:
    """What CONTRIBUTING says of clusters."""
    text = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.partition("## On a cluster\n")[2].partition("\n## ")[0]


def program(
    command: list[str], folder: Path | None = None, settings: dict[str, str] = SETTINGS, **environment: str
) -> "subprocess.CompletedProcess[str]":
    words = [f"--conf {key}={value}" for key, value in (SETTINGS | settings).items()]
    environment = os.environ | {"PYSPARK_SUBMIT_ARGS": " ".join([*words, "pyspark-shell"])} | environment
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, encoding="utf-8", env=environment)


def test_without_spark_it_says_what_to_install() -> None:
    hidden = "import sys; sys.modules['pyspark'] = None; from chithi.spark.__main__ import main; sys.exit(main())"
    run = program([sys.executable, "-c", hidden, "validate", "x"])
    assert run.returncode == 2
    assert "pip install 'chithi[spark]'" in run.stderr


@slow
@java
@pytest.mark.parametrize("joined", JOINED)
def test_the_shipped_corpus_is_good(spark: Any, joined: int) -> None:
    assert same(spark, shipped("corpus"), joined=joined) == []


def together(folder: Path) -> tuple[Path, list[str]]:
    """One corpus with the statements of all bad fixtures, and the codes that are found only in their own fixtures."""
    corpus = Path(shutil.copytree(GOOD, folder / "together"))
    for code in CODES:
        for path in sorted((lay_over(code, folder / code) / "statements").glob("*.jsonl")):
            good = GOOD / "statements" / path.name
            if not good.exists() or path.read_bytes() != good.read_bytes():
                shutil.copyfile(path, corpus / "statements" / f"{code}-{path.name}")
    codes = {problem.code for problem in validate(corpus).problems}
    return corpus, [code for code in CODES if code not in codes]


@slow
@java
def test_every_code_is_found(spark: Any, tmp_path: Path) -> None:
    """All bad fixtures: those of statements together, because each run takes seconds, and the others one by one."""
    corpus, others = together(tmp_path)
    for joined in JOINED:
        assert {*same(spark, corpus, joined=joined), *others} >= set(CODES)
    for code in others:
        sources = tmp_path / code / "sources"
        given = sources if sources.exists() else None
        wanted = local_rows(validate(tmp_path / code, sources=given).problems)
        by_spark = not given and code.startswith(("B", "S", "C51", "C52", "C55"))  # what may depend on reports
        for joined in JOINED if by_spark else JOINED[:1]:
            assert found(spark, tmp_path / code, sources=given, joined=joined) == wanted
        assert code in [row[3] for row in wanted]


@slow
@java
@pytest.mark.parametrize("joined", JOINED)
@pytest.mark.parametrize("shape", ["a file a report", "thousands of files", "one file"])
def test_a_spoilt_corpus_of_any_shape(spark: Any, shape: str, joined: int, tmp_path: Path) -> None:
    """Reports are sent to all workers, or come only to those whose lines name them."""
    corpus = tmp_path / "corpus"
    if shape == "thousands of files":
        spread(corpus, 4_000, 4)
    else:
        scale(corpus, 4_000)
    mutate(corpus, 120)
    if shape == "one file":
        in_one(corpus, tmp_path / "all.jsonl")
        shutil.rmtree(corpus / "statements")
        codes = Counter(same(spark, corpus, [tmp_path / "all.jsonl"], tmp_path / "all.jsonl", joined=joined))
    else:
        codes = Counter(same(spark, corpus, joined=joined))
    assert {"C521", "C525", "C526", "T401", "C501"} <= codes.keys()
    if shape != "one file":
        assert {"C512", "C513", "C522", "J204"} <= codes.keys()


@slow
@java
def test_a_file_is_shared_wherever_it_is_cut(spark: Any, tmp_path: Path) -> None:
    """Ranges of some 2,000 bytes begin in the middle of lines, of characters, and between CR and LF."""
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    for name, change in {
        "bom": lambda data: b"\xef\xbb\xbf" + data,
        "crlf": lambda data: data.replace(b"\n", b"\r\n"),
        "unended": lambda data: data[:-1],
        "both": lambda data: b"\xef\xbb\xbf" + data[:-1],
        "wide": lambda data: data.decode().encode("utf-16"),
        "not-utf-8": lambda data: data.replace("ế".encode(), b"\xea\xbf"),
        "long": lambda data: b'"' + b"x" * 1_100_000 + b'\t"\n' + b" " * 1_100_000 + b"{}\n" + data,
        "separators": lambda data: data.replace(b" ", "\u2028".encode(), 40).replace(b" ", "\x85".encode(), 3),
    }.items():
        add_file(corpus, f"{name}.pl", change)
    settings = {"spark.sql.files.maxPartitionBytes": "2000"}
    try:
        for key, value in settings.items():
            spark.conf.set(key, value)
        assert same(spark, corpus)
    finally:
        for key in settings:
            spark.conf.unset(key)


def add_file(corpus: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    path = sorted((shipped("corpus") / "statements").glob("*.vi.jsonl"))[0]
    (corpus / "statements" / f"{name}.jsonl").write_bytes(change(path.read_bytes()))


@slow
@java
@pytest.mark.parametrize("joined", JOINED)
def test_files_that_spark_passes_over_are_read_all_the_same(spark: Any, joined: int, tmp_path: Path) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "a [corpus] {of} 100% 'mine'"))
    line = (corpus / POLISH).read_bytes()
    for name, data in {
        "empty.pl": b"",
        "mark.pl": b"\xef\xbb\xbf",
        "_hidden.pl": line,
        ".dot.pl": line,
        "": line,
        "x=y.pl": line,
        "a b%20c[d]*.pl": line,
        "ế\u202e.pl": line,
    }.items():
        (corpus / "statements" / f"{name}.jsonl").write_bytes(data)
    (corpus / "statements" / "sub").mkdir()
    (corpus / "statements" / "sub" / "inner.jsonl").write_bytes(line)
    assert Counter(same(spark, corpus, joined=joined))["C510"] == 1


@slow
@java
def test_what_is_asked_of_all_statements_is_known(spark: Any, tmp_path: Path) -> None:
    """An emptied registry that statements refer to, and a renamed file whose report has anchors."""
    corpus = Path(shutil.copytree(shipped("corpus"), tmp_path / "corpus"))
    (corpus / "offices.jsonl").write_bytes(b"")
    anchored = next((corpus / "anchors").glob("*.jsonl")).name
    (corpus / "statements" / anchored).rename(corpus / "statements" / "other.vi.jsonl")
    assert {"B101", "C509"} <= set(same(spark, corpus))


@slow
@java
def test_the_last_lines_of_a_large_file_are_no_file_of_their_own(spark: Any, tmp_path: Path) -> None:
    """How records lie in a file is not told by the few lines of a last range; one cause is one finding."""
    line = (shipped("corpus") / "statements").joinpath(ANNOTATED).read_bytes().split(b"\n")[0] + b"\n"
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    (corpus / "statements" / "a.vi.jsonl").write_bytes(line * 200 + b'{\n"id":\n')
    array = b"[\n" + line.replace(b"}\n", b"},\n") * 400 + b"]\n"
    (corpus / "statements" / "b.vi.jsonl").write_bytes(array)
    loose = json.dumps(json.loads(line)).encode()
    (corpus / "statements" / "c.vi.jsonl").write_bytes(b"[\n" + b",\n".join([loose] * 400) + b"\n]\n")
    spark.conf.set("spark.sql.files.maxPartitionBytes", str(150 * len(line)))
    try:
        assert Counter(same(spark, corpus))["J208"] == 2
    finally:
        spark.conf.unset("spark.sql.files.maxPartitionBytes")


@slow
@java
def test_spark_keeps_nothing_but_the_findings(spark: Any, predictions: Path) -> None:
    import chithi.spark

    kept = spark.sparkContext._jsc.getPersistentRDDs
    before = kept().size()
    findings = chithi.spark.validate(spark, shipped("corpus"), joined=0)
    assert kept().size() == before + 1
    findings.unpersist(blocking=True)
    chithi.spark.score(spark, predictions)
    assert kept().size() == before


@slow
@java
@pytest.mark.parametrize("joined", JOINED)
def test_exceptions_tolerate_and_have_to_be_needed(spark: Any, joined: int, tmp_path: Path) -> None:
    """What is tolerated lies in a report, in a statement, and between two, and is counted."""
    corpus = lay_over("C526", tmp_path / "corpus")
    reports, record = corpus / "reports.jsonl", json.loads((corpus / POLISH).read_bytes().splitlines()[0])
    reports.write_bytes(re.sub(rb'"publisher":"[^"]*"', b'"publisher":"other.example"', reports.read_bytes()))
    with (corpus / POLISH).open("ab") as stream:
        stream.write(canonical(record | {"id": record["id"] + "9", "text": record["text"] + " \u00a0"}, "statements"))
    wanted = [(p.code, p.record) for p in validate(corpus).problems]
    assert len({code for code, _ in wanted}) == 3
    lines = [{"code": code, "record": record, "reason": "A reason."} for code, record in [*wanted, ("T411", "x")]]
    (corpus / "exceptions.jsonl").write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    assert same(spark, corpus, joined=joined) == ["C542"]


@pytest.fixture
def roots(spark: Any, tmp_path: Path) -> Iterator[dict[str, str]]:
    """How some file systems of Hadoop call the test's folder. `sftp` has a server, as `hdfs` and `s3a` have."""
    sftp = pytest.importorskip("tests.sftp")
    with sftp.sftp(tmp_path, {}) as url:
        mount = {"fs.viewfs.mounttable.test.link./mounted": f"file://{tmp_path}"}
        for key, value in (mount | sftp.SETTINGS).items():
            spark.conf.set(key, value)
        yield {"file": f"file://{tmp_path}", "viewfs": "viewfs://test/mounted", "sftp": url}


@slow
@java
@pytest.mark.parametrize("scheme", ["file", "viewfs", "sftp"])
def test_another_file_system_gives_the_same(
    spark: Any, scheme: str, roots: dict[str, str], predictions: Path, tmp_path: Path
) -> None:
    import chithi.spark

    corpus, root = lay_over("C525", tmp_path / "corpus"), roots[scheme]
    shutil.copytree(GOOD, tmp_path / "good")
    wanted = local_rows(validate(corpus).problems)
    assert wanted
    assert found(spark, f"{root}/corpus") == wanted
    file = wanted[0][0]
    wanted = local_rows(validate(corpus, [corpus / file]).problems)
    assert wanted
    assert found(spark, f"{root}/corpus/{file}", f"{root}/corpus") == wanted
    (corpus / "reports.jsonl").write_bytes(
        (corpus / "reports.jsonl").read_bytes().replace(b'"news.example', b'"other.example')
    )
    for joined in JOINED:
        wanted = local_rows(validate(corpus, [corpus / "reports.jsonl"]).problems)
        assert wanted
        assert found(spark, f"{root}/corpus/reports.jsonl", f"{root}/corpus", joined=joined) == wanted
    assert chithi.spark.score(spark, f"{root}/predictions") == chithi.score(predictions)
    gold = Path(POLISH)
    scored = chithi.spark.score(spark, f"{root}/good/{gold}", f"{root}/good/{gold}", f"{root}/good")
    assert scored == chithi.score(GOOD / gold, GOOD / gold, GOOD)


@slow
@java
def test_a_corpus_may_be_all_of_a_file_system(
    spark: Any, roots: dict[str, str], predictions: Path, tmp_path: Path
) -> None:
    """As in a bucket of its own."""
    import chithi.spark

    from . import sftp

    corpus = lay_over("T408", tmp_path / "corpus")
    with sftp.sftp(corpus, {}) as whole, sftp.sftp(predictions, {}) as others:
        for joined in JOINED:
            assert {*same(spark, corpus, given=f"{whole}/", joined=joined)} == {"T408"}
        assert chithi.spark.score(spark, f"{others}/") == chithi.score(predictions)
        gold = corpus / POLISH
        assert chithi.spark.score(spark, gold, "test", f"{whole}/") == chithi.score(gold, "test", corpus)


@slow
@java
def test_odd_files_of_a_server(spark: Any, roots: dict[str, str], tmp_path: Path) -> None:
    """Files that Spark passes over, odd names, and files that are cut into ranges."""
    corpus = lay_over("T408", tmp_path / "a corpus")
    line = (corpus / POLISH).read_bytes()
    for name, data in {"empty.pl": b"", "_hidden.pl": line, ".dot.pl": line, "": line, "ế %20=.pl": line}.items():
        (corpus / "statements" / f"{name}.jsonl").write_bytes(data)
    spark.conf.set("spark.sql.files.maxPartitionBytes", "2000")
    try:
        wanted = local_rows(validate(corpus).problems)
        assert {"B101", "C509", "T408"} <= {row[3] for row in wanted}
        for joined in JOINED:
            assert found(spark, f"{roots['sftp']}/a corpus", joined=joined) == wanted
    finally:
        spark.conf.unset("spark.sql.files.maxPartitionBytes")


@slow
@java
def test_what_a_server_does_not_give_is_told(tmp_path: Path) -> None:
    """In a line, without the password."""
    sftp = pytest.importorskip("tests.sftp")
    faults = {"a/actors.jsonl": sftp.REFUSED, f"b/{POLISH}": sftp.REFUSED, f"c/{POLISH}": sftp.GONE}
    for folder in "abc":
        shutil.copytree(GOOD, tmp_path / folder)
    with sftp.sftp(tmp_path, faults) as url:
        # Hadoop keeps connections by user, and those of a task that was stopped are of no use.
        known, named, secret = (
            url.replace("//", f"//{who}@") for who in (sftp.USER, "other", f"other:{sftp.PASSWORD}")
        )
        refused = f"{named.replace('@', ':***@')}/a: a path with a password would be shown"
        wanted = {
            f"{url}/none": f"{url}/none: no corpus",
            f"{url}/{POLISH} --corpus {url}/b": f"{url}/{POLISH}: No such file or directory",
            "sftp://127.0.0.1:1/a": "sftp://127.0.0.1:1/a/reports.jsonl: ConnectException: Connection refused",
            f"{named}/a": f"{named}/a/reports.jsonl: JSchException: Auth fail",
            f"{secret}/a": refused,
            f"{GOOD} --out {secret}/a": refused,
            f"{url}/a": f"{url}/a/actors.jsonl: SftpException: Permission denied",
            f"{url}/b": f"reading file {url}/b/{POLISH}.  SQLSTATE: KD001: SftpException: Permission denied",
            f"{known}/c": f"reading file {known}/c/{POLISH}.  SQLSTATE: KD001: IOException: inputstream is closed",
        }
        settings = {f"spark.hadoop.{key}": value for key, value in sftp.SETTINGS.items()}
        run_all = "for words in sys.argv[1:]: print(main(['validate', *words.split()]), flush=True)"
        code = f"import sys; from chithi.spark.__main__ import main\n{run_all}"
        run = program([sys.executable, "-c", code, *wanted], settings=settings)
    assert run.stdout.split() == ["2"] * len(wanted)
    lines = [line for line in run.stderr.splitlines() if line.startswith("chithi: ")]
    for line, message in zip(lines, wanted.values(), strict=True):
        assert message in line
    assert "Traceback" not in run.stderr
    assert sftp.PASSWORD not in run.stdout + run.stderr


@slow
@java
def test_a_file_that_changes_between_two_readings_is_told() -> None:
    """As if it had had a line more when its lines were counted."""
    code = f"""
from chithi.spark import lines
from chithi.spark.__main__ import main
ranges = lines.placed
lines.placed = lambda *given: [(key, found._replace(lines=found.lines + 1)) for key, found in ranges(*given)]
raise SystemExit(main(["validate", {str(GOOD)!r}]))
"""
    run = program([sys.executable, "-c", code])
    (line,) = [line for line in run.stderr.splitlines() if line.startswith("chithi: ")]
    assert run.returncode == 2
    assert re.fullmatch(r"chithi: file:/.*\.jsonl was changed while it was read", line)


@pytest.mark.parametrize("path", ["sftp://a:b@c/d", "s3a://A:b/c@d", "s3a://A:1@d/e@f"])
def test_no_path_with_a_password(path: str) -> None:
    from chithi.spark.files import without_password

    with pytest.raises(OSError, match="a password") as caught:
        without_password(path)
    assert re.fullmatch(r"\w+://\w:\*\*\*@\w(/d)?", caught.value.filename)
    for other in (
        "hdfs://a:8020/b@c",
        "abfss://a@b/c:d@e",
        "hdfs://[::1]:8020/a@b",
        "viewfs://a/b:c@d",
        "/a:b@c",
        "hdfs://a:1",
    ):
        assert without_password(other) == other


def test_a_file_that_changes_is_no_file(tmp_path: Path) -> None:
    from chithi.spark.files import File
    from chithi.spark.lines import placed

    row = {"start": 0, "range": 7, "at": 0, "lines": 1, "size": 10, "wide": None}
    assert [found.lines for _, found in placed(0, File("a", "", "file:/a", 10), [row])] == [1]
    with pytest.raises(OSError, match="changed while it was read"):
        list(placed(0, File("a", "", "file:/a", 20), [row]))


@slow
@java
def test_a_task_that_dies_is_run_again(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chithi.spark import checking, validating

    corpus = lay_over("T408", tmp_path / "corpus")
    wanted, mark = local_rows(validate(corpus).problems), tmp_path / "died"

    def dying(common: Any) -> Any:
        check = checking.in_tasks(common)

        def run(batches: Any) -> Any:
            for batch in check(batches):
                yield batch
                if not mark.exists():
                    mark.touch()
                    os._exit(9)

        return run

    monkeypatch.setattr(validating, "in_tasks", dying)
    assert found(spark, corpus) == wanted
    assert mark.exists()


@slow
@java
def test_the_program_writes_and_exits_as_chithi_does(tmp_path: Path) -> None:
    """The command is the one of CONTRIBUTING."""
    lay_over("C525", tmp_path / "corpus")
    words = next(line for line in section().splitlines() if line.startswith("python -m chithi.spark")).split()
    command = [sys.executable, *words[1:]]
    run = program([*command, "--format", "json"], tmp_path)
    assert run.returncode == 1, run.stderr
    assert run.stdout.startswith("6 problems in ")
    written = [line for path in (tmp_path / "findings").glob("*.json") for line in path.read_text("utf-8").splitlines()]
    assert len(written) == 6
    printed = program([*command[:4], str(GOOD)], tmp_path)
    assert (printed.returncode, printed.stdout) == (0, "no problems in 24 records of 9 files\n")
    for wrong in (["none"], ["corpus", "--format", "parquet"]):
        refused = program([*command[:4], *wrong], tmp_path)
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr


@slow
@java
def test_what_contributing_shows_runs(
    spark: Any, predictions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(shipped("corpus"), tmp_path / "corpus")
    statements = "build/chithi/statements"
    (tmp_path / statements).mkdir(parents=True)
    chithi.load("statements")["test"].to_parquet(tmp_path / statements / "test-00000-of-00001.parquet")
    monkeypatch.chdir(tmp_path)
    names = {"spark": spark}
    text = section()
    for path in ("findings.parquet", statements):  # Java is in the folder where it was started
        text = text.replace(f'"{path}"', repr(str(tmp_path / path)))
    for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        if "huggingface" not in code:
            exec(compile(code, "CONTRIBUTING.md", "exec"), names)
    assert spark.read.parquet(str(tmp_path / "findings.parquet")).count() == 0
    assert names["scored"] == chithi.score(predictions, "test", "corpus")


@slow
@java
def test_what_contributing_shows_of_the_hub_runs(built: Path, tmp_path: Path) -> None:
    """In a process of its own: where the Hub is, is read when it starts."""
    pytest.importorskip("pyspark_huggingface")
    corpus = lay_over("C525", tmp_path / "corpus")
    code = next(code for code in re.findall(r"```python\n(.*?)```", section(), re.DOTALL) if "huggingface" in code)
    for name in ("NAME", "FINDINGS"):
        code = code.replace(f"OWNER/{name}", f"owner/{name.lower()}")
    before = """
import chithi.spark
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
findings = chithi.spark.validate(spark, "corpus")
"""
    (tmp_path / "shown.py").write_text(f"{before}\n{code}\nrequests.write.parquet('requests')\n", encoding="utf-8")
    with hub() as server:
        server.repos["owner/name"] = published = Repo()
        files = {path.relative_to(built).as_posix(): path for path in built.rglob("*") if path.is_file()}
        published.commit({name: (path.read_bytes(), path.suffix == ".parquet") for name, path in files.items()}, "all")
        where = {"HF_ENDPOINT": server.url, "HF_TOKEN": WRITE, "HF_HOME": str(tmp_path / "hub")}
        run = program([sys.executable, "shown.py"], tmp_path, HF_HUB_DISABLE_XET="1", **where)
        assert run.returncode == 0, run.stderr
        written = server.repos["owner/findings"].contents()
    parts = [pq.read_table(io.BytesIO(data)) for name, data in sorted(written.items()) if name.endswith(".parquet")]
    assert [tuple(row.values()) for part in parts for row in part.to_pylist()] == local_rows(validate(corpus).problems)
    assert pq.read_table(tmp_path / "requests").to_pylist() == chithi.load("requests")["train"].to_list()


@pytest.fixture
def predictions(tmp_path: Path) -> Path:
    """Two files of predictions of test, in any order, with faults, and some of train."""
    chance = random.Random(1)
    lines = []
    for path in sorted((shipped("corpus") / "statements").glob("*.jsonl")):
        for record in map(json.loads, path.read_bytes().splitlines()):
            given = {key: record[key] for key in ("id", "speaker", "role", "directives", "requests")}
            given["requests"] = given["requests"][: chance.randrange(3)]
            given["role"] = chance.choice([None, given["role"]])
            if given["speaker"]:
                given["speaker"] = {
                    "text": given["speaker"]["text"],
                    "id": chance.choice(["x", given["speaker"]["id"]]),
                }
            lines.append(json.dumps(given, ensure_ascii=False) + "\n")
    chance.shuffle(lines)
    folder = tmp_path / "predictions"
    folder.mkdir()
    for name, part in {"a": lines[:400], "b": lines[400:-20]}.items():
        (folder / f"{name}.jsonl").write_text("".join(part), encoding="utf-8")
    (tmp_path / "other.jsonl").write_text("".join(lines[::2]), encoding="utf-8")
    return folder


@slow
@java
def test_scores_are_equal(spark: Any, predictions: Path) -> None:
    import chithi.spark

    for options in ({}, {"against": predictions.parent / "other.jsonl"}, {"gold": "train", "layers": ["request"]}):
        assert chithi.spark.score(spark, predictions, **options) == chithi.score(predictions, **options)
    gold = sorted((shipped("corpus") / "statements").glob("*.jsonl"))[3]
    assert chithi.spark.score(spark, gold, gold) == chithi.score(gold, gold)
    hidden = Path(shutil.copyfile(gold, predictions.parent / "_hidden.jsonl"))
    assert chithi.spark.score(spark, hidden, hidden) == chithi.score(gold, gold)


@slow
@java
@pytest.mark.parametrize("fault", ["second", "unknown", "no JSON", "offset", "key", "text"])
def test_predictions_are_refused_as_locally(spark: Any, fault: str, tmp_path: Path) -> None:
    import chithi.spark

    reports = map(json.loads, (shipped("corpus") / "reports.jsonl").read_bytes().splitlines())
    report = next(report["id"] for report in reports if report["split"] == "test")
    lines = (shipped("corpus") / "statements" / f"{report}.jsonl").read_text(encoding="utf-8").splitlines()
    record = json.loads(lines[1])
    wrong = {
        "second": lines[0],
        "unknown": '{"id":"no"}',
        "no JSON": "no",
        "offset": json.dumps(record | {"directives": [{"start": 0, "end": 3, "text": "\u00ff", "id": None}]}),
        "key": json.dumps({"id": record["id"], "speaker": None}),
        "text": json.dumps(record | {"text": "Other."}),
    }[fault]
    path = tmp_path / "predictions.jsonl"
    path.write_text(f"\ufeff{lines[0]}\n\n{wrong}\n", encoding="utf-8")
    errors = []
    for score in (chithi.score, lambda path: chithi.spark.score(spark, path)):
        with pytest.raises((ScoreError, OffsetError)) as caught:
            score(path)
        errors.append((type(caught.value), str(caught.value)))
    assert errors[0] == errors[1]


@slow
@java
@pytest.mark.parametrize("fault", ["a report", "a statement", "a key", "a mark"])
def test_a_broken_corpus_is_refused_as_locally(spark: Any, fault: str, tmp_path: Path) -> None:
    import chithi.spark

    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    path = corpus / ("reports.jsonl" if fault == "a report" else POLISH)
    data, predictions = path.read_bytes(), Path(shutil.copyfile(corpus / POLISH, tmp_path / "predictions.jsonl"))
    wrong = {"a key": data.replace(b'"paragraph"', b'"other"'), "a mark": b"\xef\xbb\xbf" + data}
    path.write_bytes(wrong.get(fault, data + b'{"id":1}\n'))
    errors = []
    for score in (chithi.score, lambda *given: chithi.spark.score(spark, *given)):
        with pytest.raises(CorpusError) as caught:
            score(predictions, "test", corpus)
        errors.append(str(caught.value))
    assert errors[0] == errors[1]
