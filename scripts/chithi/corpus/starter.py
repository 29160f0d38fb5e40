"""A corpus to begin with: one invented report, and everything that a corpus of one's own needs, to be filled in."""

import os
import re
import shutil
from pathlib import Path

from chithi.corpus.starter_schemas import starter_schemas
from chithi.records import layout
from chithi.records.replacing import clear_leftovers, scratch

STARTER = Path(__file__).parents[1] / "starter"
NAME = '"my-corpus"'  # in corpus.json


def begin(folder: Path) -> None:
    """Makes the folder of a corpus, which may be there if it is empty. It is there whole, or not at all.

    Raises OSError if it cannot be written.
    """
    place = Path(os.path.realpath(folder))
    place.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(place.parent)
    with scratch(place.parent) as beside:
        try:
            new = filled(beside / "corpus", dataset_name(place.name))
            if place.is_dir():  # perhaps the current folder, which has to stay the same one
                for path in sorted(new.iterdir()):
                    path.rename(place / path.name)
            else:
                new.rename(place)
        except OSError as error:  # which names a file that nobody has asked for
            raise OSError(error.errno, error.strerror, str(folder)) from error


def filled(new: Path, name: str) -> Path:
    """A new folder with the files of a corpus of this name, and without their modes, which may be read-only."""
    for source in sorted(STARTER.rglob("*")):
        if source.is_file():
            target = new / source.relative_to(STARTER)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    metadata = new / layout.METADATA
    metadata.write_text(metadata.read_text(encoding="utf-8").replace(NAME, f'"{name}"'), "utf-8")
    (new / layout.SCHEMAS).mkdir()
    for file, text in starter_schemas().items():
        (new / layout.SCHEMAS / file).write_text(text, encoding="utf-8", newline="\n")
    return new


def dataset_name(folder: str) -> str:
    """The name of a dataset after that of its folder.

    >>> dataset_name("My minutes (2025)")
    'my-minutes-2025'
    """
    return re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")[:96].strip("-") or "my-corpus"
