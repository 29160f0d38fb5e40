"""The rules: a good corpus passes, and for every code a bad one shows what its rule finds, and where.

`fixtures/bad/<code>` lies over `fixtures/good`: its files are added or replace others, `<name>.remove` takes one away, and in
`<name>.recipe` each FILLER stands for 1 MiB; `sources` holds articles. `expected.txt` names the problems of the result. It is
rewritten, to be read again by hand, by `python tests/test_rules.py CODE...`.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from chithi.cli import main
from chithi.records.layout import language_of
from chithi.text.document_numbers import agree
from chithi.text.language import other_language
from chithi.text.tokens import cuts_token
from chithi.validation.engine import ValidationResult, validate
from chithi.validation.findings import Problem
from chithi.validation.index import Registries
from chithi.validation.rule import LEVELS
from chithi.validation.rules import RULES
from chithi.validation.rules.bytes import MAX_LINE

FIXTURES = Path(__file__).parent / "fixtures"
GOOD, BAD = FIXTURES / "good", FIXTURES / "bad"
CODES = sorted(RULES)
FILLER = b"<1 MiB of x>"
POLISH = Path("statements/fabula-elections-2025.pl.jsonl")
LINE = (GOOD / POLISH).read_bytes().split(b"\n")[0].replace(b'.pl.01"', b'.pl.10"') + b"\n"  # once more, and good
DEEP = LINE.replace(b"}\n", b',"x":%s}\n')
ENDING = LINE.replace(b" z 2020 roku.", b"")  # the last span ends where the text ends
BEYOND = re.sub(rb'"end":\d+,"text":"dyrektywy', b'"end":999,"text":"dyrektywy', ENDING)
NEGATIVE = re.sub(rb'"start":\d+(,"end":\d+,"text":"dyrektywy)', rb'"start":-21\1', ENDING)

Record = dict[str, Any]


def lay_over(code: str, corpus: Path) -> Path:
    """The good corpus with the files of a bad one, in a new folder."""
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
    """What validation finds in a bad corpus, each also as a line of expected.txt."""
    with TemporaryDirectory() as folder:
        corpus = lay_over(code, Path(folder) / "corpus")
        sources = corpus / "sources"
        return [(line_of(p, corpus), p) for p in validate(corpus, sources=sources if sources.exists() else None).problems]


def line_of(problem: Problem, corpus: Path) -> str:
    path = Path(problem.path).relative_to(corpus).as_posix()
    return f"{path}:{problem.line}:{problem.column} {problem.code} {problem.pointer}".rstrip()


def rewrite(codes: Iterable[str]) -> None:
    for code in codes:
        (BAD / code / "expected.txt").write_text("".join(line + "\n" for line, _ in problems_of(code)), encoding="utf-8")


def with_line(corpus: Path, raw: bytes) -> ValidationResult:
    """What is found in the good corpus with a third line in one file."""
    shutil.copytree(GOOD, corpus)
    with (corpus / POLISH).open("ab") as stream:
        stream.write(raw)
    return validate(corpus)


def span(text: str, surface: str, **more: Any) -> Record:
    start = text.index(surface)
    return {"start": start, "end": start + len(surface), "text": surface} | more


def statement(text: str, report: str = "x.pl", **parts: Any) -> Record:
    base = {"id": f"{report}.01", "report": report, "paragraph": None, "text": text, "translation": None}
    return base | {"speaker": None, "role": None, "directives": [], "requests": []} | parts


def found(code: str, record: Record | str | bytes, registries: Registries | None = None) -> list[Any]:
    """What one rule finds in one record, or in one line."""
    return list(RULES[code].check(record, registries or Registries()) if isinstance(record, dict) else RULES[code].check(record))


# --- the whole way: a corpus, its problems


def test_good_corpus_has_no_problems() -> None:
    result = validate(GOOD)
    assert [str(problem) for problem in result.problems] == []
    assert (result.files, result.records, result.tolerated) == (8, 23, 0)


@pytest.mark.parametrize("code", CODES)
def test_bad(code: str) -> None:
    expected = (BAD / code / "expected.txt").read_text(encoding="utf-8").splitlines()
    lines = [line for line, _ in problems_of(code)]
    assert lines == expected, f"if the rule has changed: python tests/test_rules.py {code}, and read the expected.txt that it writes"
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
    assert rule.level in LEVELS
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
        pytest.param(LINE.replace(b',"text"', b',\r"text"').replace(b"-2020", b"-2000"), ["B105", "C525", "C504"], id="CR between tokens"),
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
        ("B104", "byte 57 of the line is not valid UTF-8", "save the file as UTF-8"),
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


def test_an_exception_tolerates_its_code_in_its_record_and_nothing_else(tmp_path: Path) -> None:
    corpus = lay_over("C542", tmp_path / "corpus")
    assert validate(corpus).tolerated == 1
    (corpus / "exceptions.jsonl").unlink()
    assert [p.code for p in validate(corpus).problems] == ["T408"]


def test_whether_an_exception_is_needed_shows_in_a_whole_corpus_only(tmp_path: Path) -> None:
    corpus, other = lay_over("C542", tmp_path / "corpus"), lay_over("C541", tmp_path / "other")
    assert validate(corpus, [corpus / POLISH]).problems == []
    assert [p.code for p in validate(other, [other / POLISH]).problems] == ["C541"] * 7


def test_whether_an_exception_to_an_article_is_needed_shows_beside_the_article_only(tmp_path: Path) -> None:
    corpus = lay_over("C533", tmp_path / "corpus")
    line = b'{"code":"C533","record":"utopia-congress-2025.pl.%s","reason":"Put right."}\n'
    (corpus / "exceptions.jsonl").write_bytes(line % b"04" + line % b"01")
    assert validate(corpus).problems == []
    assert [(p.code, p.line) for p in validate(corpus, sources=corpus / "sources").problems] == [("C542", 2), ("C533", 4)]


@pytest.mark.parametrize("code", sorted(code for code, rule in RULES.items() if not rule.tolerable and rule.of != "exceptions"))
def test_what_publishing_cannot_bear_is_not_tolerated(code: str, tmp_path: Path) -> None:
    corpus = lay_over(code, tmp_path / "corpus")
    sources = corpus / "sources" if (corpus / "sources").exists() else None
    before = validate(corpus, sources=sources).problems
    lines = [{"code": p.code, "record": p.record or "x", "reason": "None."} for p in before if p.code == code]
    (corpus / "exceptions.jsonl").write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    after = validate(corpus, sources=sources)
    assert after.tolerated == 0
    assert [p for p in after.problems if p.code != "C543"] == before
    assert [p.line for p in after.problems if p.code == "C543"] == list(range(1, len(lines) + 1))
    assert main(["publish", "--corpus", str(corpus), "--out", str(tmp_path / "out")]) in (1, 2)
    assert not (tmp_path / "out").exists()


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
    assert sorted(p.code for p in validate(corpus).problems) == ["C508", "C523", "C523"]


# --- rules with several branches, one by one


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("[" * 32 + "]" * 32, []),
        ("[" * 33 + "]" * 33, [33]),
        ("[{" * 17, [33]),
        ("[]" * 40, []),
        ("[" + "[]" * 40 + "[" * 32, [113]),
        ('{"a":"' + "[" * 40 + '"}', []),
        (r'{"a":"\"' + "[" * 40 + '"}', []),
    ],
)
def test_nesting(line: str, columns: list[int]) -> None:
    assert [finding.column for finding in found("J201", line)] == columns


@pytest.mark.parametrize("number", ["0", "7", "-7", "2000", "999999999999999999", '"1.5"', '"NaN"', r'"\"1e3"', "true"])
def test_number_that_is_a_plain_integer(number: str) -> None:
    assert found("J202", f'{{"a":{number}}}') == []


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "-NaN", "1e400", "1E+2", "1.0", "-0.5", "007", "9223372036854775808", "1000000000000000000"]
)
def test_number_that_is_none(number: str) -> None:
    assert [(f.column, f.found) for f in found("J202", f'{{"a":{number},"b":1}}')] == [(6, f"'{number}'")]


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        (r'{"a":"\ud83d\ude00 \uD83D\uDE00 \u00e0 \\n"}', []),
        (r'{"a":"\ud83d"}', [7]),
        (r'{"a":"\uDBFF\u0041"}', [7]),
        (r'{"a":"\udc00"}', [7]),
        (r'{"a":"\uDE00\ud83d"}', [7, 13]),
        (r'{"a":"\ud83d\ud83d\ude00"}', [7]),
        pytest.param(r'{"a":"\\ud83d"}', [], id="an escaped backslash"),
    ],
)
def test_half_a_character(line: str, columns: list[int]) -> None:
    assert [finding.column for finding in found("J203", line)] == columns


@pytest.mark.parametrize("line", ['{"a":null,}', "{'a':1}", '{"a":1', '{"a":1}}', '{"a" 1}', "", "nul"])
def test_no_json(line: str) -> None:
    assert [f.message.startswith(("not JSON: expecting ", "not JSON: extra ", "not JSON: illegal ")) for f in found("J204", line)] == [True]


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ('{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', []),
        ('{"a":1,"b":{"c":2,"c" : 3}}', [19]),
        (r'{"ä":1,"\u00e4":2}', [8]),
        (r'{"\u0061":1,"\u0061":"a"}', [13]),
        ('{"a":1,"a":2,"a":3}', [8, 14]),
        ('{"a":"b","b":["a","b","b"]}', []),
        pytest.param('{"a":1,"a":2,"b":{"a":3}}', [8], id="the key stands in another object too"),
    ],
)
def test_key_that_stands_twice(line: str, columns: list[int]) -> None:
    assert [finding.column for finding in found("J206", line)] == columns


def test_a_line_may_be_as_long_as_1_mib() -> None:
    assert found("B109", b"x" * MAX_LINE) == []
    assert [f.message for f in found("B109", b"x" * MAX_LINE + b"\n")] == ["the line is longer than 1,048,576 bytes"]


@pytest.mark.parametrize(
    ("text", "start", "end", "says"),
    [
        ("Ada sprach.", 0, 3, None),
        ("Dann sprach Ada", 12, 15, None),
        ("Dann sprach Ada.", 10, 13, "offset 10 is 2 off: the text stands at 12"),
        ("Ada und Ada und Ada.", 7, 10, "offset 7 is 1 off: the text stands at 8"),
        ("😀 Ada sprach.", 3, 6, "offset 3 is 1 off: the text stands at 2 (the offset given counts UTF-16 units)"),
        ("Für Ada gilt.", 5, 8, "offset 5 is 1 off: the text stands at 4 (the offset given counts bytes)"),
        ("😀 Für Ada gilt.", 10, 13, "offset 10 is 4 off: the text stands at 6 (the offset given counts bytes)"),
        ("Dann sprach sie.", 12, 15, "the span's text stands nowhere in the statement's text"),
        ("Ada sprach.", 0, 4, "the end is wrong: the text stands at 0 to 3"),
        ("Ada sprach.", 0, 2, "the end is wrong: the text stands at 0 to 3"),
        ("Ada sprach.", 3, 0, "offset 3 is 3 off: the text stands at 0"),
        ("Ada sprach.", 2000, 2000, "offset 2000 is 2000 off: the text stands at 0"),
        pytest.param("Dann sprach Ada", 12, 2000, "the end is wrong: the text stands at 12 to 15", id="the end lies beyond the text"),
    ],
)
def test_offsets(text: str, start: int, end: int, says: str | None) -> None:
    record = statement(text, speaker={"start": start, "end": end, "text": "Ada", "id": "ada-example"})
    assert [(f.pointer, f.message) for f in found("T401", record)] == ([(("speaker", "start"), says)] if says else [])


@pytest.mark.parametrize(
    ("text", "at", "cuts"),
    [
        ("Parteitag", 0, False),
        ("Parteitag", 6, True),
        ("Parteitag", 9, False),
        ("Parteitag", 10, False),
        ("45-CT/TW", 2, False),
        ("45CT", 2, True),
        ("a_b", 1, True),
        ("a b", 1, False),
        ("a b", 2, False),
        ("e\u0301", 1, True),  # a letter and its accent
        ("की", 1, True),
        ("می\u200cشود", 2, True),  # within a word with a joiner
        ("人民", 1, False),
        ("人a", 1, False),
        ("a人", 1, False),
        ("ที่", 1, True),  # Thai sets no spaces, but marks belong to their letters
        ("ไทย", 1, False),
        ("한국", 1, False),
    ],
)
def test_what_cuts_a_token(text: str, at: int, cuts: bool) -> None:
    assert cuts_token(text, at) is cuts


@pytest.mark.parametrize("surface", ["Ada", "(Ada)", "«Ada»", "5 r.", "45-CT/TW", "z 2025 r", "Ada!", "Ada?", "Ada –"])
def test_edge_that_is_tight(surface: str) -> None:
    assert found("T403", statement(surface, speaker=span(surface, surface))) == []


@pytest.mark.parametrize(
    "surface",
    [
        " Ada",
        "Ada ",
        "Ada,",
        "Ada;",
        "Ada:",
        "Ada،",
        "Ada؛",
        "Ada。",
        "Ada、",
        ",Ada",
        ";Ada",
        ":Ada",
        "،Ada",
        "؛Ada",
        "。Ada",
        "、Ada",
        "Ada..",
    ],
)
def test_edge_that_is_loose(surface: str) -> None:
    assert len(found("T403", statement(surface, speaker=span(surface, surface)))) == 1


SPANS = ("speaker", "role", "directive", "addressee", "request")


def laid_out(*placed: tuple[str, int, int]) -> Record:
    """A statement with spans of these layers and offsets; addressees have a request of their own, far away."""
    record = statement("x" * 99)
    for n, (layer, start, end) in enumerate(placed):
        place = {"start": start, "end": end, "text": "x" * (end - start)}
        away = {"start": 50 + n, "end": 51 + n, "text": "x"}
        if layer in ("speaker", "role"):
            record[layer] = place
        elif layer == "directive":
            record["directives"].append(place)
        else:
            record["requests"].append(place | {"addressee": None} if layer == "request" else away | {"addressee": place})
    return record


@pytest.mark.parametrize("one", SPANS)
@pytest.mark.parametrize("two", SPANS)
def test_spans_that_share_characters(one: str, two: str) -> None:
    def allowed(*second: int) -> bool:
        return found("T404", laid_out((one, 10, 20), (two, *second))) == []  # type: ignore[arg-type]

    if one == two and one in ("speaker", "role"):
        return  # there is but one
    holds = one == "request" != two
    held = two == "request" != one
    assert allowed(20, 30)  # side by side
    assert allowed(5, 10)
    assert allowed(10, 20) is (holds or held or one == two == "addressee")
    assert allowed(12, 18) is holds
    assert allowed(10, 18) is holds
    assert allowed(12, 20) is holds
    assert allowed(5, 25) is held
    assert allowed(10, 25) is held
    assert allowed(5, 20) is held
    assert not allowed(5, 15)
    assert not allowed(15, 25)


@pytest.mark.parametrize("layer", ["directive", "request"])
def test_order_of_spans(layer: str) -> None:
    assert found("T405", laid_out((layer, 1, 2), (layer, 1, 3), (layer, 5, 6))) == []
    assert len(found("T405", laid_out((layer, 1, 2), (layer, 0, 1), (layer, 1, 3), (layer, 0, 1)))) == 2


@pytest.mark.parametrize(
    ("report", "text", "strange"),
    [
        ("x.fa", "می\u200cشود", []),
        ("x.ur", "کے\u200cلیے", []),
        ("x.hi", "क्\u200dष क्\u200cष", []),
        ("x.bn", "ক্\u200dষ ক্\u200cষ", []),
        ("x.hi-2", "क्\u200dष", []),
        ("x.fa", "می\u200dشود", ["U+200D ZERO WIDTH JOINER"]),
        ("x.pl", "z\u200ca\u200c", ["U+200C ZERO WIDTH NON-JOINER"]),
        ("x.fa", "می\u200cشود\u200f", ["U+200F RIGHT-TO-LEFT MARK"]),
        ("x.pl", "a\u00a0b\u00adc", ["U+00A0 NO-BREAK SPACE, U+00AD SOFT HYPHEN"]),
        ("x.pl", "a\u2028b", ["U+2028 LINE SEPARATOR"]),
        ("x.pl", "\ufeffa", ["U+FEFF ZERO WIDTH NO-BREAK SPACE"]),
        ("x.pl", "a\ue000b\u0378", ["U+0378, U+E000"]),
        ("x.pl", "„Ł” – € 😀…", []),
    ],
)
def test_invisible_characters(report: str, text: str, strange: list[str]) -> None:
    assert [finding.found for finding in found("T407", statement(text, report))] == strange


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("45-CT/TW и НЛ", False),
        ("Ада-Example", False),
        ("رقم 45-CT/TW", False),
        ("Ωmega", True),
        ("Ałа", True),
        ("ЁA", True),
        ("ạа", True),
        ("bب", True),
        ("بb", True),
        ("µm × 3", False),
        pytest.param("45-CT/TW، ثم", False, id="an Arabic comma behind a Latin word"),
        pytest.param("Utopia؟", False, id="an Arabic question mark behind a Latin word"),
    ],
)
def test_words_of_two_scripts(text: str, mixed: bool) -> None:
    assert bool(found("T409", statement(text))) is mixed


@pytest.mark.parametrize(
    ("text", "latin"), [("٢٠٢٥", "'2025'"), ("۲۰۲۵", "'2025'"), ("в १२ г", "'12'"), ("２0", "'2'"), ("2025 ä", None), ("m² ½ Ⅷ ①", None)]
)
def test_digits(text: str, latin: str | None) -> None:
    assert [finding.expected for finding in found("T410", statement(text))] == ([latin] if latin else [])


@pytest.mark.parametrize(
    ("surface", "number", "same"),
    [
        ("Directive 45-CT/TW", "45-CT/TW", True),
        ("Directive 35-CT/TW", "45-CT/TW", False),
        ("Directive 45-KL/TW", "45-CT/TW", False),
        ("Decision 204-QD/TW", "204-QĐ/TW", True),
        ("Decision 204-QÐ/TW", "204-QĐ/TW", True),  # the Icelandic letter
        ("decision 204-qđ/tw", "204-QĐ/TW", True),
        ("Decision 204.QĐ-TW", "204-QĐ/TW", True),
        ("Decision 204 - QĐ / TW", "204-QĐ/TW", True),
        ("Директива № 45-СТ/ТW", "45-CT/TW", True),  # Cyrillic letters
        ("Οδηγία 45-CΤ/ΤW", "45-CT/TW", True),  # Greek letters
        ("التوجيه رقم ٤٥-CT/TW", "45-CT/TW", True),
        ("التوجيه رقم ٤٥", "45-CT/TW", True),
        ("指示４５-ＣＴ/ＴＷ", "45-CT/TW", True),
        ("Директива № 45", "45-CT/TW", True),
        ("Директива №45", "45-CT/TW", True),
        ("Директива № 35", "45-CT/TW", False),
        ("Directive no. 45 of the Politburo", "45-CT/TW", True),
        ("Directive No 35 of the Politburo", "45-CT/TW", False),
        ("Direktive Nr. 35 des Politbüros", "45-CT/TW", False),
        ("dyrektywa nr 35 Biura Politycznego", "45-CT/TW", False),
        ("Diretiva n.º 35 do Politburo", "45-CT/TW", False),
        ("Directive n° 35 du Politburo", "45-CT/TW", False),
        ("Chỉ thị số 35 của Bộ Chính trị", "45-CT/TW", False),
        ("Directive numéro 35 du Politburo", "45-CT/TW", False),
        ("Directiva número 35 del Politburó", "45-CT/TW", False),
        ("směrnice číslo 35 politbyra", "45-CT/TW", False),
        ("التوجيه رقم ٣٥ للمكتب", "45-CT/TW", False),
        ("Directive 4", "45-CT/TW", False),
        ("Directive 455", "45-CT/TW", False),
        ("Decree 140/2017/ND-CP", "140/2017/NĐ-CP", True),
        ("Decree 141/2017/ND-CP", "140/2017/NĐ-CP", False),
        ("Resolution of the 11th plenum", "60-NQ/TW", True),  # no number
        ("plan for 2025-2030 under Directive 45-CT/TW", "45-CT/TW", True),  # years are no number
        ("Project 06", None, True),
        pytest.param("Decree 140", "140/2017/NĐ-CP", True, id="a short number before a year"),
        pytest.param("Decree no. 140/2017", "140/2017/NĐ-CP", True, id="a number without its sign"),
        pytest.param("Директива 45-ст/tw", "45-CT/TW", True, id="small Cyrillic letters"),
    ],
)
def test_spellings_of_numbers(surface: str, number: str | None, same: bool) -> None:
    assert agree(surface, number) is same
    record = statement(surface, directives=[span(surface, surface, id="d")])
    assert (found("T411", record, Registries(directives={"d": {"number": number}})) == []) is same


GERMAN = "Ada Example sprach heute lange über neue Straßen im Gebirge, dankte am Ende allen Gästen."


@pytest.mark.parametrize(
    ("text", "declared", "other"),
    [
        (GERMAN, "de", None),
        (GERMAN, "pl", "de"),
        (GERMAN, "zh", "de"),
        (GERMAN, "vi", "de"),
        (GERMAN + " To było w sali.", "pl", None),  # a word of the language settles it
        ("Ada Example sprach heute lange darüber.", "pl", None),  # too short to be sure
        (GERMAN, "xx", None),  # a language that the identifier does not know
    ],
)
def test_language_of_a_text(text: str, declared: str, other: str | None) -> None:
    assert other_language(text, declared) == other


@pytest.mark.parametrize(
    ("report", "text", "translation", "keys"),
    [
        ("x.de", GERMAN, None, []),
        ("x.de-2", GERMAN, None, []),
        ("x.de-AT", GERMAN, None, []),
        ("x.pl", GERMAN, None, ["text"]),
        ("x.zh-Hans", GERMAN, None, ["text"]),
        ("x.de", GERMAN, GERMAN, ["translation"]),
        ("x.de", GERMAN, "Ada Example spoke at length, thanked all guests.", []),
    ],
)
def test_language_of_text_and_translation(report: str, text: str, translation: str | None, keys: list[str]) -> None:
    assert [f.pointer for f in found("T412", statement(text, report, translation=translation))] == [(key,) for key in keys]


@pytest.mark.parametrize(
    ("report", "translation", "says"),
    [
        ("x.en", None, None),
        ("x.en-2", None, None),
        ("x.pl", "Ada spoke.", None),
        ("x.en", "Ada spoke.", "an English text with a translation"),
        ("x.pl", None, "a text without its English translation"),
    ],
)
def test_translation(report: str, translation: str | None, says: str | None) -> None:
    assert [f.message for f in found("T413", statement("x", report, translation=translation))] == ([says] if says else [])


@pytest.mark.parametrize(
    ("report", "language"), [("x.ru", "ru"), ("x.ru-2", "ru"), ("x.zh-Hans", "zh-Hans"), ("x.pt-BR-3", "pt-BR"), ("x-2025-03.ar", "ar")]
)
def test_language_tag_of_a_report(report: str, language: str) -> None:
    assert language_of(report) == language


@pytest.mark.parametrize(
    ("published", "held", "issued", "late"),
    [
        ("2025-05-07", None, "2025-05-07", False),
        ("2025-05-07", None, "2025-05-08", True),
        ("2025-05-07", None, "2025-05", False),
        ("2025-05-07", None, "2025-06", True),
        ("2025-05-07", None, "2025", False),
        ("2025-05-07", None, "2026", True),
        ("2025-05", None, "2025-05-31", False),
        ("2025-05", None, "2025-06-01", True),
        ("2025", None, "2025-12-31", False),
        ("2025", None, "2026-01-01", True),
        (None, "2025-05-07", "2025-05-08", True),
        ("2025-05-09", "2025-05-07", "2025-05-08", False),
        (None, None, "2999-01-01", False),
        ("2025-05-07", None, None, False),
    ],
)
def test_documents_issued_afterwards(published: str | None, held: str | None, issued: str | None, late: bool) -> None:
    registries = Registries(reports={"x.pl": {"published": published, "held": held}}, directives={"d": {"issued": issued}})
    assert bool(found("C507", statement("45", directives=[span("45", "45", id="d")]), registries)) is late
    assert found("C507", statement("45", "y.pl", directives=[span("45", "45", id="d")]), registries) == []
    assert found("C507", statement("45", directives=[span("45", "45", id="e")]), registries) == []


@pytest.mark.parametrize(
    ("sha256", "paragraph", "message", "hint"),
    [
        ("0", None, "the article is held, but no paragraph is given", "give the number"),
        (None, 3, "a paragraph is given, but the article is not held", "set it to null"),
    ],
)
def test_paragraph_without_article(sha256: str | None, paragraph: int | None, message: str, hint: str) -> None:
    record = statement("Ada", paragraph=paragraph)
    (finding,) = found("C508", record, Registries(reports={"x.pl": {"sha256": sha256}}))
    assert (finding.message, finding.hint[: len(hint)]) == (message, hint)
    assert found("C508", record, Registries(reports={"x.pl": {"sha256": None if sha256 else "0"}})) == []
    assert found("C508", record) == []


@pytest.mark.parametrize(
    ("name", "event", "language", "right"),
    [
        ("x.pl", "x", "pl", True),
        ("x.pl-2", "x", "pl", True),
        ("x.zh-Hans-2", "x", "zh-Hans", True),
        ("x.pl", "y", "pl", False),
        ("x.pl", "x", "de", False),
        ("x-1.pl", "x", "pl", False),
        pytest.param("x.pt-BR", "x", "pt", False, id="a region is no number"),
    ],
)
def test_id_of_a_report(name: str, event: str, language: str, right: bool) -> None:
    assert (found("C511", {"id": name, "event": event, "language": language}) == []) is right


@pytest.mark.parametrize(
    ("published", "held", "keys"),
    [
        ("2025-05-07", "2025-05-07", []),
        ("2025-05-07", "2025-05-08", ["published"]),
        ("2025-05", "2025-05-08", []),
        ("2025-04", "2025-05-08", ["published"]),
        ("2025-05-07", "2025", []),
        ("2024-12-31", "2025", ["published"]),
        ("1930", None, []),
        (None, "1929-12", ["held"]),
        ("2999", "2999", ["published", "held"]),
        (str(date.today()), None, []),
        (str(date.today() + timedelta(2)), None, ["published"]),
    ],
)
def test_dates_of_a_report(published: str | None, held: str | None, keys: list[str]) -> None:
    assert [f.pointer for f in found("C513", {"published": published, "held": held})] == [(key,) for key in keys]


if __name__ == "__main__":
    rewrite(sys.argv[1:])
