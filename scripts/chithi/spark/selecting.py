"""What is validated on Spark: the files of statements, and what the driver reads of the corpus."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pyspark.sql import SparkSession

from chithi.records import layout
from chithi.records.broken import CorpusError
from chithi.records.replacing import temporary
from chithi.spark.files import File, Folder, path_in, plain
from chithi.spark.lines import BOM
from chithi.spark.reports import PATH, TABLE
from chithi.validation.selection import Selection, select

JSONL = "*.jsonl"
LEAST = len(BOM) + 1  # bytes of a file in which Spark's reader finds a line


class Given(NamedTuple):
    """What is checked: the corpus in a local folder, the files of statements, and where Spark reads them.

    reports: the file of the reports, if Spark is to read it.
    """

    selection: Selection
    files: list[File]
    roots: list[str]
    pattern: str | None = JSONL
    reports: File | None = None


@contextmanager
def given(spark: SparkSession, path: Path | str, corpus: Path | str | None, joined: int) -> Iterator[Given]:
    """What is to be checked. Raises CorpusError for a folder that is no corpus."""
    with temporary() as copies:
        home = Folder(spark, corpus or path)
        if not home.has(PATH):
            raise CorpusError(home.path, None, f"no corpus: it has no {PATH}")
        size = home.size(PATH)
        reports = File(PATH, TABLE, path_in(home.uri, PATH), size) if size >= max(joined, LEAST) else None
        sizes = {} if home.local else home.copy(copies, reports=reports is None)
        local = Path(home.local or copies)
        if corpus is None:
            selection = select(local, [])
            names = [selection.name(opened) for opened, _ in selection.statements]
            found = [
                File(name, table, path_in(home.uri, name), sizes[name] if sizes else home.size(name))
                for name, (_, table) in zip(names, selection.statements, strict=True)
            ]
            roots = [path_in(home.path, table) for table in (layout.STATEMENTS, layout.ANNOTATORS) if home.has(table)]
            yield Given(selection, found, roots, reports=reports)
        else:
            yield outside(Folder(spark, path), home, local)._replace(reports=reports)


def outside(folder: Folder, home: Folder, corpus: Path) -> Given:
    """Files that are held against a corpus, as the local run takes them. `corpus` is that of `home`, or a copy."""
    uris = {opened_as(uri, folder, home, corpus): uri for uri in folder.matching(JSONL)}
    paths = [path for path in uris if isinstance(path, Path)]
    selection = select(corpus, paths) if paths else Selection(corpus, False)
    selection.statements += [(path, layout.DRAFTS) for path in uris if isinstance(path, str)]
    of_path = {str(path): uri for path, uri in uris.items()}
    files = []
    for opened, table in selection.statements:
        uri = of_path.get(opened) or plain(Folder(folder.spark, opened).uri)
        size = Folder(folder.spark, uri.rpartition("/")[0]).size(uri.rpartition("/")[2])
        files.append(File(selection.name(opened), table, uri, size))
    return Given(selection, files, [folder.path], JSONL if folder.is_folder() else None)


def opened_as(uri: str, folder: Folder, home: Folder, corpus: Path) -> Path | str:
    """The path of a file of a folder as the local run takes it, or as it was given if no local path is that of it."""
    name = uri.removeprefix(folder.uri).lstrip("/")
    if folder.local:
        return Path(folder.local, name)
    inside = uri.removeprefix(home.uri.rstrip("/") + "/")
    *folders, last = inside.split("/")
    is_of_corpus = inside != uri and layout.belongs(last, tuple(folders))
    return Path(corpus, inside) if is_of_corpus else path_in(folder.path, name)
