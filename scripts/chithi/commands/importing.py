"""`chithi import`."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import OK, PROBLEMS, CommandError, Console, add_command, read_corpus
from chithi.text.display import counted, shown, visible

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
    from chithi.formats.reading import BROKEN, TWICE, Reading, Spot

    try:
        reading = Reading(opened(path, READABLE[source].beside))
    except ArchiveError as error:
        reading = Reading(Folder(path.parent, []))
        reading.tell(Spot(str(path)), BROKEN, f"the archive cannot be read: {error}", "export it again")
        return reading, {}
    if not check_marks(reading, source, corpus):
        return reading, {}
    for name in reading.export.doubled:
        hint = "keep one of them, and pack the archive again"
        message = "this name stands twice in the archive, with different content"
        reading.tell(Spot(reading.export.shown(name)), TWICE, message, hint)
    READABLE[source].read(reading, corpus)
    reports = assembled(reading, corpus)
    if not reading.sheets and not reading.problems:
        reading.tell(Spot(str(path)), BROKEN, "there is no statement here", "name what the tool has exported")
    if not reading.problems:
        check_counts(reading)
    return reading, reports


def check_counts(reading: "Reading") -> None:
    """Adds a problem for each export of which fewer statements are here than went out.

    Of one export, all that is here counts; of several, what lies in the folder of each and in that of no other in it.
    """
    from chithi.formats.reading import STRANGE

    folders = [folder for folder, *_ in reading.expected]
    paths = [sheet.at.path for sheet in reading.sheets]
    homes = [max((folder for folder in folders if path.startswith(folder)), key=len, default=None) for path in paths]
    for folder, at, expected in reading.expected:
        count = len(paths) if len(folders) == 1 else homes.count(folder)
        if expected > count:
            hint = "give the whole export, or remove this file if only a part of it is to be imported"
            message = f"{counted(expected, 'statement')} went out, and {count:,} {'is' if count == 1 else 'are'} here"
            reading.tell(at, STRANGE, message, hint)


def check_marks(reading: "Reading", source: str, corpus: "Corpus") -> bool:
    """Holds exports against what `chithi export` has noted in them. Returns whether they are of the right format."""
    from chithi.release.exports import MARK

    names = [name for name in reading.export.names if name.rpartition("/")[2] == MARK]
    return all([check_mark(reading, name, source, corpus) for name in names])


def check_mark(reading: "Reading", name: str, source: str, corpus: "Corpus") -> bool:
    """Holds an export against the file in which `chithi export` has noted what went out.

    Returns whether it may be read: not if it is one to another format.
    """
    from chithi.formats.reading import BROKEN, STRANGE, Spot

    if (text := reading.text(name)) is None:
        return True
    at = Spot(reading.export.shown(name))
    try:
        mark = json.loads(text)
        told, statements, of = mark["format"], int(mark["statements"]), mark.get("corpus")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        reading.tell(
            at, BROKEN, "this is not what chithi export has written", "remove the file, or put the old one back"
        )
        return True
    if told != source:
        reading.tell(at, BROKEN, f"this was exported to {shown(told)}", "name that format with --from")
        return False
    here = corpus.metadata.name if corpus.metadata else None
    if of != here:
        hint = "name the corpus that was exported with --corpus"
        reading.tell(at, STRANGE, f"this was exported from the corpus {shown(of)}, not from {shown(here)}", hint)
    reading.expected.append((at.path.removesuffix(name.rpartition("/")[2]), at, statements))
    return True


def lines(statements: list["Statement"]) -> bytes:
    """The records of a report in canonical form."""
    from msgspec import to_builtins

    from chithi.records.canonical import canonical
    from chithi.records.layout import STATEMENTS

    return b"".join(canonical(to_builtins(statement), STATEMENTS) for statement in statements)
