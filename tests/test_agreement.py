"""Agreement between passes, held to NLTK and to values worked out by hand."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from chithi.cli import main
from chithi.evaluation.agreement import disagreements, measurements
from chithi.evaluation.bootstrap import alpha, by_nltk
from chithi.evaluation.matching import Pair
from chithi.text.tokens import cuts_token, token_spans

TEXT = "Ada Example bat den Rat um Hilfe und die Bank um Geld"
Record = dict[str, Any]


def span(surface: str, **more: Any) -> Record:
    start = TEXT.index(surface)
    return {"start": start, "end": start + len(surface), "text": surface} | more


def request(surface: str, act: str = "request", topic: str = "health", addressee: str | None = None) -> Record:
    return span(surface, act=act, topic=topic, addressee=span(addressee) if addressee else None)


def record(**parts: Any) -> Record:
    return {"id": "x.de.01", "report": "x.de", "text": TEXT, "speaker": None, "role": None, "directives": [], "requests": []} | parts


def values(*pairs: Pair) -> dict[tuple[str, str], float]:
    return {(f.layer, f.measure): f.value for f in measurements(list(pairs))}


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40))
def test_alpha_is_nltks(labels: list[tuple[int, int]]) -> None:
    table = np.zeros((3, 3), int)
    for one, two in labels:
        table[one, two] += 1
    assert alpha(table.reshape(1, 9))[0] == pytest.approx(by_nltk(table.ravel()))


def test_alpha_of_a_worked_example() -> None:
    """Twelve items, ten of them labelled alike: checked with NLTK itself and by hand."""
    labels = [(0, 0)] * 6 + [(1, 1)] * 4 + [(0, 1)] * 2
    data = [(coder, item, both[coder]) for item, both in enumerate(labels) for coder in (0, 1)]
    table = np.array([[6, 2, 0, 4]])
    assert alpha(table)[0] == pytest.approx(AnnotationTask(data).alpha()) == pytest.approx(1 - 23 * 4 / (24**2 - 14**2 - 10**2))


def test_the_same_twice_is_perfect() -> None:
    one = record(speaker=span("Ada Example", id="a"), requests=[request("Hilfe", addressee="Rat"), request("Geld", addressee="Bank")])
    found = values(Pair(one, one))
    assert found
    assert set(found.values()) == {1.0}
    assert list(disagreements([Pair(one, one)])) == []


def test_spans_that_overlap_count_half() -> None:
    one, two = record(requests=[request("den Rat um Hilfe")]), record(requests=[request("um Hilfe und")])
    found = values(Pair(one, two))
    assert found["request", "F1, exact"] == 0
    assert found["request", "F1, overlap"] == 1
    assert 0 < found["request", "alpha over tokens"] < 1
    assert [(d.layer, d.one, d.two) for d in disagreements([Pair(one, two)])] == [("request", "den Rat um Hilfe", "um Hilfe und")]


def test_labels_are_compared_on_matched_spans() -> None:
    one = record(requests=[request("um Hilfe", "instruct", "health"), request("um Geld", "request", "labor")])
    two = record(requests=[request("Hilfe", "request", "health")])
    found = {(d.layer, d.one, d.two) for d in disagreements([Pair(one, two)])}
    assert found == {("request", "um Hilfe", "Hilfe"), ("request act", "instruct", "request"), ("request", "um Geld", None)}
    assert values(Pair(one, two))["topic", "alpha"] == 1


def test_ids_are_compared() -> None:
    one = record(speaker=span("Ada Example", id="a"), role=span("Rat", offices=["x", "y"]), directives=[span("Bank", id="d")])
    two = record(speaker=span("Ada Example", id="b"), role=span("Rat", offices=["y", "x"]), directives=[span("Bank", id="e")])
    found = values(Pair(one, two))
    assert [found[layer, "same id"] for layer in ("speaker", "role", "directive")] == [0, 1, 0]


def test_a_shared_addressee_counts_once() -> None:
    one = record(requests=[request("Hilfe", addressee="Rat"), request("Geld", addressee="Rat")])
    assert [f.items for f in measurements([Pair(one, one)]) if f.layer == "addressee" and f.measure == "F1, exact"] == [2]


def test_intervals_hold_the_value_and_are_the_same_each_time() -> None:
    same, other = record(requests=[request("Hilfe")]), record(requests=[request("Geld")])
    pairs = [Pair(same, same)] * 7 + [Pair(same, other)] * 3
    first, second = measurements(pairs), measurements(pairs)
    assert first == second
    assert all(f.low <= f.value <= f.high for f in first)
    assert any(f.low < f.high for f in first)


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
    path.write_text(path.read_text(encoding="utf-8").replace('"act":"instruct"', '"act":"request"', 1), encoding="utf-8")
    return corpus


def test_the_command(twice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreement", "--corpus", str(twice), "--by-language"]) == 0
    printed = capsys.readouterr().out
    assert "statements annotated twice" in printed
    assert "\nru " in printed
    assert main(["agreement", "--corpus", str(twice), "--list", "--format", "json"]) == 0
    (difference,) = json.loads(capsys.readouterr().out)
    assert (difference["layer"], difference["one"], difference["two"]) == ("request act", "instruct", "request")


def remove_pass(corpus: Path) -> None:
    shutil.rmtree(corpus / "annotators" / "two")


def other_reports(corpus: Path) -> None:
    (path,) = (corpus / "annotators" / "two").iterdir()
    path.write_bytes(b"")


def other_text(corpus: Path) -> None:
    (path,) = (corpus / "annotators" / "two").iterdir()
    path.write_text(path.read_text(encoding="utf-8").replace('"text":"', '"text":"X', 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "says"), [(remove_pass, "holds 1 passes"), (other_reports, "no statement stands in both"), (other_text, "different texts")]
)
def test_passes_that_cannot_be_compared(twice: Path, spoil: Callable[[Path], None], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(twice)
    assert main(["agreement", "--corpus", str(twice)]) == 1
    assert says in capsys.readouterr().err


def test_a_pass_that_is_not_there(twice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreement", "--corpus", str(twice), "--passes", "one", "three"]) == 1
    assert "no such pass" in capsys.readouterr().err
