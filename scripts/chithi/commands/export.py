"""`chithi export`."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import MISUSE, OK, PROBLEMS, CommandError, Console, add_command, read_corpus
from chithi.text.display import shown, visible

if TYPE_CHECKING:
    import polars as pl

    from chithi.commands import Subparsers


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    export = add_command(commands, "export", run, "write statements in the format of another tool")
    to_help = "the format; an unknown name is answered with all"
    export.add_argument("--to", required=True, metavar="FORMAT", help=to_help)
    export.add_argument("--out", type=Path, metavar="FILE", help="the file to write (default: standard output)")
    export.add_argument("--split", metavar="NAME", help="the statements of one split only, train or test")
    export.add_argument("--language", metavar="TAG", help="the statements in one language only, such as pl")


def run(args: argparse.Namespace, console: Console) -> int:
    """Writes statements in the format of another tool."""
    from chithi.formats import FORMATS, FormatError
    from chithi.records.replacing import clear_leftovers, replace_file

    if args.to not in FORMATS:
        known = ", ".join(f"{name} ({found.carries})" for name, found in sorted(FORMATS.items()))
        raise CommandError(f"no format {shown(args.to)}: there are {known}", MISUSE)
    corpus = read_corpus(args.corpus, console)
    statements = chosen(corpus.joined, {"split": args.split, "language": args.language})
    try:
        pieces = FORMATS[args.to].write(corpus, statements)
        if args.out is None:
            for piece in pieces:
                console.data(piece)
            return OK
        clear_leftovers(Path(os.path.realpath(args.out)).parent)
        replace_file(args.out, "".join(pieces).encode())
    except FormatError as error:
        raise CommandError(str(error), PROBLEMS) from error
    console.out(f"{visible(str(args.out))}: {statements.height:,} statements written")
    return OK


def chosen(statements: "pl.DataFrame", values: dict[str, str | None]) -> "pl.DataFrame":
    """The statements whose columns have these values, None being any. Raises CommandError for a value without one."""
    for column, value in values.items():
        if value is not None:
            if value not in (there := statements[column].unique().sort()):
                raise CommandError(f"no {column} {shown(value)} here: there are {', '.join(there)}", MISUSE)
            statements = statements.filter(statements[column] == value)
    return statements
