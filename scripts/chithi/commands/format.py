"""`chithi format`."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import OK, PROBLEMS, Console, add_command
from chithi.records.layout import registry_files, statement_files

if TYPE_CHECKING:
    from chithi.commands import Subparsers


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    shape = add_command(commands, "format", run, "put files into canonical form and fill in the offsets of spans")
    paths_help = "files to format; all of the corpus if none is given"
    shape.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=paths_help)
    shape.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a file would change")


def run(args: argparse.Namespace, console: Console) -> int:
    """Formats files, or prints which would change."""
    from chithi.records.replacing import clear_leftovers
    from chithi.validation.formatting import format_file
    from chithi.validation.reporters import paragraph, plain

    paths = args.paths or [*registry_files(args.corpus), *statement_files(args.corpus)]
    bad = False
    if not args.check:
        for folder in sorted({path.resolve().parent for path in paths if path.exists()}):
            clear_leftovers(folder)
    for path in paths:
        result = format_file(path)
        for problem in result.problems:
            console.out(paragraph(problem, plain))
        if result.changed and not result.problems:
            if not args.check:
                result.write()
            console.out(f"{path}: {'would be' if args.check else 'was'} formatted", flush=True)
        bad |= bool(result.problems or (args.check and result.changed))
    return PROBLEMS if bad else OK
