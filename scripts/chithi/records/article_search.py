"""The article of a report in a folder of files: by its hash, else by the marks that annotators made in it."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from chithi.records.files import read_regular
from chithi.records.pages import PageError, even, files_in, paragraphs_of, read_page
from chithi.records.records import Report, Statement
from chithi.records.working_form import Marks

LEAST = 0.5  # of the marks that stand in the paragraphs of a file that is the article


class Articles:
    """The files in a folder that may hold articles."""

    def __init__(self, folder: Path) -> None:
        self.unused: dict[Path, str] = {}  # files and folders that cannot be read, with the reason
        self.paths = list(files_in(folder, self.unreadable))

    def unreadable(self, error: OSError) -> None:
        """Notes a folder that cannot be read."""
        self.unused[Path(error.filename)] = error.strerror or str(error)

    @cached_property
    def hashes(self) -> dict[str, Path]:
        """SHA-256 of a file -> the file, for the files that can be read."""
        return {hashlib.sha256(read_regular(path)).hexdigest(): path for path in reversed(list(self.texts))}

    @cached_property
    def texts(self) -> dict[Path, str]:
        """The texts of all files that can be read."""
        found = {}
        for path in self.paths:
            try:
                found[path] = read_page(path)[1]()
            except PageError as error:
                self.unused[path] = str(error)
        return found

    def find(self, report: Report, marks: Sequence[Marks], statements: Sequence[Statement]) -> str | None:
        """The text of a report's article; None if no file holds it."""
        path = self.hashes.get(report.sha256 or "")
        if path and path in self.texts:
            return self.texts[path]
        shares = {path: share(text, marks, statements) for path, text in self.texts.items()}
        best = max(shares, key=lambda path: shares[path], default=None)
        return self.texts[best] if best and shares[best] >= LEAST else None


def share(text: str, marks: Sequence[Marks], statements: Sequence[Statement]) -> float:
    """The share of the marks whose texts stand in their paragraphs of a text, from 0 to 1."""
    paragraphs = [text[start:end] for start, end in paragraphs_of(even(text))]
    there = []
    for marked, statement in zip(marks, statements, strict=True):
        number = statement.paragraph or 0
        within = text if not number else paragraphs[number - 1] if number <= len(paragraphs) else ""
        there += [mark.text in within for _, mark in marked.marks()]
    return sum(there) / len(there) if there else 0.0
