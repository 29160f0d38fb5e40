"""Articles in other extractions than the one whose hash a report gives, found by the corpus's anchors."""

import unicodedata
from pathlib import Path

from chithi.records import layout
from chithi.records.broken import CorpusError
from chithi.records.hydration import Hydrated, hydrate_with
from chithi.records.records import Anchor, Registries
from chithi.validation.usable import read_anchor_file


def aligned_in(folder: Path, corpus: Path, registries: Registries) -> dict[str, list[str]]:
    """The articles in a folder that no file there has to the letter: report -> the article's paragraphs.

    An article without the paragraphs of all its statements has none here: what a statement says may stand in those that
    are missing. Reports whose anchors cannot be read are passed over. Raises OSError if a folder cannot be read.
    """
    wanted = {report.id for report in registries.reports.values() if report.sha256 not in (registries.articles or {})}
    anchors: dict[str, list[Anchor]] = {}
    for path in layout.anchor_files(corpus):
        if path.stem in wanted:
            try:
                anchors[path.stem] = read_anchor_file(path, corpus, registries.schemas)
            except CorpusError:  # the rules for anchors tell that
                continue
    found = hydrate_with(anchors, folder).articles if anchors else {}
    return {report: paragraphs_of(article) for report, article in found.items()}


def paragraphs_of(article: Hydrated) -> list[str]:
    """The paragraphs of an article; none if that of a statement is missing."""
    whole = all(located.paragraph is not None for located in article.statements)
    return [plain(article.text[start:end]) for start, end in article.paragraphs] if whole else []


def plain(text: str) -> str:
    """The text in NFC, as the corpus is, without characters that only format, such as hyphens that are not seen."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")
