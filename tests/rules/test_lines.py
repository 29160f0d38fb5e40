"""Single rules for lines: the levels bytes and json."""

from collections import Counter
from pathlib import Path

import pytest

from chithi.records.blocks import MAX_LINE
from chithi.validation.engine import validate
from chithi.validation.rules import RULES

from .cases import found_in_line
from .test_fixtures import GOOD


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
    assert [finding.column for finding in found_in_line("J201", line)] == columns


@pytest.mark.parametrize("number", ["0", "7", "-7", "2000", "999999999999999999", '"1.5"', '"NaN"', r'"\"1e3"', "true"])
def test_number_that_is_a_plain_integer(number: str) -> None:
    assert found_in_line("J202", f'{{"a":{number}}}') == []


@pytest.mark.parametrize(
    "number",
    "NaN Infinity -Infinity -NaN 1e400 1E+2 1.0 -0.5 007 9223372036854775808 1000000000000000000".split(),
)
def test_number_that_is_none(number: str) -> None:
    assert [(f.column, f.found) for f in found_in_line("J202", f'{{"a":{number},"b":1}}')] == [(6, f"'{number}'")]


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
    assert [finding.column for finding in found_in_line("J203", line)] == columns


NO_JSON = [
    ('{"a":null,}', 10, "a comma before a closing bracket", "remove the comma"),
    ('{"a":[1, 2 , ]}', 12, "a comma before a closing bracket", "remove the comma"),
    ('{"a":1,,"b":1}', 8, "a comma without a value before it", "remove the comma"),
    ('{"a":1 "b":2}', 8, "a comma is missing before this", "write a comma"),
    ('{"a":"x""b":1}', 9, "a comma is missing before this", "write a comma"),
    ('{"a":[{}{}]}', 9, "a comma is missing before this", "write a comma"),
    ('{"a" 1}', 6, "a colon is missing", "write :"),
    ('{"a":1} // b', 9, "a comment", "remove it"),
    ('{"a":1, /* b */ "b":1}', 9, "a comment", "remove it"),
    ('# {"a":1}', 1, "a comment", "remove it"),
    ("{'a':1}", 2, "a single quotation mark", 'write a double one, "'),
    ("{\"a\":'1'}", 6, "a single quotation mark", 'write a double one, "'),
    ("{“a”:1}", 2, "a typographic quotation mark “", 'write a straight one, "'),
    ('{"a":„x”}', 6, "a typographic quotation mark „", 'write a straight one, "'),
    ('{"a":None}', 6, "a word without quotation marks", "write null"),
    ('{"a":True}', 6, "a word without quotation marks", "write true"),
    ('{"a":undefined}', 6, "a word without quotation marks", "write null"),
    ('{"a":health}', 6, "a word without quotation marks", "write it in quotation marks"),
    ("{a:1}", 2, "a key without quotation marks", 'write "a"'),
    ('{"a":"b "c" d"}', 9, "a quotation mark within a string", 'write \\" for it'),
    ('{"a":"b,"c":1}', 9, "a quotation mark within a string", 'write \\" for it, or close the string before it'),
    ('{"a":"b', 6, "the string that begins here is not closed", 'close it with "'),
    ('{"a":"b\tc"}', 8, "the control character <U+0009> stands in a string", "write a space or \\t"),
    ('{"a":"b\\c"}', 8, "a backslash", "write \\\\"),
    ('{"a":1}{"b":2}', 8, "a second record on the line", "run `chithi format`"),
    ('{"a":1},', 8, "a comma behind the record", "remove the comma"),
    ('{"a":1}}', 8, "a closing bracket too many", "remove it"),
    ('{"a":1} b', 9, "something stands behind the record", "remove it"),
    ('{"a":1', 7, "the record is cut off here", "see that nothing is missing"),
    ('{"a":1,', 8, "the record is cut off here", "see that nothing is missing"),
    ("", 1, "the record is cut off here", "see that nothing is missing"),
    ("id\tplace", 1, "no record begins here", "write one object"),
    ('{"a":1;"b":2}', 7, "a semicolon", "write a comma"),
    ('{"a":1|"b":2}', 7, "neither a comma nor a closing bracket", "mend the line here"),
    ('{"a":+8}', 6, "a number in a form that JSON has not", "write a plain integer"),
    ('{"a":.8}', 6, "a number in a form that JSON has not", "write a plain integer"),
    ('{"a":0x8}', 7, "a number in a form that JSON has not", "write a plain integer"),
    ('{"a":`b`}', 6, "a backtick", "write a straight quotation mark"),
    ("```json", 1, "a fence of Markdown", "remove the line"),
]


@pytest.mark.parametrize(("line", "column", "message", "hint"), NO_JSON)
def test_what_is_no_json_is_diagnosed_at_its_place(line: str, column: int, message: str, hint: str) -> None:
    (finding,) = found_in_line("J204", line)
    assert finding.message.startswith(f"not JSON: {message}")
    assert finding.hint.startswith(hint)
    assert finding.column == column


@pytest.mark.parametrize("line", ['{"a":"“b” // \'c\', # None"}', '{"a":NaN}', '{"a":' + "1" * 5000 + "}", "[1]"])
def test_what_is_json_is_not_diagnosed(line: str) -> None:
    assert found_in_line("J204", line) == []


@pytest.mark.parametrize(("line", "splits"), [('[{"a":1},{"a":2}]', True), ("[1]", False), ("[]", False), ("7", False)])
def test_an_array_of_records_is_split_by_format(line: str, splits: bool) -> None:
    (finding,) = found_in_line("J205", line)
    assert ("chithi format" in finding.hint) is splits


@pytest.mark.parametrize(
    ("text", "spread"),
    [
        ('{\n"a": 1\n}\n', True),
        ('[\n{"a":1},\n{"a":2}\n]\n', True),
        ('[{"a":1},\n{"a":2}]\n', True),
        ('\ufeff{\r\n"a": 1\r\n}\r\n', True),
        ('{"a":1,\n"b":2}\n{"a":1,\n"b":2}\n', True),
        ('{"a": 1}\n{"a": 2}\n', False),
        ('{"a":1},\n{"a":2},\n', False),
        ('{"a":1,\n{"a":2}\n', False),  # cut off
        ('{"a":1,\n{"a":2,\n', False),
        ('{"a":1\n', False),
        ('["a",1]\n["b",2]\n', False),
        ("1,2\n3,4\n", False),
        ("id\tplace\nx\ty\n", False),
        ("", False),
    ],
)
def test_records_that_are_spread_over_lines(text: str, spread: bool) -> None:
    assert len(list(RULES["J208"].check(text.encode().splitlines(keepends=True)))) == spread


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
    assert [finding.column for finding in found_in_line("J206", line)] == columns


def test_a_line_may_be_as_long_as_1_mib() -> None:
    assert found_in_line("B109", b"x" * MAX_LINE) == []
    (finding,) = found_in_line("B109", b"x" * MAX_LINE + b"\n")
    assert finding.message == "the line is longer than 1,048,576 bytes"


def test_a_large_file_in_another_encoding_is_not_spread(tmp_path: Path) -> None:
    """Of a file that is read in several blocks, each line is told, not only those of the first block."""
    line = '{"id":"x.pl.01","text":"Ha N\u00f4i"}\n'.encode("cp1258")
    (tmp_path / "draft.jsonl").write_bytes(line * (3 * MAX_LINE // len(line)))
    codes = Counter(problem.code for problem in validate(GOOD, [tmp_path / "draft.jsonl"]).problems)
    assert codes == {"B104": 3 * MAX_LINE // len(line)}
