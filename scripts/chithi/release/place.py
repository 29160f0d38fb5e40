"""Where a command puts the folder that it makes: what it may replace there, and how."""

import os
from functools import partial
from pathlib import Path
from typing import NamedTuple

from chithi.records.replacing import Kind, mount_points, remove_tree, replace_folder
from chithi.release import PublishError
from chithi.release.checksums import OF_EVERY_BUILD, discard, foreign
from chithi.text.display import shown

# In a scratch folder, DATASET is a complete build, before or after it is exchanged with the one at the place. ASIDE is
# a folder for the old build while the two are exchanged in steps.
DATASET, ASIDE = "dataset", "aside"


class Maker(NamedTuple):
    """A command that makes folders. It replaces those that it has made, and no others."""

    command: str
    noun: str  # for what it makes
    marks: frozenset[str]  # files that each of its folders has


PUBLISHER = Maker("chithi publish", "dataset", frozenset(OF_EVERY_BUILD))


def checked_place(out: Path, maker: Maker = PUBLISHER) -> Path:
    """The place that `out` leads to, with links resolved.

    Raises PublishError unless the place is free, an empty folder, or a folder with an earlier build and nothing else.
    """
    place, name = Path(os.path.realpath(out)), shown(str(out))
    if place.is_symlink():
        raise PublishError(f"{name} is a symbolic link that leads to itself: name another place for the {maker.noun}")
    if place.exists() and not place.is_dir():
        raise PublishError(f"{name} is no folder: name another place for the {maker.noun}")
    if mounted := [point for point in mount_points() if point.is_relative_to(place)]:
        raise PublishError(f"{shown(str(mounted[0]))} is a mount point, which cannot be replaced: name another folder")
    if is_current(place):
        raise PublishError(f"{name} is the current folder, or holds it: run from elsewhere, or name another folder")
    if place.exists() and (found := foreign(place, maker.marks)):
        raise PublishError(
            f"{shown(str(found))} was not made by {maker.command}, or was changed: name another folder, or move it away"
        )
    return place


def is_current(place: Path) -> bool:
    """Whether a place is the current folder, or holds it."""
    try:
        return Path(os.getcwd()).is_relative_to(place)
    except FileNotFoundError:  # the current folder is gone
        return False


def remove_scratch(maker: Maker, folder: Path) -> None:
    """Removes the scratch folder of a build, and the builds in it. Only files that a build has made are removed.

    If a killed run has moved a build aside and put nothing in its place, that build is put back. Raises PublishError if
    files are left that no build has made.
    """
    for old in (folder / ASIDE).glob("*"):
        if not (place := folder.parent / old.name).exists():
            os.rename(old, place)
    for build in [folder / DATASET, *(folder / ASIDE).glob("*")]:
        if build.exists():
            discard(build, maker.marks)
        if build.exists():
            name = shown(str(foreign(build, maker.marks)))
            raise PublishError(f"{name} was not made by {maker.command}: move it away, and remove {shown(str(folder))}")
    remove_tree(folder)


def put(new: Path, out: Path, place: Path, scratch: Path, maker: Maker = PUBLISHER) -> None:
    """Puts a complete build at its place, after another check of what is there.

    Raises PublishError if the place may not be replaced.
    """
    os.rename(new, scratch / DATASET)
    (scratch / ASIDE).mkdir()
    if checked_place(out, maker) != place:
        raise PublishError(f"{shown(str(out))} leads elsewhere by now: run again")
    try:
        replace_folder(place, scratch / DATASET, scratch / ASIDE / place.name)
    except OSError as error:
        raise PublishError(
            f"{shown(str(out))} cannot be replaced ({error.strerror}): remove it, or name another folder"
        ) from error


BUILDS = Kind(".chithi-build-", partial(remove_scratch, PUBLISHER))
