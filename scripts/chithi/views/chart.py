"""Charts as SVG: the same numbers give the same bytes, on any machine.

Each is readable on a light and on a dark page: its colours are classes, which the reader's setting chooses.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH, LINE, BAR, MARGIN = 760, 24, 17, 16  # px
# The widths of characters of a label in px, about, as no font is at hand.
NARROW, WIDE, CAPITAL, IDEOGRAPH, OTHER = 4.3, 11.2, 8.6, 13.0, 7.2
NARROW_ONES, WIDE_ONES = frozenset("fijlrtI.,:;'|!()- "), frozenset("mwMW@%—…")
FIRST_IDEOGRAPH = "\u2e80"
LONGEST_LABEL = 40  # characters
TALL = 220  # px, the height of the highest column
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # characters that no XML may hold
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
# Colours that people tell apart who see fewer of them (after Okabe and Ito), for each theme.
LIGHT = {"page": "#ffffff", "ink": "#1f2328", "quiet": "#59636e", "rule": "#d1d9e0", "inverse": "#ffffff",
         "s0": "#0072b2", "s1": "#e69f00", "s2": "#009e73", "s3": "#cc79a7", "s4": "#8c959f"}  # fmt: skip
DARK = {"page": "#0d1117", "ink": "#f0f6fc", "quiet": "#9198a1", "rule": "#3d444d", "inverse": "#0d1117",
        "s0": "#56b4e9", "s1": "#e6a52e", "s2": "#2fbf8f", "s3": "#d98cb9", "s4": "#6e7681"}  # fmt: skip
SERIES = 5  # colours
DARK_TEXT_UP_TO = 0.55  # opacity of a cell from which its number is written in the inverse colour
DARK_THEME = "@media (prefers-color-scheme: dark)"


class Box(NamedTuple):
    """A rectangle, in px."""

    x: float
    y: float
    width: float
    height: float


def bars(title: str, series: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    """An SVG of horizontal bars, one a row, with a part for each series and the sum at the end."""
    labels = [short(label) for label, _ in rows]
    left = MARGIN + 8 + max(map(width_of, labels), default=0)
    scale = (WIDTH - left - 70) / max([sum(values) for _, values in rows] + [1])
    drawn = [heading(title), *legend(series, left)]
    top = 3.2 * LINE if len(series) > 1 else 2.2 * LINE
    for row, (label, (name, values)) in enumerate(zip(labels, rows, strict=True)):
        y = top + row * LINE
        drawn.append(text(left - 8, y + 13, label, 'text-anchor="end"'))
        x = left
        for n, value in enumerate(values):
            if value:
                drawn.append(rectangle(Box(x, y, value * scale, BAR), n, f"{name}, {series[n]}: {value:,}"))
            x += value * scale
        drawn.append(text(x + 6, y + 13, f"{sum(values):,}", 'class="quiet"'))
    return picture(title, top + len(rows) * LINE + MARGIN, drawn)


def columns(title: str, series: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    """An SVG of columns side by side, one a row, with a part for each series and the sum above."""
    drawn = [heading(title), *legend(series, MARGIN)]
    highest = max([sum(values) for _, values in rows] + [1])
    step = (WIDTH - 2 * MARGIN) / max(len(rows), 1)
    wide, bottom = min(step * 0.72, 56), 4.6 * LINE + TALL
    for row, (label, values) in enumerate(rows):
        x, y = MARGIN + row * step + (step - wide) / 2, bottom
        for n, value in enumerate(values):
            height = value * TALL / highest
            y -= height
            if value:
                drawn.append(rectangle(Box(x, y, wide, height), n, f"{label}, {series[n]}: {value:,}"))
        middle = x + wide / 2
        if total := sum(values):
            drawn.append(text(middle, y - 5, f"{total:,}", 'text-anchor="middle" class="quiet"'))
        drawn.append(text(middle, bottom + 18, label, 'text-anchor="middle"'))
    drawn.append(f'<path d="M{MARGIN} {bottom:.1f}H{WIDTH - MARGIN}" class="rule"/>')
    return picture(title, bottom + 18 + MARGIN, drawn)


def matrix(title: str, sides: tuple[str, str], header: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    """An SVG of cells, the stronger the larger their numbers; `sides` say what rows and columns are."""
    left = MARGIN + 12 + max([width_of(sides[0]), *(width_of(short(label)) for label, _ in rows)])
    wide, tall, top = (WIDTH - left - MARGIN) / max(len(header), 1), 34, 4.2 * LINE
    drawn = [heading(title), text(left - 10, 3.6 * LINE, sides[0], 'text-anchor="end" class="quiet"')]
    drawn.append(text((left + WIDTH - MARGIN) / 2, 2.5 * LINE, sides[1], 'text-anchor="middle" class="quiet"'))
    for n, name in enumerate(header):
        drawn.append(text(left + (n + 0.5) * wide, 3.6 * LINE, short(name), 'text-anchor="middle"'))
    largest = max([value for _, values in rows for value in values] + [1])
    for row, (label, values) in enumerate(rows):
        y = top + row * tall
        drawn.append(text(left - 10, y + 21, short(label), 'text-anchor="end"'))
        for n, value in enumerate(values):
            box, says = Box(left + n * wide, y, wide, tall), f"{label}, {header[n]}: {value:,}"
            drawn += cell(box, value, value / largest, says)
    return picture(title, top + len(rows) * tall + MARGIN, drawn)


def cell(box: Box, value: int, share: float, says: str) -> list[str]:
    """A cell of a matrix with its number; an empty one has a dot. `share` is that of the largest number, up to 1."""
    at = (box.x + box.width / 2, box.y + box.height / 2 + 4)
    if not value:
        return [text(*at, "·", 'text-anchor="middle" class="quiet"')]
    opacity = 0.12 + 0.88 * share**0.5
    place = f'x="{box.x + 1:.1f}" y="{box.y + 1:.1f}" width="{box.width - 2:.1f}" height="{box.height - 2:.1f}" rx="3"'
    shape = f'<rect {place} class="s0" fill-opacity="{opacity:.2f}"><title>{xml(says)}</title></rect>'
    colour = "inverse" if opacity > DARK_TEXT_UP_TO else "ink"
    return [shape, text(*at, f"{value:,}", f'text-anchor="middle" class="{colour}"')]


def picture(title: str, height: float, drawn: Sequence[str]) -> str:
    """The SVG of some elements, with a page under them and the colours of both themes."""
    size = f'viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{xml(title)}"'
    style = f"<style>\n{rules(LIGHT)}\n{DARK_THEME} {{\n{rules(DARK)}\n}}\n</style>"
    page = f'<rect width="{WIDTH}" height="{height:.0f}" rx="6" class="page"/>'
    return "\n".join([f'{head} font-family="{FONT}" font-size="13">', style, page, *drawn, "</svg>", ""])


def rules(theme: dict[str, str]) -> str:
    """The style of a theme. What has no class is written in ink."""
    fills = [f".{name} {{ fill: {colour} }}" for name, colour in theme.items() if name != "rule"]
    return "\n".join([f"text {{ fill: {theme['ink']} }}", *fills, f".rule {{ stroke: {theme['rule']} }}"])


def heading(title: str) -> str:
    """The title over a chart."""
    return text(MARGIN, 1.2 * LINE, title, 'font-weight="600" font-size="15"')


def legend(series: Sequence[str], left: float) -> list[str]:
    """The names of several series with their colours; nothing for one."""
    drawn, x = [], left
    for n, name in enumerate(series if len(series) > 1 else ()):
        drawn += [rectangle(Box(x, 2.2 * LINE - 12, 12, 12), n, name), text(x + 18, 2.2 * LINE - 2, name)]
        x += 18 + 22 + width_of(name)
    return drawn


def width_of(label: str) -> float:
    """About the width of a label, in px."""
    return sum(map(letter_width, label))


def letter_width(letter: str) -> float:
    """About the width of a character, in px."""
    if letter in NARROW_ONES:
        return NARROW
    if letter in WIDE_ONES:
        return WIDE
    if letter >= FIRST_IDEOGRAPH:
        return IDEOGRAPH
    return CAPITAL if letter.isupper() else OTHER


def short(label: str) -> str:
    """A label, with its end left out if it is very long."""
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def xml(words: str) -> str:
    """A text in XML, without the characters that XML does not allow."""
    return escape(NOT_XML.sub("", words))


def text(x: float, y: float, words: str, more: str = "") -> str:
    """An SVG text element; x and y are in px."""
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{xml(words)}</text>'.replace(" >", ">")


def rectangle(box: Box, colour: int, says: str) -> str:
    """An SVG rectangle, a bar or a part of one, with a tooltip."""
    place = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    return f'<rect {place} class="s{colour % SERIES}"><title>{xml(says)}</title></rect>'
