"""`chithi import --from brat`: collections as brat's server and older versions write them, and what is wrong in them.

`fixtures/imports/brat` has one document three times: as brat's server leaves it when somebody has annotated the text
there (ids and lines in the order of the work, a space behind an event without arguments), with the line ends of
Windows, and as older versions and other tools write it.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from . import beyond
from .imports import FIXTURES, ONE, back, blank, codes, edit_lines, export, imported, lone

ANN = f"{ONE}/{ONE}.01.ann"
Change = Callable[[list[str]], list[str]]


@pytest.mark.parametrize("annotated", ["anew", "again"])
@pytest.mark.parametrize("name", ["server", "windows", "older"])
def test_documents_as_brat_writes_them(name: str, annotated: str, tmp_path: Path) -> None:
    corpus = (blank if annotated == "anew" else beyond.write)(tmp_path / "corpus")
    assert back("brat", FIXTURES / "brat" / name, tmp_path / "records", corpus) == 0
    assert imported(tmp_path / "records") == {f"{ONE}.01": beyond.records()[f"{ONE}.01"]}


def test_a_single_document_may_be_given(tmp_path: Path) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    for n, ending in enumerate((".ann", ".txt")):
        path = FIXTURES / "brat" / "windows" / f"{ONE}.01{ending}"
        assert back("brat", path, tmp_path / f"records-{n}", corpus) == 0
        assert len(imported(tmp_path / f"records-{n}")) == 1


def add(*lines: str) -> Change:
    return lambda before: [*before, *lines]


def replace(old: str, new: str) -> Change:
    def change(lines: list[str]) -> list[str]:
        assert any(old in line for line in lines)
        return [line.replace(old, new) for line in lines]

    return change


def remove(start: str) -> Change:
    return lambda lines: [line for line in lines if not line.startswith(start)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A corpus and its export, to be copied before it is changed."""
    folder = tmp_path_factory.mktemp("made")
    corpus = beyond.write(folder / "corpus")
    return corpus, lone("brat", folder / "out", corpus)


WRONG: list[tuple[str, Change, list[str], str]] = [
    ("text", replace("Speaker 2 5\tAda", "Speaker 2 5\tEva"), ["I608"], "1"),
    ("offset", replace("Speaker 2 5", "Speaker 3 6"), ["I608"], "1"),
    ("beyond the end", replace("Speaker 2 5", "Speaker 2 5000"), ["I608"], "1"),
    ("no offset", replace("Speaker 2 5", "Speaker two 5"), ["I603"], "1"),
    ("no span", replace("T1\tSpeaker 2 5\tAda", "T1"), ["I603"], "1"),
    ("pieces", replace("2 5\tAda", "2 3;4 5\tA a"), ["I611"], "1"),
    ("layer", replace("Speaker", "Person"), ["I604"], "1"),
    ("line", add("X1\tSpeaker T1"), ["I603"], "21"),
    ("no tabs", add("T9 Speaker 2 5 Ada"), ["I603"], "21"),
    ("relation", add("R1\tAddressee Arg1:T5 Arg2:T4\t"), ["I611"], "21"),
    ("equivalence", add("*\tEquiv T1 T2"), ["I611"], "21"),
    ("id twice", add("T1\tRole 7 16\tsekretarz"), ["I607"], "21"),
    ("second speaker", add("T9\tSpeaker 57 64\tkomitet", "N9\tReference T9 actors:ada\tAda"), ["I611"], "21"),
    ("second role", add("T9\tRole 57 64\tkomitet", "N9\tReference T9 offices:chair\t"), ["I611"], "21"),
    ("no id", remove("N1\t"), ["I610"], "1"),
    ("two ids", add("N9\tReference T1 actors:bob\tBob"), ["I607"], "1"),
    ("same id twice", add("N9\tReference T2 offices:chair\tchair"), ["S308"], "3"),
    ("unknown id", replace("actors:ada", "actors:adam"), ["C502"], "2"),
    ("unknown office", replace("offices:chair", "offices:chairman"), ["C503"], "5"),
    ("unknown document", replace("directives:plan-45", "directives:plan-54"), ["C504"], "7"),
    ("registry", replace("T1 actors:ada", "T1 offices:chair"), ["I604"], "2"),
    ("database", replace("actors:ada", "Wikipedia:Q1"), ["I604"], "2"),
    ("normalization", replace("Reference T1 actors:ada", "Reference T1"), ["I603"], "2"),
    ("id of nothing", add("N9\tReference T99 actors:ada\tAda"), ["I609"], "21"),
    ("id of a request", add("N9\tReference T5 actors:ada\tAda"), ["I604"], "21"),
    ("event", replace("E2\tRequest:T6", "E2\tOrder:T6"), ["I604"], "17"),
    ("trigger", replace("E2\tRequest:T6", "E2\tRequest:T66"), ["I609"], "17"),
    ("trigger of another layer", replace("E2\tRequest:T6", "E2\tRequest:T1"), ["I609"], "17"),
    ("trigger of another event", replace("E2\tRequest:T6", "E2\tRequest:T5"), ["I609"], "17"),
    ("no event", lambda lines: remove("A3")(remove("A4")(remove("#2")(remove("E2")(lines)))), ["I610"], "16"),
    ("end of an argument", replace("Addressee:T4", "Addressee:T44"), ["I609"], "12"),
    ("argument of another layer", replace("Addressee:T4", "Addressee:T1"), ["I609"], "12"),
    ("role of an argument", replace("Addressee:T4", "Theme:T4"), ["I604"], "12"),
    ("two arguments", add("T9\tAddressee 57 64\tkomitet", "N9\tReference T9 actors:ada\tAda"), ["I609"], "21"),
    ("attribute", replace("A1\tAct E1 request", "A1\tMood E1 request"), ["I604"], "13"),
    ("value", replace("A1\tAct E1 request", "A1\tAct E1 order"), ["S304"], "13"),
    ("no value", replace("A1\tAct E1 request", "A1\tAct E1"), ["I610"], "13"),
    ("two values", add("A9\tAct E1 suggest"), ["I607"], "21"),
    ("no act", remove("A1\t"), ["I610"], "12"),
    ("no topic", remove("A2\t"), ["I610"], "12"),
    ("attribute of a speaker", add("A9\tAct T1 suggest"), ["I611"], "21"),
    ("attribute of nothing", add("A9\tAct E9 suggest"), ["I609"], "21"),
    ("note on a speaker", add("#9\tAnnotatorNotes T1\tis it her?"), ["I611"], "21"),
    ("two notes", add("#9\tAnnotatorNotes E1\tthe plan"), ["I607"], "21"),
    ("comment", add("#9\tCheck T1\tis it her?"), ["I604"], "21"),
    (
        "overlap",
        replace("T6\tRequest 67 73\t𐐷ciszę", "T6\tRequest 42 73\t45 👨‍👩 i prosi komitet o 𐐷ciszę"),
        ["T404"],
        "17",
    ),
]


@pytest.mark.parametrize(("change", "expected", "line"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_told_with_its_line(
    change: Change,
    expected: list[str],
    line: str,
    made: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    corpus, out = made[0], Path(shutil.copytree(made[1], tmp_path / "out"))
    edit_lines(out / ANN, change)
    capsys.readouterr()
    assert back("brat", out, tmp_path / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert sorted(codes(printed)) == sorted(expected)
    assert f"{out / ANN}:{line}:1: {expected[0]} " in printed
    assert not (tmp_path / "records").exists()


def test_of_many_findings_in_a_statement_the_first_are_shown(
    made: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, out = made[0], Path(shutil.copytree(made[1], tmp_path / "out"))
    edit_lines(out / ANN, add(*(f"T{n}\tPerson 57 64\tkomitet" for n in range(100, 130))))
    assert back("brat", out, tmp_path / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert codes(printed) == ["I604"] * 20 + ["V001"]
    assert "and 10 more in this statement" in printed


def test_two_addressees_of_a_request_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = lone("brat", tmp_path / "out", corpus)
    edit_lines(out / ANN, add("T9\tAddressee 57 64\tkomitet", "N9\tReference T9 actors:ada\tAda"))
    edit_lines(out / ANN, replace("Addressee:T4", "Addressee:T4 Addressee2:T9"))
    assert back("brat", out, tmp_path / "records", corpus) == 1
    assert "I611 a request has two addressees" in capsys.readouterr().out


@pytest.mark.parametrize(("lost", "left"), [(".ann", ".txt"), (".txt", ".ann")])
def test_a_missing_file_of_a_pair_is_told(
    lost: str, left: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = export("brat", tmp_path / "out", corpus)
    (out / ONE / f"{ONE}.01{lost}").unlink()
    assert back("brat", out, tmp_path / "records", corpus) == 1
    printed = capsys.readouterr().out
    assert codes(printed) == ["I602"]
    assert f"{ONE}.01{left}: I602 the file '{ONE}.01{lost}' beside it is missing" in printed


@pytest.mark.parametrize("ending", [".ann", ".txt", "not UTF-8"])
def test_a_statement_without_its_file_is_told_once(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Others of its report came back; that it did not follows."""
    corpus = beyond.write(tmp_path / "corpus")
    out = export("brat", tmp_path / "out", corpus)
    if ending == "not UTF-8":
        (out / "day.pl" / "day.pl.02.txt").write_bytes(b"\xff\xfe")
    else:
        (out / "day.pl" / f"day.pl.02{ending}").unlink()
    assert back("brat", out, tmp_path / "records", corpus) == 1
    assert codes(capsys.readouterr().out) == ["I601" if ending == "not UTF-8" else "I602"]


def test_a_text_with_one_more_letter_is_told_once(
    made: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, out = made[0], Path(shutil.copytree(made[1], tmp_path / "out"))
    path = out / ONE / f"{ONE}.01.txt"
    path.write_text("x" + path.read_text("utf-8"), "utf-8")
    assert back("brat", out, tmp_path / "records", corpus) == 1
    assert codes(capsys.readouterr().out) == ["I605"]


def test_a_note_on_an_attribute_is_passed_over_and_told(
    made: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, out = made[0], Path(shutil.copytree(made[1], tmp_path / "out"))
    edit_lines(out / ANN, add("#8\tAnnotatorNotes A1\tis it?", "#9\tAnnotatorNotes N1\tis it her?"))
    assert back("brat", out, tmp_path / "records", corpus) == 0
    told = capsys.readouterr().err
    assert f"{out / ANN}:21: passed over: a note on 'A1': 'is it?'\n" in told
    assert f"{out / ANN}:22: passed over: a note on 'N1': 'is it her?'\n" in told
    edit_lines(out / ANN, add("#10\tAnnotatorNotes A99\tis it?"))
    assert back("brat", out, tmp_path / "records-2", corpus) == 1
    assert "I609 this leads to 'A99', which is not there" in capsys.readouterr().out


def test_a_document_in_the_folder_of_another_report_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = lone("brat", tmp_path / "out", corpus)
    shutil.move(out / ONE, out / "day.pl")
    assert back("brat", out, tmp_path / "records", corpus) == 1
    assert codes(capsys.readouterr().out) == ["I606"]


def test_files_that_are_no_text_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = lone("brat", tmp_path / "out", corpus)
    (out / ANN).write_bytes("T1\tSpeaker 2 5\tAda\nT2\t\n".encode("utf-16"))
    assert back("brat", out, tmp_path / "records", corpus) == 1
    assert "I601 the file is not UTF-8" in capsys.readouterr().out


def test_annotations_in_parts_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = lone("brat", tmp_path / "out", corpus)
    (out / ONE / f"{ONE}.01.a1").touch()
    assert back("brat", out, tmp_path / "records", corpus) == 1
    assert codes(capsys.readouterr().out) == ["I601"]


def test_what_an_annotator_changed_is_in_the_record(tmp_path: Path) -> None:
    corpus = beyond.write(tmp_path / "corpus")
    out = lone("brat", tmp_path / "out", corpus)
    edit_lines(out / ANN, replace("E2\tRequest:T6", "E2\tRequest:T6 Addressee:T9"))
    edit_lines(out / ANN, add("T9\tAddressee 57 64\tkomitet", "N9\tReference T9 actors:committee\tCommittee"))
    edit_lines(
        out / ANN, lambda lines: replace("Topic E2 health", "Topic E2 energy")(remove("T1\t")(remove("N1\t")(lines)))
    )
    assert back("brat", out, tmp_path / "records", corpus) == 0
    record = beyond.records()[f"{ONE}.01"]
    requests = [dict(request) for request in record["requests"]]
    requests[1] |= {
        "topic": "energy",
        "addressee": {"start": 57, "end": 64, "text": "komitet", "actors": ["committee"]},
    }
    assert imported(tmp_path / "records") == {f"{ONE}.01": record | {"speaker": None, "requests": requests}}
