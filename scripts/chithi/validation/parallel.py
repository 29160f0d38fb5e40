"""The drivers of `check_block`: this process alone, or several that share the files."""

import errno
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import chain
from multiprocessing import connection, get_all_start_methods, get_context, parent_process
from typing import NamedTuple

from chithi.records.blocks import blocks, count_lines, cuts
from chithi.records.records import Registries
from chithi.validation.block import Checked, Piece, check_block

BLOCK_BYTES = 1 << 20  # what is checked together: enough for columns to pay, little enough for memory
SHARE = 2  # blocks that a process takes at a time; one by one, 100,000 statements cost the processors 0.05 s more in all


class Part(NamedTuple):
    """A file, or the bytes from `start` to `stop` of a large one, the first of which are on line `first`."""

    path: str
    table: str
    start: int = 0
    stop: int | None = None
    first: int = 1


@contextmanager
def checking(
    files: Sequence[tuple[str, str]], registries: Registries, jobs: int = 1, size: int = BLOCK_BYTES
) -> Iterator[Iterator[Checked]]:
    """Checks files of statements, each given with its table: gives what comes of it, block by block, in their order.

    With more than one job, processes share them, and begin before anybody asks for results. `size` is about how many bytes are checked
    together. Raises OSError where a file cannot be read, ChildProcessError where one of the processes is gone.
    """
    if jobs == 1:
        yield check_parts(registries, size, (Part(path, table) for path, table in files))
        return
    with processes(jobs, registries) as pool:
        yield chain.from_iterable(pool.map(partial(check_parts_here, size), shares(files, SHARE * size)))


@contextmanager
def processes(count: int, registries: Registries | None = None) -> Iterator[ProcessPoolExecutor]:
    """A pool of processes that have the registries; copies of this one where it can be copied, which spares loading all anew."""
    context = get_context("fork" if "fork" in get_all_start_methods() else None)
    pool = ProcessPoolExecutor(count, context, start, (registries,))
    try:
        yield pool
    except BrokenProcessPool as error:
        raise ChildProcessError(errno.ECHILD, "a process that shared the work is gone") from error
    finally:
        pool.shutdown(cancel_futures=True)


REGISTRIES: list[Registries] = []  # in a process of a pool: those that `start` was given


def start(registries: Registries | None) -> None:
    """Begins a process of a pool, which leaves interrupts to the one that waits for it, and ends with that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # by which a pool ends its processes
    REGISTRIES[:] = [registries] if registries else []
    if parent := parent_process():
        threading.Thread(target=lambda: connection.wait([parent.sentinel]) and os._exit(1), daemon=True).start()


def check_parts_here(size: int, parts: Sequence[Part]) -> list[Checked]:
    """What a process of a pool does: checks some parts beside the registries that it was given."""
    return list(check_parts(REGISTRIES[0], size, parts))


def shares(files: Iterable[tuple[str, str]], size: int) -> Iterator[list[Part]]:
    """The files in groups of about so many bytes; large ones are cut at their lines."""
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


def check_parts(registries: Registries, size: int, parts: Iterable[Part]) -> Iterator[Checked]:
    """Reads parts of files and checks them, as many of one table together as make up a block."""
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
