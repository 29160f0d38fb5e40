"""The five tables of a corpus: their names, and where they and their schemas lie."""

import os
import re
from pathlib import Path

from chithi.records.replacing import FILES

REGISTRIES = ("reports", "speakers", "offices", "directives")
STATEMENTS = "statements"
ANNOTATORS = "annotators"
DEPTH = {STATEMENTS: 1, ANNOTATORS: 2}  # folders that a file of statements lies in
EXCEPTIONS = "exceptions.jsonl"
JSON = re.compile(r"\.(nd)?json", re.IGNORECASE)  # in the name of a file
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


def statement_names(corpus: Path) -> list[str]:
    """The names of the files of adjudicated statements, in order."""
    folder = corpus / STATEMENTS
    return sorted(name for name in os.listdir(folder) if name.endswith(".jsonl")) if folder.is_dir() else []


def statement_files(corpus: Path) -> list[Path]:
    """The adjudicated statements, one file a report, in the order of their names."""
    return [corpus / STATEMENTS / name for name in statement_names(corpus)]


def files_of(corpus: Path, table: str) -> list[Path]:
    """The files of a registry, or of the adjudicated statements."""
    return statement_files(corpus) if table == STATEMENTS else [corpus / f"{table}.jsonl"]


def annotator_files(corpus: Path) -> list[Path]:
    """The single passes behind the adjudicated statements: annotators/<pass>/<report id>.jsonl."""
    return sorted((corpus / ANNOTATORS).glob("*/*.jsonl"))


def in_corpus(path: Path) -> bool:
    """Whether a file of statements lies where a corpus has them, and so has to be named after its report."""
    return path.parent.name == STATEMENTS or path.parent.parent.name == ANNOTATORS


def strangers(corpus: Path) -> list[Path]:
    """Files that belong to no table, and so would be passed over: JSON anywhere in a corpus, and whatever lies among its statements.

    Among these, links to folders count, too; names that begin with a point do not.
    """
    found: list[str] = []
    for folder, folders, files in os.walk(corpus):
        folders[:] = [name for name in folders if not FILES.names(name)]
        within = Path(folder).relative_to(corpus).parts
        among = within[:1] in ((STATEMENTS,), (ANNOTATORS,))
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        odd = [name for name in files + links if not belongs(name, within)]
        found += [os.path.join(folder, name) for name in odd if JSON.search(name) or (among and not name.startswith("."))]
    return sorted(map(Path, found))


def belongs(name: str, within: tuple[str, ...]) -> bool:
    """Whether a file of this name, within these folders of a corpus, is one of its tables or its exceptions."""
    if within:
        return name.endswith(".jsonl") and len(within) == DEPTH.get(within[0])
    return name in (EXCEPTIONS, *(f"{table}.jsonl" for table in REGISTRIES))


def language_of(report: str) -> str:
    """The language tag within a report's id: ru for ha-giang-inspection-2025-03.ru-2."""
    return re.sub(r"-\d+$", "", report.rpartition(".")[2])
