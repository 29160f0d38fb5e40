"""`chithi validate`."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chithi import __version__
from chithi.commands import MISUSE, OK, PROBLEMS, CommandError, Console, add_command, here, positive
from chithi.records import layout
from chithi.records.layout import registry_files, shipped

if TYPE_CHECKING:
    from chithi.commands import Subparsers
    from chithi.validation.findings import ValidationResult

STDIN = "stdin.jsonl"


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    check = add_command(
        commands,
        "validate",
        run,
        "check a corpus, or single files of it",
        "mend what it finds; --explain CODE tells more, and chithi format mends what is only form",
    )
    paths_help = "files to check, - for standard input; the corpus if none"
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=paths_help)
    formats = ("text", "json", "github", "sarif")
    check.add_argument("--format", choices=formats, default="text", help="how to print (default: text)")
    jobs_help = "processes that share the work (default: 1)"
    check.add_argument("--jobs", type=positive, default=1, metavar="N", help=jobs_help)
    sources_help = "folder of the articles, to hold the statements against: .txt, also other extractions, and .html"
    check.add_argument("--sources", type=Path, metavar="DIR", help=sources_help)
    explain_help = "print what a rule, given by its code or its name, is about, and stop"
    check.add_argument("--explain", metavar="RULE", help=explain_help)
    check.add_argument("--list", action="store_true", help="print the table of all rules, and stop")
    check.set_defaults(corpus=None)  # the corpus that the files belong to, else the one that ships


def run(args: argparse.Namespace, console: Console) -> int:
    """Validates a corpus or files of it, or prints the rules."""
    from chithi.validation import reporters
    from chithi.validation.engine import validate
    from chithi.validation.rules import documented

    if args.list:
        console.write(reporters.rule_table(), end="")
        return OK
    if args.explain:
        rules = documented()
        rule = rules.get(args.explain.upper()) or {r.name: r for r in rules.values()}.get(args.explain.lower())
        if rule is None:
            raise CommandError(f"no rule {args.explain}: `chithi validate --list` names them all", MISUSE)
        console.out(reporters.explanation(rule))
        return OK
    import msgspec

    corpus, given = chosen(args.corpus or corpus_of(args.paths), args.paths)
    with standard_input(given, console) as paths:
        result = validate(corpus, paths, args.jobs, console.progress, args.sources)
        held = {str(path) for path in paths if path not in given}
    for n, problem in enumerate(result.problems):
        if problem.path in held:
            result.problems[n] = msgspec.structs.replace(problem, path="-")
    return print_result(result, console, args.format)


def corpus_of(paths: list[Path]) -> Path:
    """The corpus that files belong to, by the folders they lie in; the one that ships if they belong to none.

    Raises CommandError if they belong to several.
    """
    shipping = here(shipped("corpus"))
    found = {layout.home(path) for path in paths if path.is_file() and layout.within(path, shipping) is None} - {None}
    if any(path.is_file() and layout.within(path, shipping) for path in paths):
        found.add(shipping)
    if len(found) > 1:
        names = " and ".join(sorted(map(str, found)))
        raise CommandError(f"the files belong to several corpora, {names}: name one with --corpus", MISUSE)
    return next(filter(None, found), shipping)


def chosen(corpus: Path, paths: list[Path]) -> tuple[Path, list[Path]]:
    """The corpus and the files to check. A folder in place of files is the corpus.

    Raises CommandError if a folder is given beside other paths, or is no corpus.
    """
    folders = [path for path in paths if path.is_dir()]
    if not folders:
        return corpus, paths
    if len(paths) > 1:
        raise CommandError(f"{folders[0]} is a folder: give the folder of one corpus alone, or files", MISUSE)
    if not any(path.exists() for path in registry_files(folders[0])):
        raise CommandError(f"{folders[0]}: no corpus: it has no reports.jsonl", MISUSE)
    return folders[0], []


@contextmanager
def standard_input(paths: list[Path], console: Console) -> Iterator[list[Path]]:
    """The paths, with `-` replaced by a temporary file that holds standard input."""
    if Path("-") not in paths:
        yield paths
        return
    from chithi.records.replacing import temporary

    with temporary() as folder:
        path = folder / STDIN
        path.write_bytes(console.read())
        yield [path if given == Path("-") else given for given in paths]


def print_result(result: "ValidationResult", console: Console, form: str = "text") -> int:
    """Prints the problems and the summary. Returns the exit code."""
    from chithi.validation import reporters

    if form == "text" and console.coloured:
        lines = reporters.text(result, __version__, reporters.coloured)
    else:
        lines = reporters.REPORTERS[form](result, __version__)
    for line in lines:
        console.write(line)
    for note in result.notes:
        console.err(note)
    return PROBLEMS if result.problems else OK
