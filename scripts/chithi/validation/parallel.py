"""The drivers of `check_block`: this process alone, or several that share the files."""

import errno
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from chithi.records.blocks import blocks, count_lines, cuts
from chithi.records.records import Registries
from chithi.validation.block import Checked, Piece, check_block

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

BLOCK_BYTES = 1 << 20  # that are checked together: columns pay, and memory stays small
SHARE = 2  # blocks that a process takes at a time; with 1, 100,000 statements cost 0.05 s more processor time


class Part(NamedTuple):
    """A file, or the bytes from `start` to `stop` of a large one, which begin with line `first`."""

    path: str
    table: str
    start: int = 0
    stop: int | None = None
    first: int = 1


@contextmanager
def checking(
    files: Sequence[tuple[str, str]], registries: Registries, jobs: int = 1, size: int = BLOCK_BYTES
) -> Iterator[Iterator[Checked]]:
    """Checks files of statements, each given with its table, and gives the results block by block, in order.

    With several jobs, processes share the files, and begin before the first result is asked for. `size` is about the
    number of bytes of a block. Raises OSError if a file cannot be read, ChildProcessError if a process is gone.
    """
    if jobs == 1:
        yield check_parts(registries, size, (Part(path, table) for path, table in files))
        return
    lengths = [os.stat(path).st_size for path, _ in files]
    most = 1 + sum(lengths) // (SHARE * size)  # shares there will be, about
    with processes(min(jobs, most), registries) as pool:
        found = shares(files, lengths, SHARE * size)
        yield chain.from_iterable(pool.map(partial(check_parts_here, size), found))


@contextmanager
def processes(count: int, registries: Registries | None = None) -> "Iterator[ProcessPoolExecutor]":
    """A pool of processes that have the registries: forks of this one, if it can fork, as they load nothing anew."""
    # Loading these takes 15 ms, which a run with one job does without.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_all_start_methods, get_context

    context = get_context("fork" if "fork" in get_all_start_methods() else None)
    pool = ProcessPoolExecutor(count, context, start, (registries,))
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


REGISTRIES: list[Registries] = []  # in a process of a pool: those that `start` was given


def start(registries: Registries | None) -> None:
    """Prepares a process of a pool. It ignores SIGINT, which its parent handles, and ends when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # by which a pool ends its processes
    from multiprocessing import connection, parent_process

    REGISTRIES[:] = [registries] if registries else []
    if parent := parent_process():
        threading.Thread(target=lambda: connection.wait([parent.sentinel]) and os._exit(1), daemon=True).start()


def check_parts_here(size: int, parts: Sequence[Part]) -> list[Checked]:
    """Checks some parts in a process of a pool, against the registries that it was given."""
    return list(check_parts(REGISTRIES[0], size, parts))


def shares(files: Iterable[tuple[str, str]], lengths: Iterable[int], size: int) -> Iterator[list[Part]]:
    """The files, whose lengths in bytes are given, in groups of about `size`. Large files are cut between lines."""
    group: list[Part] = []
    held = 0
    for (path, table), length in zip(files, lengths, strict=True):
        for part in [Part(path, table)] if length <= size else (Part(path, table, *at) for at in cuts(path, size)):
            group.append(part)
            held += length if part.stop is None else part.stop - part.start
            if held >= size:
                yield group
                group, held = [], 0
    if group:
        yield group


def check_parts(registries: Registries, size: int, parts: Iterable[Part]) -> Iterator[Checked]:
    """Reads parts of files and checks them block by block; a block has pieces of one table."""
    pieces: list[Piece] = []
    held = 0
    for part in parts:
        line = part.first
        for data in blocks(part.path, part.start, part.stop, size):
            if pieces and (held >= size or part.table != pieces[0].table):
                yield check_block(pieces, registries)
                pieces, held = [], 0
            pieces.append(Piece(part.path, part.table, line, count_lines(data), data))
            line += pieces[-1].lines
            held += len(data)
    if pieces:
        yield check_block(pieces, registries)
