"""Markdown: text from records and from corpus.json, shown to the letter whatever it holds, and tables."""

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

MARKUP = re.compile(r"[\\`*_\[\]|~$#]")
BLOCK_START = re.compile(r"^(\d{0,9})([-+.)])")  # of a list item, or a rule
LINK = re.compile(r":(?=//)|\bwww(?=\.)|@", re.IGNORECASE)  # within a bare address, which many renderers make a link
IN_ADDRESS = "%/:?#@!$&'*+,;=~"  # left as they are in an address, besides letters, digits and "-._"


def escaped(text: str) -> str:
    r"""A text as one line of Markdown that shows it to the letter. Runs of spaces become one space.

    >>> escaped("1. <img src=x> | *a*")
    '1\\. &lt;img src=x&gt; \\| \\*a\\*'
    """
    return BLOCK_START.sub(r"\1\\\2", inline(" ".join(text.split())))


def inline(text: str) -> str:
    """A text as Markdown within a line. It shows the text to the letter; line breaks become spaces.

    Tags for possible line breaks keep addresses from becoming links.
    """
    shown = MARKUP.sub(r"\\\g<0>", escape(re.sub(r"\s", " ", text), quote=False))
    return LINK.sub(r"\g<0><wbr>", shown)


def link(url: str, text: str | None = None) -> str:
    """A link to an address, which has only visible ASCII characters; its text is the address if none is given."""
    address = quote(url, safe=IN_ADDRESS)
    return f"[{escaped(text)}]({address})" if text else f"<{address}>"


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table. Columns of numbers are aligned to the right."""
    numeric = [bool(rows) and all(isinstance(row[n], int | float) for row in rows) for n in range(len(header))]
    rule = ["---:" if numbers else "---" for numbers in numeric]
    cells = [list(header), rule, *([inline(" ".join(str(value).split())) for value in row] for row in rows)]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells) + "\n"
