"""SHA256SUMS, the list of a folder's files and their digests. It proves which files a command has made.

`marks` are the files that every list of a command has; a list without them is somebody else's.
"""

import hashlib
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

SUMS = "SHA256SUMS"
LINE = re.compile(r"([0-9a-f]{64})  (.+)")
OF_EVERY_BUILD = {"README.md", "croissant.json"}  # the marks of `chithi publish`


def sums(folder: Path) -> str:
    """The SHA-256 of every file in a folder, in the form that `sha256sum --check` reads."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return rendered({name: digest(folder / name) for name in names})


def rendered(digests: dict[str, str]) -> str:
    """The text of a list, from digests by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items())


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def listed(folder: Path, marks: Collection[str] = OF_EVERY_BUILD) -> dict[str, str]:
    """The digests in a folder's list, by name; none if the list is missing, changed, or without the marks."""
    path = folder / SUMS
    if path.is_symlink() or not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8", errors="replace")
    digests = {match[2]: match[1] for match in map(LINE.fullmatch, text.split("\n")) if match}
    return digests if rendered(digests) == text and digests.keys() >= set(marks) else {}


def foreign(folder: Path, marks: Collection[str] = OF_EVERY_BUILD) -> Path | None:
    """The first path below a folder, sorted, that the command has not made; None if it has made all.

    It has made a file if the folder's list has its name and digest, and a folder if the list has a file in it. It makes
    no links.
    """
    digests = listed(folder, marks)
    folders = {parent for name in digests for parent in (folder / name).parents}
    for path in entries(folder):
        if path == folder / SUMS and digests:
            continue
        if not (path in folders if is_folder(path) else proved(path, digests.get(path.relative_to(folder).as_posix()))):
            return path
    return None


def entries(folder: Path) -> Iterator[Path]:
    """All paths below a folder, sorted, each folder before its contents. Links are not followed."""
    for path in sorted(folder.iterdir()):
        yield path
        if is_folder(path):
            yield from entries(path)


def is_folder(path: Path) -> bool:
    """Whether a path is a folder, not a link to one."""
    return path.is_dir() and not path.is_symlink()


def proved(path: Path, expected: str | None) -> bool:
    """Whether a path is a regular file with the expected digest; False if that is None."""
    return expected is not None and path.is_file() and not path.is_symlink() and digest(path) == expected


def discard(folder: Path, marks: Collection[str] = OF_EVERY_BUILD) -> None:
    """Removes the files and folders that the command has made, the list last. If others are left, the list stays."""
    digests = listed(folder, marks)
    for path in reversed(list(entries(folder))):
        if is_folder(path):
            with suppress(OSError):  # the folder is not empty
                path.rmdir()
        elif proved(path, digests.get(path.relative_to(folder).as_posix())):
            path.unlink()
    if digests and [path.name for path in folder.iterdir()] == [SUMS]:
        (folder / SUMS).unlink()
    with suppress(OSError):
        folder.rmdir()
