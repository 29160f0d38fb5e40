"""`import chithi`: the public names, what importing costs, and their types."""

import json
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

import chithi
from chithi.records.layout import shipped

from .conftest import records

CACHE = Path(__file__).parents[1] / ".mypy_cache"  # with the cache of `mypy` this test takes seconds
PATH = {"PYTHONPATH": str(Path(chithi.__file__).parents[1])}
TYPED = """
from pathlib import Path

import chithi

corpus: chithi.Corpus = chithi.Corpus.read("corpus")
statement: chithi.Statement = next(corpus.records(chithi.Statement))
cited: list[str] = [citation.id for citation in statement.directives]
speaker: str | None = statement.speaker.id if statement.speaker else None
languages: list[str] = corpus.reports["language"].to_list()
folder: Path = corpus.folder


def broken(folder: Path) -> str | None:
    try:
        chithi.Corpus.read(folder)
    except chithi.CorpusError as error:
        place: tuple[Path, int | None] = error.path, error.line
        return f"{place}: {error}"
    return None


rows: int = chithi.load("requests", corpus)["train"].num_rows
chithi.load("offices", Path("corpus"))
problems: list[chithi.Problem] = chithi.validate(corpus.folder).problems
references: list[chithi.Reference] = chithi.parse_directives("Resolution 57", "en", corpus.records(chithi.Directive))
numbers: list[str | None] = [reference.number for reference in references]
codes: list[str] = sorted({problem.code for problem in problems} & chithi.RULES.keys())
"""
WRONG = """
import chithi

number: int = chithi.Corpus.read("corpus").folder
chithi.load(7)
chithi.parse_directives(7, "en")
chithi.nothing
"""


def test_the_public_names() -> None:
    names = {"Corpus", "CorpusError", "Problem", "RULES", "Reference", "__version__", *chithi.RECORDS.split()}
    names |= {"load", "parse_directives", "validate"}
    assert set(chithi.__all__) == names
    assert all(getattr(chithi, name) is not None for name in names)
    assert names <= set(dir(chithi))
    starred: dict[str, object] = {}
    exec("from chithi import *", starred)
    assert names <= starred.keys()
    with pytest.raises(AttributeError, match="module 'chithi' has no attribute 'nothing'"):
        chithi.nothing  # noqa: B018


def test_importing_costs_nothing() -> None:
    program = "import sys, chithi; print(*{m.partition('.')[0] for m in sys.modules} - sys.stdlib_module_names)"
    command = [sys.executable, "-S", "-c", program]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, env=PATH).stdout
    assert set(printed.split()) == {"chithi", "__main__"}


def test_it_can_be_run_as_a_module() -> None:
    command = [sys.executable, "-m", "chithi", "--version"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed == f"chithi {chithi.__version__}\n"


def test_validate_and_rules_belong_together(corpus: Path) -> None:
    assert chithi.validate(corpus).problems == []
    (corpus / "offices.jsonl").write_bytes(b"{\n")
    problems = chithi.validate(corpus).problems
    assert problems
    assert {problem.code for problem in problems} <= chithi.RULES.keys()
    assert all(isinstance(problem, chithi.Problem) for problem in problems)


def test_load_takes_a_corpus_or_its_folder() -> None:
    folder = shipped("corpus")
    corpus = chithi.Corpus.read(folder)
    found = [chithi.load("offices", source)["registry"].to_list() for source in (None, str(folder), folder, corpus)]
    assert all(rows == found[0] for rows in found)


def test_load_knows_its_configs(corpus: Path) -> None:
    with pytest.raises(ValueError, match="no config 'tables': there are statements"):
        chithi.load("tables")
    assert chithi.load("offices", corpus)["registry"].num_rows == len(records(corpus / "offices.jsonl"))
    assert json.loads(json.dumps(chithi.load()["train"][0]))


def test_the_package_says_that_it_is_typed() -> None:
    assert (files("chithi") / "py.typed").is_file()


def test_a_typed_script_passes_mypy_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    for name, text in (("typed.py", TYPED), ("wrong.py", WRONG)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", CACHE, "typed.py", "wrong.py"]
    printed = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path).stdout
    assert re.findall(r"^(\w+\.py):(\d+): error: .*\[([a-z-]+)\]$", printed, re.MULTILINE) == [
        ("wrong.py", "4", "assignment"),
        ("wrong.py", "5", "arg-type"),
        ("wrong.py", "6", "arg-type"),
        ("wrong.py", "7", "attr-defined"),
    ], printed
