"""The files of anchors of a corpus, anchors/<report>.jsonl."""

from pathlib import Path

import msgspec

from chithi.records import layout
from chithi.records.broken import CorpusError
from chithi.records.canonical import decoder
from chithi.records.files import read_regular
from chithi.records.records import Anchor


def read_anchors(corpus: Path) -> dict[str, list[Anchor]]:
    """The anchors of a corpus by report, in the order of the files. Raises CorpusError if a line is no anchor."""
    return {path.stem: read_anchor_file(path) for path in layout.anchor_files(corpus)}


def read_anchor_file(path: Path) -> list[Anchor]:
    """The anchors in a file. Raises CorpusError if it cannot be read, or if a line is no anchor."""
    try:
        lines = read_regular(path).split(b"\n")
    except OSError as error:
        raise CorpusError(path, None, error.strerror or str(error)) from error
    found = []
    for n, line in enumerate(lines, 1):
        if line or n < len(lines):
            try:
                found.append(usable(decoder(layout.ANCHORS).decode(line)))
            except (msgspec.MsgspecError, ValueError, RecursionError) as error:
                raise CorpusError(path, n, "not a record of the table anchors") from error
    return found


def usable(anchor: Anchor) -> Anchor:
    """The anchor, if its hashes can be read. Raises ValueError if they cannot."""
    if len(anchor.hashes) % 8:
        raise ValueError(anchor.hashes)
    int(anchor.hashes or "0", 16)
    return anchor
