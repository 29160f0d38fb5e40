"""Processes that share the work, and the parts of files that they share."""

import errno
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from chithi.records.blocks import cuts

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor


class Part(NamedTuple):
    """A file, or the bytes from `start` to `stop` of a large one, which begin with line `first`."""

    path: str
    table: str = ""
    start: int = 0
    stop: int | None = None
    first: int = 1


def shares(files: Iterable[tuple[str, str]], size: int) -> Iterator[list[Part]]:
    """Files, each given with its table, in groups of about `size` bytes. Large files are cut between lines.

    Raises OSError if a file cannot be read.
    """
    group: list[Part] = []
    held = 0
    for path, table in files:
        length = os.stat(path).st_size
        for part in [Part(path, table)] if length <= size else (Part(path, table, *at) for at in cuts(path, size)):
            group.append(part)
            held += length if part.stop is None else part.stop - part.start
            if held >= size:
                yield group
                group, held = [], 0
    if group:
        yield group


def count_shares(files: Iterable[tuple[str, str]], size: int) -> int:
    """About the number of groups that `shares` makes. Raises OSError if a file cannot be read."""
    return 1 + sum(os.stat(path).st_size for path, _ in files) // size


@contextmanager
def processes(count: int, common: Any = None) -> "Iterator[ProcessPoolExecutor]":
    """A pool of processes, each with what is given as `common` in COMMON: forks of this one, if it can fork.

    Forks load nothing anew.
    Raises ChildProcessError if a process is gone.
    """
    # Loading these takes 15 ms, which a run with one job does without.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_all_start_methods, get_context

    context = get_context("fork" if "fork" in get_all_start_methods() else None)
    pool = ProcessPoolExecutor(count, context, start, (common,))
    try:
        yield pool
    except BrokenProcessPool as error:
        # A process that was stopped while it was being made may never end, so nobody waits for it.
        pool.shutdown(wait=False, cancel_futures=True)
        raise ChildProcessError(errno.ECHILD, "a process that shared the work is gone") from error
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


COMMON: list[Any] = []  # in a process of a pool: what all were given


def start(common: Any) -> None:
    """Prepares a process of a pool. It ignores SIGINT, which its parent handles, and ends when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # by which a pool ends its processes
    from multiprocessing import connection, parent_process

    COMMON[:] = [common]
    if parent := parent_process():
        threading.Thread(target=lambda: connection.wait([parent.sentinel]) and os._exit(1), daemon=True).start()
