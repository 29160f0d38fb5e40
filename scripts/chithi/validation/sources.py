"""Articles in other extractions than the one whose hash a report gives, found by the corpus's anchors."""

import hashlib
import unicodedata
from collections import Counter
from pathlib import Path

from chithi.records import layout
from chithi.records.broken import CorpusError
from chithi.records.files import read_regular
from chithi.records.hydration import Hydrated, hydrate_with
from chithi.records.records import Anchor, Registries
from chithi.text.display import visible
from chithi.validation.usable import read_anchor_file


def articles_in(folder: Path) -> tuple[dict[str, list[str]], list[str]]:
    """The articles in a folder of text files: SHA-256 of the file -> its lines without the empty ones; and notes.

    An article that is not UTF-8 has no lines. Subfolders and files with other endings than .txt are passed over. The
    notes tell of files that cannot be read. Raises OSError if the folder cannot be.
    """
    articles, notes = {}, []
    for path in sorted(path for path in folder.iterdir() if path.suffix == ".txt" and not path.is_dir()):
        try:
            data = read_regular(path)
        except OSError as error:
            notes.append(f"{visible(str(path))}: {error.strerror or error}")
            continue
        try:
            lines = data.decode("utf-8-sig").split("\n")
        except UnicodeDecodeError:
            lines = []
        articles[hashlib.sha256(data).hexdigest()] = [line for line in lines if line.strip()]
    return articles, notes


def aligned_in(folder: Path, corpus: Path, registries: Registries) -> tuple[dict[str, list[str]], list[str]]:
    """The articles in a folder that no file there has to the letter: report -> the article's paragraphs; and notes.

    An article without the paragraphs of all its statements has none here: what a statement says may stand in those that
    are missing. The notes tell of such articles, and of files that could not be used. Reports whose anchors cannot be
    used are passed over. Raises OSError if the folder cannot be read.
    """
    wanted = {report.id for report in registries.reports.values() if report.sha256 not in (registries.articles or {})}
    anchors: dict[str, list[Anchor]] = {}
    for path in layout.anchor_files(corpus):
        if path.stem in wanted:
            try:
                anchors[path.stem] = read_anchor_file(path, corpus, registries.schemas)
            except CorpusError:  # the rules for anchors tell that
                continue
    found = hydrate_with(anchors, folder)
    notes = [note for article in found.articles.values() for note in [unchecked(article)] if note]
    notes += [f"{visible(str(path))}: {reason}" for path, reason in found.broken]
    notes += [f"{visible(str(path))}: not used, for other articles stand in {report}" for path, report in found.mixed]
    for reason, count in Counter(reason for _, reason in found.lacking).items():
        notes.append(f"{count:,} file{'' if count == 1 else 's'} may hold an article, but {reason}")
    return {report: paragraphs_of(article) for report, article in found.articles.items()}, notes


def unchecked(article: Hydrated) -> str | None:
    """Why an article is held against no statement; None if it is."""
    missing = sum(located.paragraph is None for located in article.statements)
    if not missing:
        return None
    count = len(article.statements)
    return (
        f"article {article.report}: the paragraphs of {count - missing} of {count} statements were found, so its names "
        f"and numbers were not checked: {visible(str(article.path))} lacks a part of it"
    )


def paragraphs_of(article: Hydrated) -> list[str]:
    """The paragraphs of an article; none if that of a statement is missing."""
    whole = all(located.paragraph is not None for located in article.statements)
    first, behind = article.own or (0, len(article.paragraphs))
    return [plain(article.text[start:end]) for start, end in article.paragraphs[first:behind]] if whole else []


def plain(text: str) -> str:
    """The text in NFC, as the corpus is, without characters that only format, such as hyphens that are not seen."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")
