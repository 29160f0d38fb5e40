"""Opening the files of a corpus. Only regular files are read: a pipe or a device might have no end."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO


def open_regular(path: Path | str) -> BinaryIO:
    """Opens a regular file, or a link to one, for reading. Raises OSError for anything else."""
    # Without O_NONBLOCK, opening a pipe would wait for somebody who writes into it.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    mode = os.fstat(descriptor).st_mode
    if not S_ISREG(mode):
        os.close(descriptor)
        code, reason = (
            (errno.EISDIR, os.strerror(errno.EISDIR))
            if S_ISDIR(mode)
            else (errno.EINVAL, "not a regular file: save what it gives as a file, and name that")
        )
        raise OSError(code, reason, str(path))
    return os.fdopen(descriptor, "rb")


def read_regular(path: Path | str) -> bytes:
    """The bytes of a regular file. Raises OSError for anything else."""
    with open_regular(path) as stream:
        return stream.read()


def below(folder: Path, ending: str) -> Iterator[Path]:
    """The files in the subfolders of a folder whose names end so, sorted. Raises OSError for one that cannot be read.

    A glob would pass over such a subfolder without a word.
    """
    for name in sorted(os.listdir(folder)) if folder.is_dir() else ():
        if (inner := folder / name).is_dir():
            yield from (inner / found for found in sorted(os.listdir(inner)) if found.endswith(ending))
