"""`chithi format`."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import MISUSE, OK, PROBLEMS, CommandError, Console, add_command
from chithi.commands.validate import chosen
from chithi.records.layout import STATEMENTS, formatted_files, is_schema
from chithi.text.display import visible

if TYPE_CHECKING:
    from chithi.commands import Subparsers
    from chithi.validation.formatting import Formatted

STDIN = Path("-")


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    shape = add_command(
        commands,
        "format",
        run,
        "put files into canonical form and fill in the offsets of spans",
        "chithi validate says what is left to do",
    )
    paths_help = "files to format, the folder of a corpus, or - for standard input; all of the corpus if none is given"
    shape.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=paths_help)
    shape.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a file would change")


def run(args: argparse.Namespace, console: Console) -> int:
    """Formats files, or prints which would change. What standard input becomes goes to standard output."""
    from chithi.records.replacing import clear_leftovers
    from chithi.validation.formatting import format_bytes, format_file

    corpus, given = chosen(args.corpus, args.paths)
    paths = list(dict.fromkeys(given)) or formatted_files(corpus)
    for path in filter(is_schema, paths):
        raise CommandError(f"{path} is a schema and holds no records: nothing was formatted", MISUSE)
    if not args.check:
        for folder in sorted({path.resolve().parent for path in paths if path.exists()}):
            clear_leftovers(folder)
    say = console.err if STDIN in paths else console.out
    bad, done = False, 0
    for path in paths:
        result = format_bytes(path, console.read(), STATEMENTS) if path == STDIN else format_file(path)
        bad |= finish(result, args.check, console, say)
        console.progress(done := done + result.after.count(b"\n"))
    return PROBLEMS if bad else OK


def finish(result: "Formatted", check: bool, console: Console, say: Callable[..., None]) -> bool:
    """Prints what is wrong with a file, or writes it and tells what was done. Returns whether anything is wrong."""
    from chithi.validation.reporters import paragraph, plain

    for problem in result.problems:
        say(paragraph(problem, plain))
    if result.problems:
        return True
    if result.path == STDIN and not check:
        console.data(result.after.decode())
    elif result.changed and not check:
        result.write()
    name = visible(str(result.path))
    for line, note in result.notes:
        say(f"{name}:{line}: {note}")
    if result.changed and (check or result.path != STDIN):
        say(f"{name}: {'would be' if check else 'was'} formatted", flush=True)
    return check and result.changed
