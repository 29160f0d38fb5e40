"""Tokens and their tags: tokens end where spans may end, and tags give every span back."""

import json
import re
import unicodedata

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import chithi
from chithi.corpus import Corpus
from chithi.corpus.frames import parse
from chithi.records.layout import shipped
from chithi.records.records import Request, Statement
from chithi.records.schemas import schema_of
from chithi.rows.arrow import columns_of
from chithi.rows.config import to_columns
from chithi.rows.configs import config_of
from chithi.rows.tags import tags_of
from chithi.rows.tokens import token_columns, tokenize
from chithi.text import tokens
from chithi.text.tokens import cuts_token, token_spans

TAGS = tags_of()
# Letters, marks, joiners, digits and signs of many scripts, and two spaces.
SAMPLE = (
    "aĐé9_½²'-/.,«»\u0301\u0323 \u00a0عَّ٣،हिंदी\u200c\u200dไม้โท่ກີ한국어ᄒ\u1161ベー・ドが\u3099漢字々。𝒜𠀀\U000e0100🇻🇳"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ông Trần Thanh Mẫn: số 45-CT/TW.", "Ông Trần Thanh Mẫn : số 45 - CT / TW ."),
        (unicodedata.normalize("NFD", "Nghị quyết"), unicodedata.normalize("NFD", "Nghị quyết")),
        ("قالَ الأمينُ العامّ، في ٢٠٢٥.", "قالَ الأمينُ العامّ ، في ٢٠٢٥ ."),
        ("निर्देश संख्या 45, क\u094d\u200dष", "निर्देश संख्या 45 , क\u094d\u200dष"),
        ("ผู้นำ ก.", "ผู้ น ำ ก ."),
        ("당은 45호", "당 은 45 호"),
        ("党は、ガ45号を", "党 は 、 ガ 45 号 を"),
        ("か\u3099く", "か\u3099 く"),
        ("Ha Giang’s “e-cabinet” (2.0)", "Ha Giang ’ s “ e - cabinet ” ( 2 . 0 )"),
    ],
)
def test_tokens_of_many_scripts(text: str, expected: str) -> None:
    found, starts = tokenize(pa.array([text]))
    assert found.to_pylist() == [expected.split(" ")]
    (words,), (begins,) = found.to_pylist(), starts.to_pylist()
    assert [text[at : at + len(word)] for at, word in zip(begins, words, strict=True)] == words


@given(st.lists(st.text(st.sampled_from(SAMPLE) | st.characters(exclude_categories=["Cs"]), max_size=30), max_size=4))
def test_a_token_ends_where_nothing_is_cut(texts: list[str]) -> None:
    found, starts = tokenize(pa.array(texts, pa.string()))
    for text, words, begins in zip(texts, found.to_pylist(), starts.to_pylist(), strict=True):
        assert [text[at : at + len(word)] for at, word in zip(begins, words, strict=True)] == words
        assert "".join(words) == "".join(text.split())
        edges = {0, len(text), *begins, *(at + len(word) for at, word in zip(begins, words, strict=True))}
        edges |= {at + n for at, c in enumerate(text) if c.isspace() for n in (0, 1)}  # every space is an edge
        assert {at for at in range(len(text) + 1) if not cuts_token(text, at)} == edges
        assert token_spans(text) == [(at, at + len(word)) for at, word in zip(begins, words, strict=True)]


def bio_spans(row: dict, column: str) -> list[tuple[str, int, int]]:  # type: ignore[type-arg]
    """The spans of a published row, read off tag by tag."""
    found: list[tuple[str, int, int]] = []
    for token, start, number in zip(row["tokens"], row["starts"], row[column], strict=True):
        place, _, label = TAGS[column][number].partition("-")
        if place == "B":
            found.append((label, start, start + len(token)))
        elif place == "I":
            assert found[-1][0] == label
            found[-1] = (label, found[-1][1], start + len(token))
    return found


def test_a_long_text_is_tokenized_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = Corpus.read(shipped("corpus")).statements["text"].to_list()
    whole = [token_spans(text) for text in texts]
    monkeypatch.setattr(tokens, "PIECE", re.compile(tokens.PIECE.pattern.replace("100000", "7"), re.DOTALL))
    assert [token_spans(text) for text in texts] == whole


def test_tags_give_all_spans_of_the_corpus_back() -> None:
    rows = {row["id"]: row for split in chithi.load("tokens").values() for row in split}
    statements = list(Corpus.read().records(Statement))
    assert rows.keys() == {statement.id for statement in statements}
    for statement in statements:
        expected = {
            (span.act if isinstance(span, Request) else layer, span.start, span.end, isinstance(span, Request))
            for layer, _, span in statement.spans()
        }
        entities = bio_spans(rows[statement.id], "ner_tags")
        requests = bio_spans(rows[statement.id], "request_tags")
        assert len(entities) + len(requests) == len(expected)
        assert {(label.lower(), a, b, False) for label, a, b in entities} | {
            (label.lower(), a, b, True) for label, a, b in requests
        } == expected


def test_names_of_tags_come_with_the_data() -> None:
    features = chithi.load("tokens")["train"].features
    assert features["ner_tags"].feature.names[:3] == ["O", "B-SPEAKER", "I-SPEAKER"]
    assert features["request_tags"].feature.names == [
        "O", "B-INSTRUCT", "I-INSTRUCT", "B-REQUEST", "I-REQUEST", "B-SUGGEST", "I-SUGGEST",
    ]  # fmt: skip


def test_neighbours_and_shared_addressees() -> None:
    def span(text: str, **more: object) -> dict[str, object]:
        at = "A B C D E F".index(text)
        return {"start": at, "end": at + len(text), "text": text, **more}

    schema = schema_of("statements")["properties"]
    record = dict.fromkeys(schema) | {
        "id": "x.01", "text": "A B C D E F", "speaker": span("A", id="a"), "role": span("B", offices=["o"]),
        "directives": [span("C", id="c")],
        "requests": [
            span("C D", act="instruct", topic="health", addressee=span("D")),
            span("E F", act="suggest", topic="health", addressee=span("D")),
        ],
    }  # fmt: skip
    rows = token_columns(
        columns_of(parse("statements", json.dumps(record).encode())), ["instruct", "request", "suggest"]
    )
    assert rows["ner_tags"].to_pylist() == [[1, 3, 5, 7, 0, 0]]
    assert rows["request_tags"].to_pylist() == [[0, 0, 1, 2, 5, 6]]


def test_a_lost_span_is_found_out() -> None:
    corpus, config = Corpus.read(shipped("corpus")), config_of("tokens")
    of_test = to_columns(config.records(corpus)["test"])
    rows = config.rows(corpus, of_test)
    assert config.roundtrips(corpus, rows, of_test)
    for column in TAGS:
        lists = pl.Series(rows[column])
        for spoilt in (lists.list.eval(pl.element().replace(2, 0)), lists.list.eval(pl.element().replace(1, 0))):
            at, values = rows.column_names.index(column), spoilt.to_arrow().cast(rows[column].type)
            changed = rows.set_column(at, column, values)
            assert not config.roundtrips(corpus, changed, of_test)
