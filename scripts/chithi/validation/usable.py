"""The anchors of a corpus, read for use: a file in which the rules find anything is not used."""

import os
from collections.abc import Callable
from pathlib import Path

from chithi.records import layout
from chithi.records.blocks import count_lines
from chithi.records.broken import CorpusError
from chithi.records.files import read_regular
from chithi.records.hydration import Hydration, hydrate_with
from chithi.records.own_schemas import SchemaError, read_schemas
from chithi.records.records import Anchor
from chithi.records.schemas import Schemas
from chithi.validation.anchored import check_anchors, statements_in
from chithi.validation.block import Block, Piece


def hydrate(folder: Path, corpus: Path, progress: Callable[[int], None] = lambda files: None) -> Hydration:
    """Finds the articles of a corpus in the files of a folder, and the corpus's spans in them.

    `corpus` is the folder of a corpus. `progress` is called with the number of files done. Raises CorpusError if the
    anchors cannot be used, OSError if the folder cannot be read.
    """
    return hydrate_with(read_anchors(corpus), folder, progress)


def read_anchors(corpus: Path) -> dict[str, list[Anchor]]:
    """The anchors of a corpus by report, in the order of the files. Raises CorpusError if a file cannot be used."""
    folder = corpus / layout.ANCHORS
    if os.path.lexists(folder) and not folder.is_dir():
        raise CorpusError(folder, None, "not a folder")
    try:
        schemas = read_schemas(corpus)
    except SchemaError as error:
        raise CorpusError(error.path, None, error.reason) from error
    return {path.stem: read_anchor_file(path, corpus, schemas) for path in layout.anchor_files(corpus)}


def read_anchor_file(path: Path, corpus: Path, schemas: Schemas) -> list[Anchor]:
    """The anchors in a file of a corpus, held against its statements. Raises CorpusError if it cannot be used.

    A line that is missing, or a request that is, would give the spans of one statement to another, without a word.
    """
    statements = corpus / layout.STATEMENTS / path.name
    try:
        data = read_regular(path)
        known = statements_in(statements)
    except OSError as error:
        raise CorpusError(Path(error.filename or path), None, error.strerror or str(error)) from error
    block = Block([Piece(str(path), layout.ANCHORS, 1, count_lines(data), data)], schemas)
    for problem in sorted(block.problems):
        raise CorpusError(path, problem.line, problem.message)
    if known is None:
        raise CorpusError(statements, None, "has a line that is no statement, so the anchors cannot be held against it")
    anchors = [record for record in block.records if record is not None]
    for n, _, finding in check_anchors(anchors, statements, whole=True):
        raise CorpusError(path, n + 1, finding.message)
    return anchors
