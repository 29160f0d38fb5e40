"""C556: all offices of a speaker are told where he or she first speaks in a report."""

import shutil
from pathlib import Path

import orjson

from chithi.validation.engine import validate
from chithi.validation.findings import Problem

from .test_fixtures import GOOD, lay_over

POLISH = "statements/utopia-congress-2025.pl.jsonl"


def late(corpus: Path, *paths: Path, jobs: int = 1) -> list[Problem]:
    return [problem for problem in validate(corpus, list(paths), jobs=jobs).problems if problem.code == "C556"]


def test_a_first_statement_without_any_office_tells_none(tmp_path: Path) -> None:
    corpus = lay_over("C556", tmp_path / "corpus")
    lines = (corpus / POLISH).read_bytes().splitlines(keepends=True)
    first = orjson.loads(lines[0])
    first["role"] = None
    (corpus / POLISH).write_bytes(orjson.dumps(first) + b"\n" + b"".join(lines[1:]))
    (found,) = late(corpus)
    assert found.line == 4
    assert found.found == "'provincial-party-secretary', 'provincial-peoples-committee-chair'"


def test_fewer_offices_later_are_in_order(tmp_path: Path) -> None:
    corpus = lay_over("C556", tmp_path / "corpus")
    lines = (corpus / POLISH).read_bytes().splitlines(keepends=True)
    (corpus / POLISH).write_bytes(b"".join([lines[3], *lines[1:3], lines[0]]))
    assert late(corpus) == []


def test_other_reports_do_not_count(tmp_path: Path) -> None:
    assert late(shutil.copytree(GOOD, tmp_path / "corpus")) == []  # two reports of one event, one office each


def test_one_file_is_enough_to_see_it(tmp_path: Path) -> None:
    corpus = lay_over("C556", tmp_path / "corpus")
    assert [problem.line for problem in late(corpus, corpus / POLISH)] == [4]


def test_a_report_that_is_cut_into_blocks_is_seen_as_a_whole(tmp_path: Path) -> None:
    corpus = lay_over("C556", tmp_path / "corpus")
    lines = (corpus / POLISH).read_bytes().splitlines(keepends=True)
    extra = [lines[1].replace(b'.pl.02"', b'.pl.%03d"' % n) for n in range(100, 4000)]
    (corpus / POLISH).write_bytes(b"".join([*lines[:3], *extra, lines[3]]))
    assert [problem.line for problem in late(corpus, jobs=2)] == [len(extra) + 4]


def test_a_broken_first_statement_is_no_reason_to_complain_of_the_second(tmp_path: Path) -> None:
    corpus = lay_over("C556", tmp_path / "corpus")
    lines = (corpus / POLISH).read_bytes().splitlines(keepends=True)
    (corpus / POLISH).write_bytes(lines[0].replace(b'"speaker":{', b'"speaker":{"x":1,') + b"".join(lines[1:]))
    assert late(corpus) == []
