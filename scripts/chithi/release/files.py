"""Files of a built folder, with the digests by which the Hub knows them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class File:
    """A file of the built folder."""

    size: int  # bytes
    sha256: str  # its id in LFS
    blob: str  # SHA-1, its id in git


def read(folder: Path) -> dict[str, File]:
    """The files of the built folder by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): digested(path) for path in paths}


def digested(path: Path) -> File:
    """A file's size and digests."""
    size = path.stat().st_size
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        blob = hashlib.file_digest(file, lambda: hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)).hexdigest()
    return File(size, sha256, blob)
