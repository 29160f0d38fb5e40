"""`chithi browse`: the file that it writes, as far as that can be told without a browser."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main
from chithi.release.build import build
from chithi.release.parquet import BuildOptions

from .conftest import edit, records
from .councils import COUNCILS
from .rules.test_fixtures import GOOD, POLISH

HOSTILE = "</script><script>alert(1)</script><!-- <script> \"' \u202eevil\u2066"


def browsed(corpus: Path, out: Path) -> str:
    assert main(["browse", "--corpus", str(corpus), "--out", str(out)]) == 0
    return out.read_text(encoding="utf-8")


def content(page: str) -> dict[str, Any]:
    """The corpus in the page."""
    found: dict[str, Any] = json.loads(page.split('id="data">')[1].split("</script>", maxsplit=1)[0])
    return found


def test_the_page_holds_the_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.html"
    found = content(browsed(GOOD, out))
    expected = [record for path in sorted((GOOD / "statements").iterdir()) for record in records(path)]
    assert [statement["id"] for statement in found["statements"]] == [record["id"] for record in expected]
    assert [statement["text"] for statement in found["statements"]] == [record["text"] for record in expected]
    for table in ("reports", "actors", "offices", "directives"):
        assert found[table] == records(GOOD / f"{table}.jsonl")
    assert capsys.readouterr().out == f"{out}: {len(expected)} statements, 0.1 MB; open it in a browser\n"


def test_the_file_is_browse_html_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["browse", "--corpus", str(GOOD)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["browse.html"]


def test_the_page_fetches_nothing_and_runs_only_its_own_script(tmp_path: Path) -> None:
    page = browsed(GOOD, tmp_path / "x.html")
    outside = re.findall(r'(?:src|href)="(?!#|data:)[^"]*"|url\(|@import', page)
    assert outside == []
    assert "default-src 'none'; script-src 'sha256-" in page
    assert len(re.findall("<script", page)) == 2


def test_text_of_a_corpus_ends_no_script(good: Path, tmp_path: Path) -> None:
    edit(good / "reports.jsonl", 1, lambda report: report.update(event_title=HOSTILE))
    metadata = json.loads((good / "corpus.json").read_text(encoding="utf-8"))
    (good / "corpus.json").write_text(json.dumps(metadata | {"title": HOSTILE, "description": "{{data}}"}))
    page = browsed(good, tmp_path / "x.html")
    assert len(re.findall("<script", page)) == len(re.findall("</script", page)) == 2
    found = content(page)
    assert (found["title"], found["reports"][0]["event_title"], found["description"]) == (HOSTILE, HOSTILE, "{{data}}")


def test_passes_are_there_where_one_differs(tmp_path: Path) -> None:
    corpus = Path(shutil.copytree(COUNCILS, tmp_path / "corpus"))
    paths = sorted((corpus / "annotators").glob("*/*.jsonl"))
    adjudicated = {r["id"]: r for path in (corpus / "statements").iterdir() for r in records(path)}
    differing = {r["id"] for path in paths for r in records(path) if r != adjudicated[r["id"]]}
    assert 0 < len(differing) < len(records(paths[0]))
    found = content(browsed(corpus, tmp_path / "x.html"))["passes"]
    assert [(one["annotator"], one["id"]) for one in found] == [
        (name, key) for name in ("one", "two") for key in sorted(differing)
    ]
    assert not any("text" in one for one in found)


def test_a_corpus_without_corpus_json_is_shown(good: Path, tmp_path: Path) -> None:
    (good / "corpus.json").unlink()
    assert content(browsed(good, tmp_path / "x.html"))["title"] == good.name


def test_without_statements_nothing_is_written(good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(good / "statements")
    assert main(["browse", "--corpus", str(good), "--out", str(tmp_path / "x.html")]) == 1
    assert capsys.readouterr().err == "chithi: the corpus has no statements: no page was written\n"
    assert not (tmp_path / "x.html").exists()


def test_a_broken_corpus_and_a_missing_folder_are_told(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["browse", "--corpus", str(good), "--out", str(tmp_path / "none" / "x.html")]) == 2
    assert "No such file" in capsys.readouterr().err
    (good / POLISH).write_bytes(b"{}\n")
    assert main(["browse", "--corpus", str(good), "--out", str(tmp_path / "x.html")]) == 1
    assert f"{POLISH}:1: not a record" in capsys.readouterr().err


def test_a_large_corpus_is_published_without_the_page(tmp_path: Path) -> None:
    corpus = chithi.Corpus.read(GOOD)
    build(corpus, tmp_path / "x", "1.0.0", options=BuildOptions(statements_on_page=corpus.statements.height - 1))
    assert not (tmp_path / "x" / "browse.html").exists()
    assert "browse.html" not in (tmp_path / "x" / "README.md").read_text(encoding="utf-8")


def test_the_published_folder_carries_the_page(built: Path) -> None:
    found = content((built / "browse.html").read_text(encoding="utf-8"))
    assert found["version"] == "0.0.0"
    assert len(found["statements"]) == sum(len(split) for split in chithi.load().values())
    assert "[browse.html](browse.html)" in (built / "README.md").read_text(encoding="utf-8")


def test_readme_shows_pictures_that_are_there() -> None:
    root = Path(__file__).parents[1]
    shown = re.findall(r' src(?:set)?="(\.github/[^"]+)"', (root / "README.md").read_text(encoding="utf-8"))
    assert [(root / name).exists() for name in shown] == [True, True]
