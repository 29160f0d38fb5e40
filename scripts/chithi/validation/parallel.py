"""The drivers of `check_block`: this process alone, or several that share the files."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain

from chithi.records.blocks import blocks, count_lines
from chithi.records.processes import COMMON, Part, count_shares, processes, shares
from chithi.records.records import Registries
from chithi.validation.block import Checked, Piece, check_block

BLOCK_BYTES = 1 << 20  # that are checked together: columns pay, and memory stays small
SHARE = 2  # blocks that a process takes at a time; with 1, 100,000 statements cost 0.05 s more processor time


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
    with processes(min(jobs, count_shares(files, SHARE * size)), registries) as pool:
        yield chain.from_iterable(pool.map(partial(check_parts_here, size), shares(files, SHARE * size)))


def check_parts_here(size: int, parts: Sequence[Part]) -> list[Checked]:
    """Checks some parts in a process of a pool, against the registries that it was given."""
    return list(check_parts(COMMON[0], size, parts))


def check_parts(registries: Registries, size: int, parts: Iterable[Part]) -> Iterator[Checked]:
    """Reads parts of files and checks them block by block."""
    return check_pieces(registries, pieces_of(parts, size), size)


def pieces_of(parts: Iterable[Part], size: int) -> Iterator[Piece]:
    """Parts of files in pieces of about `size` bytes at most."""
    for part in parts:
        line = part.first
        for data in blocks(part.path, part.start, part.stop, size):
            yield (piece := Piece(part.path, part.table, line, count_lines(data), data))
            line += piece.lines


def check_pieces(registries: Registries, pieces: Iterable[Piece], size: int = BLOCK_BYTES) -> Iterator[Checked]:
    """Checks pieces of files in blocks of about `size` bytes; a block has pieces of one table."""
    block: list[Piece] = []
    held = 0
    for piece in pieces:
        if block and (held >= size or piece.table != block[0].table):
            yield check_block(block, registries)
            block, held = [], 0
        block.append(piece)
        held += len(piece.data)
    if block:
        yield check_block(block, registries)
