"""Bar charts as SVG: the same numbers give the same bytes, on any machine."""

import re
from collections.abc import Sequence
from html import escape

WIDTH, LABELS, LINE, BAR = 720, 170, 22, 16  # px; the bars are between the labels and the sums
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # characters that no XML may hold
COLOURS = ("#3d6b99", "#d99a3d", "#7d9c5c", "#a35252")


def bars(title: str, series: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    """An SVG of horizontal bars, one a row, with a part for each series and the sum at the end."""
    scale = (WIDTH - LABELS - 70) / max([sum(values) for _, values in rows] + [1])
    height = (len(rows) + 3) * LINE
    drawn = [text(10, LINE, title, 'font-weight="bold"')]
    for n, name in enumerate(series):
        at = LABELS + n * 150
        drawn += [rectangle(at, 2 * LINE - 14, BAR, n, name), text(at + BAR + 6, 2 * LINE - 2, name)]
    for row, (label, values) in enumerate(rows, 3):
        drawn.append(text(LABELS - 8, row * LINE - 2, label, 'text-anchor="end"'))
        x = float(LABELS)
        for n, value in enumerate(values):
            if value:
                drawn.append(rectangle(x, row * LINE - 14, value * scale, n, f"{label}, {series[n]}: {value:,}"))
            x += value * scale
        drawn.append(text(x + 6, row * LINE - 2, f"{sum(values):,}"))
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"'
    style = 'font-family="sans-serif" font-size="13" fill="#222"'
    return f'{head} {style}>\n<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(drawn) + "\n</svg>\n"


def xml(words: str) -> str:
    """A text in XML, without the characters that XML does not allow."""
    return escape(NOT_XML.sub("", words))


def text(x: float, y: float, words: str, more: str = "") -> str:
    """An SVG text element; x and y are in px."""
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{xml(words)}</text>'


def rectangle(x: float, y: float, width: float, colour: int, says: str) -> str:
    """An SVG rectangle, a bar or a part of one, with a tooltip; x, y and width are in px."""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{BAR}"'
    return f'<rect {place} fill="{COLOURS[colour % len(COLOURS)]}"><title>{xml(says)}</title></rect>'
