"""Agreement between passes: measurements, disagreements, and the command."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chithi.cli import main
from chithi.evaluation.agreement import Measurement, disagreements, markdown, measurements, table
from chithi.evaluation.annotations import annotation
from chithi.evaluation.matching import Pair
from chithi.text.tokens import cuts_token, token_spans

from .rules.cases import typed

TEXT = "Ada Example bat den Rat um Hilfe und die Bank um Geld"
Record = dict[str, Any]


def span(surface: str, **more: Any) -> Record:
    start = TEXT.index(surface)
    return {"start": start, "end": start + len(surface), "text": surface} | more


def request(
    surface: str, act: str = "request", topic: str = "health", addressee: str | None = None, actors: Any = ()
) -> Record:
    whom = span(addressee, actors=list(actors)) if addressee else None
    return span(surface, act=act, topic=topic, addressee=whom, english=None)


def record(**parts: Any) -> Record:
    return {
        "id": "x.de.01",
        "report": "x.de",
        "paragraph": None,
        "text": TEXT,
        "translation": None,
        "speaker": None,
        "role": None,
        "directives": [],
        "requests": [],
    } | parts


def pair(one: Record, two: Record) -> Pair:
    return Pair(annotation(typed(one)), annotation(typed(two)))


def values(*pairs: Pair) -> dict[tuple[str, str], float]:
    return {(f.layer, f.measure): f.value for f in measurements(list(pairs))}


def test_the_same_twice_is_perfect() -> None:
    one = record(
        speaker=span("Ada Example", id="a"),
        requests=[request("Hilfe", addressee="Rat"), request("Geld", addressee="Bank")],
    )
    found = values(pair(one, one))
    assert found
    assert set(found.values()) == {1.0}
    assert list(disagreements([pair(one, one)])) == []


def test_spans_that_overlap_count_half() -> None:
    one, two = record(requests=[request("den Rat um Hilfe")]), record(requests=[request("um Hilfe und")])
    found = values(pair(one, two))
    assert found["request", "F1, exact"] == 0
    assert found["request", "F1, overlap"] == 1
    assert 0 < found["request", "alpha over tokens"] < 1
    (difference,) = disagreements([pair(one, two)])
    assert (difference.layer, difference.one, difference.two) == ("request", "den Rat um Hilfe", "um Hilfe und")


def test_labels_are_compared_on_matched_spans() -> None:
    one = record(requests=[request("um Hilfe", "instruct", "health"), request("um Geld", "request", "labor")])
    two = record(requests=[request("Hilfe", "request", "health")])
    found = {(d.layer, d.one, d.two) for d in disagreements([pair(one, two)])}
    assert found == {
        ("request", "um Hilfe", "Hilfe"),
        ("request act", "instruct", "request"),
        ("request", "um Geld", None),
    }
    assert values(pair(one, two))["topic", "alpha"] == 1


def test_each_difference_is_listed_with_what_both_passes_have() -> None:
    both, one_office = span("Rat", offices=["y", "x"]), span("Rat", offices=["x"])
    one = record(speaker=span("Ada Example", id="a"), role=both, requests=[request("Hilfe")])
    two = record(speaker=span("Ada Example", id="b"), role=one_office, directives=[span("Bank", id="d")])
    assert [(d.statement, d.layer, d.one, d.two, d.text) for d in disagreements([pair(one, two)])] == [
        ("x.de.01", "speaker id", "a", "b", TEXT),
        ("x.de.01", "role id", "['x', 'y']", "['x']", TEXT),
        ("x.de.01", "directive", None, "Bank", TEXT),
        ("x.de.01", "request", "Hilfe", None, TEXT),
    ]


def test_ids_are_compared() -> None:
    one, two = (
        record(
            speaker=span("Ada Example", id=speaker),
            role=span("Rat", offices=offices),
            directives=[span("Bank", id=directive)],
        )
        for speaker, offices, directive in (("a", ["x", "y"], "d"), ("b", ["y", "x"], "e"))
    )
    found = values(pair(one, two))
    assert [found[layer, "same id"] for layer in ("speaker", "role", "directive")] == [0, 1, 0]


@pytest.mark.parametrize(
    ("one", "two", "value", "items"),
    [("xy", "yx", 1, 1), ("xy", "x", 0, 1), ("x", "", 0, 1), ("", "", None, None)],
    ids=["same", "other", "one-sided", "none"],
)
def test_the_actors_asked_are_compared_where_a_pass_has_any(
    one: str, two: str, value: float | None, items: int | None
) -> None:
    both = (record(requests=[request("Hilfe", addressee="Rat", actors=actors)]) for actors in (one, two))
    compared = pair(*both)
    found = {(m.layer, m.measure): (m.value, m.items) for m in measurements([compared])}
    assert found.get(("addressee", "same id"), (None, None)) == (value, items)
    differing = [("addressee id", str(sorted(one)), str(sorted(two)))] if value == 0 else []
    assert [(d.layer, d.one, d.two) for d in disagreements([compared])] == differing


def test_a_shared_addressee_counts_once() -> None:
    one = record(requests=[request("Hilfe", addressee="Rat"), request("Geld", addressee="Rat")])
    found = measurements([pair(one, one)])
    assert [f.items for f in found if f.layer == "addressee" and f.measure == "F1, exact"] == [2]


def test_intervals_hold_the_value_and_are_the_same_each_time() -> None:
    same, other = record(requests=[request("Hilfe")]), record(requests=[request("Geld")])
    pairs = [pair(same, same)] * 7 + [pair(same, other)] * 3
    first, second = measurements(pairs), measurements(pairs)
    assert first == second
    assert all(f.low is not None and f.high is not None and f.low <= f.value <= f.high for f in first)
    assert any(f.low != f.high for f in first)


def test_the_columns_of_text_and_markdown() -> None:
    found = [
        Measurement("F1, exact", "speaker", "all", 0.98765, 0.9, 1.0, 12345),
        Measurement("alpha", "act", "pl", -0.5, None, None, 2),
    ]
    assert table(found).split("\n") == [
        "language layer      measure              value  95% interval   items",
        "all      speaker    F1, exact            0.988  0.900 - 1.000  12,345",
        "pl       act        alpha               -0.500  -                   2",
    ]
    assert markdown(found).split("\n") == [
        "| layer | alpha over tokens | F1, exact | F1, overlap | same id | alpha |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        "| speaker |  | 0.988 (0.900-1.000) |  |  |  |",
        "| act |  |  |  |  | -0.500 (-) |",
        "",
    ]


@given(st.text(alphabet="ab é́ัก한の,.-\u200c٣ \n", max_size=20))
def test_tokens_and_span_boundaries_are_one_notion(text: str) -> None:
    inside = {n for start, end in token_spans(text) for n in range(start + 1, end)}
    assert inside == {n for n in range(len(text)) if cuts_token(text, n)}


@pytest.fixture
def twice(corpus: Path) -> Path:
    """A corpus with two passes of one report, which differ in one act."""
    shutil.rmtree(corpus / "annotators", ignore_errors=True)
    source = next((corpus / "statements").glob("*.ru.jsonl"))
    for name in ("one", "two"):
        (corpus / "annotators" / name).mkdir(parents=True)
        shutil.copy(source, corpus / "annotators" / name)
    path = corpus / "annotators" / "two" / source.name
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"act":"instruct"', '"act":"request"', 1), encoding="utf-8")
    return corpus


def test_the_command(twice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreement", "--corpus", str(twice), "--by-language"]) == 0
    printed = capsys.readouterr().out
    assert "statements annotated twice" in printed
    assert "\nru " in printed
    assert main(["agreement", "--corpus", str(twice), "--list", "--format", "json"]) == 0
    (difference,) = json.loads(capsys.readouterr().out)
    assert (difference["layer"], difference["one"], difference["two"]) == ("request act", "instruct", "request")


def test_what_the_command_measures_and_calls_it(twice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreement", "--corpus", str(twice), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {tuple(row) for row in found} == {("measure", "layer", "language", "value", "low", "high", "items")}
    spans = ["alpha over tokens", "F1, exact", "F1, overlap"]
    assert [row["measure"] for row in found if row["layer"] == "speaker"] == [*spans, "same id"]
    assert [row["measure"] for row in found if row["layer"] == "request"] == spans
    assert [(row["measure"], row["layer"]) for row in found][-2:] == [("alpha", "act"), ("alpha", "topic")]
    act, perfect = found[-2], [row for row in found if row["layer"] != "act"]
    assert act["low"] <= act["value"] < 1
    assert {(row["value"], row["low"], row["high"]) for row in perfect} == {(1, 1, 1)}


def test_the_command_measures_the_same_from_both_sides(twice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for passes in (["one", "two"], ["two", "one"]):
        assert main(["agreement", "--corpus", str(twice), "--passes", *passes]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]


def test_statements_without_items_widen_no_interval(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_speaker = record(speaker=span("Ada Example", id="a"))
    lines = [json.dumps(found | {"id": f"x.de.0{n}"}) for n, found in enumerate([with_speaker, record(), record()])]
    for name in ("one", "two"):
        (tmp_path / "annotators" / name).mkdir(parents=True)
        (tmp_path / "annotators" / name / "x.de.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert main(["agreement", "--corpus", str(tmp_path)]) == 0
    rows = capsys.readouterr().out.splitlines()[3:]
    assert len(rows) == 4
    assert all("1.000  1.000 - 1.000" in row for row in rows)


def remove_pass(corpus: Path) -> None:
    shutil.rmtree(corpus / "annotators" / "two")


def other_reports(corpus: Path) -> None:
    (path,) = (corpus / "annotators" / "two").iterdir()
    path.write_bytes(b"")


def other_text(corpus: Path) -> None:
    (path,) = (corpus / "annotators" / "two").iterdir()
    path.write_text(path.read_text(encoding="utf-8").replace('"text":"', '"text":"X', 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [(remove_pass, "holds 1 passes"), (other_reports, "no statement stands in both"), (other_text, "different texts")],
)
def test_passes_that_cannot_be_compared(
    twice: Path,
    spoil: Callable[[Path], None],
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(twice)
    assert main(["agreement", "--corpus", str(twice)]) == 1
    assert says in capsys.readouterr().err


def test_a_pass_that_is_not_there(twice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreement", "--corpus", str(twice), "--passes", "one", "three"]) == 1
    assert "no such pass" in capsys.readouterr().err


def test_statements_that_one_pass_alone_has_are_counted(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = sorted(path.name for path in (corpus / "annotators").iterdir())
    path = next(iter(sorted((corpus / "annotators" / two).iterdir())))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[1:]))
    assert main(["agreement", "--corpus", str(corpus)]) == 0
    assert capsys.readouterr().out.split("\n")[0].endswith(f" statements annotated twice; 1 in the pass {one} only")
