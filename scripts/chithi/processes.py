"""Work that another process does meanwhile."""

import errno
import os
import pickle
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def elsewhere(work: Callable[[], Found]) -> Callable[[], Found]:
    """Starts work in a copy of this process; what is returned waits for what it finds, and raises the OSError that it has met.

    Where a process cannot be copied, the work is done when it is waited for.
    """
    if not hasattr(os, "fork"):
        return work
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        try:
            with open(writer, "wb") as stream:
                try:
                    pickle.dump(work(), stream)
                except OSError as error:
                    pickle.dump(error, stream)
        finally:
            os._exit(0)
    os.close(writer)

    def result() -> Found:
        with open(reader, "rb") as stream:
            try:
                found: Found | OSError = pickle.load(stream)  # noqa: S301, as it comes from ourselves
            except (EOFError, pickle.UnpicklingError) as error:
                raise ChildProcessError(errno.ECHILD, "a process that shared the work is gone") from error
        os.waitpid(child, 0)
        if isinstance(found, OSError):
            raise found
        return found

    return result
