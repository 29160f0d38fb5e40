"""Folders of articles that somebody holds, which nobody may publish: how they are recognised."""

import os
from collections.abc import Iterable
from pathlib import Path

from chithi.records.layout import ORIGINALS
from chithi.text.display import shown

MARK = "chithi-originals.json"  # says of which corpus and reports the articles are


def holds_originals(names: Iterable[str]) -> bool:
    """Whether there are articles among the files of a folder, given by path."""
    return any(MARK in name.split("/") or ORIGINALS in name.split("/")[:-1] for name in names)


def is_of_originals(folder: Path) -> bool:
    """Whether `chithi hydrate` has made a folder."""
    return os.path.lexists(folder / MARK)


def refusal(folder: Path) -> str:
    """Why a folder is not published."""
    return f"{shown(str(folder))} holds the text of articles, which may not be passed on: nothing was published"
