"""The five tables of a corpus: their names, and where they and their schemas lie."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

REGISTRIES = ("reports", "speakers", "offices", "directives")
STATEMENTS = "statements"
ANNOTATORS = "annotators"
EXCEPTIONS = "exceptions.jsonl"
SCHEMA_OF = {
    "reports": "report",
    "speakers": "speaker",
    "offices": "office",
    "directives": "directive",
    "statements": "statement",
}


def shipped(name: str) -> Path:
    """A file or folder that comes with the package: inside it when installed from a wheel, else at the top of the checkout."""
    inside = Path(__file__).parents[1] / "data" / name
    return inside if inside.exists() else Path(__file__).parents[3] / name


def table_of(path: Path) -> str:
    """The table that a file belongs to: a registry by its name, and any other file holds statements."""
    return path.stem if path.stem in REGISTRIES else STATEMENTS


def registry_files(corpus: Path) -> list[Path]:
    """The files of the four registries."""
    return [corpus / f"{name}.jsonl" for name in REGISTRIES]


def statement_files(corpus: Path) -> list[Path]:
    """The adjudicated statements, one file a report, in the order of their names."""
    folder = corpus / STATEMENTS
    return [folder / name for name in sorted(os.listdir(folder)) if name.endswith(".jsonl")] if folder.is_dir() else []


def annotator_files(corpus: Path) -> list[Path]:
    """The single passes behind the adjudicated statements: annotators/<pass>/<report id>.jsonl."""
    return sorted((corpus / ANNOTATORS).glob("*/*.jsonl"))


def in_corpus(path: Path) -> bool:
    """Whether a file of statements lies where a corpus has them, and so has to be named after its report."""
    return path.parent.name == STATEMENTS or path.parent.parent.name == ANNOTATORS


def strangers(corpus: Path) -> Iterator[Path]:
    """JSON files in a corpus that belong to no table, and so would be passed over."""
    known = {*map(str, [*registry_files(corpus), *statement_files(corpus), *annotator_files(corpus), corpus / EXCEPTIONS])}
    there = (os.path.join(folder, name) for folder, folders, files in os.walk(corpus) for name in folders + files if ".json" in name)
    yield from sorted(Path(path) for path in there if path not in known)


def language_of(report: str) -> str:
    """The language tag within a report's id: ru for ha-giang-inspection-2025-03.ru-2."""
    return re.sub(r"-\d+$", "", report.rpartition(".")[2])
