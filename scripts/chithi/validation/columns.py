"""Statements by the hundred, as columns: what is asked of each of them is then asked of all in a few passes."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from chithi.text.code_points import CodePoints


class Layer(NamedTuple):
    """Spans of one layer (or translations), and for each of them the number in the batch of its statement; in the order of these."""

    owners: list[int]
    spans: list[Any]


class Batch:
    """Statements of one report (structs with the schema's fields), the lines on which they stand, and their columns."""

    __slots__ = (
        *("ids", "letters", "lines", "report", "statements", "texts", "translated"),
        *("addressees", "directives", "requests", "roles", "speakers"),
    )

    def __init__(self, lines: Sequence[int], statements: Sequence[Any]):
        self.lines, self.statements, self.report = lines, statements, statements[0].report
        self.ids = [s.id for s in statements]
        self.texts = [s.text for s in statements]
        self.translated = layer([s.translation for s in statements])
        self.letters = CodePoints(self.texts + self.translated.spans)
        self.speakers = layer([s.speaker for s in statements])
        self.roles = layer([s.role for s in statements])
        self.directives = Layer([n for n, s in enumerate(statements) for _ in s.directives], [d for s in statements for d in s.directives])
        self.requests = Layer([n for n, s in enumerate(statements) for _ in s.requests], [r for s in statements for r in s.requests])
        addressees = layer([r.addressee for r in self.requests.spans])
        self.addressees = Layer([self.requests.owners[n] for n in addressees.owners], addressees.spans)


def layer(column: list[Any]) -> Layer:
    """The spans in a column in which some are None."""
    return Layer([n for n, span in enumerate(column) if span is not None], [span for span in column if span is not None])


def batches(first: int, statements: Sequence[Any]) -> Iterator[Batch]:
    """Statements that stand on lines from `first` on, those of one report together; None is passed over."""
    if {None if s is None else s.report for s in statements} == {getattr(statements[0], "report", "")}:
        yield Batch(range(first, first + len(statements)), statements)
        return
    found: dict[str, list[int]] = {}
    for n, statement in enumerate(statements):
        if statement is not None:
            found.setdefault(statement.report, []).append(n)
    for numbers in found.values():
        yield Batch([first + n for n in numbers], [statements[n] for n in numbers])
