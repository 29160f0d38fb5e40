"""Folders that `chithi export` makes: written beside their place, and put there whole."""

import os
from collections.abc import Iterable
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


def write_folder(out: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Writes files, given by path, as a folder, with a list of them. MARK has to be among them.

    Raises PublishError if something is at the place that no export has made, or that was changed since, or if two files
    have one path, as those of two records with one id; and OSError if nothing can be written. Whatever is raised, what
    was there before stays whole.
    """
    place = checked_place(out, EXPORTER)
    place.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(place.parent, EXPORTS)
    with scratch(place.parent, EXPORTS) as folder:
        unfinished = folder / "unfinished"
        for name, data in files:
            path = unfinished / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if os.path.lexists(path):
                raise PublishError(f"{shown(name)} would be written twice: run chithi validate, which finds equal ids")
            path.write_bytes(data)
        (unfinished / SUMS).write_text(sums(unfinished), encoding="utf-8", newline="\n")
        put(unfinished, out, place, folder, EXPORTER)
