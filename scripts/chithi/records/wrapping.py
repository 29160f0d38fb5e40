"""Texts whose lines were wrapped, and texts that stand twice in a page: both put right, with all offsets as before."""

import re

from chithi.records.pages import paragraphs_of
from chithi.records.windows import WINDOW
from chithi.text.stream import Stream

WIDEST = 200  # characters of a line that may have been wrapped
FULL = 0.6  # of the longest line; a line as long was wrapped, a shorter one ends by itself
FEWEST = 4  # lines with another below them, from which wrapping can be told
WRAPPED = 0.75  # of these that are as long
ENDED = 1 / 3  # of these that may end as sentences do
SENTENCE = re.compile(r"[.!?…。！？؟:][\"'”’»)\]]*$")
COPIED = 1 / 3  # of a page's letters that stand in copies of paragraphs, if an article stands there twice
COPIES = 3  # such paragraphs, at least


def unwrapped(text: str) -> str:
    """The text with spaces for the line feeds within paragraphs, if its lines were wrapped; else as it is.

    They were if blank lines stand between paragraphs, and most lines with another below them are of like length and end
    as no sentence does. Where blank lines stand between single long lines, nothing changes.

    >>> unwrapped("One line, with\\nmore words and\\nothers that go\\non as long as\\nthis.\\n\\nTwo.")
    'One line, with more words and others that go on as long as this.\\n\\nTwo.'
    """
    lines = text.split("\n")
    filled = [line.strip() for line in lines]
    inner = [n for n in range(len(lines) - 1) if filled[n] and filled[n + 1]]
    blank = "" in "\n".join(filled).strip("\n").split("\n")
    width = max((len(filled[n]) for n in inner), default=0)
    full = {n for n in inner if len(filled[n]) >= FULL * width}
    ended = sum(SENTENCE.search(filled[n]) is not None for n in inner)
    if not blank or len(inner) < FEWEST or width > WIDEST:
        return text
    if len(full) < WRAPPED * len(inner) or ended > ENDED * len(inner):
        return text
    return "".join(line + (" " if n in full else "\n") for n, line in enumerate(lines))[:-1]


def first_copies(text: str) -> str:
    """The text with blanks for the second copies of paragraphs, if it has most of them twice; else as it is.

    Some pages have their article for screens and again for telephones. Copies are equal letter by letter.
    """
    first: set[str] = set()
    copies, letters, copied = [], 0, 0
    for start, end in paragraphs_of(text):
        stream = Stream(text[start:end])
        if len(stream) >= WINDOW:
            letters += len(stream)
            if stream.string in first:
                copies.append((start, end))
                copied += len(stream)
            first.add(stream.string)
    if len(copies) < COPIES or copied < COPIED * letters:
        return text
    for start, end in copies:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
