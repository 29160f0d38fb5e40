"""Replacing files and folders at one stroke: whatever stops a run, the old or the new one stands at its place, whole.

What is being written lies in a scratch folder beside its place. A run holds a lock on its scratch folder, which the system releases
when the run ends, however it ends. So a scratch folder that nobody holds was left by a run that was killed, and the next run clears it.
"""

import errno
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IMODE, S_ISREG
from typing import NamedTuple

try:
    import fcntl
except ImportError:  # Windows: nothing is locked there, and so nothing is taken for a leftover
    fcntl = None  # type: ignore[assignment]

RANDOM = re.compile("[a-z0-9_]{8}")  # how tempfile.mkdtemp completes a name
AT_FDCWD = -100  # <fcntl.h>
RENAME_EXCHANGE = 2  # <linux/fs.h>; RENAME_SWAP of macOS has the same number
CANNOT_EXCHANGE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


def remove_tree(folder: Path) -> None:
    """Removes a folder as far as possible. What threads still write into it meanwhile is left for the next run."""
    shutil.rmtree(folder, ignore_errors=True)


class Kind(NamedTuple):
    """A kind of scratch folders: how their names begin, and how one is removed."""

    prefix: str
    remove: Callable[[Path], None]

    def names(self, name: str) -> bool:
        """Whether a folder of this kind may have this name."""
        return name.startswith(self.prefix) and RANDOM.fullmatch(name.removeprefix(self.prefix)) is not None


FILES = Kind(".chithi-files-", remove_tree)


@contextmanager
def scratch(parent: Path, kind: Kind = FILES) -> Iterator[Path]:
    """A new folder in `parent`, removed at the end. Raises OSError where none can be made."""
    folder, descriptor = new_scratch(parent, kind)
    try:
        yield folder
    finally:
        try:
            kind.remove(folder)
        finally:
            if descriptor is not None:
                os.close(descriptor)


@contextmanager
def temporary() -> Iterator[Path]:
    """A scratch folder where the system keeps temporary files."""
    parent = Path(tempfile.gettempdir())
    clear_leftovers(parent)
    with scratch(parent) as folder:
        yield folder


def new_scratch(parent: Path, kind: Kind) -> tuple[Path, int | None]:
    """A new folder and the descriptor that holds its lock, None where the file system has no locks."""
    while True:
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=kind.prefix))
        try:
            return folder, lock(folder)
        except (FileNotFoundError, BlockingIOError):  # another run has just taken it for a leftover
            continue
        except OSError:
            return folder, None


def lock(folder: Path) -> int:
    """Locks a folder and returns the descriptor that holds the lock.

    Raises BlockingIOError where another run holds it, FileNotFoundError where the folder is gone, another OSError where there are no locks.
    """
    if fcntl is None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK), str(folder))
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(descriptor), os.stat(folder)):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def clear_leftovers(parent: Path, kind: Kind = FILES) -> None:
    """Removes the scratch folders of a kind in `parent` that no run holds."""
    for folder in sorted(path for path in parent.iterdir() if kind.names(path.name)):
        try:
            descriptor = lock(folder)
        except OSError:  # a run is using it, or it is no folder
            continue
        try:
            kind.remove(folder)
        finally:
            os.close(descriptor)


def replace_file(path: Path, data: bytes, before: bytes | None = None) -> None:
    """Replaces a file's bytes. A symbolic link stays one, and its target is replaced, which keeps its mode and its owner.

    `before` is what the file held when it was read. Raises OSError where the file cannot be replaced, where it is no regular file, and
    where it holds something else by now.
    """
    path = Path(os.path.realpath(path))
    old = os.stat(path) if os.path.lexists(path) else None
    if old and not S_ISREG(old.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    with scratch(path.parent) as folder:
        new = folder / path.name
        with new.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if old:
            new.chmod(S_IMODE(old.st_mode))
            with suppress(PermissionError):  # only root may give a file away
                os.chown(new, old.st_uid, old.st_gid)
        if before is not None and path.read_bytes() != before:
            raise OSError(errno.ESTALE, "the file was changed meanwhile: run again", str(path))
        os.replace(new, path)


def mount_points() -> list[Path]:
    """Where file systems are mounted, as far as the system lists it."""
    try:
        lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return []
    octal = re.compile(rb"\\([0-7]{3})")  # see proc_pid_mountinfo(5)
    return [Path(os.fsdecode(octal.sub(lambda m: bytes([int(m[1], 8)]), line.split()[4]))) for line in lines]


def replace_folder(place: Path, new: Path, aside: Path) -> None:
    """Moves the folder `new` to `place`; a folder that stood there is afterwards where `new` was, an empty one is gone.

    Linux and macOS exchange two folders at one stroke. Where the file system cannot, the old folder lies at `aside` for an instant; if the
    run is killed in that instant, the next one has to put it back. Raises OSError, with the old folder at its place.
    """
    try:
        os.rename(new, place)  # which succeeds where nothing stands, or an empty folder
    except OSError:
        if not place.is_dir():
            raise
        try:
            exchange(new, place)
        except OSError as error:
            if error.errno not in CANNOT_EXCHANGE:
                raise
            rename_twice(place, new, aside)


def exchange(one: Path, other: Path) -> None:
    """Swaps two folders of one file system at one stroke. Raises OSError where the system cannot do that."""
    import ctypes

    sys.audit("chithi.exchange", str(one), str(other))
    system = ctypes.CDLL(None, use_errno=True)
    if swap := getattr(system, "renameat2", None):
        failed = swap(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
    elif swap := getattr(system, "renamex_np", None):
        failed = swap(os.fsencode(one), os.fsencode(other), RENAME_EXCHANGE)
    else:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), str(other))
    if failed:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))


def rename_twice(place: Path, new: Path, aside: Path) -> None:
    """Swaps two folders in steps; the old one is put back if the second step fails or is interrupted."""
    os.rename(place, aside)
    try:
        os.rename(new, place)
    except BaseException:
        os.rename(aside, place)
        raise
    os.rename(aside, new)
