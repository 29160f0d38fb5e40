"""Atomic replacement of files and folders: whatever stops a run, either the old or the new one is at its place, whole.

A run writes into a scratch folder beside the place, and holds a lock on that folder. The system releases the lock when
the run ends, however it ends. So a scratch folder without a lock was left by a run that was killed, and the next run
removes it.
"""

import errno
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IMODE, S_ISREG
from typing import NamedTuple

try:
    import fcntl
except ImportError:  # on Windows nothing is locked, and no folder counts as left over
    fcntl = None  # type: ignore[assignment]

RANDOM = re.compile("[a-z0-9_]{8}")  # what tempfile.mkdtemp adds to a prefix
AT_FDCWD = -100  # <fcntl.h>
RENAME_EXCHANGE = 2  # <linux/fs.h>; RENAME_SWAP of macOS has the same number
CANNOT_EXCHANGE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


def remove_tree(folder: Path) -> None:
    """Removes a folder as far as possible. Files that threads still write into it are left for the next run."""
    shutil.rmtree(folder, ignore_errors=True)


class Kind(NamedTuple):
    """A kind of scratch folders: the prefix of their names, and the function that removes one."""

    prefix: str
    remove: Callable[[Path], None]

    def names(self, name: str) -> bool:
        """Whether a folder of this kind may have this name."""
        return name.startswith(self.prefix) and RANDOM.fullmatch(name.removeprefix(self.prefix)) is not None


FILES = Kind(".chithi-files-", remove_tree)


@contextmanager
def scratch(parent: Path, kind: Kind = FILES) -> Iterator[Path]:
    """A new folder in `parent`, removed at the end. Raises OSError if it cannot be made."""
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
    """A scratch folder in the system's folder for temporary files."""
    parent = Path(tempfile.gettempdir())
    clear_leftovers(parent)
    with scratch(parent) as folder:
        yield folder


def new_scratch(parent: Path, kind: Kind) -> tuple[Path, int | None]:
    """A new folder and the descriptor that holds its lock, or None if the file system has no locks."""
    while True:
        try:
            folder = Path(tempfile.mkdtemp(dir=parent, prefix=kind.prefix))
        except OSError as error:  # which names a folder that nobody has asked for
            raise OSError(error.errno, error.strerror, str(parent)) from error
        try:
            return folder, lock(folder)
        except (FileNotFoundError, BlockingIOError):  # another run took it for left over
            continue
        except OSError:
            return folder, None


def lock(folder: Path) -> int:
    """Locks a folder and returns the descriptor that holds the lock.

    Raises BlockingIOError if another run holds it, FileNotFoundError if the folder is gone, and another OSError if
    the file system has no locks.
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
    """Removes the scratch folders of a kind in `parent` that no run has locked."""
    for folder in sorted(path for path in parent.iterdir() if kind.names(path.name)):
        try:
            descriptor = lock(folder)
        except OSError:  # a run uses it, or it is not a folder
            continue
        try:
            kind.remove(folder)
        finally:
            os.close(descriptor)


def replace_file(path: Path, data: bytes, before: bytes | None = None) -> None:
    """Replaces a file's bytes and keeps its mode and owner. Of a symbolic link the target is replaced.

    `before` is what the file held when it was read. Raises OSError if the file cannot be replaced, is not a regular
    file, or no longer holds `before`.
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


def replace_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files into a folder, which is made if it is not there, and replaces those of the same names.

    All are written beside the folder first, and then moved, one by one. If one cannot be moved, those before it are put
    back. Raises OSError; the folder then has what it had.
    """
    with scratch(folder.parent) as beside:
        for name, data in files.items():
            (beside / f"new-{name}").write_bytes(data)
        folder.mkdir(exist_ok=True)
        moved: list[str] = []
        try:
            for name in files:
                if os.path.lexists(folder / name):
                    os.rename(folder / name, beside / f"old-{name}")
                moved.append(name)
                os.rename(beside / f"new-{name}", folder / name)
        except BaseException:
            for name in moved:
                put_back(folder / name, beside / f"old-{name}")
            raise


def put_back(place: Path, old: Path) -> None:
    """Gives a place what it had: the file that was moved aside, or nothing."""
    if os.path.lexists(old):
        os.replace(old, place)
    else:
        place.unlink(missing_ok=True)


def mount_points() -> list[Path]:
    """The mount points of file systems; none where the system has no /proc/self/mountinfo."""
    try:
        lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return []
    octal = re.compile(rb"\\([0-7]{3})")  # see proc_pid_mountinfo(5)
    return [Path(os.fsdecode(octal.sub(lambda m: bytes([int(m[1], 8)]), line.split()[4]))) for line in lines]


def replace_folder(place: Path, new: Path, aside: Path) -> None:
    """Moves the folder `new` to `place`. A folder that was there moves to where `new` was; an empty one is removed.

    Linux and macOS exchange two folders in one step. If the file system cannot, the old folder is at `aside` for a
    moment; if the run is killed then, the next run has to put it back. If this raises OSError, the old folder is at its
    place.
    """
    try:
        os.rename(new, place)  # succeeds if nothing is there, or an empty folder
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
    """Swaps two folders of one file system in one step. Raises OSError if the system cannot."""
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
    """Swaps two folders in three steps. If the second fails or is interrupted, the old folder is put back."""
    os.rename(place, aside)
    try:
        os.rename(new, place)
    except BaseException:
        os.rename(aside, place)
        raise
    os.rename(aside, new)
