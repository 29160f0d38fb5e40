"""Files as pieces of whole lines, of whatever bytes, none of which costs memory out of proportion."""

import codecs
from collections.abc import Iterator
from pathlib import Path

BLOCK = 1 << 20  # bytes read at a time
MAX_LINE = 1 << 20  # bytes; the longest record that the schemas allow has a fraction of it
UTF16_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def blocks(path: Path) -> Iterator[bytes]:
    """A file in pieces of whole lines. Raises OSError where it cannot be read.

    An empty file has one empty line. A line that is far too long comes cut off, and the rest of it is passed over without being held.
    A file in another encoding than UTF-8 is given up after its first line.
    """
    with path.open("rb") as stream:
        data = stream.read(BLOCK)
        if data.startswith(UTF16_32):
            yield data.partition(b"\n")[0]
            return
        yield from () if data else [b""]
        while data:
            if not data.endswith(b"\n"):
                data += stream.readline(MAX_LINE + 1)
            yield data
            while not data.endswith(b"\n") and (data := stream.readline(MAX_LINE + 1)):
                pass
            data = stream.read(BLOCK)


def lines_of(data: bytes) -> list[bytes]:
    """The lines of a piece of a file, each with its line feed; at least one. Nothing but a line feed ends a line."""
    *whole, last = data.split(b"\n")
    lines = [line + b"\n" for line in whole]
    return [*lines, last] if last or not lines else lines
