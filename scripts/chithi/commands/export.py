"""`chithi export`."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import MISUSE, OK, PROBLEMS, CommandError, Console, add_command, read_corpus, unknown
from chithi.text.display import shown, visible

if TYPE_CHECKING:
    import polars as pl

    from chithi.commands import Subparsers
    from chithi.corpus import Corpus
    from chithi.formats import FolderFormat, Format


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    export = add_command(
        commands,
        "export",
        run,
        "write statements in the format of another tool",
        "open it there; chithi import reads brat, Label Studio and INCEpTION back",
    )
    to_help = "the format; an unknown name lists them all"
    export.add_argument("--to", required=True, metavar="FORMAT", help=to_help)
    out_help = "the file or folder to write (default: standard output, for formats that are text)"
    export.add_argument("--out", type=Path, metavar="PATH", help=out_help)
    export.add_argument("--split", metavar="NAME", help="the statements of one split only, train or test")
    export.add_argument("--language", metavar="TAG", help="the statements in one language only, such as pl")


def run(args: argparse.Namespace, console: Console) -> int:
    """Writes statements in the format of another tool."""
    from chithi.formats import FORMATS, FormatError, TextFormat
    from chithi.release import PublishError

    if args.to not in FORMATS:
        known = ", ".join(f"{name} ({found.carries})" for name, found in sorted(FORMATS.items()))
        raise CommandError(f"no format {shown(args.to)}: there are {known}", MISUSE)
    wanted = FORMATS[args.to]
    if args.out is None and not isinstance(wanted, TextFormat):
        raise CommandError(f"{args.to} is not text, so standard output cannot take it: name a place with --out", MISUSE)
    corpus = read_corpus(args.corpus, console)
    statements = chosen(corpus.joined, {"split": args.split, "language": args.language})
    try:
        if args.out is None and isinstance(wanted, TextFormat):
            for piece in wanted.write(corpus, statements):
                console.data(piece)
            return OK
        with console.doing("writing"):
            write(wanted, corpus, statements, args.out)
    except (FormatError, PublishError) as error:
        raise CommandError(str(error), PROBLEMS) from error
    console.out(f"{visible(str(args.out))}: {statements.height:,} statements written")
    return OK


def write(wanted: "Format", corpus: "Corpus", statements: "pl.DataFrame", out: Path) -> None:
    """Writes a file or a folder. Raises FormatError, PublishError or OSError, and then nothing has changed."""
    from chithi.formats import BinaryFormat, FolderFormat, TextFormat
    from chithi.records.replacing import clear_leftovers, replace_file
    from chithi.release.exports import write_folder

    if isinstance(wanted, FolderFormat):
        write_folder(out, marked(wanted, corpus, statements))
        return
    clear_leftovers(Path(os.path.realpath(out)).parent)
    if isinstance(wanted, BinaryFormat):
        replace_file(out, wanted.encode(corpus, statements))
    elif isinstance(wanted, TextFormat):
        replace_file(out, "".join(wanted.write(corpus, statements)).encode())


def marked(wanted: "FolderFormat", corpus: "Corpus", statements: "pl.DataFrame") -> Iterator[tuple[str, bytes]]:
    """The files of a folder, and the one that says what it is."""
    import json

    from chithi import __version__
    from chithi.release.exports import MARK

    of_corpus = {"corpus": corpus.metadata.name, "version": corpus.metadata.version} if corpus.metadata else {}
    says = {"format": wanted.name, "statements": statements.height, **of_corpus, "chithi": __version__}
    yield MARK, json.dumps(says, ensure_ascii=False, indent=2).encode() + b"\n"
    yield from wanted.files(corpus, statements)


def chosen(statements: "pl.DataFrame", values: dict[str, str | None]) -> "pl.DataFrame":
    """The statements whose columns have these values, None being any. Raises CommandError for a value without one."""
    for column, value in values.items():
        if value is not None:
            if value not in (there := statements[column].unique().sort()):
                raise unknown(column, value, there)
            statements = statements.filter(statements[column] == value)
    return statements
