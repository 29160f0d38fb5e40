"""`chithi init`."""

import argparse
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import OK, PROBLEMS, CommandError, Console, add_command
from chithi.text.display import visible

if TYPE_CHECKING:
    from chithi.commands import Subparsers


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    init = add_command(
        commands, "init", run, "begin a corpus of your own", "fill in corpus.json there, and run chithi validate DIR"
    )
    init.add_argument("folder", type=Path, metavar="DIR", help="the folder to make, which is new or empty")


def run(args: argparse.Namespace, console: Console) -> int:
    """Makes the folder of a corpus, and says what to do next."""
    from chithi.corpus.starter import begin

    folder: Path = args.folder
    if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise CommandError(f"{visible(str(folder))} is there and not empty: name a new folder", PROBLEMS)
    begin(folder)
    place = shlex.quote(visible(str(folder)))
    console.out(
        f"{visible(str(folder))}: a corpus with one example report",
        "next:",
        "  1. fill in corpus.json there (FILL IN), and in time GUIDELINES.md and DATASHEET.md",
        "  2. edit the topics, acts, levels and kinds in its folder schema",
        f"  3. write reports and statements in the example's place: chithi format --corpus {place}",
        f"  4. chithi validate {place}",
        f"  5. chithi publish --corpus {place} --load",
    )
    return OK
