"""The program: parses the command line, runs a command, prints. Only this module prints or reads the environment."""

import argparse
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

from chithi import __version__
from chithi.commands import (
    MISUSE,
    PROBLEMS,
    CommandError,
    Console,
    agreement,
    diff,
    export,
    format,  # noqa: A004
    publish,
    stats,
    validate,
)


def program() -> NoReturn:
    """The program `chithi`, with a process of its own: it loads nothing that it does not need, and ends without tidying up memory."""
    # numpy's linear algebra, which nothing here uses, would else start threads that keep the other cores busy waiting for work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # NLTK would load scipy, where there is one, for statistics that nothing here uses either.
    sys.modules.setdefault("scipy", None)  # type: ignore[arg-type]
    gc.disable()  # nothing here makes so many cycles that looking for them would pay
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) == signal.SIG_DFL:  # nohup, for one, has it ignored
            signal.signal(number, stop)
    try:
        status = main()
    except KeyboardInterrupt as second:  # while the first was told
        status = interrupted(second)
    sys.stderr.flush()
    os._exit(status)


class Stopped(KeyboardInterrupt):
    """A signal that ends the program, as Ctrl-C does; `number` is the signal's."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


def stop(number: int, frame: object) -> NoReturn:
    """The handler of signals that end the program: whatever is being written is cleared away on the way out."""
    raise Stopped(number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns 0 where all is well, 1 where problems were found, 2 where the command or a path was no good."""
    args = parser().parse_args(arguments)
    try:
        try:
            return int(args.run(args, console()))
        finally:  # what was done is told, however the command ended
            sys.stdout.flush()
    except CommandError as error:
        return fail(str(error), error.code)
    except BrokenPipeError:
        # The reader has gone (`chithi validate | head`); nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEMS
    except KeyboardInterrupt as interrupt:
        return interrupted(interrupt)
    except OSError as error:
        return fail(f"{error.filename or 'input or output'}: {error.strerror or error}", MISUSE)


def interrupted(interrupt: KeyboardInterrupt) -> int:
    """Says that a signal ended the command; gives the exit code that shells use for that."""
    return fail("interrupted", 128 + getattr(interrupt, "number", signal.SIGINT))


def fail(message: str, code: int) -> int:
    """Says on stderr why a command failed, and gives the exit code back."""
    print(f"chithi: {message}", file=sys.stderr)
    return code


def parser() -> argparse.ArgumentParser:
    """The command line: one subparser a command, whose `run` does it."""
    top = argparse.ArgumentParser(
        prog="chithi", description="Checks, formats and publishes the ChiThi corpus.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"chithi {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for command in (validate, format, publish, diff, stats, agreement, export):
        command.add_parser(commands)
    return top


def console() -> Console:
    """The streams of this process, as commands see them."""
    return Console(
        out=print,
        progress=progress(),
        read=standard_input,
        coloured=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
        terminal=sys.stderr.isatty(),
    )


def standard_input() -> bytes:
    """All that comes in on standard input."""
    return sys.stdin.buffer.read()


def progress() -> Callable[[int], None]:
    """Prints the number of records done to a terminal, once a second; elsewhere nothing."""
    last = [time.monotonic()]

    def show(records: int) -> None:
        if time.monotonic() - last[0] > 1:
            last[0] = time.monotonic()
            print(f"\r{records:,} records\033[K\r", end="", file=sys.stderr, flush=True)

    return show if sys.stderr.isatty() else lambda records: None
