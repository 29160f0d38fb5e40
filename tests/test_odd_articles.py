"""Files in which articles stand oddly: lines wrapped, several in one, one twice, a part missing, or nothing to read."""

import json
import os
import re
import textwrap
from pathlib import Path

import pytest

from chithi.cli import main

from .articles import write_jsonl
from .conftest import records
from .held import TEST, TRAIN, Held, hydration, marks_of, said, stands

Capture = pytest.CaptureFixture[str]
REASONS = {
    "dangling": "No such file or directory",
    "pipe": "not a regular file: save what it gives as a file, and name that",
    "folder": "Permission denied",
}


def hydrated(mine: Held, *options: str) -> list[str]:
    return ["hydrate", str(mine.articles), "--corpus", str(mine.corpus), *options]


def marks_in(mine: Held) -> Path:
    """The working form of the articles, made while they are as they were."""
    folder = mine.corpus.parent / "marks"
    for report in (TEST, TRAIN):
        lines = mine.lines(report)
        marked = [marks_of(one, lines[one["paragraph"] - 1].strip()) for one in mine.statements(report)]
        write_jsonl(folder / f"{report}.jsonl", marked)
    return folder


def wrapped(line: str, width: int = 60) -> str:
    return "\n".join(textwrap.wrap(line.strip(), width, break_on_hyphens=False))


@pytest.mark.parametrize("ending", ["txt", "html"])
def test_wrapped_lines_are_joined_into_paragraphs(ending: str, mine: Held, tmp_path: Path, capsys: Capture) -> None:
    if ending == "html":
        pytest.importorskip("trafilatura")
    before = mine.rows()
    for report in (TEST, TRAIN):
        mine.rewrite(report, lambda lines: list(map(wrapped, lines)))
        if ending == "html":
            text = mine.article(report).read_text(encoding="utf-8")
            mine.article(report).unlink()
            page = f"<html><body><div id='main'><pre>{text}</pre></div><aside><p>Related</p></aside></body></html>"
            (mine.articles / f"{report}.html").write_text(page, encoding="utf-8")
    rows = [row for row in mine.rows() if row["text"] != "Related"]
    assert [" ".join(row["text"].split()) for row in rows] == [" ".join(row["text"].split()) for row in before]
    statements, others = ([one for row in found for one in row["statements"]] for found in (rows, before))
    assert list(map(said, statements)) == list(map(said, others))
    assert main(hydration(mine, tmp_path / "out", "--format", "json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"]["spans"] == sum(one["placed"] for one in told["reports"])
    assert told["files"] == 2


def test_lines_that_are_paragraphs_stay_apart(mine: Held) -> None:
    """A title, a blank line, and then a paragraph a line."""
    before = [row["text"] for row in mine.rows()]
    text = "\n".join(line.strip() for line in mine.lines(TEST)).replace("\n", "\n\n", 1)
    mine.article(TEST).write_text(text, encoding="utf-8")
    assert [row["text"] for row in mine.rows()] == before


def test_where_breaks_stay_the_spans_that_are_lost_are_counted(mine: Held, tmp_path: Path, capsys: Capture) -> None:
    mine.rewrite(TEST, lambda lines: [re.sub("(?<=[,;]) ", "\n", line) for line in lines])
    assert main(hydration(mine, tmp_path / "out")) == 0
    out = capsys.readouterr().out
    number, placed = map(int, re.findall(r"(\d+) of (\d+) placed spans in the rows", out)[0])
    assert number == stands(mine.rows()) + stands(mine.rows("train")) < placed
    lost = [int(n) for n in re.findall(r"  (\d+) spans? left out: ", out)]
    assert sum(lost) == placed - number
    assert "a paragraph's end lies within" in out


def together(mine: Held, lines: list[str]) -> Path:
    for report in (TEST, TRAIN):
        mine.article(report).unlink()
    path = mine.articles / "all.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_of_articles_in_one_file_each_has_its_own_paragraphs(mine: Held, capsys: Capture) -> None:
    test, train = ([line.strip() for line in mine.lines(report)] for report in (TEST, TRAIN))
    together(mine, ["A front page.", *train, "An advertisement.", *test])
    assert [row["text"] for row in mine.rows("test")] == test[1:-1]
    assert [row["text"] for row in mine.rows("train")] == train[1:-1]
    first = mine.rows("test")[0]
    assert first["id"] == f"{TEST}.p{first['paragraph']}" == f"{TEST}.p{len(train) + 4}"
    assert main(hydrated(mine)) == 0
    err = capsys.readouterr().err
    assert err.count("all.txt: has several articles: ") == 2


def test_articles_that_are_mixed_are_told_and_not_used(mine: Held, tmp_path: Path, capsys: Capture) -> None:
    test, train = ([line.strip() for line in mine.lines(report)] for report in (TEST, TRAIN))
    together(mine, [*train[:5], *test, *train[5:]])
    assert main(hydration(mine, tmp_path / "out")) == 1
    captured = capsys.readouterr()
    assert f"{TEST}: no article of it was found" in captured.out
    for report in (TEST, TRAIN):
        assert f"all.txt: has other articles within {report}, so it was not used: save each in a file of its own" in (
            captured.err
        )
    assert not (tmp_path / "out").exists()


def test_a_mixed_file_takes_nothing_from_a_good_one(mine: Held) -> None:
    before = mine.rows()
    lines = [line for pair in zip(mine.lines(TEST), mine.lines(TRAIN), strict=False) for line in pair]
    (mine.articles / "a.txt").write_text("\n".join(line.strip() for line in lines), encoding="utf-8")
    assert mine.rows() == before


def test_of_an_article_that_stands_twice_the_first_copy_counts(mine: Held, capsys: Capture) -> None:
    before = mine.rows()
    mine.rewrite(TEST, lambda lines: [*lines, "For telephones:", *lines])
    rows = mine.rows()
    assert [row["statements"] for row in rows[: len(before)]] == [row["statements"] for row in before]
    assert [row["text"] for row in rows[len(before) :]] == ["For telephones:"]
    assert main(hydrated(mine)) == 0
    assert capsys.readouterr().err == ""


def test_why_nothing_is_placed_in_copies_that_differ_is_told(mine: Held, capsys: Capture) -> None:
    mine.rewrite(TEST, lambda lines: [*lines, *(f"{line.strip()} (2)" for line in lines)])
    assert main(hydrated(mine)) == 0
    captured = capsys.readouterr()
    assert f"{TEST}: 0 placed" in captured.out
    assert f"{TEST}.txt: {TEST} stands there twice, so that places cannot be told: remove one copy" in captured.err


def test_equal_files_are_told_as_such(mine: Held, capsys: Capture) -> None:
    (mine.articles / "z.txt").write_bytes(mine.article(TEST).read_bytes())
    mine.rewrite(TRAIN, lambda lines: [*lines, "More."])
    (mine.articles / "y.txt").write_text("\n".join(mine.lines(TRAIN)[:9]), encoding="utf-8")
    assert main(hydrated(mine)) == 0
    captured = capsys.readouterr()
    assert f"z.txt: holds {TEST}, too, and no more of it than the file that was taken\n" in captured.err
    assert f"y.txt: holds {TRAIN}, too, but another file has more of it\n" in captured.err
    assert captured.out.endswith("4 files read\n")


def sources(mine: Held, *options: str) -> list[str]:
    return ["validate", "--corpus", str(mine.corpus), "--sources", str(mine.articles), *options]


def test_what_validate_did_not_check_for_want_of_a_paragraph_is_told(mine: Held, capsys: Capture) -> None:
    gone = mine.lines(TEST)[5]
    mine.rewrite(TEST, lambda lines: [line for line in lines if line != gone])
    main(sources(mine))
    count = len(mine.statements())
    told = f"article {TEST}: the paragraphs of {count - 1} of {count} statements were found, so its names and numbers"
    assert f"{told} were not checked" in capsys.readouterr().err


@pytest.mark.parametrize("what", REASONS)
def test_what_cannot_be_read_among_articles_is_told_and_passed_over(
    what: str, mine: Held, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = mine.articles / "odd.txt"
    if what == "dangling":
        odd.symlink_to("nowhere")
    elif what == "pipe":
        os.mkfifo(odd)
    else:
        odd.mkdir()
        scandir = os.scandir

        def refuse(place: Path | int) -> object:
            if str(place) == str(odd):
                raise PermissionError(13, "Permission denied", str(place))
            return scandir(place)

        monkeypatch.setattr(os, "scandir", refuse)
    marks, corpus = marks_in(mine), ["--corpus", str(mine.corpus)]
    assert main(["anchor", str(mine.articles), "--from", str(marks), *corpus]) == 0
    capsys.readouterr()
    mine.rewrite(TEST, lambda lines: [*lines, "More."])  # so that validate has to look for it
    for command, code in ((hydrated(mine), 0), (["anchor", str(mine.articles), *corpus], 0), (sources(mine), 1)):
        assert main(command) == code
        assert capsys.readouterr().err == f"{odd}: {REASONS[what]}\n"


def html_alone(mine: Held) -> None:
    body = "".join(f"<p>{line}</p>" for line in mine.lines(TEST))
    for report in (TEST, TRAIN):
        mine.article(report).unlink()
    (mine.articles / "page.html").write_text(f"<body>{body}</body>", encoding="utf-8")


def test_a_library_that_is_missing_is_named_by_each_command(
    mine: Held, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "trafilatura", None)
    marks, corpus = marks_in(mine), ["--corpus", str(mine.corpus)]
    html_alone(mine)
    anchor = ["anchor", str(mine.articles), *corpus]
    for command in (hydrated(mine), anchor, [*anchor, "--from", str(marks)], sources(mine)):
        assert main(command) == 1
        assert "HTML needs the library trafilatura: pip install 'chithi[html]'" in capsys.readouterr().err


def test_an_article_that_no_file_holds_is_told_with_what_to_do(mine: Held, capsys: Capture) -> None:
    marks = marks_in(mine)
    for report in (TEST, TRAIN):
        mine.article(report).write_bytes(b"\xff")
    before = records(mine.corpus / "anchors" / f"{TEST}.jsonl")
    assert main(["anchor", str(mine.articles), "--from", str(marks), "--corpus", str(mine.corpus)]) == 1
    err = capsys.readouterr().err
    assert (
        "holds the article of this report (2 files not read: not UTF-8: save its text as UTF-8): save the text" in err
    )
    assert records(mine.corpus / "anchors" / f"{TEST}.jsonl") == before
