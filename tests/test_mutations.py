"""Good records, changed at random: schema validators agree, no prefilter misses anything, nothing crashes or gets lost.

`CHITHI_FUZZ_SECONDS` sets how long `test_fuzz` runs; the default is two seconds.
"""

import copy
import json
import os
import random
import re
import time
import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chithi.records.canonical import canonical, typed
from chithi.records.layout import ANCHORS, REGISTRIES, SCHEMA_OF, shipped, table_of
from chithi.records.records import Registries, Statement
from chithi.records.schemas import explainer, fields_of, fits
from chithi.text.character_classes import CLASSES, LATIN, MARK, OTHER, SUSPICIOUS, TOKEN
from chithi.text.tokens import UNSPACED
from chithi.validation.columns import Columns
from chithi.validation.engine import validate
from chithi.validation.findings import Problem
from chithi.validation.formatting import format_file
from chithi.validation.reading import plain
from chithi.validation.reporters import REPORTERS
from chithi.validation.rule import Rule, rules_of
from chithi.validation.rules.characters import MIXED_SCRIPTS

from .conftest import records

CORPUS = shipped("corpus")
RECORDS = {table: records(CORPUS / f"{table}.jsonl") for table in REGISTRIES} | {
    table: [record for path in sorted((CORPUS / table).glob("*.jsonl")) for record in records(path)]
    for table in ("statements", "anchors")
}
ODD = ["", " ", "x", "a b", "2025-02-30", "٣", "\u202e", "\u200b", "e\u0301", "\n", "\x00"]
ODD += ["A", "ё", "😀", "x" * 2001, "45-CT/TW", "null"]
INSERTED = [b"\xff\xfe", b"\x00", b"\xe2\x80\xae", b"\\ud800", b'"', b"{", b"]", b"1e400", b"\r\n", b"NaN", b"\n\n"]
LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 300),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(ODD),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to all values in a record."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += places(inner, (*path, key))
    return found


@st.composite
def mutants(draw: st.DrawFn, table: str) -> dict[str, Any]:
    """A record of a table with one to three changes: values are replaced, removed, added or slightly altered."""
    record: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(RECORDS[table])))
    for _ in range(draw(st.integers(1, 3))):
        if not (found := places(record)):
            return record
        *path, key = draw(st.sampled_from(found))
        holder: Any = record
        for step in path:
            holder = holder[step]
        old = holder[key]
        match draw(st.sampled_from(["replace", "remove", "add", "alter"])):
            case "replace":
                holder[key] = draw(VALUES)
            case "remove":
                del holder[key]
            case "add" if isinstance(holder, dict):
                holder[draw(st.text(max_size=5))] = draw(VALUES)
            case "add":
                holder.append(copy.deepcopy(draw(st.sampled_from(holder))))
            case "alter" if isinstance(old, str):
                at = draw(st.integers(0, len(old)))
                holder[key] = old[:at] + draw(st.sampled_from(ODD)) + old[at + draw(st.integers(0, 2)) :]
            case "alter" if isinstance(old, int) and not isinstance(old, bool):
                holder[key] = old + draw(st.integers(-2, 2))
            case _:
                holder[key] = draw(VALUES)
    return record


def as_json(record: Any) -> Any:
    """The record as read from a JSON file, where NaN and Infinity cannot occur."""
    return json.loads(json.dumps(record).replace("NaN", "0.5").replace("Infinity", "0.5"))


@pytest.mark.parametrize("table", SCHEMA_OF)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_both_validators_give_one_verdict(table: str, data: st.DataObject) -> None:
    record = as_json(data.draw(mutants(table)))
    assert fits(table)(record) is (not list(explainer(table).iter_errors(record)))


def registries() -> Registries:
    entries = {table: [typed(record, table) for record in RECORDS[table]] for table in REGISTRIES}
    return Registries(**{table: {entry.id: entry for entry in found} for table, found in entries.items()})


TOLERATED = records(CORPUS / "exceptions.jsonl")
STATEMENTS: list[Statement] = [typed(record, "statements") for record in RECORDS["statements"]]
REGISTERED = registries()
PREFILTERED = [rule for rule in rules_of("statement") if rule.suspects]


def test_the_letters_that_pass_as_plain_are_plain() -> None:
    for point, kind in enumerate(CLASSES.tolist()):
        if kind == SUSPICIOUS:
            continue
        letter = chr(point)
        assert letter.isprintable(), hex(point)
        assert letter.isdecimal() is (letter in "0123456789"), hex(point)
        assert (unicodedata.category(letter)[0] == "M") is (kind == MARK), hex(point)
        assert kind == MARK or unicodedata.is_normalized("NFC", letter), hex(point)
        assert (kind == TOKEN) is (re.match(UNSPACED, letter) is not None and letter.isalnum()), hex(point)
        if kind not in (LATIN, OTHER):
            pairs = (f"a{letter}", f"{letter}a", f"я{letter}", f"{letter}я")
            assert not any(re.search(MIXED_SCRIPTS, pair) for pair in pairs), hex(point)


@pytest.mark.parametrize("rule", PREFILTERED, ids=lambda rule: rule.code)
def test_prefilters_pass_all_of_the_corpus(rule: Rule) -> None:
    found = {STATEMENTS[n].id for n in rule.suspects(Columns(STATEMENTS, REGISTERED))}  # type: ignore[misc]
    assert found <= {case["record"] for case in TOLERATED if case["code"] == rule.code}


@pytest.mark.parametrize("table", SCHEMA_OF)
def test_typed_records_are_written_as_they_stand(table: str) -> None:
    """The fields of the types stand in the order of the schemas, which is that of canonical form."""
    assert [msgspec.json.encode(typed(record, table)) + b"\n" for record in RECORDS[table]] == [
        canonical(record, table) for record in RECORDS[table]
    ]


@pytest.mark.parametrize("table", SCHEMA_OF)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_columns_tell_what_fits_the_schema(table: str, data: st.DataObject) -> None:
    """Typed records check keys, types and nullability. The columns of the schema check all the rest."""
    record = as_json(data.draw(mutants(table)))
    if not plain(record):  # the level json rejects it before
        return
    try:
        one = typed(record, table)
    except msgspec.ValidationError:
        assert not fits(table)(record)
        return
    assert (fields_of(table).misfits([one]) == set()) is fits(table)(record)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@given(record=mutants("statements"), others=st.lists(st.sampled_from(STATEMENTS), max_size=2), at=st.integers(0, 2))
def test_no_prefilter_misses_what_its_rule_finds(record: dict[str, Any], others: list[Statement], at: int) -> None:
    record = as_json(record)
    if not (plain(record) and fits("statements")(record)):
        return
    beside = [*others[:at], typed(record, "statements"), *others[at:]]
    columns = Columns(beside, REGISTERED)
    for rule in PREFILTERED:
        suspects = set(rule.suspects(columns)) if rule.suspects else set()
        faulty = {n for n, statement in enumerate(beside) if list(rule.check(statement, REGISTERED))}
        assert suspects >= faulty, rule.code


@pytest.mark.parametrize("table", SCHEMA_OF)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_nothing_crashes(table: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    lines = mutants(table).map(lambda record: json.dumps(record).encode()) | st.binary(max_size=60)
    raw = data.draw(st.lists(lines, min_size=1, max_size=3))
    check(file_of(tmp_path_factory.mktemp("m"), table), b"\n".join(raw))


def file_of(folder: Path, table: str) -> Path:
    """A file outside of a corpus that is taken for one of a table."""
    if table != ANCHORS:
        return folder / f"{table}.jsonl"
    (folder / ANCHORS).mkdir(exist_ok=True)
    return folder / ANCHORS / f"{RECORDS[table][0]['id'].rpartition('.')[0]}.jsonl"


def check(path: Path, data: bytes) -> list[Problem]:
    """Validates and formats a file, and reports its problems in all formats. Raises only if the program has a bug."""
    path.write_bytes(data)
    result = validate(CORPUS, [path])
    for reporter in REPORTERS.values():
        for text in reporter(result, "0"):
            assert text.encode() is not None
    formatted = format_file(path)
    if not formatted.problems:
        path.write_bytes(formatted.after)
        assert not format_file(path).changed
    assert table_of(path)
    return result.problems


def test_fuzz(tmp_path: Path) -> None:
    """Lines of the corpus with bytes changed, cut, doubled and swapped."""
    seconds = float(os.environ.get("CHITHI_FUZZ_SECONDS", "2"))
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    lines = [canonical(record, "statements") for record in RECORDS["statements"]]
    end, tried, found = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        data = bytearray(b"".join(chance.sample(lines, 2)))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randint(1, 30)]
                case 2:
                    data[at:at] = chance.choice(INSERTED)
                case _:
                    other = chance.randrange(len(data))
                    data[at:at] = data[other : other + chance.randint(1, 40)]
            data = data or bytearray(b"x")
        tried += 1
        try:
            found += bool(check(tmp_path / "x.jsonl", bytes(data)))
        except Exception as error:
            raise AssertionError(f"seed {seed}, try {tried}: {bytes(data)!r}") from error
    print(f"fuzz: {tried} files tried, {found} with problems, none crashed (seed {seed})")
