"""Annotated texts for the tests of evaluation, made by hand or drawn by hypothesis."""

from typing import Any

from hypothesis import strategies as st

from chithi.evaluation.agreement import Measurement, measurements
from chithi.evaluation.annotations import Span, annotation
from chithi.evaluation.matching import Pair

from .rules.cases import typed

TEXT = "ab " * 12
Record = dict[str, Any]
span = st.builds(lambda start, length: (start, start + length), st.integers(0, len(TEXT) - 8), st.integers(1, 8))
spans = st.lists(span, unique=True, max_size=8).map(sorted)


def labelled(found: Span, **labels: Any) -> Record:
    return {"start": found[0], "end": found[1], "text": TEXT[slice(*found)]} | labels


def request(found: Span, act: str = "request", topic: str = "health", addressee: Span | None = None) -> Record:
    return labelled(found, act=act, topic=topic, addressee=addressee and labelled(addressee, actors=[]), english=None)


def record(**parts: Any) -> Record:
    empty = {"speaker": None, "role": None, "directives": [], "requests": []}
    return {"id": "x.de.01", "report": "x.de", "paragraph": None, "text": TEXT, "translation": None} | empty | parts


def pair(one: Record, two: Record) -> Pair:
    return Pair(annotation(typed(one)), annotation(typed(two)))


def requests(one: list[Span], two: list[Span]) -> Pair:
    return pair(record(requests=list(map(request, one))), record(requests=list(map(request, two))))


ids = st.sampled_from("ab")
records = st.builds(
    record,
    speaker=st.none() | st.builds(labelled, span, id=ids),
    role=st.none() | st.builds(labelled, span, offices=st.lists(ids, min_size=1, unique=True)),
    directives=st.lists(st.builds(labelled, span, id=ids), max_size=2),
    requests=st.lists(st.builds(request, span, act=ids, topic=ids, addressee=st.none() | span), max_size=3),
)
pairs = st.lists(
    st.builds(
        lambda one, two, report: pair(one | {"report": report}, two | {"report": report}),
        records,
        records,
        st.sampled_from(["x.de", "x.pl"]),
    ),
    min_size=1,
    max_size=4,
)


def few(compared: list[Pair], seed: int = 1) -> list[Measurement]:
    """All measurements of a few pairs, from few resamples."""
    return measurements(compared, by_language=True, resamples=20, seed=seed)
