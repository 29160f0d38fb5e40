"""Anchors: made from marks, checked, and put into pages that are not quite the article."""

import gzip
import json
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chithi.cli import main
from chithi.records.hydration import Hydrated
from chithi.records.layout import shipped
from chithi.records.pointers import json_pointer
from chithi.records.replacing import replace_files
from chithi.text.stream import letters_of
from chithi.validation.usable import hydrate

from . import anchor_agreement
from .anchoring import Anchored, anchored_by_tests, disguised
from .articles import Told, told, write_articles, write_corpus, write_jsonl, write_marks
from .conftest import records
from .disguises import DISGUISES, MENU, Marked, Traced, is_right, page_of, plain, traced

ARTICLES = told()
ANCHORED = [anchored_by_tests(article) for article in ARTICLES]
SPANS = sum(len(article.spans) for article in ARTICLES)
WHOLE = """exact, NFD, NFKC, paragraphs joined, lines wrapped, boilerplate around, upper case, soft hyphens
first paragraph repeated below, joiners in ligatures"""
# The least share of the spans that is placed; elsewhere half.
LEAST = dict.fromkeys(WHOLE.replace("\n", ", ").split(", "), 1.0) | {
    "paragraphs re-ordered": 0.9,
    "boilerplate between": 0.95,
    "other quotes, dashes and spaces": 1.0,
    "a letter of each span changed": 0.05,
    "many of these together": 0.15,
    "a deleted run": 0.3,
    "the whole article twice": 0.0,
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a corpus, its articles and their marks."""
    write_corpus(tmp_path / "corpus", ARTICLES)
    write_marks(tmp_path / "marks", ARTICLES)
    write_articles(tmp_path / "articles", ARTICLES)
    return tmp_path


def run(home: Path, command: str, *more: str) -> int:
    return main([command, str(home / "articles"), "--corpus", str(home / "corpus"), *more])


def make(home: Path) -> int:
    return run(home, "anchor", "--from", str(home / "marks"))


@pytest.fixture
def anchored(home: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The same with anchors."""
    assert make(home) == 0
    capsys.readouterr()
    return home


def test_anchors_are_made_and_every_place_is_found_in_the_article(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(home) == 0
    assert sum(int(line.split()[1]) for line in capsys.readouterr().out.splitlines()) == SPANS
    assert run(home, "anchor") == 0
    for line, article in zip(
        capsys.readouterr().out.splitlines(), sorted(ARTICLES, key=lambda a: a.report), strict=True
    ):
        count = len(article.spans)
        assert line.startswith(f"{article.report}: {count} of {count} placed (")


def test_anchors_are_valid_canonical_and_without_a_word(anchored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted((anchored / "corpus" / "anchors").iterdir())
    assert [path.stem for path in files] == sorted(article.report for article in ARTICLES)
    assert main(["validate", "--corpus", str(anchored / "corpus"), *map(str, files)]) == 0
    assert main(["format", "--check", *map(str, files)]) == 0
    for path in files:
        for record in records(path):
            assert set(record["hashes"]) <= set("0123456789abcdef")
            del record["id"], record["hashes"]
            assert not re.search("[a-z]", re.sub(r'"[a-z]+":|null|true|false', "", line_of(record)))
    assert capsys.readouterr().err == ""


def line_of(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def spans_of(article: Hydrated) -> dict[tuple[str, str], str]:
    """The texts of all placed spans."""
    return {
        (statement.id, json_pointer(span.pointer)): article.text[span.start : span.end]
        for statement in article.statements
        for span in statement.spans
        if span.state == "placed"
    }


def test_hydrated_spans_are_the_marked_texts_without_signs_at_their_edges(anchored: Path) -> None:
    found = hydrate(anchored / "articles", anchored / "corpus")
    for article in ARTICLES:
        texts = spans_of(found.articles[article.report])
        for key, span in article.spans.items():
            marked = article.paragraphs[span.paragraph][span.start : span.end]
            assert texts[key] in marked
            assert not any(c.isalnum() for c in marked.replace(texts[key], "", 1))


def test_each_statement_has_its_paragraph(anchored: Path) -> None:
    found = hydrate(anchored / "articles", anchored / "corpus")
    for article in ARTICLES:
        hydrated = found.articles[article.report]
        assert [hydrated.text[start:end] for start, end in hydrated.paragraphs] == article.paragraphs
        assert [located.paragraph for located in hydrated.statements] == [
            s["paragraph"] - 1 for s in article.statements
        ]


@pytest.mark.parametrize("name", DISGUISES)
def test_no_span_is_placed_wrongly_in_a_disguise(name: str) -> None:
    states: Counter[str] = Counter()
    for article in ANCHORED:
        for n in range(2):
            rng = random.Random(f"{article.report} {n}")
            states.update(state for _, _, state in disguised(article, DISGUISES[name], rng))
    assert states["wrong"] == 0
    assert states["placed"] >= LEAST.get(name, 0.5) * 2 * SPANS


def test_a_changed_span_is_told_and_a_span_that_is_gone_is_missing() -> None:
    states: Counter[str] = Counter()
    for article in ANCHORED:
        rng = random.Random(1)
        states.update(state for _, _, state in disguised(article, DISGUISES["a letter of each span changed"], rng))
    assert states["changed"] > states["placed"]
    gone: Counter[str] = Counter()
    for article in ANCHORED:
        for _, span, state in disguised(article, DISGUISES["every second paragraph missing"], random.Random(1)):
            gone[state if span.paragraph % 2 else f"gone: {state}"] += 1
    assert set(gone) <= {"placed", "missing", "gone: missing"}


Edits = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 60), st.sampled_from(["", "a", "x y", "move"])))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ANCHORED), Edits)
def test_whatever_is_cut_out_put_in_or_moved_no_span_is_placed_wrongly(
    article: Anchored, edits: list[tuple[int, int, str]]
) -> None:
    def edit(lines: list[Traced], rng: random.Random, spans: Sequence[Marked]) -> list[Traced]:
        page = page_of(lines)
        for place, length, new in edits:
            at = place % (len(page) + 1)
            if new == "move":
                run = page[at : at + 3 * length]
                page = [*run, *page[:at], *page[at + len(run) :]]
            else:
                page = [*page[:at], *((c, None) for c in new), *page[at + length :]]
        return [page]

    page = page_of(edit(traced(article.paragraphs), random.Random(0), []))
    for found, span, state in disguised(article, edit, random.Random(0)):
        if state == "wrong":  # where a cut joins equal letters, it does not matter whose they are
            assert found.start is not None
            here = [origin for c, origin in page[found.start : found.end] if letters_of(c)]
            off = sum(origin is None or not span.start <= origin[1] < span.end for origin in here)
            assert off <= 2, (found, span)


Change = Callable[[Path, list[dict[str, Any]]], None]


def change_marks(edit: Callable[[dict[str, Any]], Any]) -> Change:
    def change(path: Path, lines: list[dict[str, Any]]) -> None:
        edit(lines[0])
        write_jsonl(path, lines)

    return change


def cut(mark: dict[str, Any]) -> dict[str, Any]:
    return {"text": mark["text"][:-1]}


BROKEN: dict[str, tuple[Change, int | None, str]] = {
    "a text that is not there": (
        change_marks(lambda line: line.update(speaker={"text": "Nemo"})), 1, "'Nemo' is not in the paragraph"
    ),
    "a text that is there twice": (
        change_marks(lambda line: line.update(speaker={"text": "a"})), 1, 'times: say which with "nth", from 1'
    ),
    "a number beyond the last": (
        change_marks(lambda line: line.update(speaker={"text": "a", "nth": 999})), 1, "nth is 999, but the text stands"
    ),
    "number 0": (
        change_marks(lambda line: line.update(speaker={"text": "a", "nth": 0})), 1, "nth is 0, but the text stands"
    ),
    "a part of a word": (
        change_marks(lambda line: line.update(speaker=cut(line["speaker"]))), 1, "cuts a word there: mark the whole"
    ),
    "requests that overlap": (
        change_marks(lambda line: line["requests"].__setitem__(1, line["requests"][0])), 1,
        "/requests/0 and /requests/1 overlap in the article: mark what belongs to each",
    ),
    "signs alone": (
        change_marks(lambda line: line.update(speaker={"text": ".", "nth": 1})), 1, "no letter and no digit"
    ),
    "another id": (change_marks(lambda line: line.update(id="x.pl.01")), 1, "the id is 'x.pl.01', the statement here"),
    "a list that is too long": (
        change_marks(lambda line: line["requests"].append(None)), 1, "entries, the statement"
    ),
    "a key that is unknown": (change_marks(lambda line: line.update(note="x")), 1, "not a line of the working form"),
    "no JSON": (lambda path, lines: path.write_text("{\n"), 1, "not a line of the working form"),
    "a line too few": (lambda path, lines: write_jsonl(path, lines[:-1]), None, "is missing: add it"),
    "a line too many": (
        lambda path, lines: write_jsonl(path, [*lines, lines[0]]), 7, "the report has 6 statements only"
    ),
    "another report": (
        lambda path, lines: write_jsonl(path.with_name("nothing.pl.jsonl"), lines), None, "no report of this name"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_broken_marks_are_told_and_nothing_is_written(
    case: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, line, says = BROKEN[case]
    path = home / "marks" / f"{ARTICLES[0].report}.jsonl"
    change(path, records(path))
    assert make(home) == 1
    error = capsys.readouterr().err
    where = "nothing.pl.jsonl" if case == "another report" else path.name
    assert f"{where}:{line}: " in error if line else f"{where}: " in error
    assert says in error
    assert error.count("\n") == 1
    assert not (home / "corpus" / "anchors").exists()


def test_a_mark_for_what_the_statement_lacks_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lacking = next(a for a in ARTICLES if any(s["role"] is None for s in a.statements))
    n = next(n for n, s in enumerate(lacking.statements) if s["role"] is None)
    path = home / "marks" / f"{lacking.report}.jsonl"
    lines = records(path)
    lines[n]["role"] = {"text": "x"}
    write_jsonl(path, lines)
    assert make(home) == 1
    assert f"{path.name}:{n + 1}: a role is marked, but the statement has none: give null" in capsys.readouterr().err


def test_anchors_of_other_reports_stay(anchored: Path) -> None:
    before = {path.name: path.read_bytes() for path in (anchored / "corpus" / "anchors").iterdir()}
    for article in ARTICLES[1:]:
        (anchored / "marks" / f"{article.report}.jsonl").unlink()
    assert make(anchored) == 0
    assert {path.name: path.read_bytes() for path in (anchored / "corpus" / "anchors").iterdir()} == before


def test_what_else_lies_among_anchors_stays(anchored: Path) -> None:
    folder = anchored / "corpus" / "anchors"
    (folder / "notes").mkdir()
    (folder / "notes" / "a.txt").write_text("years of work")
    (folder / "old.jsonl~").write_text("before")
    (folder / "link").symlink_to("nowhere")
    path = folder / f"{ARTICLES[0].report}.jsonl"
    right, number = path.read_bytes(), folder.stat().st_ino
    path.unlink()
    assert make(anchored) == 0
    assert path.read_bytes() == right
    assert (folder / "notes" / "a.txt").read_text() == "years of work"
    assert (folder / "old.jsonl~").read_text() == "before"
    assert (folder / "link").is_symlink()
    assert folder.stat().st_ino == number
    assert not [name for name in os.listdir(anchored / "corpus") if name.startswith(".")]


@pytest.mark.parametrize("there", [True, False])
def test_files_are_replaced_all_or_none(there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "folder"
    if there:
        replace_files(folder, {"a": b"1", "b": b"2"})
    rename = os.rename

    def refuse(old: Path, new: Path) -> None:
        if old.name == "new-b":
            raise OSError(28, "No space left on device", str(new))
        rename(old, new)

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(OSError, match="No space"):
        replace_files(folder, {"a": b"3", "b": b"4"})
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == ({"a": b"1", "b": b"2"} if there else {})
    replace_files(folder, {"a": b"3"})
    assert (folder / "a").read_bytes() == b"3"
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_misprint_that_joins_words_is_marked_as_such(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = ARTICLES[0]
    n, mark = next((n, line["speaker"]) for n, line in enumerate(article.marks) if line["speaker"])
    page = next(path for path in (home / "articles").iterdir() if path.read_text(encoding="utf-8") == article.text)
    page.write_text(article.text.replace(f"{mark['text']} ", mark["text"]), encoding="utf-8")
    path = home / "marks" / f"{article.report}.jsonl"
    assert make(home) == 1
    assert f"{path.name}:{n + 1}: /speaker: " in capsys.readouterr().err
    lines = records(path)
    for line in lines:
        if line["speaker"]:
            line["speaker"]["joined"] = True
    write_jsonl(path, lines)
    assert make(home) == 0


def test_an_article_is_found_by_its_hash_or_by_its_words(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = ARTICLES[0]
    for path in (home / "articles").iterdir():
        if article.paragraphs[0] in path.read_text(encoding="utf-8"):
            path.unlink()
    assert make(home) == 1
    assert f"no file in {home / 'articles'} holds the article of this report" in capsys.readouterr().err
    deep = home / "articles" / "deep"
    deep.mkdir()
    (deep / "x.txt").write_bytes(b"\xef\xbb\xbf" + article.text.replace("\n", "\r\n\r\n").encode())
    assert make(home) == 0


def test_a_place_that_is_lost_is_told_and_the_check_fails(anchored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (anchored / "articles" / "page0.txt").write_text("Another text.")
    path = anchored / "articles" / "page1.txt"
    text = ARTICLES[1].text
    span = next(s for key, s in ARTICLES[1].spans.items() if key[1] == "/requests/0")
    words = ARTICLES[1].paragraphs[span.paragraph][span.start : span.end]
    path.write_text(text.replace(words, words[:-2] + "٣٣"), encoding="utf-8")
    assert run(anchored, "anchor") == 1
    out = capsys.readouterr().out
    assert f"{ARTICLES[0].report}: 0 of {len(ARTICLES[0].spans)} placed (no article of it was found)" in out
    assert "requests/0 changed" in out


def rows(home: Path, capsys: pytest.CaptureFixture[str], code: int = 0) -> tuple[list[dict[str, Any]], str]:
    assert run(home, "hydrate", "--format", "json") == code
    captured = capsys.readouterr()
    return json.loads(captured.out)["reports"], captured.err


def html_of(article: Told) -> str:
    paragraphs = "".join(f"<p>{text}</p>\n" for text in article.paragraphs)
    menus = "".join(f"<li><a href='/x'>{text}</a></li>" for text in MENU)
    return (
        f"<html><head><title>A page</title></head><body><ul>{menus}</ul><article>{paragraphs}</article></body></html>"
    )


def test_hydrate_recognises_articles_in_all_kinds_of_files(anchored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("trafilatura")
    folder = anchored / "articles"
    for n in (0, 1):
        (folder / f"page{n}.txt").unlink()
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "odd name é.HTML").write_text(html_of(ARTICLES[0]), encoding="utf-8")
    (folder / "a" / "b" / "packed.html.gz").write_bytes(gzip.compress(html_of(ARTICLES[1]).encode()))
    (folder / "a" / "notes.md").write_text("no page")
    found, err = rows(anchored, capsys)
    assert {row["report"]: row["placed"] for row in found} == {a.report: len(a.spans) for a in ARTICLES}
    files = {row["report"]: row["file"] for row in found}
    assert files[ARTICLES[0].report] == "a/odd name é.HTML"
    assert files[ARTICLES[1].report] == "a/b/packed.html.gz"
    assert err == ""


def test_html_without_trafilatura_is_told(
    anchored: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "trafilatura", None)
    for path in (anchored / "articles").iterdir():
        path.unlink()
    (anchored / "articles" / "page.html").write_text(html_of(ARTICLES[0]), encoding="utf-8")
    (anchored / "articles" / "other.html").write_text("<p>Nothing of interest.</p>")
    found, err = rows(anchored, capsys, code=1)
    assert found == []
    assert err == "1 file may hold an article, but HTML needs the library trafilatura: pip install 'chithi[html]'\n"


def test_broken_files_are_told_and_the_others_read(anchored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = anchored / "articles"
    (folder / "latin.txt").write_bytes(b"\xe9\xe8")
    (folder / "cut.html.gz").write_bytes(gzip.compress(b"<p>x</p>" * 999)[:40])
    (folder / "empty.txt").write_bytes(b"")
    (folder / "folder.txt").mkdir()
    found, err = rows(anchored, capsys)
    assert len(found) == len(ARTICLES)
    assert sorted(line.split("/")[-1] for line in err.splitlines()) == [
        "cut.html.gz: not a whole gzip file: fetch it again",
        "latin.txt: not UTF-8: save its text as UTF-8",
    ]


def test_of_two_files_of_an_article_the_better_counts(anchored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    half = "\n".join(ARTICLES[0].paragraphs[: len(ARTICLES[0].paragraphs) // 2])
    (anchored / "articles" / "a half.txt").write_text(half, encoding="utf-8")
    found, err = rows(anchored, capsys)
    assert {row["report"]: row["file"] for row in found}[ARTICLES[0].report] == "page0.txt"
    assert "a half.txt: holds" in err


def test_hydrate_prints_a_line_a_report(anchored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (anchored / "articles" / "page0.txt").unlink()
    assert run(anchored, "hydrate") == 0
    out = capsys.readouterr().out
    assert f"{ARTICLES[1].report}: {len(ARTICLES[1].spans)} placed, 0 changed, 0 missing (page1.txt)\n" in out
    assert f"{ARTICLES[0].report}: no article of it was found\n" in out


def test_nothing_recognised_is_exit_1_and_no_folder_exit_2(anchored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (anchored / "articles").iterdir():
        path.write_text("Something else altogether, which is of no use to anybody here.")
    assert run(anchored, "hydrate") == 1
    corpus = ["--corpus", str(anchored / "corpus")]
    assert main(["hydrate", str(anchored / "nowhere"), *corpus]) == 2
    assert main(["anchor", str(anchored / "articles"), "--from", str(anchored / "nowhere"), *corpus]) == 2
    (anchored / "none").mkdir()
    assert main(["anchor", str(anchored / "articles"), "--from", str(anchored / "none"), *corpus]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_corpus_without_anchors_and_one_with_broken_ones_are_told(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("hydrate", "anchor"):
        assert run(home, command) == 1
        assert "has no anchors" in capsys.readouterr().err
    (home / "corpus" / "anchors").mkdir()
    (home / "corpus" / "anchors" / "x.pl.jsonl").write_text('{"id":"x.pl.01","hashes":"zz"}\n')
    assert run(home, "hydrate") == 1
    assert "x.pl.jsonl:1: text in a file of anchors" in capsys.readouterr().err


def test_other_pages_are_never_taken_for_an_article(anchored: Path) -> None:
    rng = random.Random(3)
    words = [word for article in ARTICLES for word in article.text.split()]
    folder = anchored / "others"
    folder.mkdir()
    for n in range(60):
        (folder / f"{n}.txt").write_text(" ".join(rng.choices(words, k=2500)), encoding="utf-8")
    assert hydrate(folder, anchored / "corpus").articles == {}


def test_several_articles_in_one_file_are_all_found(anchored: Path) -> None:
    folder = anchored / "together"
    folder.mkdir()
    page = "".join(plain(page_of(traced(article.paragraphs))) for article in ARTICLES)
    (folder / "all.txt").write_text(page, encoding="utf-8")
    found = hydrate(folder, anchored / "corpus")
    assert set(found.articles) == {article.report for article in ARTICLES}
    for article in ARTICLES:
        assert found.articles[article.report].count("placed") >= 0.9 * len(article.spans)


def test_the_shipped_anchors_are_those_of_reports_with_a_hash() -> None:
    held = {report["id"] for report in records(shipped("corpus") / "reports.jsonl") if report["sha256"]}
    assert {path.stem for path in (shipped("corpus") / "anchors").iterdir()} == held


def test_whether_a_slice_is_right_is_told_letter_by_letter() -> None:
    page = page_of(traced(["Ad, hoc!", "x"]))
    span = next(iter(ARTICLES[0].spans.values()))._replace(paragraph=0, start=0, end=7)
    assert is_right(page, 0, 7, span, "Ad, hoc!")
    assert is_right(page, 0, 8, span, "Ad, hoc!")
    assert not is_right(page, 0, 6, span, "Ad, hoc!")
    assert not is_right(page, 1, 7, span, "Ad, hoc!")


def test_the_datasheet_tells_how_far_annotators_agree_on_the_places() -> None:
    datasheet = (Path(__file__).parents[1] / "DATASHEET.md").read_text(encoding="utf-8")
    assert f"<!-- anchor-agreement -->\n{anchor_agreement.block()}<!-- /anchor-agreement -->" in datasheet
