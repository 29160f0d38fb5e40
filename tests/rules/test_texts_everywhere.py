"""The rules for texts hold for all tables, corpus.json and the exceptions; one cause has one finding."""

import json
import time
import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chithi.records.canonical import canonical
from chithi.validation.engine import validate
from chithi.validation.rules import RULES, rules_of

from .cases import found as found_in
from .cases import span, statement

FIELDS = [
    ("reports", "event_title"),
    ("reports", "place"),
    ("reports", "note"),
    ("actors", "name_original"),
    ("actors", "name_en"),
    ("actors", "note"),
    ("offices", "title_en"),
    ("offices", "title_original"),
    ("directives", "issuer"),
    ("directives", "title_en"),
    ("directives", "note"),
]
ODD = [
    ("Ha\u0300 Nội", "T406"),
    ("a\u200bb", "T407"),
    ("a\u202eb", "T407"),
    ("a\0b", "T407"),
    ("Lai\u00a0Chau", "T407"),
    ("Lai\u200dChau", "T407"),
    ("a\u3164b\ufffd", "T407"),
    (" ", "T408"),
    ("A ", "T408"),
    ("a  b", "T408"),
    ("45-СT", "T409"),
    ("عام ٢٠٢٥", "T410"),
]
PLAIN = ["Hà Nội", "می\u200cشود", "क्\u200dष", "কর\u200cতে", "НЛ и CT", "人々 〇 ﾊ 𠮷 😀", "Łódź – „X”…"]
POLISH = "statements/fabula-elections-2025.pl.jsonl"


def change(path: Path, key: str, value: Any, line: int = 0) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    record = json.loads(lines[line]) | {key: value}
    lines[line] = canonical(record, path.stem if path.parent.name != "statements" else "statements")
    path.write_bytes(b"".join(lines))


def found(corpus: Path) -> list[tuple[str, str, str]]:
    return [(problem.path, problem.code, problem.pointer) for problem in validate(corpus).problems]


@pytest.mark.parametrize(("text", "code"), ODD)
def test_odd_texts_are_found_in_every_field_of_the_registries(text: str, code: str, good: Path) -> None:
    for n, (table, key) in enumerate(FIELDS):
        change(good / f"{table}.jsonl", key, text + str(n) * (text != " " and not text.endswith(" ")))
    assert sorted(p for p in found(good) if p[1][0] == "T") == sorted(
        (f"{table}.jsonl", code, f"/{key}") for table, key in FIELDS
    )


def test_a_rule_for_texts_without_a_prefilter_is_given_all_of_them(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = msgspec.structs.replace(RULES["T408"], text_suspects=None, suspects=None)
    change(good / "actors.jsonl", "note", "a  b")
    before = found(good)
    monkeypatch.setitem(RULES, "T408", whole)
    rules_of.cache_clear()
    assert ("actors.jsonl", "T408", "/note") in before
    assert found(good) == before
    rules_of.cache_clear()


@pytest.mark.parametrize(
    ("surface", "code"), [("Ha\u0300  Noi", "T408"), ("Ha\u0300\u200b", "T407"), ("Ha\u0300 aС", "T409")]
)
def test_a_span_that_alone_is_not_composed_is_looked_at_by_all_rules(surface: str, code: str) -> None:
    one = statement("Lan sprach.", "x.de", speaker={"start": 0, "end": 3, "text": surface})
    assert [finding.pointer for finding in found_in(code, one)] == [("speaker", "text")]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_texts_are_not(text: str, good: Path) -> None:
    for n, (table, key) in enumerate(FIELDS):
        change(good / f"{table}.jsonl", key, f"{text} {n}")
    assert [p for p in found(good) if p[1][0] == "T"] == []


@pytest.mark.parametrize(("text", "code"), ODD)
def test_corpus_json(text: str, code: str, corpus: Path) -> None:
    metadata = json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))
    metadata["description"], metadata["authors"][0] = text, text
    metadata["provenance"]["labels"], metadata["rai"] = text, {"x": [text]}
    (corpus / "corpus.json").write_text(json.dumps(metadata, ensure_ascii=False, indent=2), encoding="utf-8")
    pointers = ["/authors/0", "/description", "/provenance/labels", "/rai/x/0"]
    assert sorted(found(corpus)) == [("corpus.json", code, pointer) for pointer in pointers]


@pytest.mark.parametrize(("text", "code"), [odd for odd in ODD if odd[0] != " "])
def test_reasons_of_exceptions(text: str, code: str, good: Path) -> None:
    record = {"code": "C512", "record": "fabula-elections-2025.pl", "reason": text}
    change(good / "reports.jsonl", "publisher", "elsewhere.example")
    record["record"] = json.loads((good / "reports.jsonl").read_bytes().splitlines()[0])["id"]
    (good / "exceptions.jsonl").write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found(good) == [("exceptions.jsonl", code, "/reason")]


def test_what_is_found_in_an_entry_can_be_tolerated(good: Path) -> None:
    change(good / "actors.jsonl", "note", "a\u00a0b")
    name = json.loads((good / "actors.jsonl").read_bytes().splitlines()[0])["id"]
    line = {"code": "invisible-character", "record": name, "reason": "As the page has it."}
    (good / "exceptions.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert found(good) == []


def decomposed(value: Any, key: str = "", text: str = "") -> Any:
    """A statement in NFD, with offsets into its text in NFD."""
    if isinstance(value, str):
        return unicodedata.normalize("NFD", value)
    if isinstance(value, dict):
        text = text or value["text"]
        return {name: decomposed(item, name, text) for name, item in value.items()}
    if isinstance(value, list):
        return [decomposed(item, key, text) for item in value]
    return len(unicodedata.normalize("NFD", text[:value])) if key in ("start", "end") else value


def test_a_statement_in_nfd_has_one_finding_for_each_text(good: Path) -> None:
    lines = (good / POLISH).read_bytes().splitlines()
    (good / POLISH).write_bytes(b"".join(canonical(decomposed(json.loads(line)), "statements") for line in lines))
    assert found(good) == [(POLISH, "T406", "/text")] * len(lines)


@pytest.mark.parametrize("part", ["text alone", "span alone"])
def test_a_text_or_a_span_in_nfd_beside_the_other_in_nfc(part: str, good: Path) -> None:
    """What `chithi format` mends alone is one finding; offsets that miss are another."""
    record = json.loads((good / POLISH).read_bytes().splitlines()[0])
    speaker = record["speaker"]
    if part == "span alone":
        speaker["text"] = unicodedata.normalize("NFD", speaker["text"])
        change(good / POLISH, "speaker", speaker)
        assert found(good) == [(POLISH, "T406", "/speaker/text")] * (speaker["text"] != "Jan Przykład")
        return
    whole = decomposed(record)
    for key in ("speaker", "role"):
        whole[key]["text"] = record[key]["text"]
    (good / POLISH).write_bytes(canonical(whole, "statements"))
    assert [p for p in found(good) if p[1][0] == "T"] == [(POLISH, "T406", "/text")]


def test_english_words_in_nfd(good: Path) -> None:
    lines = (good / POLISH).read_bytes().splitlines()
    text = "Jan prosi o ciszę."
    request = span(text, "o ciszę", act="request", topic="culture", addressee=None, english="a Café")
    record = statement(text, "fabula-elections-2025.pl", translation="He asks for a Café.", requests=[request])
    record["requests"][0]["english"] = unicodedata.normalize("NFD", "a Café")
    record["id"] = "fabula-elections-2025.pl.09"
    (good / POLISH).write_bytes(b"\n".join([*lines, canonical(record, "statements")]))
    assert found(good) == [(POLISH, "T406", "/requests/0/english")]


@pytest.mark.parametrize("text", ["か\u309a", "葛\U000e0100"])
def test_a_span_that_cuts_a_mark_off_its_letter_is_found(text: str, good: Path) -> None:
    """The prefilter knows neither these marks nor code points beyond the Basic Multilingual Plane."""
    lines = (good / POLISH).read_bytes().splitlines()
    whole = f"Jan prosi {text}."
    request = span(whole, text[0], act="request", topic="culture", addressee=None, english="He")
    record = statement(whole, "fabula-elections-2025.pl", translation="He asks.", requests=[request])
    record["id"] = "fabula-elections-2025.pl.09"
    (good / POLISH).write_bytes(b"\n".join([*lines, canonical(record, "statements")]))
    assert (POLISH, "T402", "/requests/0/end") in found(good)


@pytest.mark.parametrize("letters", ["々々", "〇〇", "ﾊﾊ", "𠮷𠮷", "b𠮷", "2々", "ﾊｶ", "ㇰㇰ", "人〇"])
def test_letters_of_scripts_without_spaces_are_no_cuts_in_a_word(letters: str, good: Path) -> None:
    lines = (good / POLISH).read_bytes().splitlines()
    whole = f"Jan prosi {letters}."
    request = span(whole, letters[:1], act="request", topic="culture", addressee=None, english="He")
    record = statement(whole, "fabula-elections-2025.pl", translation="He asks.", requests=[request])
    record["id"] = "fabula-elections-2025.pl.09"
    (good / POLISH).write_bytes(b"\n".join([*lines, canonical(record, "statements")]))
    assert found(good) == []


@pytest.mark.parametrize(
    ("date", "codes"),
    [
        ("2024-02-29", []),
        ("2000-02-29", []),
        ("2025-02-29", ["S306"]),
        ("2100-02-29", ["S306"]),
        ("2025-04-31", ["S306"]),
        ("2999-12-31", ["C514"]),
        ("2999", ["C514"]),
        ("9999-12-31", ["S305"]),
        ("1929", ["S305"]),
    ],
)
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_dates_are_judged_alike_in_all_time_zones(
    date: str, codes: list[str], zone: str, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    change(good / "directives.jsonl", "issued", date)
    assert [code for path, code, pointer in found(good) if pointer == "/issued"] == codes
