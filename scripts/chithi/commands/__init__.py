"""The commands, one module each: `add_parser` adds its arguments, `run` runs it and returns the exit code."""

import argparse
import re
import shlex
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.records.layout import shipped
from chithi.text.display import shown, visible

if TYPE_CHECKING:
    from chithi.corpus import Corpus

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

OK, PROBLEMS, MISUSE = 0, 1, 2
REPOSITORY = re.compile(r"\w[\w.-]*/\w[\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Console:
    """The streams that a command uses."""

    out: Callable[..., None]  # prints texts, a line each, with control characters shown
    write: Callable[..., None]  # prints a text that is safe already
    data: Callable[[str], None]  # prints the text of a file, in UTF-8 whatever the encoding of the terminal
    err: Callable[..., None]  # prints texts as `out` does, on stderr
    say: Callable[[str], None]  # says on a terminal why a command waits
    progress: Callable[..., None]  # shows the number of records, or of what is named, done so far
    doing: Callable[[str], AbstractContextManager[None]]  # shows what is being done if it takes long
    read: Callable[[], bytes]  # all of standard input
    width: int  # of the terminal to which results go, in columns; 80 if they go elsewhere
    coloured: bool  # whether results go to a terminal that shows colours
    terminal: bool  # whether progress goes to a terminal


class CommandError(Exception):
    """Ends a command. The message, one sentence, goes to stderr; `code` is the exit code."""

    def __init__(self, message: str, code: int = PROBLEMS) -> None:
        super().__init__(message)
        self.code = code


Run = Callable[[argparse.Namespace, Console], int]


def add_command(commands: "Subparsers", name: str, run: Run, says: str, then: str) -> argparse.ArgumentParser:
    """Adds the parser of a command that works on a corpus.

    `says` is its help text, and `then` what to do next: phrases in lower case without a full stop.
    """
    added = add_command_alone(commands, name, run, says, then)
    added.add_argument(
        "--corpus",
        type=Path,
        metavar="DIR",
        default=here(shipped("corpus")),
        help="a corpus other than the one that ships",
    )
    return added


def add_command_alone(commands: "Subparsers", name: str, run: Run, says: str, then: str) -> argparse.ArgumentParser:
    """Adds the parser of a command that reads no corpus; else as `add_command`."""
    description = f"{says[0].upper()}{says[1:]}."
    added = commands.add_parser(name, help=says, description=description, epilog=f"next: {then}", allow_abbrev=False)
    added.set_defaults(run=run)
    return added


def read_corpus(folder: Path, console: Console) -> "Corpus":
    """The corpus that a command works on. Raises CorpusError if it cannot be read."""
    from chithi.corpus import Corpus

    with console.doing("reading the corpus"):
        return Corpus.read(folder)


def unknown(what: str, value: str, there: Iterable[str | None]) -> CommandError:
    """The error of a value that nothing in the corpus has."""
    names = ", ".join(filter(None, there))
    return CommandError(f"no {what} {shown(value)} here: {f'there are {names}' if names else 'there is none'}", MISUSE)


def validating(args: argparse.Namespace) -> str:
    """The command that validates the corpus of a command."""
    folder = getattr(args, "corpus", None)
    given = folder is not None and folder != here(shipped("corpus"))
    return f"chithi validate {shlex.quote(visible(str(folder)))}" if given else "chithi validate"


def here(path: Path) -> Path:
    """The path relative to the current directory if it is below it, else unchanged."""
    try:
        return path.relative_to(Path.cwd())
    except (OSError, ValueError):  # the current directory is gone, or elsewhere
        return path


def positive(text: str) -> int:
    """Parses a number from 1 up. Raises ArgumentTypeError for anything else."""
    if not text.isascii() or not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)
