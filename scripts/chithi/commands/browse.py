"""`chithi browse`."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import OK, PROBLEMS, CommandError, Console, add_command, read_corpus
from chithi.text.display import visible

if TYPE_CHECKING:
    from chithi.commands import Subparsers


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    browse = add_command(
        commands, "browse", run, "write the corpus as one HTML page to look at", "open the file in a browser"
    )
    out_help = "the file to write (default: browse.html in this folder)"
    browse.add_argument("--out", type=Path, metavar="FILE", help=out_help)


def run(args: argparse.Namespace, console: Console) -> int:
    """Writes the page of a corpus."""
    from chithi.records.replacing import clear_leftovers, replace_file
    from chithi.views.page import NAME, page

    corpus = read_corpus(args.corpus, console)
    if corpus.statements.is_empty():
        raise CommandError("the corpus has no statements: no page was written", PROBLEMS)
    out = args.out or Path(NAME)
    clear_leftovers(Path(os.path.realpath(out)).parent)
    with console.doing("writing the page"):
        written = page(corpus).encode()
        replace_file(out, written)
    size = f"{len(written) / 1e6:.1f} MB"
    console.out(f"{visible(str(out))}: {corpus.statements.height:,} statements, {size}; open it in a browser")
    return OK
