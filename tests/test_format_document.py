"""`chithi format` on corpus.json and exceptions.jsonl: one canonical form, and every value is kept."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main
from chithi.records.layout import shipped

SHIPPED = (shipped("corpus") / "corpus.json").read_bytes()
KNOWN: dict[str, Any] = json.loads(SHIPPED)
EXCEPTION = {"code": "T408", "record": "x", "reason": "Là Nội"}
LINE = '{"code":"T408","record":"x","reason":"Là Nội"}\n'.encode()


@pytest.fixture
def document(tmp_path: Path) -> Path:
    return tmp_path / "corpus.json"


def test_what_ships_is_canonical(document: Path) -> None:
    document.write_bytes(SHIPPED)
    assert main(["format", "--check", str(document)]) == 0


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(KNOWN).encode(),
        json.dumps(KNOWN, ensure_ascii=False, indent=4).encode(),
        json.dumps(dict(reversed(KNOWN.items()))).encode(),
        b"\xef\xbb\xbf" + SHIPPED,
        SHIPPED.replace(b"\n", b"\r\n"),
        SHIPPED.rstrip(),
        unicodedata.normalize("NFD", SHIPPED.decode()).encode(),
    ],
    ids=["escaped", "indented", "reversed", "BOM", "CRLF", "no line end", "NFD"],
)
def test_corpus_json_in_any_layout(written: bytes, document: Path) -> None:
    document.write_bytes(written)
    assert main(["format", "--check", str(document)]) == 1
    assert document.read_bytes() == written
    assert main(["format", str(document)]) == 0
    assert document.read_bytes().decode() == SHIPPED.decode()


def test_unknown_keys_and_odd_values_are_kept(document: Path) -> None:
    odd: dict[str, Any] = KNOWN | {"tags": [["x"], {}, 7], "z": {"start": -1, "end": "x"}, "": None, "edges": []}
    document.write_text(json.dumps(odd), encoding="utf-8")
    assert main(["format", str(document)]) == 0
    assert json.loads(document.read_bytes()) == odd


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (b"", "C551"),
        (b'{"name":"x"', "C551"),
        (b'{"name":"x","name":"y"}', "C551"),
        (b'{"name":"\xff"}', "C551"),
        (b'{"name":"\\ud800"}', "C551"),
        (b'{"x":' + b"9" * 5_000 + b"}", "C551"),
        (b"[" * 100_000, "C551"),
        (b'{"x":' + b"[" * 50 + b"]" * 50 + b"}", "J201"),
        (b'[{"name":"x"}]', "J205"),
        (b'{"x":1.50}', "J202"),
        (b'{"x":NaN}', "J202"),
        (('{"x":"a' + "\u0301" * 100 + '"}').encode(), "F001"),
    ],
)
def test_what_cannot_be_read_stays_as_it_is(
    written: bytes, code: str, document: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document.write_bytes(written)
    assert main(["format", str(document)]) == 1
    assert f": {code} " in capsys.readouterr().out
    assert document.read_bytes() == written


def test_a_corpus_is_formatted_with_its_corpus_json(corpus: Path) -> None:
    (corpus / "corpus.json").write_text(json.dumps(KNOWN), encoding="utf-8")
    assert main(["format", str(corpus)]) == 0
    assert (corpus / "corpus.json").read_bytes() == SHIPPED
    assert main(["validate", "--corpus", str(corpus), str(corpus / "corpus.json")]) == 0


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(EXCEPTION).encode(),
        json.dumps(EXCEPTION, indent=2).encode(),
        json.dumps([EXCEPTION]).encode(),
        json.dumps(dict(reversed(EXCEPTION.items()))).encode(),
        b"\xef\xbb\xbf" + LINE,
        LINE.replace(b"\n", b"\r\n"),
        unicodedata.normalize("NFD", LINE.decode()).encode(),
    ],
    ids=["spaces", "indented", "array", "reversed", "BOM", "CRLF", "NFD"],
)
def test_exceptions_in_any_layout(written: bytes, tmp_path: Path) -> None:
    path = tmp_path / "exceptions.jsonl"
    path.write_bytes(written)
    assert main(["format", str(path)]) == 0
    assert path.read_bytes() == LINE
