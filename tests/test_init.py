"""`chithi init`, and the tutorial of CONTRIBUTING.md, run word for word."""

import errno
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import chithi
from chithi.cli import main

CONTRIBUTING = Path(__file__).parents[1] / "CONTRIBUTING.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def replace(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus as it begins."""
    assert main(["init", str(tmp_path / "My minutes")]) == 0
    return tmp_path / "My minutes"


def test_a_new_corpus_is_valid_and_in_canonical_form(corpus: Path) -> None:
    assert chithi.validate(corpus).problems == []
    assert main(["format", "--check", "--corpus", str(corpus)]) == 0
    assert '"name": "my-minutes"' in (corpus / "corpus.json").read_text(encoding="utf-8")


def test_placeholders_are_not_published(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = corpus.parent / "out"
    assert main(["publish", "--corpus", str(corpus), "--out", str(out)]) == 1
    assert "corpus.json is to be filled in at /title, /description, /authors/0, " in capsys.readouterr().err
    assert not out.exists()
    replace(corpus / "corpus.json", "FILL IN: ", "")
    assert main(["publish", "--corpus", str(corpus), "--out", str(out), "--load"]) == 0


def filled_in(corpus: Path) -> None:
    for path in corpus.iterdir():
        if path.is_file():
            path.write_text(path.read_text(encoding="utf-8").replace("FILL IN: ", ""), encoding="utf-8")


def test_what_is_still_to_be_written_is_told_and_not_pushed(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = corpus.parent / "out"
    line = ["publish", "--corpus", str(corpus), "--out", str(out)]
    replace(corpus / "corpus.json", "FILL IN: ", "")
    told = [
        f"{corpus / 'DATASHEET.md'}:5: still to be filled in: FILL IN stands in 6 of its lines",
        f"{corpus / 'LICENSE'}:1: still to be filled in: FILL IN stands in 1 of its lines",
        f"{corpus / 'GUIDELINES.md'}:3: still to be filled in: FILL IN stands in 2 of its lines",
    ]
    assert main(line) == 0
    assert capsys.readouterr().err.splitlines() == told
    shutil.rmtree(out)
    assert main([*line, "--push", "somebody/minutes", "--dry-run"]) == 1
    refused = "chithi: nothing was released: write what is true of your corpus where FILL IN stands"
    assert capsys.readouterr().err.splitlines() == [*told, refused]
    assert not out.exists()
    filled_in(corpus)
    assert main([*line, "--push", "somebody/minutes", "--dry-run"]) == 0
    assert capsys.readouterr().err == ""


def test_what_is_empty_or_missing_is_told_and_the_card_does_not_lead_there(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = corpus.parent / "out"
    filled_in(corpus)
    (corpus / "LICENSE").write_text("\n", encoding="utf-8")
    (corpus / "DATASHEET.md").unlink()
    (corpus / "GUIDELINES.md").unlink()
    assert main(["publish", "--corpus", str(corpus), "--out", str(out)]) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"{corpus / 'DATASHEET.md'} is missing: write it, for whoever uses the dataset",
        f"{corpus / 'LICENSE'} is empty: write it, for whoever uses the dataset",
    ]
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "LICENSE" not in card
    assert "DATASHEET" not in card


def test_the_licence_begins_as_a_placeholder(corpus: Path) -> None:
    """A text that stands there from the start would contradict another identifier in corpus.json."""
    text = (corpus / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("FILL IN: ")
    assert "Creative Commons" not in text


FOREIGN = ("ISO 24617", "Comparative Agendas", "Vietnam", "press", "45-ct-tw", "QĐ", "national-assembly")


def test_its_card_and_prompts_say_nothing_of_another_corpus(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = corpus.parent / "out"
    filled_in(corpus)
    assert main(["publish", "--corpus", str(corpus), "--out", str(out)]) == 0
    capsys.readouterr()
    assert main(["prompt", "--schema", "--corpus", str(corpus)]) == 0
    said = {"prompt": capsys.readouterr().out}
    said |= {name: (out / name).read_text(encoding="utf-8") for name in ("README.md", "croissant.json")}
    for name in ("report", "actor", "office", "directive", "statement"):
        said[name] = (corpus / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert {name: word for name, text in said.items() for word in FOREIGN if word in text} == {}
    assert "`topic`: What the request is about: one of the topics of the corpus." in said["README.md"]


@pytest.mark.parametrize("number", ["P-2025-014", "2025/031", "no. 7", "45"])
def test_documents_may_have_numbers_of_any_form(number: str, corpus: Path) -> None:
    name = re.sub("[^a-z0-9]+", "-", number.lower())
    statements = corpus / "statements" / "riverton-council-2025-03.en.jsonl"
    filled_in(corpus)
    replace(corpus / "directives.jsonl", '"number":null', f'"number":"{number}"')
    for path in (corpus / "directives.jsonl", statements):
        replace(path, "street-trees-plan-2024", f"{name}-2024")
    assert chithi.validate(corpus).problems == []
    assert main(["publish", "--corpus", str(corpus), "--out", str(corpus.parent / "out"), "--load"]) == 0
    replace(corpus / "directives.jsonl", f'"number":"{number}"', '"number":""')
    assert {problem.code for problem in chithi.validate(corpus).problems} == {"S305"}


def test_a_number_that_a_text_prints_is_compared_in_its_own_form(corpus: Path) -> None:
    statements = corpus / "statements" / "riverton-council-2025-03.en.jsonl"
    replace(corpus / "directives.jsonl", '"street-trees-plan-2024","number":null', '"p-2025-014","number":"P-2025-014"')
    replace(statements, "street-trees-plan-2024", "p-2025-014")
    replace(statements, "Plan for trees in streets", "Plan P-2025-014 on streets")
    assert main(["format", "--corpus", str(corpus)]) == 0
    assert chithi.validate(corpus).problems == []
    replace(statements, "Plan P-2025-014", "Plan P-2025-015")
    assert {problem.code for problem in chithi.validate(corpus).problems} == {"T411"}


def test_prompts_tell_where_the_guidelines_do_not_fit(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guidelines = corpus / "GUIDELINES.md"
    ask = ["prompt", "--split", "train", "--corpus", str(corpus)]
    capsys.readouterr()
    assert main(ask) == 0
    said = capsys.readouterr()
    assert "press reports" not in said.out
    assert said.err.splitlines() == [
        f"{guidelines}:{n}: still to be filled in, and models are told so: FILL IN" for n in (3, 29)
    ]
    filled_in(corpus)
    replace(corpus / "schema" / "statement.schema.json", '"suggest"]', '"propose"]')
    assert main(ask) == 0
    told = f"{guidelines}:27: the schema has no act suggest, only instruct, request, propose"
    assert capsys.readouterr().err.splitlines() == [told]
    replace(guidelines, "`suggest`", "`propose`")
    replace(guidelines, "## A statement", "<!-- instructions -->\n## A statement\n<!-- /instructions -->\nFILL IN")
    assert main(ask) == 0
    assert capsys.readouterr().err == ""


def test_its_schemas_may_be_edited(corpus: Path) -> None:
    schema = corpus / "schema" / "statement.schema.json"
    replace(schema, '"environment"', '"trees"')
    assert {problem.code for problem in chithi.validate(corpus).problems} == {"S304"}
    replace(corpus / "statements" / "riverton-council-2025-03.en.jsonl", '"environment"', '"trees"')
    assert chithi.validate(corpus).problems == []


def test_what_is_there_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 1
    assert main(["init", str(tmp_path / "notes.txt")]) == 1
    assert "is there and not empty: name a new folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    assert main(["init", str(tmp_path / "notes.txt" / "new")]) == 2


def test_what_is_there_is_told_for_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "mounted").mkdir()
    monkeypatch.setattr("os.path.ismount", lambda path: Path(path).name == "mounted")
    told = {"file": "is a file: name a new folder", "link": "is a link to nowhere, which is not there"}
    for name, says in (told | {"mounted": "is a mount point, into which nothing can be moved"}).items():
        assert main(["init", str(tmp_path / name)]) == 1
        assert f"{tmp_path / name} {says}" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "link", "mounted"]


def test_a_place_that_cannot_be_written_is_told_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(dir: Path, prefix: str) -> str:  # noqa: A002
        raise OSError(errno.EROFS, "Read-only file system", f"{dir}/{prefix}abcdefgh")

    monkeypatch.setattr("tempfile.mkdtemp", fail)
    assert main(["init", str(tmp_path / "new")]) == 2
    assert capsys.readouterr().err == f"chithi: {tmp_path}: Read-only file system\n"


@pytest.mark.parametrize("name", ["-x", "-x y"])
def test_the_commands_that_it_tells_work_for_a_name_like_an_option(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--", name]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "chithi validate" in line]
    assert main(shlex.split(lines[0])[2:]) == 0


def test_no_other_corpus_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["init", "--corpus", str(tmp_path), str(tmp_path / "new")])
    assert ended.value.code == 2
    assert "unrecognized arguments: --corpus" in capsys.readouterr().err


def test_an_empty_folder_is_taken_and_what_to_do_next_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "a corpus"
    place.mkdir()
    monkeypatch.chdir(place)
    assert main(["init", "."]) == 0
    monkeypatch.chdir(tmp_path)
    assert main(["init", "b corpus"]) == 0
    assert "chithi validate 'b corpus'" in capsys.readouterr().out
    monkeypatch.chdir(place)
    assert chithi.validate(Path()).problems == []


def test_schemas_in_a_file_are_not_passed_over(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(corpus / "schema")
    (corpus / "schema").write_text("{}", encoding="utf-8")
    assert main(["validate", "--corpus", str(corpus)]) == 1
    assert "/schema: C510 " in capsys.readouterr().out


def test_a_registry_may_be_empty(corpus: Path) -> None:
    statements = corpus / "statements" / "riverton-council-2025-03.en.jsonl"
    last = statements.read_text(encoding="utf-8").splitlines(keepends=True)[-1]  # a negative
    statements.write_text(last, encoding="utf-8")
    for name in ("actors", "offices", "directives"):
        (corpus / f"{name}.jsonl").write_bytes(b"")
    assert chithi.validate(corpus).problems == []
    assert main(["format", "--check", "--corpus", str(corpus)]) == 0
    replace(corpus / "corpus.json", "FILL IN: ", "")
    assert main(["publish", "--corpus", str(corpus), "--out", str(corpus.parent / "out"), "--load"]) == 0


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    section = CONTRIBUTING.read_text(encoding="utf-8").partition("\n## A corpus of your own")[2].partition("\n## ")[0]
    programs = {"sh": ["bash", "-ec"], "python": [sys.executable, "-c"]}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    end, printed, said = 0, "", ""
    for block in BLOCK.finditer(section):
        before, (kind, text) = section[end : block.start()], block.groups()
        end = block.end()
        if kind == "text":
            assert said == text
            continue
        if kind == "json":
            name = re.findall(r"`(school-boards/[^`]+)`", before)[-1]
            (tmp_path / name).write_text(text, encoding="utf-8")
            continue
        env = os.environ | {"PATH": path, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "cache")}
        line = [*programs[kind], text]
        run = subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        printed, said = run.stdout, run.stderr
    assert printed == "offer a warm meal every day\n"
    assert f"`{printed.strip()}`" in section
