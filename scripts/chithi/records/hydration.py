"""Hydration: the articles in a folder, and where the spans of a corpus stand in them."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np

from chithi.records.alignment import Alignment, Found
from chithi.records.pages import LibraryMissing, PageError, files_in, paragraphs_of, read_page
from chithi.records.records import Anchor
from chithi.records.windows import Article, Page
from chithi.records.wrapping import first_copies, unwrapped
from chithi.text.code_points import Array

MANY = 2  # articles in one text, of which each has to have its own paragraphs
ENOUGH = 3  # windows of an article, moved alike, by which a page may be it; all, if it has fewer
PLACED, CHANGED, MISSING = "placed", "changed", "missing"

Progress = Callable[[int], None]


class Located(msgspec.Struct):
    """A statement in a page: its id, its spans, and the number of its paragraph, from 0; None if that is missing."""

    id: str
    spans: list[Found]
    paragraph: int | None


class Hydrated(msgspec.Struct):
    """A report's article as a file has it. `paragraphs` are half-open offsets of the text's lines that are not blank.

    windows: the number of windows of the article that the page has. twice: whether most of them stand in the page more
    than once. own: of a page with several articles, the first paragraph that is this one's and that behind its last.
    mixed: whether others stand between these; their text must not become part of it.
    """

    report: str
    path: Path
    text: str
    paragraphs: list[tuple[int, int]]
    statements: list[Located]
    windows: int
    twice: bool = False
    own: tuple[int, int] | None = None
    mixed: bool = False

    def extent(self) -> tuple[int, int]:
        """The first paragraph with a statement or a span, and that behind the last such."""
        starts = [start for start, _ in self.paragraphs]
        found = [located.paragraph for located in self.statements if located.paragraph is not None]
        for span in (span for located in self.statements for span in located.spans):
            if span.start is not None and span.end is not None:
                found += [bisect_right(starts, span.start) - 1, bisect_right(starts, span.end - 1) - 1]
        return (min(found), max(found) + 1) if found else (0, 0)

    def unbroken(self) -> int:
        """How many tenths of the placed spans lie within one paragraph each. Extraction may lose the blank lines."""
        starts = [start for start, _ in self.paragraphs]
        placed = [(s.start, s.end) for one in self.statements for s in one.spans if s.start is not None and s.end]
        whole = sum(bisect_right(starts, start) == bisect_right(starts, end - 1) for start, end in placed)
        return 10 * whole // len(placed) if placed else 0

    def count(self, state: str) -> int:
        """How many spans are placed, changed or missing."""
        return sum(span.state == state for located in self.statements for span in located.spans)


class Hydration(msgspec.Struct):
    """What a folder holds of a corpus's articles.

    articles: by report. others: files that hold an article, too, with the report, and whether they have less of it.
    mixed: files in which an article stands among others, so that it cannot be used, with the report. broken: files and
    folders that cannot be read, with the reason. lacking: HTML that may be an article, but cannot be extracted for want
    of a library. files: how many there are. anchors: by report, those that the corpus has.
    """

    anchors: dict[str, list[Anchor]]
    articles: dict[str, Hydrated] = msgspec.field(default_factory=dict)
    others: list[tuple[Path, str, bool]] = msgspec.field(default_factory=list)
    mixed: list[tuple[Path, str]] = msgspec.field(default_factory=list)
    broken: list[tuple[Path, str]] = msgspec.field(default_factory=list)
    lacking: list[tuple[Path, str]] = msgspec.field(default_factory=list)
    files: int = 0

    def add(self, found: Hydrated) -> None:
        """Adds an article. Of two files that hold one, that with more placed spans counts, then that read first."""
        if found.mixed:
            self.mixed.append((found.path, found.report))
            return
        before = self.articles.get(found.report)
        if before is None:
            self.articles[found.report] = found
            return
        better, other = (found, before) if score(found) > score(before) else (before, found)
        self.articles[found.report] = better
        self.others.append((other.path, other.report, score(other) < score(better)))


def score(found: Hydrated) -> tuple[int, int]:
    """How much of an article a file holds."""
    return found.count(PLACED), found.windows


def hydrate_with(
    anchors: Mapping[str, Sequence[Anchor]], folder: Path, progress: Progress = lambda files: None
) -> Hydration:
    """Finds articles in the files of a folder by their anchors, and the spans in them.

    `anchors` are those of each report, without a fault. `progress` is called with the number of files done. Raises
    OSError if the folder cannot be read.
    """
    result = Hydration({report: list(found) for report, found in anchors.items()})
    index = WindowIndex([Article(report, found) for report, found in anchors.items()])

    def unreadable(error: OSError) -> None:
        result.broken.append((Path(error.filename or folder), error.strerror or str(error)))

    for path in files_in(folder, unreadable):
        try:
            for found in articles_in(path, index):
                result.add(found)
        except LibraryMissing as error:
            result.lacking.append((path, str(error)))
        except PageError as error:
            result.broken.append((path, str(error)))
        result.files += 1
        progress(result.files)
    return result


def articles_in(path: Path, index: "WindowIndex") -> list[Hydrated]:
    """The articles that a file holds. Raises PageError if it cannot be read.

    Extraction may drop or repeat a part of a page. Where it does, the text with everything may have more.
    """
    rough, extract = read_page(path)
    page = Page(rough)
    candidates = index.candidates(page)
    if not candidates:
        return []
    texts = dict.fromkeys(first_copies(unwrapped(text)) for text in (extract(), rough))
    pages = [page if text == rough else Page(text) for text in texts]
    found: dict[str, list[Hydrated]] = {}
    for page in pages:
        together = [each for article in candidates if (each := located(article, page, path))]
        divide(together)
        for each in together:
            found.setdefault(each.report, []).append(each)
    return [max(each, key=lambda one: (not one.mixed, score(one), one.unbroken())) for each in found.values()]


def divide(found: Sequence[Hydrated]) -> None:
    """Gives each of several articles in one text the paragraphs from its first to its last, or marks it as mixed."""
    if len(found) < MANY:
        return
    extents = [one.extent() for one in found]
    for one, (first, behind) in zip(found, extents, strict=True):
        one.own = first, behind
        one.mixed = sum(first < last and start < behind for start, last in extents) > 1


def located(article: Article, page: Page, path: Path) -> Hydrated | None:
    """An article in a page; None if the page is not the article."""
    alignment = Alignment(article, page)
    if alignment.windows < min(ENOUGH, len(article.positions)):
        return None
    text = page.stream.text
    paragraphs = paragraphs_of(text)
    spans = alignment.spans()
    statements = [
        Located(anchor.id, found, paragraph_of(alignment, anchor, paragraphs))
        for anchor, found in zip(article.anchors, spans, strict=True)
    ]
    twice = 2 * alignment.copied > alignment.windows
    return Hydrated(article.report, path, text, paragraphs, statements, alignment.windows, twice)


def paragraph_of(alignment: Alignment, anchor: Anchor, paragraphs: Sequence[tuple[int, int]]) -> int | None:
    """The paragraph of a page that has the most windows of a statement; None if it has none."""
    owners = alignment.page.stream.owners
    starts = [start for start, _ in paragraphs]
    found = Counter(bisect_right(starts, owners[position]) - 1 for position in alignment.windows_in(anchor))
    return max(found, key=lambda n: (found[n], -n)) if found else None


class WindowIndex:
    """The windows of many articles by their hashes, so that a page is compared with none that it does not resemble.

    hashes: uint16, sorted. numbers, positions: int64; the article of each window, and its position there.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = [article for article in articles if len(article.positions)]
        hashes = [article.hashes for article in self.articles] or [np.zeros(0, np.uint16)]
        positions = [article.positions for article in self.articles] or [np.zeros(0, np.int64)]
        numbers = np.repeat(np.arange(len(hashes)), [len(each) for each in hashes])
        order = np.argsort(np.concatenate(hashes), kind="stable")
        self.hashes = np.concatenate(hashes)[order]
        self.numbers, self.positions = numbers[order], np.concatenate(positions)[order]

    @cached_property
    def known(self) -> Array:
        """Whether an article has a hash: bool, shape (65536,)."""
        found = np.zeros(1 << 16, bool)
        found[self.hashes] = True
        return found

    def candidates(self, page: Page) -> list[Article]:
        """The articles of which ENOUGH windows have moved alike into a page."""
        at = np.flatnonzero(self.known[page.hashes])
        firsts = np.searchsorted(self.hashes, page.hashes[at], "left")
        counts = np.searchsorted(self.hashes, page.hashes[at], "right") - firsts
        rows = np.repeat(firsts - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
        shifts = np.repeat(at, counts) - self.positions[rows]
        pairs, agree = np.unique((self.numbers[rows] << 32) + shifts + (1 << 31), return_counts=True)
        found = {}
        for number, count in (
            zip((pairs >> 32).tolist(), agree.tolist(), strict=True) if agree.max(initial=0) > 1 else ()
        ):
            if count >= min(ENOUGH, len(self.articles[number].positions)):
                found[number] = self.articles[number]
        return list(found.values())
