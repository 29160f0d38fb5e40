"""What is still to be written in the texts that belong to a dataset: its datasheet, its licence, its guidelines."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from chithi.corpus.guidelines import GUIDELINES
from chithi.records.files import read_regular
from chithi.records.metadata import FILL_IN, placeholders
from chithi.release.build import companion
from chithi.release.card import DATASHEET
from chithi.release.header import LICENCE
from chithi.text.display import visible

FOR_WHOM = "for whoever uses the dataset"


class Unwritten(NamedTuple):
    """What a file lacks, as one line, and whether it holds placeholders of `chithi init`."""

    says: str
    placeholders: bool = False


def unwritten(corpus: Path) -> Iterator[Unwritten]:
    """What is missing, empty or still to be filled in. There need be no guidelines, as they are not published.

    A file that cannot be read is passed over: the build refuses it.
    """
    for name in (DATASHEET, LICENCE, GUIDELINES):
        path = corpus / name
        if not os.path.lexists(path) and name != GUIDELINES:
            path = companion(corpus, name) or path
        if not os.path.lexists(path):
            if name != GUIDELINES:
                yield Unwritten(f"{visible(str(path))} is missing: write it, {FOR_WHOM}")
            continue
        with suppress(OSError):
            yield from unwritten_in(path, read_regular(path).decode(errors="replace"))


def unwritten_in(path: Path, text: str) -> Iterator[Unwritten]:
    """What is to be said of the text of a file."""
    shown = visible(str(path))
    if not text.strip():
        yield Unwritten(f"{shown} is empty: write it, {FOR_WHOM}")
    elif lines := placeholders(text):
        told = f"still to be filled in: {FILL_IN} stands in {len(lines)} of its lines"
        yield Unwritten(f"{shown}:{lines[0]}: {told}", placeholders=True)
