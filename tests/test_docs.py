"""The documents: generated figures are fresh, snippets run, commands exist, the datasheet answers."""

import re
import shutil
from pathlib import Path

import datasets
import pytest

from chithi.cli import parser
from chithi.corpus import Corpus
from chithi.records.layout import shipped
from chithi.views import figures
from chithi.views.examples import QUESTIONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTIONS = ("Motivation", "Composition", "Collection", "Preprocessing", "Uses", "Distribution", "Maintenance")


def test_generated_blocks_are_fresh() -> None:
    paths = [ROOT / name for name in ("README.md", "DATASHEET.md", "REFERENCES.md", "CONTRIBUTING.md")]
    blocks = figures.written_blocks(Corpus.read(shipped("corpus")))
    stale = [path.name for path in paths if figures.rendered(path.read_bytes(), blocks) != path.read_bytes()]
    assert stale == [], "run: chithi stats --write README.md DATASHEET.md REFERENCES.md CONTRIBUTING.md"


def test_python_snippets_of_readme_run(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("duckdb", "pandas"):
        pytest.importorskip(library)
    shutil.copytree(built, tmp_path / "build" / "chithi")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    every = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    snippets = [snippet for snippet in every if "import requests" not in snippet]  # test_prompt runs that one
    assert len(snippets) == 3 + 1 + len(QUESTIONS)
    names: dict[str, object] = {}
    for snippet in snippets:
        exec(compile(snippet, "README.md", "exec"), names)


def test_every_command_is_in_readme_and_every_command_of_readme_exists() -> None:
    commands = set(parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr, arg-type]
    assert commands == set(re.findall(r"^\| `chithi (\w+)", README, re.MULTILINE))
    assert set(re.findall(r"chithi (validate|format|publish|stats|[a-z]+) ", README)) - {"developers"} <= commands


def test_what_documents_link_to_is_there() -> None:
    texts = {
        name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md", "DATASHEET.md")
    }
    for document, text in texts.items():
        for name, section in re.findall(r"\]\(([\w./-]*)(?:#([\w-]+))?\)", text):
            assert (ROOT / name).exists(), name
            if section:
                assert section in sections(texts[name or document]), f"{document}: {name}#{section}"


def sections(text: str) -> set[str]:
    """The names of a document's sections as GitHub makes them for links."""
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_datasheet_has_its_seven_sections_and_no_gap() -> None:
    text = (ROOT / "DATASHEET.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## .*?([A-Z]\w+)", text, re.MULTILINE)
    assert [name for name in SECTIONS if name not in headings] == []
    assert not re.search(r"TODO|TBD|FIXME|N/A", text)


def test_the_licences_are_where_people_look() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Attribution 4.0 International" in (ROOT / "corpus" / "LICENSE").read_text(encoding="utf-8")
