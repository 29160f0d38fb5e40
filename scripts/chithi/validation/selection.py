"""Which files a validation checks, and how findings name them."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chithi.records import layout

File = tuple[str, str]  # the path at which a file is opened, and its table


@dataclass(slots=True)
class Selection:
    """The files to check: those of a corpus, and others that refer to it.

    Files of the corpus are opened by one path each, whatever they were called.
    """

    corpus: Path
    whole: bool  # whether the whole corpus is checked
    names: set[str] = field(default_factory=set)  # of registries, corpus.json and the like, relative to the corpus
    statements: list[File] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)  # the paths of files of anchors
    entries: list[File] = field(default_factory=list)  # registries outside of the corpus

    def has(self, name: str) -> bool:
        """Whether a file of the corpus is to be checked that is none of statements."""
        return self.whole or name in self.names

    def name(self, opened: str) -> str:
        """The path that findings give for an opened file: relative to the corpus if it is in it."""
        inside = f"{self.corpus}{os.sep}"
        return opened.removeprefix(inside).replace(os.sep, "/") if opened.startswith(inside) else opened


def select(corpus: Path, paths: Sequence[Path]) -> Selection:
    """All files of a corpus, or those at `paths`, each once."""
    if not paths:
        anchors = list(map(str, layout.anchor_files(corpus)))
        return Selection(corpus, True, statements=list(all_statements(corpus)), anchors=anchors)
    found = Selection(corpus, False)
    for path in dict.fromkeys(paths):
        name = layout.within(path, corpus)
        if name is None:
            add_outside(found, path)
        elif name.startswith(f"{layout.ANCHORS}/"):
            found.anchors.append(os.path.join(corpus, *name.split("/")))
        elif (table := name.partition("/")[0]) in layout.DEPTH:
            found.statements.append((os.path.join(corpus, *name.split("/")), table))
        else:
            found.names.add(name)
    found.statements, found.anchors = list(dict.fromkeys(found.statements)), list(dict.fromkeys(found.anchors))
    return found


def add_outside(selection: Selection, path: Path) -> None:
    """Adds a file outside of the corpus: by its folder or its name anchors or a registry, else statements."""
    table = layout.table_of(path)
    if table == layout.ANCHORS:
        selection.anchors.append(str(path))
    elif table == layout.STATEMENTS:
        selection.statements.append((str(path), layout.DRAFTS))
    else:
        selection.entries.append((str(path), table))


def all_statements(corpus: Path) -> Iterator[File]:
    """All files of statements of a corpus: the adjudicated ones, then those of single passes."""
    folder = os.path.join(corpus, layout.STATEMENTS)
    yield from ((os.path.join(folder, name), layout.STATEMENTS) for name in layout.statement_names(corpus))
    yield from ((str(path), layout.ANNOTATORS) for path in layout.annotator_files(corpus))
