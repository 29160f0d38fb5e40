"""`chithi stats`."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import MISUSE, OK, PROBLEMS, CommandError, Console, add_command, positive, read_corpus
from chithi.text.display import visible

if TYPE_CHECKING:
    from chithi.commands import Subparsers
    from chithi.corpus import Corpus

TOP = 10  # rows of a table, unless another number is given
CHARTS = ("levels", "documents", "acts", "languages")  # those of `pictures.CHARTS`, which takes long to load
SVG, PNG = ".svg", ".png"


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    count = add_command(
        commands,
        "stats",
        run,
        "count statements, requests and citations",
        "--leaks tells what the splits share; chithi browse shows the records behind the counts",
    )
    format_help = "how to print the counts (default: text)"
    count.add_argument("--format", choices=("text", "json"), default="text", help=format_help)
    leaks_help = "what the splits share, and what the test split has that train has not"
    count.add_argument("--leaks", action="store_true", help=leaks_help)
    top_help = f"how many rows a table shows (default: {TOP}; as JSON, all)"
    count.add_argument("--top", type=positive, metavar="N", help=top_help)
    count.add_argument("--plot", type=picture, metavar="FILE", help="draw a chart as .svg or .png")
    chart_help = f"the chart to draw: {', '.join(CHARTS)} (default: {CHARTS[0]})"
    count.add_argument("--chart", choices=CHARTS, metavar="NAME", help=chart_help)
    write_help = "write the figures into the generated blocks of these files, and the pictures that they show"
    count.add_argument("--write", nargs="+", type=Path, metavar="FILE", help=write_help)


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints counts, draws them, or writes the figures into files."""
    from chithi.records.replacing import clear_leftovers

    if args.chart and not args.plot:
        raise CommandError("--chart names a chart for --plot: name the file, too", MISUSE)
    corpus = read_corpus(args.corpus, console)
    if args.write and corpus.statements.is_empty():
        raise CommandError("the corpus has no statements: no figures were written", PROBLEMS)
    for path in [*(args.write or ()), *filter(None, [args.plot])]:
        clear_leftovers(Path(os.path.realpath(path)).parent)
    if args.write:
        write(args.write, corpus, console)
    if args.plot:
        draw(args.chart or CHARTS[0], args.plot, corpus, console)
    if not (args.write or args.plot):
        show(args, corpus, console)
    return OK


def write(paths: list[Path], corpus: "Corpus", console: Console) -> None:
    """Writes the figures into the generated blocks of files, and the pictures beside them."""
    from chithi.records.files import read_regular
    from chithi.records.replacing import clear_leftovers, replace_file
    from chithi.views.figures import written_blocks, written_pictures

    with console.doing("counting"):
        blocks = written_blocks(corpus)
    texts = {path: read_regular(path) for path in paths}
    for path, new in {path: render(path, text, blocks) for path, text in texts.items()}.items():
        for name, drawn in written_pictures(corpus, path, texts[path]).items():
            name.parent.mkdir(parents=True, exist_ok=True)
            clear_leftovers(name.parent)
            if not name.is_file() or read_regular(name) != drawn:
                replace_file(name, drawn)
                console.out(f"{visible(str(name))}: drawn")
        if new != texts[path]:
            replace_file(path, new, before=texts[path])
            console.out(f"{visible(str(path))}: figures written")


def draw(name: str, path: Path, corpus: "Corpus", console: Console) -> None:
    """Draws a chart, as PNG or SVG by the ending of the file's name."""
    from chithi.records.replacing import replace_file
    from chithi.views import pictures, raster

    found = pictures.CHARTS[name](corpus)
    if not found:
        raise CommandError(f"the corpus has nothing that the chart {name} shows: nothing was drawn", PROBLEMS)
    try:
        drawn = raster.png(found.svg) if path.suffix.lower() == PNG else found.svg.encode()
    except raster.RasterError as error:
        raise CommandError(str(error), PROBLEMS) from error
    replace_file(path, drawn)
    console.out(f"{visible(str(path))}: drawn")


def show(args: argparse.Namespace, corpus: "Corpus", console: Console) -> None:
    """Prints the counts, or what the splits share."""
    from chithi.text.display import json_text
    from chithi.views import counts
    from chithi.views.tables import first, tables

    with console.doing("counting"):
        shared = counts.leaks(corpus) if args.leaks else {}
        found, crosses = ({}, {}) if args.leaks else (counts.corpus_counts(corpus), counts.crosses(corpus))
    if args.format == "json":
        console.write(json_text(first({**shared, **found, **crosses}, args.top), 2))
        return
    for heading, values in shared.items():
        console.out(heading)
        for value, count in values.items():
            console.out(f"  {count:>7,}  {value}" if isinstance(count, int) else f"  {count:>7.3f}  {value}")
    console.out(*tables(found, crosses, args.top or TOP, console.width))


def render(path: Path, text: bytes, blocks: dict[str, str]) -> bytes:
    """The bytes of a file with its generated blocks replaced. Raises CommandError if it is no text in UTF-8."""
    from chithi.views.figures import rendered

    try:
        return rendered(text, blocks)
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: not in UTF-8: save it in UTF-8 first", MISUSE) from error


def picture(text: str) -> Path:
    """Parses the name of a picture."""
    if Path(text).suffix.lower() not in (SVG, PNG):
        raise argparse.ArgumentTypeError(
            f"{text!r} does not end with .svg or .png, the kinds of pictures that are drawn"
        )
    return Path(text)
