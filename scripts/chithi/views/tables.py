"""Counts as tables that fit a terminal: the first rows of each, and a row for all others."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chithi.text.language_names import language_name
from chithi.views.counts import Counts, Cross

GAPS = (2, 1)  # spaces between columns, and where they are many
INDENT = 2  # of names under their heading
SHORTEST = 12  # columns of the terminal that the names of rows have at least
OTHERS = "all {count:,} others"
ORDERED = {"total", "year", "year by act", "who asks whom"}  # headings whose rows are not sorted by count
MANIFOLD = {"who asks whom"}  # headings under which a request may count in several columns, so that no sum is one
Row = tuple[str, Sequence[int]]


def tables(counts: Counts, crosses: Mapping[str, Cross], top: int, width: int) -> Iterator[str]:
    """The lines of all tables, with an empty line between them.

    `top` is the number of rows that a table shows, except those of a fixed order; `width` that of the terminal.
    """
    for heading, values in counts.items():
        counted: list[Row] = [(named(heading, value), [count]) for value, count in values.items()]
        yield from lines_of(heading, [], counted if heading in ORDERED else shortened(counted, top), width)
    for heading, found in crosses.items():
        rows: list[Row] = [(row, [*values.values()]) for row, values in found.items()]
        across = [*next(iter(found.values()), ())]
        if heading not in MANIFOLD:
            rows, across = [(row, [*values, sum(values)]) for row, values in rows], [*across, "all"]
        if heading not in ORDERED:
            rows = shortened(sorted(rows, key=lambda row: -row[1][-1]), top)
        yield from lines_of(heading, across, rows, width)


def lines_of(heading: str, header: Sequence[str], rows: Sequence[Row], width: int) -> list[str]:
    """The lines of a table, and an empty one behind it; nothing without rows."""
    return [*table(heading, header, rows, width), ""] if rows else []


def first(found: Mapping[str, Any], top: int | None) -> dict[str, Any]:
    """The first rows of each table, of a cross those that count most; all of them if `top` is None."""
    if top is None:
        return dict(found)
    return {
        heading: values if heading in ORDERED else dict(sorted(values.items(), key=lambda row: -size(row[1]))[:top])
        for heading, values in found.items()
    }


def size(count: float | dict[str, int]) -> float:
    """A count, or the sum of the counts of a row."""
    return sum(count.values()) if isinstance(count, dict) else count


def named(heading: str, value: str) -> str:
    """A value as it is shown: languages by their names, with the tag."""
    return f"{language_name(value)} ({value})" if heading == "language" else value


def shortened(rows: Sequence[Row], top: int) -> list[Row]:
    """The first rows, and one with the sums of all others; a single other row is shown itself."""
    if len(rows) <= top + 1:
        return list(rows)
    others = rows[top:]
    sums = [sum(column) for column in zip(*(values for _, values in others), strict=True)]
    return [*rows[:top], (OTHERS.format(count=len(others)), sums)]


def table(heading: str, header: Sequence[str], rows: Sequence[Row], width: int) -> list[str]:
    """The lines of a table: the heading, which stands over the names, with the header of the columns, and the rows."""
    cells = [[f"{count:,}" for count in counts] for _, counts in rows]
    widths = [max(map(len, column)) for column in zip(*cells, *([header] if header else []), strict=True)]
    gap = next((gap for gap in GAPS if sum(widths) + gap * len(widths) + SHORTEST + INDENT <= width), min(GAPS))
    widths = [gap + digits for digits in widths]
    room = max(SHORTEST, width - sum(widths) - INDENT)
    room = min(room, max(len(heading) - INDENT, *(len(name) for name, _ in rows)))
    lines = [line(cut(heading, room + INDENT), room + INDENT, header, widths).rstrip()]
    for (name, _), values in zip(rows, cells, strict=True):
        lines.append(line("  " + cut(name, room), room + INDENT, values, widths))
    return lines


def line(name: str, room: int, values: Sequence[str], widths: Sequence[int]) -> str:
    """A line of a table: the name on the left, and each value on the right of its column."""
    return f"{name:<{room}}" + "".join(f"{value:>{width}}" for value, width in zip(values, widths, strict=False))


def cut(name: str, room: int) -> str:
    """A name, with its end left out if it is too long."""
    return name if len(name) <= room else f"{name[: room - 3]}..."
