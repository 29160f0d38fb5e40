"""`chithi stats`."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import MISUSE, OK, PROBLEMS, CommandError, Console, add_command, read_corpus
from chithi.text.display import visible

if TYPE_CHECKING:
    from chithi.commands import Subparsers


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    count = add_command(commands, "stats", run, "count statements, requests and citations")
    format_help = "how to print the counts (default: text)"
    count.add_argument("--format", choices=("text", "json"), default="text", help=format_help)
    leaks_help = "what the splits share, and what the test split has that train has not"
    count.add_argument("--leaks", action="store_true", help=leaks_help)
    count.add_argument("--plot", type=picture, metavar="FILE", help="draw the statements by language and split as SVG")
    write_help = "write the figures into the generated blocks of these files"
    count.add_argument("--write", nargs="+", type=Path, metavar="FILE", help=write_help)


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints counts, draws them, or writes the figures into files."""
    from chithi.records.files import read_regular
    from chithi.records.replacing import clear_leftovers, replace_file
    from chithi.text.display import json_text
    from chithi.views import counts, figures

    corpus = read_corpus(args.corpus, console)
    if args.write and corpus.statements.is_empty():
        raise CommandError("the corpus has no statements: no figures were written", PROBLEMS)
    for path in [*(args.write or ()), *filter(None, [args.plot])]:
        clear_leftovers(Path(os.path.realpath(path)).parent)
    if args.write:
        with console.doing("counting"):
            blocks = figures.written_blocks(corpus)
        texts = {path: read_regular(path) for path in args.write}
        for path, new in {path: render(path, text, blocks) for path, text in texts.items()}.items():
            if new != texts[path]:
                replace_file(path, new, before=texts[path])
                console.out(f"{visible(str(path))}: figures written")
    if args.plot:
        if not (chart := figures.charts(corpus).get("statements.svg")):
            raise CommandError("the corpus has no statements: nothing was drawn", PROBLEMS)
        replace_file(args.plot, chart.svg.encode())
        console.out(f"{visible(str(args.plot))}: drawn")
    if args.write or args.plot:
        return OK
    with console.doing("counting"):
        found = counts.leaks(corpus) if args.leaks else counts.corpus_counts(corpus)
    if args.format == "json":
        console.write(json_text(found, 2))
        return OK
    for heading, values in found.items():
        console.out(heading)
        for value, count in values.items():
            console.out(f"  {count:>7,}  {value}" if isinstance(count, int) else f"  {count:>7.3f}  {value}")
    return OK


def render(path: Path, text: bytes, blocks: dict[str, str]) -> bytes:
    """The bytes of a file with its generated blocks replaced. Raises CommandError if it is no text in UTF-8."""
    from chithi.views.figures import rendered

    try:
        return rendered(text, blocks)
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: not in UTF-8: save it in UTF-8 first", MISUSE) from error


def picture(text: str) -> Path:
    """Parses the name of a picture."""
    if not text.lower().endswith(".svg"):
        raise argparse.ArgumentTypeError(f"{text!r} does not end with .svg, the one kind of picture that is drawn")
    return Path(text)
