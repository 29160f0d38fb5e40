"""`chithi.Corpus`: records and frames of a valid corpus, and one sentence for a broken one."""

import shutil
from pathlib import Path

import msgspec
import pytest

import chithi
from chithi.cli import main
from chithi.corpus.corpus import batched
from chithi.records.layout import SCHEMA_OF, shipped, statement_files
from chithi.records.records import TABLE_OF

from .conftest import records

STATEMENTS = "statements/provincial-secretaries-conference-2024-01.pl.jsonl"


def test_records_are_those_of_the_files() -> None:
    corpus = chithi.Corpus.read(shipped("corpus"))
    found = [record for path in statement_files(corpus.folder) for record in records(path)]
    assert msgspec.to_builtins(list(corpus.records(chithi.Statement))) == found
    assert list(corpus.records(chithi.Statement)) == list(chithi.Corpus.read().records(chithi.Statement))
    for kind in (chithi.Report, chithi.Actor, chithi.Office, chithi.Directive):
        assert msgspec.to_builtins(list(corpus.records(kind))) == records(corpus.folder / f"{TABLE_OF[kind]}.jsonl")
    with pytest.raises(KeyError):
        corpus.table("folder")


def test_paths_are_the_files_of_the_tables() -> None:
    corpus = chithi.Corpus.read(str(shipped("corpus")))
    names = {path.relative_to(corpus.folder).as_posix() for path in corpus.paths}
    assert {"reports.jsonl", "actors.jsonl", "offices.jsonl", "directives.jsonl", STATEMENTS} <= names
    folders = [corpus.folder / name for name in ("statements", "anchors")]
    assert len(names) == 4 + sum(len(list(folder.iterdir())) for folder in folders)


def test_statements_know_their_reports_and_splits() -> None:
    corpus = chithi.Corpus.read(shipped("corpus"))
    reports = {report.id: report for report in corpus.records(chithi.Report)}
    for split, statements in corpus.by_split.items():
        for row in statements.iter_rows(named=True):
            assert reports[row["report"]].split == split
            assert reports[row["report"]].event == row["event"]
    assert sum(found.height for found in corpus.by_split.values()) == corpus.statements.height
    assert corpus.joined is corpus.joined


@pytest.mark.parametrize("batch_bytes", [1, 1 << 20])
def test_passes_are_the_files_of_the_annotators(corpus: Path, batch_bytes: int) -> None:
    found = chithi.Corpus.read(corpus, batch_bytes=batch_bytes).passes
    files = sorted((corpus / "annotators").glob("*/*.jsonl"))
    assert found.to_dicts() == [record | {"annotator": path.parent.name} for path in files for record in records(path)]
    files[3].write_bytes(files[3].read_bytes() + b"{}\n")
    with pytest.raises(chithi.CorpusError, match=rf"{files[3].name}:\d+: not a record of the table statements"):
        chithi.Corpus.read(corpus)


@pytest.mark.parametrize("batch_bytes", [1, 10_000])
def test_a_corpus_is_read_in_any_number_of_batches(batch_bytes: int) -> None:
    whole, files = chithi.Corpus.read(shipped("corpus")), statement_files(shipped("corpus"))
    assert chithi.Corpus.read(shipped("corpus"), batch_bytes=batch_bytes).statements.equals(whole.statements)
    *full, last = ([path.stat().st_size for path in batch] for batch in batched(files, batch_bytes))
    assert all(sum(sizes[:-1]) < batch_bytes <= sum(sizes) for sizes in full)
    assert sum(last[:-1]) < batch_bytes
    assert batched([], batch_bytes) == [[]]


@pytest.mark.parametrize("table", [*SCHEMA_OF])
def test_an_empty_corpus_has_the_same_columns(table: str) -> None:
    empty, whole = (corpus.table(table) for corpus in (chithi.Corpus.empty(), chithi.Corpus.read(shipped("corpus"))))
    assert empty.schema == whole.schema
    assert empty.is_empty()


BROKEN = {
    "no JSON": b'{"id": \n',
    "not UTF-8": b'{"id":"\xff"}\n',
    "an array": b"[]\n",
    "a number": b"7\n",
    "another type": b'{"id":7}\n',
    "an unknown key": b'{"other":7}\n',
    "a missing key": b'{"id":"x"}\n',
    "a lone surrogate": b'{"id":"\\ud800"}\n',
    "another encoding": "{}\n".encode("utf-16"),
    "nested too deeply": b"[" * 100_000 + b"\n",
    "no number of 32 bits": b'{"id":"x","paragraph":99999999999}\n',
    "null": b"null\n",
}


@pytest.mark.parametrize("line", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("name", ["offices.jsonl", STATEMENTS])
def test_a_broken_line_is_named(corpus: Path, name: str, line: bytes) -> None:
    path = corpus / name
    whole = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*whole[:2], line, *whole[2:]]))
    with pytest.raises(chithi.CorpusError) as caught:
        chithi.Corpus.read(corpus)
    assert (caught.value.path, caught.value.line) == (path, 3)
    assert str(caught.value).startswith(f"{path}:3: not ")
    assert "run chithi validate" in str(caught.value)


@pytest.mark.parametrize("name", ["offices.jsonl", STATEMENTS])
def test_a_broken_first_line_is_named(corpus: Path, name: str) -> None:
    whole = (corpus / name).read_bytes()
    for line in BROKEN.values():
        (corpus / name).write_bytes(line + whole)
        with pytest.raises(chithi.CorpusError, match=r":1: not "):
            chithi.Corpus.read(corpus)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"text":"', b'"text":"x","text":"'),
        (b'"text":"', b'"text":null,"no":"'),
        (b'"requests":[{"start":', b'"requests":[null,{"start":'),
        (b'"speaker":{"start":', b'"speaker":{"begin":'),
    ],
)
def test_a_fault_within_a_record_is_named(corpus: Path, old: bytes, new: bytes) -> None:
    path = corpus / STATEMENTS
    lines = path.read_bytes().splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines) if old in line)
    lines[number] = lines[number].replace(old, new, 1)
    path.write_bytes(b"".join(lines))
    with pytest.raises(chithi.CorpusError, match=rf"{path.name}:{number + 1}: not a record of the table statements"):
        chithi.Corpus.read(corpus)


@pytest.mark.parametrize("remove", ["offices.jsonl", "."])
def test_a_missing_table_is_named(corpus: Path, remove: str) -> None:
    missing = corpus / ("reports.jsonl" if remove == "." else remove)
    shutil.rmtree(corpus) if remove == "." else missing.unlink()
    with pytest.raises(chithi.CorpusError) as caught:
        chithi.Corpus.read(corpus)
    assert (caught.value.path, caught.value.line) == (missing, None)
    assert str(caught.value).startswith(f"{missing}: No such file or directory; run chithi validate")


def test_a_link_to_nowhere_is_named(corpus: Path) -> None:
    (corpus / "statements" / "a.en.jsonl").symlink_to(corpus / "nowhere")
    with pytest.raises(chithi.CorpusError, match="No such file"):
        chithi.Corpus.read(corpus)


def test_stats_of_a_broken_corpus_is_one_line(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus / "offices.jsonl").write_bytes(b"{\n")
    assert main(["stats", "--corpus", str(corpus)]) == 1
    assert capsys.readouterr().err.startswith(f"chithi: {corpus / 'offices.jsonl'}:1: not JSON (")
    (corpus / "offices.jsonl").unlink()
    assert main(["stats", "--corpus", str(corpus)]) == 2
    assert capsys.readouterr().err.startswith(f"chithi: {corpus / 'offices.jsonl'}: No such file or directory; ")
