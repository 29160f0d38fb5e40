"""Folders that `chithi import` makes: written beside their place, and put there whole; nothing is overwritten."""

import os
from collections.abc import Iterable
from pathlib import Path

from chithi.records.replacing import clear_leftovers, mount_points, scratch
from chithi.release import PublishError
from chithi.release.place import is_current
from chithi.text.display import shown


def free_place(out: Path) -> Path:
    """The place that `out` leads to, with links resolved. Raises PublishError unless it is free, or an empty folder."""
    place, name = Path(os.path.realpath(out)), shown(str(out))
    if place.is_symlink():
        raise PublishError(f"{name} is a symbolic link that leads to itself: name another folder")
    if place.exists() and not place.is_dir():
        raise PublishError(f"{name} is no folder: name another place for the records")
    if place.is_dir() and any(place.iterdir()):
        raise PublishError(f"{name} is not empty, and nothing is overwritten: name a new folder")
    if is_current(place):
        raise PublishError(f"{name} is the current folder, or holds it: name another one")
    if place in mount_points():
        raise PublishError(f"{name} is a mount point, which cannot be replaced: name a folder in it")
    return place


def write_records(out: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Writes files, given by name, as a new folder. Raises PublishError or OSError, and then nothing has changed."""
    place = free_place(out)
    place.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(place.parent)
    with scratch(place.parent) as folder:
        new = folder / "records"
        new.mkdir()
        try:
            for name, data in files:
                (new / name).write_bytes(data)
            os.rename(new, free_place(out))
        except OSError as error:
            raise PublishError(f"{shown(str(out))} cannot be made ({error.strerror}): name another folder") from error
