"""The rules: a good corpus passes, and for every code a bad one shows what its rule finds, and where.

The bad corpus of a code is `fixtures/good` with the changes in `fixtures/bad/<code>`. A file there is added or replaces
another, and `<name>.remove` removes one. In `<name>.recipe` each FILLER stands for 1 MiB. `sources` holds articles.
`expected.txt` lists the problems. `python -m tests.rules.test_fixtures CODE...` rewrites it; read the result by hand.
"""

import re
import shutil
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from chithi.validation.engine import ValidationResult, validate
from chithi.validation.findings import Problem
from chithi.validation.rule import LEVELS
from chithi.validation.rules import RULES
from chithi.validation.rules.bytes import MAX_LINE

FIXTURES = Path(__file__).parents[1] / "fixtures"
GOOD, BAD = FIXTURES / "good", FIXTURES / "bad"
CODES = sorted(RULES)
FILLER = b"<1 MiB of x>"
POLISH = Path("statements/fabula-elections-2025.pl.jsonl")
LINE = (GOOD / POLISH).read_bytes().split(b"\n")[0].replace(
    b'.pl.01"', b'.pl.10"'
) + b"\n"  # a copy with a new id, which is valid
DEEP = LINE.replace(b"}\n", b',"x":%s}\n')
ENDING = LINE.replace(b" z 2020 roku.", b"")  # the last span ends where the text ends
BEYOND = re.sub(rb'"end":\d+,"text":"dyrektywy', b'"end":999,"text":"dyrektywy', ENDING)
NEGATIVE = re.sub(rb'"start":\d+(,"end":\d+,"text":"dyrektywy)', rb'"start":-21\1', ENDING)

Record = dict[str, Any]


def lay_over(code: str, corpus: Path) -> Path:
    """Makes the bad corpus of a code in a new folder."""
    shutil.copytree(GOOD, corpus)
    for source in sorted((BAD / code).rglob("*")):
        target = corpus / source.relative_to(BAD / code)
        if source.is_dir():
            target.mkdir(exist_ok=True)
        elif source.suffix == ".remove":
            target.with_suffix("").unlink()
        elif source.suffix == ".recipe":
            target.with_suffix("").write_bytes(source.read_bytes().replace(FILLER, b"x" * (1 << 20)))
        elif source.name != "expected.txt":
            shutil.copyfile(source, target)
    return corpus


@cache
def problems_of(code: str) -> list[tuple[str, Problem]]:
    """The problems in the bad corpus of a code, each after its line of expected.txt."""
    with TemporaryDirectory() as folder:
        corpus = lay_over(code, Path(folder) / "corpus")
        sources = corpus / "sources"
        result = validate(corpus, sources=sources if sources.exists() else None)
        return [(line_of(problem), problem) for problem in result.problems]


def line_of(problem: Problem) -> str:
    return f"{problem.path}:{problem.line}:{problem.column} {problem.code} {problem.pointer}".rstrip()


def rewrite(codes: Iterable[str]) -> None:
    for code in codes:
        (BAD / code / "expected.txt").write_text(
            "".join(line + "\n" for line, _ in problems_of(code)), encoding="utf-8"
        )


def with_line(corpus: Path, raw: bytes) -> ValidationResult:
    """Validates the good corpus with a third line in one file."""
    shutil.copytree(GOOD, corpus)
    with (corpus / POLISH).open("ab") as stream:
        stream.write(raw)
    return validate(corpus)


def test_good_corpus_has_no_problems() -> None:
    result = validate(GOOD)
    assert [str(problem) for problem in result.problems] == []
    assert (result.files, result.records, result.tolerated) == (9, 24, 0)


@pytest.mark.parametrize("code", CODES)
def test_bad(code: str) -> None:
    expected = (BAD / code / "expected.txt").read_text(encoding="utf-8").splitlines()
    lines = [line for line, _ in problems_of(code)]
    command = f"python -m tests.rules.test_fixtures {code}"
    assert lines == expected, f"has the rule changed? {command} writes expected.txt anew, to be read again"
    assert any(line.split()[1] == code for line in lines)


@pytest.mark.parametrize("code", CODES)
def test_problems_say_what_is_wrong_and_what_to_do(code: str) -> None:
    for _, problem in problems_of(code):
        for says in (problem.message, problem.hint):
            assert says.strip()
            assert says.isprintable()
            assert not says.endswith(("Error", "Exception"))
            assert "Traceback" not in says


def test_every_code_has_a_folder_and_every_folder_a_code() -> None:
    assert sorted(path.name for path in BAD.iterdir()) == CODES


@pytest.mark.parametrize("code", RULES)
def test_every_rule_is_documented(code: str) -> None:
    rule = RULES[code]
    assert rule.level in LEVELS.values()
    assert rule.title
    assert not rule.title.startswith(("Bad", "Good"))
    assert all(any(line.startswith(label) for line in rule.doc.split("\n")) for label in ("Bad: ", "Good: "))


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        (LINE, []),
        (LINE.replace(b"\n", b"\r\n"), ["B106"]),
        (LINE.replace(b"null", b"1.0", 1), ["J202"]),
        (LINE.replace(b"null", b"17", 1), ["C508"]),
        (LINE.replace(b"null", b"123456789012345678", 1), ["S307"]),
        (LINE.replace(b'"paragraph":null', b'"paragraph": "3"'), ["J207", "S303"]),
        (ENDING, []),
        pytest.param(NEGATIVE, ["S307"], id="a span starts before the start of the text"),
        pytest.param(BEYOND, ["T401"], id="a span ends beyond the end of the text"),
        (DEEP % (b"[" * 31 + b"]" * 31), ["S302"]),
        pytest.param(DEEP % (b"[" * 32 + b"]" * 32), ["J201"], id="33 levels"),
        pytest.param(DEEP % (b"[" * 300 + b"]" * 300), ["J201"], id="301 levels"),
        pytest.param(LINE.replace(b"null", b"1.5", 1), ["J202"], id="1.5"),
        pytest.param(LINE.replace(b"null", b"9223372036854775808", 1), ["J202"], id="2^63"),
        pytest.param(LINE.replace("ł".encode(), b"\xb3").replace(b"\n", b"\r\n"), ["B104"], id="Windows-1250 and CRLF"),
        pytest.param(LINE.replace("ł".encode(), b"\xb3").rstrip(), ["B104"], id="Windows-1250 and no line feed"),
        pytest.param(LINE.decode().rstrip().encode("utf-16"), ["B102"], id="UTF-16 and no line feed"),
        pytest.param(b"x" * MAX_LINE + "ł\n".encode(), ["B109"], id="1 MiB ends within a character"),
        pytest.param(
            LINE.replace(b',"text"', b',\r"text"').replace(b"-2020", b"-2000"),
            ["B105", "C525", "C504"],
            id="CR between tokens",
        ),
    ],
)
def test_line(raw: bytes, codes: list[str], tmp_path: Path) -> None:
    problems = with_line(tmp_path / "corpus", raw).problems
    assert [p.code for p in problems] == codes
    assert {(Path(p.path).name, p.line) for p in problems} <= {(POLISH.name, 3)}


@pytest.mark.parametrize(
    ("code", "label", "value"),
    [
        ("B102", "found", "ff fe 7b 00"),
        ("B104", "found", "fa 73 74 f5"),
        ("B105", "found", "'<U+0000>'"),
        ("J204", "found", "'// nic'"),
        ("J207", "found", "' \"fabula-elections-2025.pl.01\"'"),
        ("J207", "expected", "'\"fabula-elections-2025.pl.01\",'"),
        ("S303", "expected", "integer or null"),
        ("S303", "expected", "string"),
        ("S304", "expected", "train, test"),
        ("S307", "expected", "minItems 1"),
        ("T401", "found", "'sali'"),
        ("T402", "found", "'Komitet Utop|ii. Tak było'"),
        ("T402", "found", "'wił sam prze|wodniczący. '"),
        ("T404", "expected", "'Przewodniczący Jan Przykład'"),
        ("T405", "expected", "at least 35"),
        ("T406", "found", "U+0065 U+0301"),
        ("T408", "found", "'d otworzył  obrady w s'"),
        ("T408", "found", "'Jan Przykład ... ady w sali. '"),
        ("T409", "found", "С is CYRILLIC CAPITAL LETTER ES; T is LATIN CAPITAL LETTER T"),
        ("C507", "expected", "until 2025-05-07"),
        ("C513", "expected", "2025-09-18 or later"),
        ("C515", "expected", "'140-2017-nd-cp'"),
        ("C522", "expected", "'test'"),
        ("C524", "found", "train"),
    ],
)
def test_values_are_shown(code: str, label: str, value: str) -> None:
    assert value in [getattr(problem, label) for _, problem in problems_of(code)]


@pytest.mark.parametrize(
    ("code", "message", "hint"),
    [
        ("B104", "byte 76 of the line is not valid UTF-8", "save the file as UTF-8"),
        ("S301", "the key 'translation' is missing", "add it (English translation of the text"),
        ("S301", "the key 'addressee' is missing", "add it (Who is asked"),
        ("S304", "not one of the values allowed", "choose one by the guidelines; did you mean 'person'?"),
        ("T404", "the speaker overlaps the role", "see the guidelines"),
        ("T404", "the directive overlaps the directive", "see the guidelines"),
        ("T404", "the request overlaps the addressee", "see the guidelines"),
    ],
)
def test_messages_fit_the_case(code: str, message: str, hint: str) -> None:
    assert any(problem.message == message and problem.hint.startswith(hint) for _, problem in problems_of(code))


@pytest.mark.parametrize("code", ["C502", "S302", "S304"])
def test_a_near_miss_is_told_the_right_word(code: str) -> None:
    assert any("did you mean" in p.message + p.hint for _, p in problems_of(code))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("statements/x.JSONL", True),
        ("statements/x.ndjson", True),
        ("statements/x.txt", True),
        ("annotators/one/x.jsonl.bak", True),
        ("statements/.chithi-files-notes/x.jsonl", True),
        ("statements/.chithi-files-a1b2c3d4/x.jsonl", False),
        ("statements/.notes", False),
        ("notes.txt", False),
        ("x.json", True),
    ],
)
def test_files_that_would_be_passed_over(name: str, found: bool, tmp_path: Path) -> None:
    corpus = lay_over("C510", tmp_path / "corpus")
    (corpus / "actors-new.jsonl").unlink(missing_ok=True)
    before = [p.path for p in validate(corpus).problems]
    (corpus / name).parent.mkdir(parents=True, exist_ok=True)
    (corpus / name).write_text("{}\n")
    assert [p.path for p in validate(corpus).problems if p.path not in before] == [name] * found


def test_a_link_to_a_folder_among_the_statements_is_told(tmp_path: Path) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    (tmp_path / "elsewhere").mkdir()
    (corpus / "statements" / "link").symlink_to(tmp_path / "elsewhere")
    assert [(p.code, p.path) for p in validate(corpus).problems] == [("C510", "statements/link")]


def test_a_single_pass_does_not_make_up_a_report(tmp_path: Path) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    (corpus / "annotators" / "one").mkdir(parents=True)
    (corpus / POLISH).rename(corpus / "annotators" / "one" / POLISH.name)
    assert [p.code for p in validate(corpus).problems] == ["C555", "C528"]


def test_single_files_are_checked_alone(tmp_path: Path) -> None:
    corpus = lay_over("C512", tmp_path / "corpus")
    assert [p.code for p in validate(corpus, [corpus / "reports.jsonl"]).problems] == ["C512"] * 3
    assert validate(corpus, [corpus / POLISH]).problems == []
    broken = lay_over("S301", tmp_path / "broken")
    assert {Path(p.path).name for p in validate(broken, [broken / POLISH]).problems} == {POLISH.name}


def test_a_file_outside_of_a_corpus_may_have_any_name(tmp_path: Path) -> None:
    shutil.copyfile(GOOD / POLISH, tmp_path / "draft.jsonl")
    assert validate(GOOD, [tmp_path / "draft.jsonl"]).problems == []


def test_passes_of_annotators_are_checked_and_count_as_a_use_only(tmp_path: Path) -> None:
    corpus = lay_over("C523", tmp_path / "corpus")
    shutil.copytree(corpus / "statements", corpus / "annotators" / "one")
    with (corpus / "annotators" / "one" / POLISH.name).open("ab") as stream:
        stream.write(LINE.replace(b"null", b"17", 1))
        stream.write(LINE.replace(b"45-ct-tw-2020", b"forest-law"))
    assert sorted(p.code for p in validate(corpus).problems) == ["C508", "C521", "C523", "C523", "C555"]


if __name__ == "__main__":
    rewrite(sys.argv[1:])
