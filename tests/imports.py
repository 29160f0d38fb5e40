"""Exports to read back: how tests make, change and import them."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chithi.cli import main
from chithi.records.canonical import canonical

from . import beyond

FORMATS = ("brat", "label-studio", "inception")
FIXTURES = Path(__file__).parent / "fixtures" / "imports"
ONE = "astral.pl"  # the report of the fixtures, with one statement
Record = dict[str, Any]


def export(to: str, out: Path, corpus: Path, *options: str) -> Path:
    """Exports a corpus."""
    if to == "inception":
        pytest.importorskip("cassis")
    assert main(["export", "--to", to, "--corpus", str(corpus), "--out", str(out), *options]) == 0
    return out


def back(source: str, path: Path, out: Path, corpus: Path) -> int:
    """Imports an export. Returns the exit code."""
    return main(["import", "--from", source, str(path), "--out", str(out), "--corpus", str(corpus)])


def blank(folder: Path) -> Path:
    """A corpus of texts and no spans, to be annotated in another tool."""
    beyond.write(folder)
    for path in (folder / "statements").iterdir():
        lines = [json.loads(line) for line in path.read_bytes().splitlines()]
        path.write_bytes(b"".join(canonical(without_spans(line), "statements") for line in lines))
    return folder


def without_spans(record: Record) -> Record:
    return record | {"speaker": None, "role": None, "directives": [], "requests": []}


def same(out: Path, corpus: Path) -> bool:
    """Whether the imported files are those of the corpus, byte for byte."""
    one, two = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in (out, corpus / "statements"))
    return one == two


def imported(out: Path) -> dict[str, Record]:
    """The imported records by id."""
    lines = [line for path in out.iterdir() for line in path.read_bytes().splitlines()]
    return {record["id"]: record for record in map(json.loads, lines)}


def lone(source: str, folder: Path, corpus: Path) -> Path:
    """The export of the report of the fixtures alone, without the mark that tells how many statements went out."""
    out = export(source, folder, corpus)
    (out / "chithi-export.json").unlink()
    if source == "brat":
        for path in out.iterdir():
            if path.is_dir() and path.name != ONE:
                shutil.rmtree(path)
    elif source == "inception":
        for path in (out / "documents").iterdir():
            if path.stem != ONE:
                path.unlink()
    else:
        edit_json(out / "tasks.json", lambda tasks: [task for task in tasks if task["data"]["report"] == ONE])
    return out


def edit_json(path: Path, change: Callable[[Any], Any]) -> None:
    """Changes the value of a JSON file: in place, or to what the change returns."""
    value = json.loads(path.read_bytes())
    changed = change(value)
    path.write_text(json.dumps(value if changed is None else changed, ensure_ascii=False, indent=1), "utf-8")


def edit_lines(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Changes the lines of a file."""
    lines = path.read_text("utf-8").splitlines()
    path.write_text("".join(f"{line}\n" for line in change(lines)), "utf-8")


def codes(printed: str) -> list[str]:
    """The codes of the findings that were printed."""
    return re.findall(r"^\S.*?: ([A-Z]\d{3}) ", printed, re.MULTILINE)
