"""The program: it parses the command line and runs a command."""

import argparse
import gc
import os
import re
import shlex
import signal
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from chithi import __version__
from chithi.commands import (
    MISUSE,
    PROBLEMS,
    CommandError,
    agreement,
    anchor,
    baseline,
    browse,
    diff,
    export,
    format,  # noqa: A004
    hydrate,
    importing,
    init,
    prompt,
    publish,
    score,
    stats,
    validate,
    validating,
)
from chithi.records.broken import CorpusError
from chithi.streams import console, prepare, told
from chithi.text.display import safe


def program() -> NoReturn:
    """Runs `chithi` as the only task of a process."""
    # Else threads of numpy's linear algebra, which is not used here, wait busily: 0.59 s of processor time, not 0.46,
    # for `chithi validate`.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    prepare()
    prepare_home()
    gc.disable()  # the program makes few reference cycles; a search for them takes a tenth of a large validation
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) == signal.SIG_DFL:  # nohup makes programs ignore SIGHUP, which is left so
            signal.signal(number, stop)
    try:
        status = main()
    except KeyboardInterrupt as second:  # a second signal, while the message about the first is printed
        status = interrupted(second)
    sys.exit(status)


def prepare_home() -> None:
    """Sets HOME where there is none, as in some containers; libraries that look for it would fail on import."""
    try:
        Path.home()
    except RuntimeError:
        import tempfile

        os.environ["HOME"] = tempfile.gettempdir()


class Stopped(KeyboardInterrupt):
    """A signal that ends the program as Ctrl-C does; `number` is the number of the signal."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


def stop(number: int, frame: object) -> NoReturn:
    """Handles a signal by raising Stopped, so that unfinished files are removed before the program ends."""
    raise Stopped(number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command. Returns 0 on success, 1 if there are problems, 2 for wrong arguments or paths."""
    try:
        try:
            return run(parser().parse_args(arguments))
        finally:  # results are printed, however the command ends
            sys.stdout.flush()
    except CommandError as error:
        return fail(str(error), error.code)
    except BrokenPipeError:
        # The reader has gone, as in `chithi validate | head`, so nothing more can be printed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEMS
    except KeyboardInterrupt as interrupt:
        return interrupted(interrupt)
    except OSError as error:
        return fail(reason(error), MISUSE)


def run(args: argparse.Namespace) -> int:
    """Runs the command that was parsed, and returns its exit code."""
    try:
        return int(args.run(args, console()))
    except CorpusError as error:
        return fail(error.told(validating(args)), MISUSE if error.unreadable else PROBLEMS)


def reason(error: OSError) -> str:
    """What the system reports, in one sentence."""
    if not error.filename:
        try:
            os.getcwd()
        except FileNotFoundError:
            return "the current folder is gone: go to another one, or give absolute paths"
    return f"{error.filename or 'input or output'}: {error.strerror or error}"


def interrupted(interrupt: KeyboardInterrupt) -> int:
    """Prints that a signal ended the command, and returns the exit code that shells use for it."""
    return fail("interrupted", 128 + getattr(interrupt, "number", signal.SIGINT))


def fail(message: str, code: int) -> int:
    """Prints on stderr why a command failed, and returns the exit code."""
    told(message)
    return code


class Parser(argparse.ArgumentParser):
    """A parser whose errors name the nearest command, option or value."""

    def _print_message(self, message: str, file: Any = None) -> None:
        """Prints help or an error. Help that cannot be printed is an OSError, which argparse would pass over."""
        if file is sys.stdout:
            file.write(message)
        else:
            super()._print_message(message, file)

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """Parses arguments. Unknown ones are an error of this parser, which knows its own options."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            near = nearest(unknown[0].partition("=")[0], list(self._option_string_actions))
            if "--corpus" in self._option_string_actions and os.path.isdir(unknown[0]):
                near = f"; did you mean --corpus {shlex.quote(unknown[0])}?"
            self.error(f"unrecognized arguments: {' '.join(unknown)}{near}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Ends the program with the usage and a message; after a wrong choice with the nearest right one."""
        if choice := re.search(r"invalid choice: '(.*)' \(choose from (.*)\)", message):
            message += nearest(choice[1], re.findall(r"[\w-]+", choice[2]))
        super().error(safe(message))


def nearest(word: str, words: Sequence[str]) -> str:
    """`; did you mean 'X'?` if one of the words is similar, else an empty string."""
    close = get_close_matches(word, words, 1)
    return f"; did you mean '{close[0]}'?" if close else ""


def parser() -> argparse.ArgumentParser:
    """The parser of the command line, with a subparser for each command."""
    description = "Checks, formats and publishes the ChiThi corpus."
    then = "next: chithi validate; chithi COMMAND --help tells more; chithi init DIR begins a corpus of your own"
    top = Parser(prog="chithi", description=description, epilog=then, allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"chithi {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for command in (
        validate, format, publish, diff, stats, agreement, score, baseline, prompt, hydrate, anchor, browse, export,
        importing, init,
    ):  # fmt: skip
        command.add_parser(commands)
    return top
