"""`chithi format` on spoilt files of all tables: each is left alone to the byte, or keeps all its values."""

import json
import random
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main
from chithi.records.layout import SCHEMA_OF

from .test_mutations import RECORDS, file_of


def unplaced(record: Any) -> Any:
    """A record whose spans have no offsets, as in a draft."""
    if isinstance(record, dict):
        return {key: unplaced(value) for key, value in record.items() if key not in ("start", "end")}
    return [unplaced(item) for item in record] if isinstance(record, list) else record


SEPARATORS = [b"\n", b"\r\n", b"\n\n", b" \n\t\n", b"\r", b"\x1e", b"", b",\n", b"\xe2\x80\xa8", b"\n\xef\xbb\xbf"]
PIECES = [b"\t", b"\x00", b"\x0c", b"\x1e", b"\x7f", b"\r", b"\n", b"\xff", b"\xc2\x85"]
PIECES += [b'"', b"{", b"}", b"//", b"NaN", b"1.0", b"\\ud800", b"e\xcc\x81"]


def edited(record: Any, chance: random.Random) -> Any:
    """A record whose text was edited after it was annotated, or whose spans are in another order."""
    record = json.loads(json.dumps(record))
    if chance.random() < 0.5 and isinstance(record.get("text"), str):
        at = chance.choice([0, 0, chance.randrange(len(record["text"]) + 1)])
        record["text"] = record["text"][:at] + chance.choice(["Oto ", "x", "\u0301", ""]) + record["text"][at:]
    for key in ("directives", "requests"):
        chance.shuffle(record.get(key, []))
    return record


def loosely(record: Any, chance: random.Random) -> bytes:
    """A record as other people and programs may write it, in JSON but not in canonical form."""
    record = unplaced(record) if chance.random() < 0.2 else record
    record = edited(record, chance) if chance.random() < 0.3 else record
    if chance.random() < 0.3:
        record = dict(chance.sample(list(record.items()), len(record)))
    text = json.dumps(record, ensure_ascii=chance.random() < 0.3, indent=chance.choice([None] * 9 + [1]))
    return unicodedata.normalize(chance.choice(["NFC", "NFC", "NFD"]), text).encode()


def mutated(table: str, chance: random.Random) -> bytes:
    """A spoilt file of a table: its layout, its JSON, single bytes, its encoding or its length may be wrong."""
    lines = [loosely(record, chance) for record in chance.sample(RECORDS[table], min(4, len(RECORDS[table])))]
    separator = chance.choice([b"\n"] * 6 + SEPARATORS)
    data = bytearray(separator.join(lines) + chance.choice([b"\n", b"\n", separator, b""]))
    if chance.random() < 0.1:
        data = bytearray(b"[" + chance.choice([b",", b",\n"]).join(lines) + b"]")
    for _ in range(chance.choice([0, 0, 1, 1, 2])):
        at = chance.randrange(len(data))
        data[at : at + chance.choice([0, 0, 1, 5])] = chance.choice(PIECES)
    if chance.random() < 0.1:
        del data[chance.randrange(len(data)) :]
    return bytes(data).decode(errors="replace").encode("utf-16") if chance.random() < 0.05 else bytes(data)


def in_any_order(record: Any) -> Any:
    """A record whose directives and requests are sorted by what they hold."""
    if not isinstance(record, dict):
        return record
    lists = {key: record[key] for key in ("directives", "requests") if isinstance(record.get(key), list)}
    return record | {key: sorted(map(json.dumps, value)) for key, value in lists.items()}


def values(data: bytes) -> Counter[str]:
    """Counts the records of a file, each as a string in NFC, with sorted keys and without offsets.

    The records may stand in an array, or one after another. A file that is not JSON counts as one thing.
    """
    found: list[Any] = []
    try:
        text, at, reader = data.decode().replace("\ufeff", " "), 0, json.JSONDecoder()
        while text[at:].strip(" \t\r\n"):
            at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n"))
            value, at = reader.raw_decode(text, at)
            found += value if isinstance(value, list) else [value]
    except ValueError:
        return Counter([repr(data)])
    plain = [json.dumps(unplaced(record), sort_keys=True, ensure_ascii=False) for record in found]
    normal = [in_any_order(json.loads(unicodedata.normalize("NFC", record))) for record in plain]
    return Counter(json.dumps(record, sort_keys=True) for record in normal)


def is_lines(data: bytes) -> bool:
    """Whether a file holds an object on each line and nothing else."""
    return all(isinstance(json.loads(line), dict) for line in data.decode().split("\n")[:-1]) and data.endswith(b"\n")


def files_formatted(table: str, path: Path, count: int) -> Counter[str]:
    """Formats spoilt files, and counts the outcomes. Every file must be left unchanged or keep all its values."""
    seed = random.randrange(1 << 32)
    chance, became = random.Random(seed), Counter[str]()
    for n in range(count):
        before = mutated(table, chance)
        path.write_bytes(before)
        status = main(["format", str(path)])
        after = path.read_bytes()
        assert status == 0 or after == before, (seed, n)
        assert values(after) == values(before), (seed, n)
        assert status == 1 or is_lines(after) or not before, (seed, n)  # a registry may be empty
        kept = "left as it was, with a problem" if status else "good as it was"
        became["formatted" if after != before else kept] += 1
    return became


@pytest.mark.parametrize("table", SCHEMA_OF)
def test_format_keeps_every_value(table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files_formatted(table, file_of(tmp_path, table), 40)
    assert "F002" not in capsys.readouterr().out  # the proof is no narrower than what formatting may do


@pytest.mark.slow
@pytest.mark.parametrize("table", SCHEMA_OF)
def test_format_keeps_every_value_of_many_files(table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    became = files_formatted(table, file_of(tmp_path, table), 400)
    assert "F002" not in capsys.readouterr().out
    with capsys.disabled():
        print(f"\n{table}: {sum(became.values())} files, {dict(became)}")
