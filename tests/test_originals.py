"""The config `originals`: articles that somebody holds, a row a paragraph."""

import json
import unicodedata
from pathlib import Path

import pytest

import chithi
from chithi.cli import main

from .conftest import edit
from .held import COLUMNS, END, KEYS, LEAD, TEST, TRAIN, Held, Record, hydration, said, spans, stands, tagged


def test_a_row_is_a_paragraph_whether_statements_stand_in_it_or_not(mine: Held) -> None:
    loaded = chithi.load("originals", mine.corpus, sources=mine.articles)
    assert {split: {row["report"] for row in rows} for split, rows in loaded.items()} == {
        "train": {TRAIN},
        "test": {TEST},
    }
    rows = list(loaded["test"])
    assert loaded["test"].column_names == COLUMNS
    assert [row["text"] for row in rows] == [line.strip() for line in mine.lines(TEST)]
    assert [row["paragraph"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["id"] for row in rows] == [f"{TEST}.p{n}" for n in range(1, len(rows) + 1)]
    assert (rows[0]["text"], rows[-1]["text"]) == (LEAD, END)
    assert rows[0]["statements"] == rows[-1]["statements"] == []
    assert [len(row["statements"]) for row in rows[1:-1]] == [2] + [1] * (len(rows) - 3)
    assert {row["language"] for row in rows} == {"pl"}
    assert {row["event"] for row in rows} == {TEST.removesuffix(".pl")}


@pytest.mark.parametrize(("split", "report"), [("train", TRAIN), ("test", TEST)])
def test_statements_are_those_of_the_corpus_with_spans_into_the_paragraph(split: str, report: str, mine: Held) -> None:
    rows = mine.rows(split)
    found = [statement for row in rows for statement in row["statements"]]
    assert list(found[0]) == KEYS
    assert list(map(said, found)) == list(map(said, mine.statements(report)))
    for row in rows:
        for span in (span for statement in row["statements"] for span in spans(statement)):
            assert row["text"][span["start"] : span["end"]] == span["text"]


def test_tags_mark_what_the_statements_of_a_paragraph_have(mine: Held) -> None:
    loaded = chithi.load("originals", mine.corpus, sources=mine.articles)["train"]
    names = {column: loaded.features[column].feature.names for column in ("ner_tags", "request_tags")}
    for row in loaded:
        expected = {
            (key.rstrip("s").upper(), span["text"])
            for statement in row["statements"]
            for key in ("speaker", "role", "directives")
            for span in (statement[key] if isinstance(statement[key], list) else [statement[key]])
            if span
        }
        requests = [request for statement in row["statements"] for request in statement["requests"]]
        expected |= {("ADDRESSEE", one["addressee"]["text"]) for one in requests if one["addressee"]}
        assert tagged(row, "ner_tags", names["ner_tags"]) == expected
        acts = {(one["act"].upper(), one["text"]) for one in requests}
        assert tagged(row, "request_tags", names["request_tags"]) == acts


def test_a_span_that_cuts_a_token_is_tagged_with_all_of_it(mine: Held) -> None:
    """The extraction lacks the space before a request."""
    glued = ((one["text"], r) for one in mine.statements(TRAIN) for r in one["requests"])
    text, request = next(one for one in glued if one[0][one[1]["start"] - 2].isalpha())
    before = text[: request["start"]].split()[-1]
    mine.rewrite(
        TRAIN, lambda lines: [line.replace(f"{before} {request['text']}", before + request["text"]) for line in lines]
    )
    loaded = chithi.load("originals", mine.corpus, sources=mine.articles)["train"]
    (row,) = (row for row in loaded if before + request["text"] in row["text"])
    assert request["text"] in [one["text"] for found in row["statements"] for one in found["requests"]]
    names = loaded.features["request_tags"].feature.names
    assert before + request["text"] in {text for _, text in tagged(row, "request_tags", names)}


def test_of_spans_that_overlap_one_is_tagged(mine: Held) -> None:
    """The reporter has the office alone, which is the speaker's mention and the role."""
    statements = mine.statements()
    number = next(n for n, one in enumerate(statements) if one["speaker"] and one["role"])
    edit(mine.corpus / "anchors" / f"{TEST}.jsonl", number + 1, lambda anchor: anchor.update(role=anchor["speaker"]))
    loaded = chithi.load("originals", mine.corpus, sources=mine.articles)["test"]
    name, mention = statements[number]["id"], statements[number]["speaker"]["text"]
    (row,) = (row for row in loaded if any(one["id"] == name for one in row["statements"]))
    (found,) = (one for one in row["statements"] if one["id"] == name)
    assert found["speaker"]["text"] == found["role"]["text"] == mention
    marked = tagged(row, "ner_tags", loaded.features["ner_tags"].feature.names)
    assert [layer for layer, text in marked if text == mention] == ["SPEAKER"]


def test_the_speaker_is_known_where_no_mention_stands(mine: Held) -> None:
    number = next(n for n, one in enumerate(mine.statements()) if one["speaker"])
    edit(mine.corpus / "anchors" / f"{TEST}.jsonl", number + 1, lambda anchor: anchor.update(speaker=None))
    one = next(s for row in mine.rows() for s in row["statements"] if s["id"] == mine.statements()[number]["id"])
    assert one["speaker"] is None
    assert one["speaker_id"] == mine.statements()[number]["speaker"]["id"]


def test_an_article_in_nfd_gives_spans_in_nfd(mine: Held) -> None:
    before = mine.rows()
    mine.rewrite(TEST, lambda lines: [unicodedata.normalize("NFD", line) for line in lines])
    rows = mine.rows()
    for row, old in zip(rows, before, strict=True):
        assert [spans(one) for one in row["statements"]] != [] or not old["statements"]
        for one in (span for statement in row["statements"] for span in spans(statement)):
            assert row["text"][one["start"] : one["end"]] == one["text"]
    texts = [unicodedata.normalize("NFC", s["text"]) for r in rows for one in r["statements"] for s in spans(one)]
    assert texts == [s["text"] for r in before for one in r["statements"] for s in spans(one)]


def test_joined_paragraphs_have_the_statements_of_all(mine: Held) -> None:
    mine.rewrite(TEST, lambda lines: [" ".join(line.strip() for line in lines)])
    rows = mine.rows()
    assert len(rows) == 1
    assert list(map(said, rows[0]["statements"])) == list(map(said, mine.statements()))


def divided(mine: Held) -> tuple[Record, Record]:
    """Splits a paragraph within the longest request of a statement that has other spans. Gives both."""
    statement = next(one for one in mine.statements(TRAIN) if one["requests"] and len(spans(one)) > 2)
    request = max(statement["requests"], key=lambda one: len(one["text"]))
    middle = request["text"].index(" ", len(request["text"]) // 2)
    text = request["text"]
    mine.rewrite(TRAIN, lambda lines: [line.replace(text, f"{text[:middle]}\n{text[middle:]}") for line in lines])
    return statement, request


def test_a_span_that_runs_over_a_paragraphs_end_is_left_out_and_counted(
    mine: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    statement, request = divided(mine)
    rows = [row for row in mine.rows("train") if any(one["id"] == statement["id"] for one in row["statements"])]
    assert len(rows) == 1
    (found,) = (one for one in rows[0]["statements"] if one["id"] == statement["id"])
    assert request["text"] not in [one["text"].replace("\n", "") for one in found["requests"]]
    assert all(rows[0]["text"][span["start"] : span["end"]] == span["text"] for span in spans(found))
    assert main(hydration(mine, tmp_path / "out")) == 0
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    missed = sum(len(spans(one)) for one in mine.statements(TRAIN)) - stands(mine.rows("train"))
    assert "1 more has a place, but a paragraph's end lies within." in card
    assert missed == 2
    assert "1 more has a place, but the request that it belongs to has none." in card
    assert "126 of 128 placed spans in the rows" in capsys.readouterr().out
    assert main(hydration(mine, tmp_path / "out", "--format", "json")) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == {
        "spans": 126,
        "over_paragraph_end": 1,
        "apart": 0,
        "without_request": 1,
        "statements_without_paragraph": 0,
    }


def test_a_statement_stands_in_the_paragraph_with_most_of_its_spans(mine: Held) -> None:
    """Its paragraph is split behind its first span, or before its last one."""
    for last in (False, True):
        statement = next(one for one in mine.statements(TRAIN) if one["paragraph"] > 2 and len(apart(one)) > 2)
        text, places = statement["text"], apart(statement)
        at = text.rindex(" ", 0, places[-1][0]) if last else text.index(" ", places[0][1])
        before = mine.article(TRAIN).read_bytes()
        mine.rewrite(TRAIN, lambda lines, t=text, n=at: [line.replace(t, f"{t[:n]}\n{t[n:]}") for line in lines])
        (row,) = (row for row in mine.rows("train") if any(one["id"] == statement["id"] for one in row["statements"]))
        assert row["text"] == (text[:at] if last else text[at:]).strip()
        mine.article(TRAIN).write_bytes(before)


def apart(statement: Record) -> list[tuple[int, int]]:
    """The offsets of a statement's spans without those that lie within others, in the order of the text."""
    found = sorted((one["start"], one["end"]) for one in spans(statement))
    return [one for one in found if not any(a <= one[0] and one[1] <= b and (a, b) != one for a, b in found)]


def test_a_statement_whose_paragraph_is_missing_is_left_out_and_counted(mine: Held, tmp_path: Path) -> None:
    gone = mine.lines(TEST)[5]
    (lost,) = (one for one in mine.statements() if one["paragraph"] == 6)
    mine.rewrite(TEST, lambda lines: [line for line in lines if line != gone])
    assert lost["id"] not in [one["id"] for row in mine.rows() for one in row["statements"]]
    assert main(hydration(mine, tmp_path / "out")) == 0
    assert "1 statement has no paragraph in the files." in (tmp_path / "out" / "README.md").read_text("utf-8")


def test_a_statement_none_of_whose_spans_is_placed_stands_where_its_paragraph_is(mine: Held) -> None:
    number = next(n for n, one in enumerate(mine.statements()) if n > 1 and len(spans(one)) == 1 and one["speaker"])
    statement = mine.statements()[number]
    name = statement["speaker"]["text"]
    other = "".join("x" if c.isalpha() else c for c in name)
    text = statement["text"]
    mine.rewrite(TEST, lambda lines: [line.replace(name, other) if line.strip() == text else line for line in lines])
    (row,) = (row for row in mine.rows() if any(one["id"] == statement["id"] for one in row["statements"]))
    assert row["text"] == text.replace(name, other)
    assert row["statements"][0]["speaker"] is None
    assert row["statements"][0]["speaker_id"] == statement["speaker"]["id"]


@pytest.mark.parametrize(
    ("config", "sources", "message"),
    [
        ("originals", None, "made from articles that you hold: give their folder as sources"),
        ("requests", "articles", "sources belongs to the config originals"),
        ("originals", "empty", "has none of the articles that the corpus has anchors for (0 files read)"),
    ],
)
def test_what_cannot_be_loaded(config: str, sources: str | None, message: str, mine: Held, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"originals|has none") as raised:
        chithi.load(config, mine.corpus, sources=tmp_path / sources if sources else None)
    assert message in str(raised.value)


def test_a_corpus_without_anchors_is_told(mine: Held, good: Path) -> None:
    with pytest.raises(ValueError, match="has no anchors: chithi anchor makes them"):
        chithi.load("originals", good, sources=mine.articles)


def test_anchors_of_another_corpus_are_told(mine: Held) -> None:
    path = mine.corpus / "statements" / f"{TEST}.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    with pytest.raises(chithi.CorpusError, match="the report has no such statement; run chithi validate"):
        chithi.load("originals", mine.corpus, sources=mine.articles)
