"""`chithi stats`."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import OK, PROBLEMS, CommandError, Console, add_command, read_corpus

if TYPE_CHECKING:
    from chithi.commands import Subparsers


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    count = add_command(commands, "stats", run, "count statements, requests and citations")
    format_help = "how to print the counts (default: text)"
    count.add_argument("--format", choices=("text", "json"), default="text", help=format_help)
    leaks_help = "what the splits share, and what the test split has that train has not"
    count.add_argument("--leaks", action="store_true", help=leaks_help)
    count.add_argument("--plot", type=Path, metavar="FILE", help="draw the statements by language and split as SVG")
    write_help = "write the figures into the generated blocks of these files"
    count.add_argument("--write", nargs="+", type=Path, metavar="FILE", help=write_help)


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints counts, draws them, or writes the figures into files."""
    from chithi.records.replacing import clear_leftovers, replace_file
    from chithi.text.display import json_text
    from chithi.views import counts, figures

    corpus = read_corpus(args.corpus)
    if args.write and corpus.statements.is_empty():
        raise CommandError("the corpus has no statements: no figures were written", PROBLEMS)
    for path in [*(args.write or ()), *filter(None, [args.plot])]:
        clear_leftovers(Path(os.path.realpath(path)).parent)
    if args.write:
        for path in figures.stale(args.write, blocks := figures.written_blocks(corpus)):
            replace_file(path, figures.render_blocks(path.read_text(encoding="utf-8"), blocks).encode())
            console.out(f"{path}: figures written")
    if args.plot:
        if not (chart := figures.charts(corpus).get("statements.svg")):
            raise CommandError("the corpus has no statements: nothing was drawn", PROBLEMS)
        replace_file(args.plot, chart.svg.encode())
        console.out(f"{args.plot}: drawn")
    if args.write or args.plot:
        return OK
    found = counts.leaks(corpus) if args.leaks else counts.corpus_counts(corpus)
    if args.format == "json":
        console.write(json_text(found, 2))
        return OK
    for heading, values in found.items():
        console.out(heading)
        for value, count in values.items():
            console.out(f"  {count:>7,}  {value}" if isinstance(count, int) else f"  {count:>7.3f}  {value}")
    return OK
