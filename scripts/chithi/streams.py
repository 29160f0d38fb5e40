"""The standard streams: they take any text, whatever encoding the terminal has and whether they are open."""

import codecs
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from chithi.commands import Console
from chithi.text.display import safe, visible

ESCAPES = "chithi-escapes"


def escape(error: UnicodeError) -> tuple[str, int]:
    """An error handler that writes what an encoding lacks as JSON does: \\uXXXX. So JSON stays JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def prepare() -> None:
    """Makes the streams of this process take any text. A stream that is closed is replaced by os.devnull."""
    codecs.register_error(ESCAPES, escape)
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            open_null(descriptor)
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=ESCAPES)


def open_null(descriptor: int) -> None:
    """Opens os.devnull at a descriptor that is closed, so that no file of a corpus can get it."""
    found = os.open(os.devnull, os.O_RDWR)
    if found != descriptor:
        os.dup2(found, descriptor)
        os.close(found)


def console() -> Console:
    """The streams of this process for commands."""
    return Console(
        out=out,
        write=write,
        data=data,
        err=err,
        say=told if sys.stderr.isatty() else lambda _: None,
        progress=progress(),
        doing=doing,
        read=sys.stdin.buffer.read,
        width=shutil.get_terminal_size().columns,
        coloured=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
        terminal=sys.stderr.isatty(),
    )


def out(*texts: str, end: str = "\n", flush: bool = False) -> None:
    """Prints texts, a line each. Control characters in them are shown, not sent."""
    print(*map(safe, texts), sep="\n", end=end, flush=flush)


def err(*texts: str, flush: bool = False) -> None:
    """Prints texts on stderr, a line each. Control characters in them are shown, not sent."""
    with suppress(OSError):  # as in `told`
        print(*map(safe, texts), sep="\n", file=sys.stderr, flush=flush)


def write(text: str, end: str = "\n") -> None:
    """Prints a text that is safe already: JSON, colours, workflow commands."""
    print(text, end=end)


def data(text: str) -> None:
    """Prints the text of a file. A file has the same bytes whatever the terminal's encoding is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())


def told(message: str, stream: TextIO | None = None) -> None:
    """Prints a message on stderr, after the name of the program."""
    with suppress(OSError):  # nobody reads it, and the exit code says what it says
        print(f"chithi: {safe(visible(message))}", file=stream or sys.stderr)


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Shows what is being done, and for how many seconds, once it takes longer than one, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    thread = threading.Thread(target=tick, args=(what, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def tick(what: str, done: threading.Event) -> None:
    """Shows the seconds until `done` is set, and then clears the line."""
    begun = time.monotonic()
    while not done.wait(1):
        print(f"\r{what}: {time.monotonic() - begun:.0f} s\033[K\r", end="", file=sys.stderr, flush=True)
    print("\r\033[K", end="", file=sys.stderr, flush=True)


def progress() -> Callable[..., None]:
    """A function that shows the number of records done, or of what is named, once a second, if stderr is a terminal."""
    last = [time.monotonic()]

    def show(count: int, of: str = "records") -> None:
        if time.monotonic() - last[0] > 1:
            last[0] = time.monotonic()
            print(f"\r{count:,} {of}\033[K\r", end="", file=sys.stderr, flush=True)

    return show if sys.stderr.isatty() else lambda *_: None
