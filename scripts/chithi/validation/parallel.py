"""Work that copies of this process do meanwhile."""

import errno
import os
import pickle
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, NoReturn, TypeVar

Found = TypeVar("Found")
TICKETS = 256  # at most, since each is a byte


@contextmanager
def elsewhere(work: Callable[[], Found]) -> Iterator[Callable[[], Found]]:
    """Work that a copy of this process does; what this gives waits for what it finds, and raises the OSError that it has met.

    The copy is stopped at the end of the context. Where a process cannot be copied, the work is done when it is waited for.
    """
    if not hasattr(os, "fork"):
        yield work
        return
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reader)  # else nobody would tell it that the one who waits is gone
        hand_over(work, writer)
    os.close(writer)

    def result() -> Found:
        try:
            found: Found | OSError = pickle.load(stream)  # noqa: S301, as it comes from ourselves
        except (EOFError, pickle.UnpicklingError) as error:
            raise ChildProcessError(errno.ECHILD, "a process that shared the work is gone") from error
        if isinstance(found, OSError):
            raise found
        return found

    with open(reader, "rb") as stream:
        try:
            yield result
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def hand_over(work: Callable[[], object], writer: int) -> NoReturn:
    """Does work in a copy, which has nothing to say but to the one who waits for it."""
    try:
        with open(writer, "wb") as stream:
            try:
                pickle.dump(work(), stream)
            except OSError as error:
                pickle.dump(error, stream)
    finally:
        os._exit(0)


def tickets(count: int) -> BinaryIO:
    """The bytes from 0 up, for processes to share: each of those that read byte by byte gets others, until there are no more."""
    reader, writer = os.pipe()
    os.write(writer, bytes(range(count)))
    os.close(writer)
    return open(reader, "rb", buffering=0)
