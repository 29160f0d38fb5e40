"""A new rule is one function: it finds its case with and without a prefilter, in one process and in two."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chithi.records.records import Registries, Statement
from chithi.validation.columns import Columns
from chithi.validation.engine import validate
from chithi.validation.findings import Finding
from chithi.validation.rule import RULES, rules_of, statement_rule

from .test_fixtures import GOOD


def shouting(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A text shouts.

    Bad: "text":"Come!"
    Good: "text":"Come."
    """
    if "!" in statement.text:
        yield Finding(("text",), "the text shouts", "lower your voice")


def with_marks(columns: Columns) -> list[int]:
    return [n for n, text in enumerate(columns.texts) if "!" in text]


@pytest.fixture(params=[None, with_marks], ids=["without a prefilter", "with a prefilter"])
def _rule(request: pytest.FixtureRequest) -> Iterator[None]:
    statement_rule("T499", "shouting", request.param)(shouting)
    yield
    del RULES["T499"]
    rules_of.cache_clear()


@pytest.mark.usefixtures("_rule")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_new_rule_finds_its_case(jobs: int, tmp_path: Path) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    files = sorted((corpus / "statements").iterdir())
    path = files[-1]
    path.write_bytes(path.read_bytes().replace(b'.","translation"', b'!","translation"'))
    assert {(problem.code, problem.path) for problem in validate(corpus, jobs=jobs).problems} == {
        ("T499", f"statements/{path.name}")
    }


def test_no_two_rules_have_one_code_or_name() -> None:
    for code, name in (("T401", "another-name"), ("T499", "span-text-mismatch")):
        with pytest.raises(ValueError, match="is taken by T401 span-text-mismatch"):
            statement_rule(code, name)(shouting)
