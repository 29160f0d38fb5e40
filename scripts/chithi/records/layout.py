"""The files of a corpus: the names of its six tables, and the places of their files and schemas."""

import os
import re
from pathlib import Path

from chithi.records.files import below
from chithi.records.replacing import FILES

REGISTRIES = ("reports", "actors", "offices", "directives")
STATEMENTS = "statements"
ANNOTATORS = "annotators"
ANCHORS = "anchors"  # where the statements stand in their articles
ORIGINALS = "originals"  # the config of the articles that somebody holds, which is never published
DRAFTS = "drafts"  # statements outside of a corpus, in files of any name
DEPTH = {STATEMENTS: 1, ANNOTATORS: 2, ANCHORS: 1}  # folders that a file of statements or anchors lies in
SUPPRESSIONS = "exceptions"
EXCEPTIONS = f"{SUPPRESSIONS}.jsonl"
METADATA = "corpus.json"
SCHEMAS = "schema"  # the folder of a corpus's own schemas
JSON = re.compile(r"\.(nd)?json", re.IGNORECASE)  # in a file name
SCHEMA_OF = {
    "reports": "report",
    "actors": "actor",
    "offices": "office",
    "directives": "directive",
    "statements": "statement",
    "anchors": "anchor",
}


def shipped(name: str) -> Path:
    """A file or folder that ships with the package: in its folder `data`, or at the top of a checkout."""
    inside = Path(__file__).parents[1] / "data" / name
    return inside if inside.exists() else Path(__file__).parents[3] / name


def table_of(path: Path) -> str:
    """The table of a file that need not be in a corpus: anchors in a folder of that name, the registry of its name.

    Everything else is a file of statements.
    """
    if path.parent.name == ANCHORS:
        return ANCHORS
    return path.stem if path.stem in REGISTRIES else STATEMENTS


def within(path: Path, corpus: Path) -> str | None:
    """The path of a file relative to a corpus, with forward slashes; None if it is not one of the corpus's files.

    It does not matter how the file and the corpus are addressed. A link in the corpus is a file of the corpus,
    wherever it leads.
    """
    root = os.path.realpath(corpus)
    for real in (os.path.join(os.path.realpath(path.parent), path.name), os.path.realpath(path)):
        folder, name = os.path.split(os.path.relpath(real, root))
        parts = tuple(folder.split(os.sep)) if folder else ()
        if os.pardir not in parts and belongs(name, parts):
            return "/".join((*parts, name))
    return None


def home(path: Path) -> Path | None:
    """The corpus whose file this is: a folder above it that has a registry; None if there is none."""
    folder = Path(os.path.realpath(path.parent))
    for corpus in (folder, *folder.parents[: max(DEPTH.values())]):
        if within(path, corpus) and any(registry.exists() for registry in registry_files(corpus)):
            return corpus
    return None


def registry_files(corpus: Path) -> list[Path]:
    """The files of the four registries."""
    return [corpus / f"{name}.jsonl" for name in REGISTRIES]


def statement_names(corpus: Path) -> list[str]:
    """The names of the files of adjudicated statements, in order."""
    folder = corpus / STATEMENTS
    return sorted(name for name in os.listdir(folder) if name.endswith(".jsonl")) if folder.is_dir() else []


def statement_files(corpus: Path) -> list[Path]:
    """The files of the adjudicated statements, one a report, sorted by name."""
    return [corpus / STATEMENTS / name for name in statement_names(corpus)]


def anchor_files(corpus: Path) -> list[Path]:
    """The files of anchors, one a report whose article is known, sorted by name."""
    folder = corpus / ANCHORS
    names = sorted(os.listdir(folder)) if folder.is_dir() else []
    return [folder / name for name in names if name.endswith(".jsonl")]


def formatted_files(corpus: Path) -> list[Path]:
    """All files of a corpus that have a canonical form."""
    others = [path for path in (corpus / EXCEPTIONS, corpus / METADATA) if path.exists()]
    records = [*statement_files(corpus), *annotator_files(corpus), *anchor_files(corpus)]
    return [*registry_files(corpus), *records, *others]


def files_of(corpus: Path, table: str) -> list[Path]:
    """The files of a table."""
    if table == ANCHORS:
        return anchor_files(corpus)
    return statement_files(corpus) if table == STATEMENTS else [corpus / f"{table}.jsonl"]


def annotator_files(corpus: Path) -> list[Path]:
    """The files of the annotators' single passes: annotators/<pass>/<report id>.jsonl."""
    return list(below(corpus / ANNOTATORS, ".jsonl"))


def strangers(corpus: Path) -> list[Path]:
    """Files that belong to no table, which the tools would silently ignore.

    These are JSON files anywhere in a corpus, and all files and links to folders among statements or anchors, unless
    their names begin with a dot; and whatever has the name of such a folder, or of that of schemas, but is none.
    """
    tables = [os.path.join(corpus, name) for name in (*DEPTH, SCHEMAS)]
    found = [path for path in tables if os.path.lexists(path) and not os.path.isdir(path)]
    for folder, folders, files in os.walk(corpus, onerror=unreadable):
        folders[:] = [name for name in folders if not FILES.names(name)]
        parts = Path(folder).relative_to(corpus).parts
        among = parts[:1] in ((STATEMENTS,), (ANNOTATORS,), (ANCHORS,))
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        odd = [name for name in files + links if not belongs(name, parts)]
        found += [
            os.path.join(folder, name) for name in odd if JSON.search(name) or (among and not name.startswith("."))
        ]
    return sorted(map(Path, found))


def unreadable(error: OSError) -> None:
    """Raises the error of a folder that cannot be read."""
    raise error


def is_schema(path: Path) -> bool:
    """Whether a file, by its name, is a schema: one JSON document instead of a record a line."""
    return path.name.endswith(".schema.json")


def belongs(name: str, folders: tuple[str, ...]) -> bool:
    """Whether a file of this name, within these folders of a corpus, is one that the tools read."""
    if folders == (SCHEMAS,):
        return name.endswith(".schema.json")
    if folders:
        return name.endswith(".jsonl") and len(folders) == DEPTH.get(folders[0])
    return name in (METADATA, EXCEPTIONS, *(f"{table}.jsonl" for table in REGISTRIES))


def primary(tag: str) -> str:
    """The language of a tag, without script and region.

    >>> primary("vi-VN")
    'vi'
    """
    return tag.split("-", maxsplit=1)[0]


def language_of(report: str) -> str:
    """The language tag in a report's id.

    >>> language_of("ha-giang-inspection-2025-03.ru-2")
    'ru'
    """
    return re.sub(r"-\d+$", "", report.rpartition(".")[2])
