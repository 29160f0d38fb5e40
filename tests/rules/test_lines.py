"""Single rules for lines: the levels bytes and json."""

import pytest

from chithi.records.blocks import MAX_LINE

from .cases import found_in_line


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


@pytest.mark.parametrize("line", ['{"a":null,}', "{'a':1}", '{"a":1', '{"a":1}}', '{"a" 1}', "", "nul"])
def test_no_json(line: str) -> None:
    (finding,) = found_in_line("J204", line)
    assert finding.message.startswith(("not JSON: expecting ", "not JSON: extra ", "not JSON: illegal "))


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
