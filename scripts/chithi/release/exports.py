"""Folders that `chithi export` and `chithi hydrate` make: written beside their place, and put there whole."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from chithi.records.replacing import Kind, clear_leftovers, scratch
from chithi.release import PublishError
from chithi.release.checksums import SUMS, sums
from chithi.release.place import Maker, checked_place, put, remove_scratch
from chithi.text.display import shown

MARK = "chithi-export.json"  # says of which format and corpus an export is
EXPORTER = Maker("chithi export", "export", frozenset({MARK}))
EXPORTS = Kind(".chithi-export-", partial(remove_scratch, EXPORTER))


@contextmanager
def made_folder(out: Path, maker: Maker, kind: Kind) -> Iterator[Path]:
    """A new folder to write into. At the end it gets a list of its files, and is put at its place.

    `kind` is that of the maker's scratch folders. Raises PublishError if something is at the place that the maker has
    not made, or that was changed since; and OSError if nothing can be written. Whatever is raised, what was there
    before stays whole.
    """
    place = checked_place(out, maker)
    place.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(place.parent, kind)
    with scratch(place.parent, kind) as folder:
        unfinished = folder / "unfinished"
        unfinished.mkdir()
        yield unfinished
        (unfinished / SUMS).write_text(sums(unfinished), encoding="utf-8", newline="\n")
        put(unfinished, out, place, folder, maker)


def write_folder(out: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Writes files, given by path, as an export. MARK has to be among them.

    Raises PublishError and OSError as `made_folder` does, and PublishError if two files have one path, as those of two
    records with one id.
    """
    with made_folder(out, EXPORTER, EXPORTS) as folder:
        for name, data in files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if os.path.lexists(path):
                raise PublishError(f"{shown(name)} would be written twice: run chithi validate, which finds equal ids")
            path.write_bytes(data)
