"""`chithi init`."""

import argparse
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import OK, PROBLEMS, CommandError, Console, add_command_alone
from chithi.records.replacing import mount_points
from chithi.text.display import visible

if TYPE_CHECKING:
    from chithi.commands import Subparsers


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    init = add_command_alone(
        commands,
        "init",
        run,
        "begin a corpus of your own",
        "fill in corpus.json there, run chithi validate DIR, and then chithi publish --corpus DIR",
    )
    init.add_argument("folder", type=Path, metavar="DIR", help="the folder to make, which is new or empty")


def run(args: argparse.Namespace, console: Console) -> int:
    """Makes the folder of a corpus, and says what to do next."""
    from chithi.corpus.starter import begin

    folder: Path = args.folder
    if why := taken(folder):
        raise CommandError(f"{visible(str(folder))} {why}", PROBLEMS)
    begin(folder)
    name = visible(str(folder))
    place = shlex.quote(f"./{name}" if name.startswith("-") else name)  # else the commands would take it for an option
    console.out(
        f"{visible(str(folder))}: a corpus with one example report",
        "next:",
        "  1. fill in corpus.json there (FILL IN), and in time LICENSE, DATASHEET.md and GUIDELINES.md",
        "  2. edit the topics, acts, levels and kinds in its folder schema",
        f"  3. write reports and statements in the example's place: chithi format --corpus {place}",
        f"  4. chithi validate {place}",
        f"  5. chithi publish --corpus {place} --load",
    )
    return OK


def taken(folder: Path) -> str | None:
    """Why a corpus cannot begin at a place, as the rest of a sentence; None if it is new, or an empty folder."""
    if not os.path.lexists(folder):
        return None
    if not folder.exists():
        return f"is a link to {visible(os.readlink(folder))}, which is not there: remove it, or name a new folder"
    if not folder.is_dir():
        return "is a file: name a new folder"
    if any(folder.iterdir()):
        return "is there and not empty: name a new folder"
    if os.path.ismount(folder) or Path(os.path.realpath(folder)) in mount_points():
        return "is a mount point, into which nothing can be moved: name a folder in it"
    return None
