"""`chithi diff`."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import MISUSE, OK, PROBLEMS, REPOSITORY, CommandError, Console
from chithi.text.display import visible

if TYPE_CHECKING:
    from chithi.commands import Subparsers


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    says, then = "compare the records of two releases", "next: chithi publish --push OWNER/NAME releases the new one"
    differ = commands.add_parser("diff", help=says, description=run.__doc__, epilog=then, allow_abbrev=False)
    differ.add_argument("old", metavar="A", help="a release: a built folder, or OWNER/NAME@REVISION on the Hub")
    differ.add_argument("new", metavar="B", help="the release to compare it with")
    format_help = "how to print the differences (default: text)"
    differ.add_argument("--format", choices=("text", "json"), default="text", help=format_help)
    differ.set_defaults(run=run)


def run(args: argparse.Namespace, console: Console) -> int:
    """Compares the records of two releases, label by label.

    Exit codes as diff has them: 0 the same, 1 different, 2 not comparable.
    """
    from chithi.records.replacing import temporary
    from chithi.release import diff

    with temporary() as scratch:
        try:
            old = release(args.old, scratch / "old", console)
            new = release(args.new, scratch / "new", console)
            with console.doing("comparing"):
                found = diff.compare(old, new, (args.old, args.new))
        except diff.DiffError as error:
            raise CommandError(str(error), MISUSE) from error
    for line in diff.WRITERS[args.format](found):
        console.out(line) if args.format == "text" else console.write(line)
    return PROBLEMS if any(found) else OK


def release(name: str, scratch: Path, console: Console) -> Path:
    """The folder of a release. A revision on the Hub is downloaded into `scratch`. Raises DiffError."""
    from chithi.release.diff import DiffError

    if Path(name).is_dir():
        return Path(name)
    repo, _, revision = name.partition("@")
    if not (revision and REPOSITORY.fullmatch(repo)):
        raise DiffError(f"{visible(name)} is no folder: name one, or a revision on the Hub as OWNER/NAME@REVISION")
    from chithi.commands.publish import hub_client
    from chithi.release import hub

    try:
        limits = hub.Limits(say=console.say)
        with console.doing("downloading"):
            return hub.download_release(hub_client(console), repo, revision, scratch, limits)
    except hub.HubError as error:
        raise DiffError(str(error)) from error
