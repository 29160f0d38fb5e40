"""Statements as columns, in which a prefilter looks at thousands of them in a few passes.

A column is made when a prefilter first asks for it, once for a block. Statements are numbered in the block's order.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from chithi.records.layout import language_of
from chithi.records.records import Registries, Report, Statement
from chithi.text.character_classes import CLASSES, EDGES, MARK, SUSPICIOUS
from chithi.text.code_points import Array, CodePoints
from chithi.validation.strings import is_composed


class Layer(NamedTuple):
    """Spans of one layer, or translations, and for each of them the number of its statement; in the order of these."""

    owners: list[int]
    spans: list[Any]

    def pairs(self) -> Iterator[tuple[int, Any]]:
        """Each span with the number of its statement."""
        return zip(self.owners, self.spans, strict=True)


class Strings:
    """Strings in a row, and what prefilters ask of all of them at once. They are given by their numbers."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    @cached_property
    def code_points(self) -> CodePoints:
        """The code points of all strings, with a space before and behind each."""
        return CodePoints(self.texts)

    @cached_property
    def classes(self) -> Array:
        """The class of each code point, as `text.character_classes` has it: uint8."""
        return CLASSES.take(self.code_points.indices)

    @cached_property
    def highest(self) -> Array:
        """The highest class of a character in each string: uint8."""
        return np.maximum.reduceat(self.classes, self.code_points.begins)

    @cached_property
    def decomposed(self) -> list[int]:
        """Those that are not in NFC. All such strings hold marks, or characters of no plain class."""
        marked = (self.highest >= MARK).nonzero()[0].tolist()
        return [n for n in marked if not is_composed(self.texts[n])]

    @cached_property
    def suspicious(self) -> list[int]:
        """Those with a character that is in no plain class."""
        found: list[int] = (self.highest == SUSPICIOUS).nonzero()[0].tolist()
        return found

    def at(self, places: Array) -> Iterable[int]:
        """Those that have one of these places among the code points."""
        return set(self.code_points.owners(places).tolist()) if places.size else ()


class Columns:
    """The columns of some statements, beside the registries that they refer to."""

    def __init__(self, statements: Sequence[Statement], registries: Registries, paths: Sequence[str] = ()) -> None:
        self.statements = statements
        self.registries = registries
        self.paths = paths  # of each statement, the file that it stands in

    @cached_property
    def texts(self) -> list[str]:
        """The text of each statement."""
        return [statement.text for statement in self.statements]

    @cached_property
    def translations(self) -> Layer:
        """The translations there are."""
        return layer([statement.translation for statement in self.statements])

    @cached_property
    def report_ids(self) -> list[str]:
        """The id of each statement's report."""
        return [statement.report for statement in self.statements]

    @cached_property
    def reports(self) -> list[Report | None]:
        """Each statement's report, as far as it is known."""
        return list(map(self.registries.reports.get, self.report_ids))

    @cached_property
    def languages(self) -> list[str]:
        """Each statement's language tag."""
        tags = {report: language_of(report) for report in set(self.report_ids)}
        return list(map(tags.__getitem__, self.report_ids))

    @cached_property
    def by_language(self) -> dict[str, list[int]]:
        """The statements of each language tag."""
        found: dict[str, list[int]] = {}
        for n, language in enumerate(self.languages):
            found.setdefault(language, []).append(n)
        return found

    @cached_property
    def speakers(self) -> Layer:
        """The speakers there are."""
        return layer([statement.speaker for statement in self.statements])

    @cached_property
    def roles(self) -> Layer:
        """The roles there are."""
        return layer([statement.role for statement in self.statements])

    @cached_property
    def directives(self) -> Layer:
        """All citations."""
        return flat([statement.directives for statement in self.statements])

    @cached_property
    def requests(self) -> Layer:
        """All requests."""
        return flat([statement.requests for statement in self.statements])

    @cached_property
    def addressees(self) -> Layer:
        """All addressees; one that requests in a row share stands once."""
        found = [(n, request.addressee) for n, request in self.requests.pairs() if request.addressee]
        kept = [pair for at, pair in enumerate(found) if at == 0 or pair != found[at - 1]]
        return Layer([n for n, _ in kept], [span for _, span in kept])

    @cached_property
    def spans(self) -> Layer:
        """The spans of all layers, those of the requests last."""
        layers = (self.speakers, self.roles, self.directives, self.addressees, self.requests)
        return Layer([n for each in layers for n in each.owners], [span for each in layers for span in each.spans])

    @cached_property
    def offsets(self) -> tuple[Array, Array, Array]:
        """Statement, start and end of each of `spans`: three int64 arrays."""
        owners, spans = self.spans
        starts, ends = [span.start for span in spans], [span.end for span in spans]
        return np.array(owners, np.int64), np.array(starts, np.int64), np.array(ends, np.int64)

    @cached_property
    def mismatched(self) -> list[int]:
        """Statements with a span whose text is not its slice."""
        texts = self.texts
        return [n for n, s in self.spans.pairs() if texts[n][s.start : s.end] != s.text or s.end > len(texts[n])]

    @cached_property
    def edges(self) -> Array:
        """The classes of the characters before, first in, last in and behind each of `spans`: uint8, shape (4, spans).

        They are the EDGES of `text.character_classes`. An offset beyond the text counts as its end.
        """
        (owners, starts, ends), points = self.offsets, self.strings.code_points
        begins, sizes = points.begins[owners], points.sizes[owners]
        first, behind = begins + np.clip(starts, 0, sizes), begins + np.clip(ends, 0, sizes)
        return EDGES.take(points.points.take(np.stack([first - 1, first, behind - 1, behind])))

    @cached_property
    def strings(self) -> Strings:
        """All texts, and behind them all translations."""
        return Strings(self.texts + self.translations.spans)

    @cached_property
    def apart(self) -> list[int]:
        """Statements with a string that may be no part of their text or translation as it is not in NFC like these."""
        found = [(n, request.english) for n, request in self.requests.pairs() if request.english]
        if is_composed(" ".join([english for _, english in found])):  # a space composes with nothing
            return self.mismatched
        return self.mismatched + [n for n, english in found if not is_composed(english)]

    def written(self, numbers: Iterable[int]) -> list[int]:
        """The statements of texts and translations that are given by number, as `strings` counts them."""
        return [n if n < len(self.texts) else self.translations.owners[n - len(self.texts)] for n in numbers]


def layer(column: list[Any]) -> Layer:
    """The spans in a column in which some are None."""
    present = [(n, span) for n, span in enumerate(column) if span is not None]
    return Layer([n for n, _ in present], [span for _, span in present])


def flat(column: list[list[Any]]) -> Layer:
    """The spans in a column of lists."""
    return Layer([n for n, spans in enumerate(column) for _ in spans], [span for spans in column for span in spans])


def failing(of: Layer, good: Callable[..., bool], *fields: str) -> Iterator[int]:
    """Statements with a span whose fields are not good; the same values are asked about once."""
    keys = list(zip(*(map(attrgetter(field), of.spans) for field in fields), strict=True))
    bad = {found for found in set(keys) if not good(*found)}
    yield from (n for n, found in zip(of.owners, keys, strict=True) if found in bad) if bad else ()
