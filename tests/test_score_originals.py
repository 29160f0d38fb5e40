"""`chithi score --originals`: predictions on articles, a line a paragraph."""

import json
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main
from chithi.evaluation.counting import BLOCKS, counts
from chithi.evaluation.pooling import paragraph_counts

from .annotated import labelled, record, request, typed
from .held import TEST, Held, Record, stands

Key = tuple[str, str | None, str, str]
ONE, TWO, FAR = (0, 5), (6, 11), (24, 26)


def bare(row: Record, *left_out: str) -> Record:
    """A prediction with texts alone, as a language model answers, without ids of statements."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: without(item) for k, item in value.items() if k not in ("start", "end", *left_out)}
        return [without(item) for item in value] if isinstance(value, list) else value

    said = [{k: without(v) for k, v in one.items() if k not in ("id", "speaker_id")} for one in row["statements"]]
    return {"id": row["id"], "statements": said}


def judged(mine: Held, predictions: Any, **options: Any) -> Any:
    return chithi.score(predictions, corpus=mine.corpus, originals=mine.articles, **options)


def values(found: Any, group: str = "all") -> dict[Key, float | None]:
    return {(s.layer, s.attribute, s.measure, s.matching): s.value for s in found.scores if s.group == group}


@pytest.mark.parametrize("split", ["train", "test"])
def test_the_rows_themselves_are_perfect(split: str, mine: Held) -> None:
    rows = mine.rows(split)
    found = judged(mine, rows, gold=split)
    assert set(values(found).values()) == {1.0}
    assert (found.paragraphs, found.statements) == (len(rows), sum(len(row["statements"]) for row in rows))
    assert found.placed == found.places == stands(rows)
    assert (found.missing, found.outside, found.lost) == (0, 0, 0)


def test_texts_alone_are_looked_up_and_statements_need_no_ids(mine: Held) -> None:
    found = judged(mine, [bare(row) for row in mine.rows("train")], gold="train")
    exact = {score.layer: score.value for score in found.scores if score.measure == "f1" and score.group == "all"}
    assert found.lost == 0
    assert min(exact.values()) > 0.95


def test_spans_that_stand_nowhere_count_as_predicted_each(mine: Held) -> None:
    rows = [bare(row) for row in mine.rows("train")]
    whole = judged(mine, rows, gold="train")
    asked = next(one for row in rows for one in row["statements"] if one["requests"])
    asked["requests"] += [asked["requests"][0] | {"text": "nowhere at all", "addressee": None} for _ in range(2)]
    found = judged(mine, rows, gold="train")
    assert found.lost == 2
    for layer in ("request", "tuple"):
        before, after = (values(one)[layer, None, "precision", "exact"] for one in (whole, found))
        items = {score.items for score in found.scores if (score.layer, score.group) == (layer, "all")}
        assert after == pytest.approx(before * (n := max(items)) / (n + 2), rel=0.01)


def test_how_gold_cuts_statements_does_not_matter(mine: Held) -> None:
    """A system that sees one statement a request, or the statements in another order, loses nothing."""
    rows = mine.rows("train")
    for row in rows:
        cut = [
            one | {"requests": [asked]} for one in reversed(row["statements"]) for asked in reversed(one["requests"])
        ]
        row["statements"] = cut + [one for one in row["statements"] if not one["requests"]]
    assert set(values(judged(mine, rows, gold="train")).values()) == {1.0}


def test_paragraphs_without_a_statement_count(mine: Held) -> None:
    rows = mine.rows()
    assert not rows[0]["statements"]
    text = rows[0]["text"].split()[1]
    more = {"text": text, "id": None}
    rows[0]["statements"] = [{"speaker": more, "role": None, "directives": [], "requests": []}]
    speakers = {(s["start"], row["id"]) for row in rows[1:] for one in row["statements"] if (s := one["speaker"])}
    found = values(judged(mine, rows))
    assert found["speaker", None, "precision", "exact"] == len(speakers) / (len(speakers) + 1)
    assert found["speaker", None, "recall", "exact"] == 1


def test_missing_paragraphs_count_as_empty_and_others_are_passed_over(mine: Held) -> None:
    rows, others = mine.rows(), mine.rows("train")
    half = rows[: len(rows) // 2]
    found = judged(mine, half + others)
    assert (found.missing, found.outside) == (len(rows) - len(half), len(others))
    asked = [sum(len(one["requests"]) for row in part for one in row["statements"]) for part in (half, rows)]
    assert values(found)["request", None, "recall", "exact"] == asked[0] / asked[1]


def test_an_article_that_is_not_at_hand_is_told_in_the_signature(mine: Held, tmp_path: Path) -> None:
    rows = mine.rows()
    whole = judged(mine, rows).signature
    gone = next(one for row in rows for one in row["statements"] if one["speaker"] and not one["requests"])
    mine.rewrite(TEST, lambda lines: [line for line in lines if gone["speaker"]["text"] not in line])
    left = mine.rows()
    some = judged(mine, left)
    assert "|gold:originals/test|" in whole
    assert f"|paragraphs:{len(rows)}|statements:19|placed:{stands(rows)}/{stands(rows)}|" in whole
    assert f"|placed:{stands(left)}/{stands(rows)}|" in some.signature
    assert whole.partition("|sha256:")[2][:16] != some.signature.partition("|sha256:")[2][:16]
    mine.article(TEST).unlink()
    with pytest.raises(chithi.ScoreError, match="no article there is one of test"):
        judged(mine, rows)
    assert judged(mine, rows + mine.rows("train"), gold="train").outside == len(rows)


def test_groups_are_of_paragraphs(mine: Held) -> None:
    rows = mine.rows()
    found = judged(mine, rows)
    groups = {score.group for score in found.scores}
    assert groups >= {"all", "language=pl"}
    spoken = {one["speaker_id"] for row in mine.rows("train") for one in row["statements"]}
    unseen = {row["id"] for row in rows if {one["speaker_id"] for one in row["statements"]} - spoken - {None}}
    assert ("speaker=unseen" in groups) == bool(unseen)
    items = {score.group: score.items for score in found.scores if score.layer == "request" and not score.attribute}
    asked = sum(len(one["requests"]) for row in rows for one in row["statements"] if row["id"] in unseen)
    assert items["speaker=unseen"] == asked


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows[0].update(id=f"{TEST}.p999"), f"predictions:1: no paragraph has the id '{TEST}.p999'"),
        (lambda rows: rows[0].update(id="nowhere.pl.p1"), "predictions:1: no paragraph has the id 'nowhere.pl.p1'"),
        (lambda rows: rows.append(rows[0]), f"a second prediction for '{TEST}.p1': keep one"),
        (lambda rows: rows[1].update(text="other"), f"predictions:2: the text is not that of {TEST}.p2 in the file"),
        (lambda rows: rows[0].pop("statements"), "predictions:1: no prediction"),
        (lambda rows: rows[1]["statements"][0].pop("speaker"), 'the prediction has no "speaker", which'),
    ],
)
def test_what_is_refused(change: Any, message: str, mine: Held) -> None:
    rows = mine.rows()
    change(rows)
    with pytest.raises(chithi.ScoreError) as raised:
        judged(mine, rows)
    assert message in str(raised.value)


def test_a_wrong_offset_is_a_finding(mine: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = mine.rows()
    number = next(n for n, row in enumerate(rows) if row["statements"] and row["statements"][0]["speaker"])
    rows[number]["statements"][0]["speaker"]["start"] += 1
    assert main(command(mine, written(tmp_path, rows))) == 1
    assert f"predictions.jsonl:{number + 1}" in (told := capsys.readouterr().out)
    assert "/statements/0/speaker/start" in told


def written(folder: Path, rows: list[Record]) -> Path:
    path = folder / "predictions.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def command(mine: Held, predictions: Path, *options: str) -> list[str]:
    held = ["--originals", str(mine.articles), "--corpus", str(mine.corpus)]
    return ["score", str(predictions), *held, *options]


def test_the_command(mine: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = mine.rows()
    path = written(tmp_path, rows)
    assert main(command(mine, path)) == 0
    told = capsys.readouterr().out
    size = f"{len(rows)} gold paragraphs with 19 statements, {stands(rows)} of {stands(rows)} spans placed"
    assert told.startswith(size)
    assert main(command(mine, path, "--format", "json", "--against", str(path))) == 0
    found = json.loads(capsys.readouterr().out)
    assert "|gold:originals/test|" in found["signature"]
    assert {score["difference"] for score in found["scores"]} == {0, None}
    assert main(command(mine, path, "--gold", "train")) == 0
    assert f"{len(rows)} predictions of other paragraphs passed over" in capsys.readouterr().out
    assert main(command(mine, path, "--gold", str(path))) == 2
    assert "held against a split: --gold test or train" in capsys.readouterr().err
    path.write_text('{"id": "x"}\n')
    assert main(command(mine, path)) == 1
    assert 'a line is {"id": "<report>.p<paragraph>", "statements": [...]}' in capsys.readouterr().err


def test_folders_without_articles_are_told(mine: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    path = written(tmp_path, [])
    assert main(command(Held(mine.corpus, tmp_path / "empty"), path)) == 1
    assert "has none of the articles" in capsys.readouterr().err
    assert main(command(Held(mine.corpus, tmp_path / "none"), path)) == 2


def block(row: list[int], layer: str) -> dict[str, int]:
    """The counts of a layer by name."""
    at = sum(len(names) for other, names in BLOCKS.items() if list(BLOCKS).index(other) < list(BLOCKS).index(layer))
    return dict(zip(BLOCKS[layer], row[at:], strict=False))


def pooled(gold: list[Record], predicted: list[Record], layer: str) -> list[int]:
    found = block(paragraph_counts(list(map(typed, gold)), list(map(typed, predicted))), layer)
    return [found[name] for name in ("gold", "predicted", "exact", "overlap")]


def test_one_statement_is_counted_as_without_articles() -> None:
    gold = record(
        speaker=labelled((12, 17), id="a"),
        directives=[labelled((0, 2), id="d")],
        requests=[request(ONE, addressee=(3, 5)), request(TWO)],
    )
    for guess in (
        gold,
        record(),
        record(speaker=labelled((12, 14), id="b"), requests=[request((0, 8)), request((9, 11))]),
        record(directives=[labelled((0, 2), id="x"), labelled(FAR, id="d")], requests=[request(TWO, topic="energy")]),
    ):
        one, two = typed(gold), typed(guess)
        assert paragraph_counts([one], [two]) == counts(one, two)


def test_a_span_that_statements_share_counts_once() -> None:
    shared = labelled((12, 17), id="a")
    gold = [record(speaker=shared, requests=[request(ONE)]), record(speaker=shared, requests=[request(TWO)])]
    one = [record(speaker=shared, requests=[request(ONE), request(TWO)])]
    assert pooled(gold, one, "speaker") == [1, 1, 1, 1]
    assert pooled(gold, one, "request") == pooled(gold, one, "tuple") == [2, 2, 2, 2]
    assert pooled(gold + gold, one, "tuple") == [2, 2, 2, 2]


def test_a_request_of_two_speakers_is_two_tuples() -> None:
    ada, bob = labelled((12, 17), id="a"), labelled(FAR, id="b")
    gold = [record(speaker=ada, requests=[request(ONE)]), record(speaker=bob, requests=[request(ONE)])]
    assert pooled(gold, gold[1:], "request") == [1, 1, 1, 1]
    assert pooled(gold, gold[1:], "tuple") == [2, 1, 1, 1]
    assert pooled(gold, [record(speaker=None, requests=[request(ONE)])], "tuple") == [2, 1, 0, 0]


def test_citations_of_the_paragraph_belong_to_the_request_that_they_lie_in() -> None:
    cited = labelled((1, 3), id="d")
    gold = [record(requests=[request(ONE)]), record(directives=[cited])]
    assert pooled(gold, [record(requests=[request(ONE)], directives=[cited])], "tuple") == [1, 1, 1, 1]
    assert pooled(gold, [record(requests=[request(ONE)])], "tuple") == [1, 1, 0, 0]
