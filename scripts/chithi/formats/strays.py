"""Files of an export that are not read: told by name, or a problem if they hold annotations or records."""

import re
from collections.abc import Iterable

from chithi.formats.reading import BROKEN, Reading, Spot

# What belongs to an export of any tool, or to a folder of anybody, and holds no annotations.
ANYWHERE = re.compile(
    r"(?:.*/)?(?:sha256sums|thumbs\.db|desktop\.ini|(?:readme|licen[cs]e|changelog)(?:\.(?:md|txt|rst))?)", re.I
)
MARK = "chithi-export.json"
ANNOTATED = re.compile(
    rb"^(?:T\d+\t\S+ \d+ \d+|E\d+\t\S+:T\d+)"  # lines of brat
    rb'|"(?:annotations|completions|result|requests|%FEATURE_STRUCTURES)"\s*:'  # Label Studio, records, UIMA
    rb"|<xmi:XMI\b",
    re.MULTILINE,
)
PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c")


def is_companion(name: str) -> bool:
    """Whether a file is one that lies beside what is read, in an export of any tool."""
    return name.rpartition("/")[2] == MARK or ANYWHERE.fullmatch(name) is not None


def tell_unread(reading: Reading, names: Iterable[str], hint: str, *, quietly: bool = False) -> None:
    """Tells files that are not read. Those that hold annotations are a problem, and the others a note.

    `hint` says what to do with annotations. Of files that are known to lie there no note is made, with `quietly`.
    """
    for name in names:
        shown = reading.export.shown(name)
        try:
            data = reading.export.read(name)
        except (OSError, *reading.export.damage):  # type: ignore[misc]  # a tuple of classes
            reading.notes.append(f"{shown}: this cannot be read, and was passed over")
            continue
        if data.startswith(PACKED):
            reading.tell(Spot(shown), BROKEN, "an archive within an export is not read", "unpack it, or move it away")
        elif ANNOTATED.search(data.replace(b"\0", b"")):  # whose encoding may have two bytes a character
            reading.tell(Spot(shown), BROKEN, "this file is not read, and holds annotations", hint)
        elif not quietly:
            reading.notes.append(f"{shown}: this file is not read")
