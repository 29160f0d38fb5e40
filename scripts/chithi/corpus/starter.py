"""A corpus to begin with: one invented report, and everything that a corpus of one's own needs, to be filled in."""

import os
import re
import shutil
from pathlib import Path

from chithi.corpus.starter_schemas import starter_schemas
from chithi.records import layout
from chithi.records.replacing import scratch

STARTER = Path(__file__).parents[1] / "starter"
NAME = '"my-corpus"'  # in corpus.json


def begin(folder: Path) -> None:
    """Makes the folder of a corpus, which may be there if it is empty. It is there whole, or not at all.

    Raises OSError if it cannot be written.
    """
    place = Path(os.path.realpath(folder))
    place.parent.mkdir(parents=True, exist_ok=True)
    with scratch(place.parent) as beside:
        new = beside / "corpus"
        shutil.copytree(STARTER, new, copy_function=shutil.copyfile)
        metadata = new / layout.METADATA
        metadata.write_text(
            metadata.read_text(encoding="utf-8").replace(NAME, f'"{dataset_name(place.name)}"'), "utf-8"
        )
        (new / layout.SCHEMAS).mkdir()
        for name, text in starter_schemas().items():
            (new / layout.SCHEMAS / name).write_text(text, encoding="utf-8", newline="\n")
        if place.is_dir():  # perhaps the current folder, which has to stay the same one
            for path in sorted(new.iterdir()):
                path.rename(place / path.name)
        else:
            new.rename(place)


def dataset_name(folder: str) -> str:
    """The name of a dataset after that of its folder.

    >>> dataset_name("My minutes (2025)")
    'my-minutes-2025'
    """
    return re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")[:96].strip("-") or "my-corpus"
