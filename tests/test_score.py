"""`chithi score`: worked cases, what is refused, and what the command prints."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main
from chithi.records.layout import shipped, statement_files

from .annotated import Record, labelled, record, request

Key = tuple[str, str | None, str, str]
ONE, TWO, FAR = (0, 5), (6, 11), (24, 26)


def numbered(found: Iterable[Record], report: str = "x.de") -> list[Record]:
    return [one | {"id": f"{report}.{n:02}", "report": report} for n, one in enumerate(found, 1)]


def text(line: Any) -> str:
    return line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)


def written(path: Path, lines: Iterable[Any]) -> Path:
    path.write_text("".join(f"{text(line)}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def judged(tmp_path: Path) -> Any:
    """Scores predictions, records or lines, against gold records."""

    def judge(gold: list[Record], predictions: Any, **options: Any) -> Any:
        return chithi.score(predictions, written(tmp_path / "gold.jsonl", numbered(gold)), **options)

    return judge


def values(found: Any, group: str = "all") -> dict[Key, float | None]:
    return {(s.layer, s.attribute, s.measure, s.matching): s.value for s in found.scores if s.group == group}


def corpus_records(split: str = "test") -> list[Record]:
    splits = {name: part for part, rows in chithi.load("statements").items() for name in rows["id"]}
    lines = (
        line for path in statement_files(shipped("corpus")) for line in path.read_text(encoding="utf-8").split("\n")
    )
    return [one for one in map(json.loads, filter(None, lines)) if splits[one["id"]] == split]


def without(value: Any, *keys: str) -> Any:
    if isinstance(value, dict):
        return {key: without(item, *keys) for key, item in value.items() if key not in keys}
    return [without(item, *keys) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("split", ["train", "test"])
def test_the_gold_statements_themselves_are_perfect(split: str) -> None:
    found = chithi.score(corpus_records(split), split)
    assert {score.value for score in found.scores} <= {1.0, None}
    assert {score.value for score in found.scores if score.group == "all"} == {1.0}
    assert (found.missing, found.lost) == (0, 0)


@pytest.mark.parametrize("split", ["train", "test"])
def test_texts_alone_are_placed_in_every_language(split: str) -> None:
    """As language models answer. Seven spans of the corpus stand behind an earlier place of the same words."""
    found = chithi.score([without(one, "start", "end") for one in corpus_records(split)], split)
    exact = {score.layer: score.value for score in found.scores if score.measure == "f1" and score.group == "all"}
    assert found.lost == 0
    assert {exact[layer] for layer in ("speaker", "role", "request")} == {1.0}
    assert min(exact.values()) > 0.97
    assert min(score.value for score in found.scores if score.value is not None and score.layer != "addressee") > 0.8


def test_the_spans_of_a_worked_case(judged: Any) -> None:
    """Of three gold requests, one is found exactly, one in part; a fourth prediction stands elsewhere."""
    gold = [record(requests=[request(at) for at in (ONE, TWO, (12, 14))])]
    guess = [record(requests=[request(ONE), request((9, 11)), request(FAR), request((30, 32))])]
    found = values(judged(gold, numbered(guess)))
    exact, overlap = (
        [found["request", None, measure, how] for measure in ("precision", "recall", "f1")]
        for how in ("exact", "overlap")
    )
    assert exact == [1 / 4, 1 / 3, 2 / 7]
    assert overlap == [2 / 4, 2 / 3, 4 / 7]


def test_the_attributes_of_a_worked_case(judged: Any) -> None:
    """Both requests are matched, one exactly; their acts are right, the topic of the exact one is wrong."""
    gold = [record(requests=[request(ONE), request(TWO)])]
    guess = [record(requests=[request(ONE, topic="energy"), request((6, 8))])]
    found = values(judged(gold, numbered(guess)))
    assert found["request", "act", "accuracy", "exact"] == found["request", "act", "accuracy", "overlap"] == 1
    assert found["request", "topic", "accuracy", "exact"] == 0
    assert found["request", "topic", "accuracy", "overlap"] == 1 / 2
    assert [found["request", "topic", "f1", how] for how in ("exact", "overlap")] == [0, 1 / 2]


@pytest.mark.parametrize(
    ("change", "exact", "overlap"),
    [
        ({}, 1, 1),
        ({"speaker": labelled((12, 14), id="a")}, 0, 1),
        ({"speaker": None}, 0, 0),
        ({"directives": []}, 0, 0),
        ({"directives": [labelled((0, 2), id="other"), labelled(FAR, id="d")]}, 1, 1),
        ({"requests": [request((0, 8), addressee=(3, 5))]}, 0, 1),
        ({"requests": [request(ONE)]}, 0, 0),
    ],
    ids=["equal", "speaker cut", "no speaker", "no citation", "citation elsewhere", "longer", "no addressee"],
)
def test_tuples_of_a_worked_case(judged: Any, change: Record, exact: float, overlap: float) -> None:
    """A tuple has the spans of a request, its speaker, its addressee and the citations in it, and no ids."""
    whole = {"speaker": labelled((12, 17), id="a"), "directives": [labelled((0, 2), id="d")]}
    gold = [record(**whole, requests=[request(ONE, addressee=(3, 5))])]
    found = values(judged(gold, numbered([gold[0] | change])))
    assert [found["tuple", None, "f1", how] for how in ("exact", "overlap")] == [exact, overlap]


def test_the_mean_is_over_the_layers_that_have_spans(judged: Any) -> None:
    gold = [record(speaker=labelled(ONE, id="a"), requests=[request(TWO), request(FAR)])]
    found = judged(gold, numbered([record(speaker=labelled(ONE, id="b"), requests=[request(TWO)])]))
    mean = next(score for score in found.scores if score.layer == "mean")
    assert (mean.value, mean.items) == ((1 + 2 / 3) / 2, 3)
    assert found.scores[0] == mean


def test_empty_predictions_and_none(judged: Any) -> None:
    gold = [record(speaker=labelled(ONE, id="a")), record(requests=[request(ONE)])]
    nothing = numbered([record(), record()])
    for guess, missing in ((nothing, 0), (nothing[:1], 1), ([], 2)):
        found = judged(gold, guess)
        assert found.missing == missing
        assert values(found)["speaker", None, "precision", "exact"] == 0
        assert values(found)["speaker", None, "f1", "overlap"] == 0
        assert values(found)["speaker", "id", "accuracy", "overlap"] is None
        assert values(found)["directive", None, "f1", "exact"] is None


def test_a_double_span_is_matched_once(judged: Any) -> None:
    gold = [record(directives=[labelled(ONE, id="d")])]
    found = values(judged(gold, numbered([record(directives=[labelled(ONE, id="d")] * 2)])))
    assert [found["directive", None, name, "exact"] for name in ("precision", "recall")] == [1 / 2, 1]


def test_an_addressee_that_requests_share_counts_once(judged: Any) -> None:
    shared = [record(requests=[request(ONE, addressee=FAR), request(TWO, addressee=FAR)])]
    found = judged(shared, numbered(shared))
    assert {s.items for s in found.scores if (s.layer, s.measure) == ("addressee", "f1")} == {1}


def test_the_order_of_predictions_does_not_matter() -> None:
    records = corpus_records()
    guess = [one | {"speaker": None} if n % 3 else one for n, one in enumerate(records)]
    assert chithi.score(guess) == chithi.score(guess[::-1])


def test_other_statements_of_the_corpus_are_passed_over() -> None:
    found = chithi.score(corpus_records("train") + corpus_records("test"))
    assert found.outside == len(corpus_records("train"))
    assert found.scores[0].value == 1


def test_groups_tell_what_train_has() -> None:
    train = corpus_records("train")
    speakers = {one["speaker"]["id"] for one in train if one["speaker"]}
    unseen = [one for one in corpus_records() if one["speaker"] and one["speaker"]["id"] not in speakers]
    found = chithi.score(corpus_records())
    items = {score.group: score.items for score in found.scores if (score.layer, score.measure) == ("speaker", "f1")}
    assert items["speaker=unseen"] == len(unseen)
    assert items["speaker=seen"] + items["speaker=unseen"] == items["all"]
    assert sum(count for group, count in items.items() if group.startswith("language=")) == items["all"]
    assert not [s.group for s in chithi.score(train, "train").scores if "unseen" in s.group]


# Spans without offsets


@pytest.mark.parametrize(
    ("text", "words", "at"),
    [
        ("Radar i Rada", "Rada", (8, 12)),  # not within a word, where it stands alone, too
        ("Radar", "Rada", (0, 4)),
        ("Rada", " Rada ", (0, 4)),
        ("Hội", "Hội", (0, 3)),
        ("党中央", "中央", (1, 3)),
    ],
)
def test_texts_are_found_in_the_text(judged: Any, text: str, words: str, at: tuple[int, int]) -> None:
    gold = record(speaker={"start": at[0], "end": at[1], "text": text[slice(*at)], "id": "a"}) | {"text": text}
    found = judged([gold], [{"id": "x.de.01", "speaker": {"text": words}}])
    assert found.scores[0].value == 1


def test_equal_texts_take_one_place_each(judged: Any) -> None:
    """TEXT repeats itself: the second `ab` of a layer is the second one in the text, and layers do not take turns."""
    gold = [record(speaker=labelled((0, 2), id="a"), directives=[labelled((0, 2), id="d"), labelled((3, 5), id="d")])]
    found = judged(gold, [{"id": "x.de.01", "speaker": {"text": "ab"}, "directives": [{"text": "ab"}, {"text": "ab"}]}])
    assert {score.value for score in found.scores if score.measure == "f1"} == {1}


def test_what_stands_nowhere_is_predicted_and_wrong(judged: Any) -> None:
    gold = [record(directives=[labelled(ONE, id="d")])]
    found = judged(gold, [{"id": "x.de.01", "directives": [{"text": "zz"}, {"text": ""}, {"text": "ab ab"}]}])
    assert (found.lost, found.scores[0].layer) == (2, "directive")
    assert values(found)["directive", None, "precision", "exact"] == 1 / 3


# What is scored


def test_what_no_prediction_has_is_not_scored(judged: Any) -> None:
    gold = [record(speaker=labelled(ONE, id="a"), requests=[request(TWO)])]
    found = judged(gold, [{"id": "x.de.01", "requests": [without(request(TWO), "addressee", "act")]}])
    assert {(s.layer, s.attribute) for s in found.scores} == {("request", None), ("request", "topic")}
    assert "layers:request|" in found.signature


def test_a_file_of_the_corpus_may_be_gold() -> None:
    path = statement_files(shipped("corpus"))[0]
    found = chithi.score(corpus_records("train") + corpus_records("test"), path)
    assert found.statements == len(path.read_bytes().splitlines())
    assert found.scores[0].value == 1


def test_more_spans_than_a_text_can_hold_are_refused(judged: Any) -> None:
    """Else the time to place them would grow with the square of their number."""
    gold = [record(directives=[labelled(ONE, id="d")])]
    many = {"id": "x.de.01", "directives": [{"text": "ab"}] * 1001}
    with pytest.raises(chithi.ScoreError, match="predictions:1: more than 1,000 citations and requests"):
        judged(gold, [many])
    assert judged(gold, [many | {"directives": many["directives"][1:]}]).lost == 0


def test_layers_may_be_chosen(judged: Any) -> None:
    gold = [record(speaker=labelled(ONE, id="a"), requests=[request(TWO)])]
    found = judged(gold, numbered(gold), layers=["speaker"])
    assert {s.layer for s in found.scores} == {"speaker"}


def test_the_signature_names_what_scores_depend_on(judged: Any) -> None:
    found, again, other = (
        judged([gold], numbered([gold])).signature for gold in (record(), record(), record(text="c"))
    )
    assert found == again != other
    test = chithi.score(corpus_records()).signature
    version = json.loads((shipped("corpus") / "corpus.json").read_text(encoding="utf-8"))["version"]
    assert test.startswith(f"corpus:chithi-{version}|gold:test|sha256:")
    assert test.endswith("|matching:one-to-one|n:1000|seed:2025|scorer:1")


def test_two_systems_are_compared() -> None:
    records = corpus_records()
    worse = [one | {"speaker": None} for one in records]
    found = {s.layer: s for s in chithi.score(worse, against=records).scores if (s.group, s.measure) == ("all", "f1")}
    assert (found["speaker"].value, found["speaker"].other, found["speaker"].difference) == (0, 1, -1)
    assert found["speaker"].p == pytest.approx(1 / 1001)
    assert (found["role"].difference, found["role"].p) == (0, 1)


# The command


def scored(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["score", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_files_folders_and_standard_input_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = corpus_records()
    folder = tmp_path / "guess"
    folder.mkdir()
    written(folder / "a.jsonl", whole[:100])
    written(folder / "b.jsonl", ["\ufeff" + json.dumps(whole[100]), "", *whole[101:]])
    (folder / "notes.txt").write_text("no predictions", encoding="utf-8")
    file = written(tmp_path / "all.jsonl", whole)
    code, out, _ = scored(capsys, file, "--format", "json")
    assert code == 0
    assert scored(capsys, folder, "--format", "json")[:2] == (0, out)
    with file.open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert scored(capsys, "-", "--format", "json")[:2] == (0, out)


def test_processes_share_a_large_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = [one | {"translation": "x" * 10_000} for one in corpus_records()]  # 3 MB, so that there are several shares
    file = written(tmp_path / "all.jsonl", whole)
    assert scored(capsys, file, "--jobs", "2", "--format", "json") == scored(capsys, file, "--format", "json")
    twice = written(tmp_path / "twice.jsonl", [*whole, whole[3]])
    code, _, said = scored(capsys, twice, "--jobs", "2")
    assert code == 1
    assert f"{twice}:{len(whole) + 1}: a second prediction for {whole[3]['id']!r}" in said
    speaker = next(n for n, one in enumerate(whole) if n > 200 and one["speaker"])
    whole[speaker]["speaker"]["start"] += 1
    code, said, _ = scored(capsys, written(tmp_path / "wrong.jsonl", whole), "--jobs", "2")
    assert code == 1
    assert f"wrong.jsonl:{speaker + 1}:1: T401 offset" in said
    assert scored(capsys, tmp_path / "none.jsonl", "--jobs", "2")[0] == 2
    with pytest.raises(SystemExit):
        scored(capsys, file, "--jobs", "0")


def test_json_has_the_fields_of_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "all.jsonl", corpus_records())
    found = json.loads(scored(capsys, file, "--format", "json")[1])
    fields = ["layer", "attribute", "measure", "matching", "group", "value", "low", "high", "items"]
    assert {"signature", "scores"} <= found.keys()
    assert {tuple(score) for score in found["scores"]} == {tuple(fields)}
    compared = json.loads(scored(capsys, file, "--against", file, "--format", "json")[1])
    assert {tuple(score) for score in compared["scores"]} == {(*fields, "other", "difference", "p")}


def test_the_tables_show_what_json_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guess = [one | {"role": None} for one in corpus_records()[1:]]
    file = written(tmp_path / "some.jsonl", guess)
    code, out, _ = scored(capsys, file, "--against", written(tmp_path / "all.jsonl", corpus_records()))
    lines = out.split("\n")
    assert code == 0
    assert lines[0] == f"{len(guess) + 1} gold statements; 1 without a prediction, which count as empty"
    found = chithi.score(guess)
    f1s = [score for score in found.scores if (score.group, score.attribute, score.measure) == ("all", None, "f1")]
    for exact in f1s[::2]:
        line = next(line for line in lines if line.startswith(exact.layer))
        assert f" {exact.value:.3f} {exact.low:.3f} - {exact.high:.3f} " in line
        assert line.endswith(f" {exact.items:,}")
    assert lines[-2] == found.signature


def refusals() -> dict[str, tuple[list[Any], str]]:
    name = corpus_records()[0]["id"]
    return {
        "unknown id": ([{"id": "x.pl.01", "role": None}], ":1: no statement has the id 'x.pl.01': correct it"),
        "double id": ([{"id": name, "role": None}] * 2, f":2: a second prediction for '{name}': keep one"),
        "no JSON": (["{"], ":1: no prediction stands here (Input data was truncated)"),
        "a list": (["[]"], ":1: no prediction stands here (Expected `object`, got `array`)"),
        "no id": ([{"role": None}], ":1: no prediction stands here (Object missing required field `id`)"),
        "misspelt": ([{"id": name, "speeker": None}], ":1: no prediction stands here (Object contains unknown field"),
        "type": ([{"id": name, "requests": 3}], ":1: no prediction stands here (Expected `array | null`, got `int`"),
        "not UTF-8": ([b'{"id":"\xff"}'], ":1: no prediction stands here"),
        "other text": ([{"id": name, "text": "Other."}], f":1: the text is not that of {name} in the corpus"),
        "some lack a key": (
            [{"id": corpus_records()[n]["id"]} | ({"role": None} if n else {}) for n in range(2)],
            ':1: the prediction has no "role", which ',
        ),
        "nothing": ([{"id": name}], "nothing to score: no prediction has a layer"),
    }


@pytest.mark.parametrize("case", list(refusals()))
def test_what_cannot_be_scored_is_refused(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines, message = refusals()[case]
    file = tmp_path / "guess.jsonl"
    file.write_bytes(b"\n".join(line if isinstance(line, bytes) else text(line).encode() for line in lines))
    code, out, err = scored(capsys, file)
    assert (code, out) == (1, "")
    assert message in err
    assert err.startswith("chithi: ")


def test_one_span_without_an_attribute_is_refused(judged: Any) -> None:
    gold = [record(directives=[labelled(ONE, id="d"), labelled(TWO, id="d")])]
    guess = [{"id": "x.de.01", "directives": [labelled(ONE, id="d"), labelled(TWO)]}]
    with pytest.raises(chithi.ScoreError, match='predictions:1: the directive has no "id", which predictions:1 has'):
        judged(gold, guess)


@pytest.mark.parametrize(
    ("span", "says"),
    [
        ({"start": 1, "end": 6, "text": "ab ab"}, "T401 offset 1 is 1 off: the text stands at 0"),
        ({"start": 0, "end": 9, "text": "ab ab"}, "T401 the end is wrong: the text stands at 0 to 5"),
        ({"start": -5, "end": 0, "text": "ab ab"}, "T401"),
        ({"start": 0, "end": 2, "text": "zz"}, "T401 the span's text stands nowhere"),
        ({"start": 0, "text": "ab"}, "T401 a span has start and end, or neither"),
    ],
)
def test_wrong_offsets_are_findings(
    span: Record, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = written(tmp_path / "gold.jsonl", numbered([record(), record()]))
    guess = written(tmp_path / "guess.jsonl", [{"id": f"x.de.0{n}", "speaker": span} for n in (1, 2)])
    code, out, err = scored(capsys, guess, "--gold", gold)
    assert (code, err) == (1, "")
    assert [line for line in out.split("\n") if says in line and line.startswith(f"{guess}:")][1:]
    assert "2 problems in 2 records" in out


def test_paths_that_lead_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "all.jsonl", corpus_records())
    assert scored(capsys, tmp_path / "none.jsonl")[0] == 2
    assert scored(capsys, file, "--gold", tmp_path / "none.jsonl")[0] == 2
    assert scored(capsys, file, "--corpus", tmp_path / "none")[0] == 2
    assert scored(capsys, "-", "--against", "-")[0] == 2
    (tmp_path / "empty").mkdir()
    code, _, err = scored(capsys, tmp_path / "empty")
    assert code == 1
    assert "no file there ends with .jsonl" in err
    empty = written(tmp_path / "empty.jsonl", [])
    assert scored(capsys, file, "--gold", empty)[0] == 1
