"""`chithi import`."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import OK, PROBLEMS, CommandError, Console, add_command, read_corpus
from chithi.text.display import shown, visible

if TYPE_CHECKING:
    from chithi.commands import Subparsers
    from chithi.corpus import Corpus
    from chithi.formats.reading import Reading
    from chithi.records.records import Statement

FROM = ("brat", "inception", "label-studio")


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    back = add_command(
        commands,
        "import",
        run,
        "read statements back that were annotated in another tool",
        "chithi validate says what is left to do; chithi agreement compares two passes",
    )
    back.add_argument("--from", dest="source", required=True, choices=FROM, metavar="FORMAT", help=", ".join(FROM))
    path_help = "what the tool has exported: a file, a folder, or an archive"
    back.add_argument("path", type=Path, metavar="PATH", help=path_help)
    out_help = "the new folder for the records, a file a report"
    back.add_argument("--out", type=Path, required=True, metavar="FOLDER", help=out_help)


def run(args: argparse.Namespace, console: Console) -> int:
    """Reads an export of another tool, and writes its records, or prints what is wrong with it."""
    from chithi.commands.validate import print_result
    from chithi.formats import FormatError
    from chithi.formats.reading import limited
    from chithi.release import PublishError
    from chithi.release.imports import free_place, write_records
    from chithi.validation.findings import ValidationResult

    try:
        free_place(args.out)
        corpus = read_corpus(args.corpus, console)
        with console.doing("reading"):
            reading, reports = read(args.source, args.path, corpus)
        for note in reading.notes:
            console.err(note)
        if reading.problems:
            return print_result(
                ValidationResult(limited(reading.problems), reading.files, len(reading.sheets)), console
            )
        write_records(args.out, ((f"{name}.jsonl", lines(found)) for name, found in reports.items()))
    except (FormatError, PublishError) as error:
        raise CommandError(str(error), PROBLEMS) from error
    told = f"{counted(sum(map(len, reports.values())), 'statement')} of {counted(len(reports), 'report')}"
    console.out(f"{visible(str(args.out))}: {told} imported")
    return OK


def read(source: str, path: Path, corpus: "Corpus") -> tuple["Reading", dict[str, list["Statement"]]]:
    """What an export holds: its records by report, and what is wrong with it. Raises OSError if it cannot be read."""
    from chithi.formats import READABLE
    from chithi.formats.archives import ArchiveError, Folder, opened
    from chithi.formats.assembling import assembled
    from chithi.formats.reading import BROKEN, STRANGE, Reading, Spot

    try:
        reading = Reading(opened(path, READABLE[source].beside))
    except ArchiveError as error:
        reading = Reading(Folder(path.parent, []))
        reading.tell(Spot(str(path)), BROKEN, f"the archive cannot be read: {error}", "export it again")
        return reading, {}
    check_mark(reading, source, corpus)
    READABLE[source].read(reading, corpus)
    reports = assembled(reading, corpus)
    if not reading.sheets and not reading.problems:
        reading.tell(Spot(str(path)), BROKEN, "there is no statement here", "name what the tool has exported")
    if reading.expected and not reading.problems and reading.expected[1] > len(reading.sheets):
        hint = "give the whole export, or remove this file if only a part of it is to be imported"
        message = f"{reading.expected[1]:,} statements went out, and {len(reading.sheets):,} are here"
        reading.tell(reading.expected[0], STRANGE, message, hint)
    return reading, reports


def counted(count: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "report")
    '1 report'
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def check_mark(reading: "Reading", source: str, corpus: "Corpus") -> None:
    """Holds an export against what `chithi export` has noted in it, if that is still there."""
    from chithi.formats.reading import BROKEN, STRANGE, Spot
    from chithi.release.exports import MARK

    name = next((name for name in reading.export.names if name.rpartition("/")[2] == MARK), None)
    if name is None or (text := reading.text(name)) is None:
        return
    at = Spot(reading.export.shown(name))
    try:
        mark = json.loads(text)
        told, statements, of = mark["format"], int(mark["statements"]), mark.get("corpus")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        reading.tell(
            at, BROKEN, "this is not what chithi export has written", "remove the file, or put the old one back"
        )
        return
    if told != source:
        reading.tell(at, BROKEN, f"this was exported to {shown(told)}", "name that format with --from")
    here = corpus.metadata.name if corpus.metadata else None
    if of != here:
        hint = "name the corpus that was exported with --corpus"
        reading.tell(at, STRANGE, f"this was exported from the corpus {shown(of)}, not from {shown(here)}", hint)
    reading.expected = at, statements


def lines(statements: list["Statement"]) -> bytes:
    """The records of a report in canonical form."""
    from msgspec import to_builtins

    from chithi.records.canonical import canonical
    from chithi.records.layout import STATEMENTS

    return b"".join(canonical(to_builtins(statement), STATEMENTS) for statement in statements)
