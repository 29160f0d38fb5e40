"""Exports as they lie on disk: a file, a folder, or an archive (.zip, .tar, .tar.gz), read file by file."""

import lzma
import os
import tarfile
import zipfile
import zlib
from abc import ABC, abstractmethod
from io import BytesIO
from pathlib import Path

from chithi.records.files import open_regular, read_regular

LARGEST = 1 << 29  # bytes of one file in an archive; larger ones are no text that anybody has annotated
ODD = ("__MACOSX/",)  # folders that systems add to archives


class ArchiveError(Exception):
    """An archive cannot be read; the message says why."""


class Export(ABC):
    """The files of an export by name: paths below `root`, with slashes, in order. Hidden files are left out."""

    damage: tuple[type[Exception], ...] = (ArchiveError,)  # what `read` raises for a damaged archive

    def __init__(self, root: str, names: list[str]) -> None:
        self.root = root
        self.doubled: list[str] = []  # names that stand twice in an archive, with different content
        self.names = sorted(name for name in names if visible(name))

    @abstractmethod
    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises what `damage` names, or OSError."""

    def shown(self, name: str) -> str:
        """The path of a file for messages."""
        return f"{self.root}/{name}" if name else self.root


def visible(name: str) -> bool:
    """Whether neither the file nor a folder that it lies in is hidden."""
    return not name.startswith(ODD) and not any(part.startswith(".") and part.strip(".") for part in name.split("/"))


class Folder(Export):
    """A folder, or a single file of it."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        super().__init__(str(folder), names)
        self.folder = folder

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return read_regular(self.folder / name)

    def shown(self, name: str) -> str:
        """The path of a file, or of the folder."""
        return str(self.folder / name) if name else self.root


class Zip(Export):
    """A zip archive."""

    damage = (ArchiveError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError)

    def __init__(self, root: str, data: bytes) -> None:
        self.archive = zipfile.ZipFile(BytesIO(data))
        listed = self.archive.infolist()
        turned = not any("/" in entry.filename for entry in listed)  # some programs of Windows write backslashes
        named = [(entry.filename.replace("\\", "/") if turned else entry.filename, entry) for entry in listed]
        # Before 2.0.8, WebAnno wrote names with a slash at the start.
        files = [(name.lstrip("/"), entry) for name, entry in named if not name.endswith("/")]
        self.entries = dict(files)
        super().__init__(root, list(self.entries))
        self.doubled = sorted({name for name, entry in files if differ(entry, self.entries[name]) and visible(name)})

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        if self.entries[name].file_size > LARGEST:
            raise ArchiveError(f"it is larger than {LARGEST:,} bytes")
        return self.archive.read(self.entries[name])


class Tar(Export):
    """A tar archive, compressed or not. brat offers collections so."""

    damage = (ArchiveError, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError)

    def __init__(self, root: str, data: bytes) -> None:
        with tarfile.open(fileobj=BytesIO(data)) as archive:
            entries = [(entry.name.removeprefix("./").lstrip("/"), entry) for entry in archive if entry.isfile()]
            if any(entry.size > LARGEST for _, entry in entries):
                raise ArchiveError(f"it holds a file that is larger than {LARGEST:,} bytes")
            files = [(name, content(archive, entry)) for name, entry in entries]
        self.content = dict(files)
        super().__init__(root, list(self.content))
        self.doubled = sorted({name for name, data in files if data != self.content[name] and visible(name)})

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return self.content[name]


DAMAGE = tuple({*Zip.damage, *Tar.damage})  # whatever a damaged archive raises


def differ(one: zipfile.ZipInfo, other: zipfile.ZipInfo) -> bool:
    """Whether two files in a zip archive differ, by their checksums."""
    return (one.CRC, one.file_size) != (other.CRC, other.file_size)


def content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    """The bytes of a file in a tar archive."""
    stream = archive.extractfile(entry)
    return stream.read() if stream else b""


def opened(path: Path, beside: tuple[str, ...] = ()) -> Export:
    """The export at a path. To a single file belong those of its folder that `beside` gives by endings or names.

    Raises ArchiveError if an archive cannot be read, OSError if nothing else can.
    """
    if path.is_dir():
        return Folder(path, list(walked(path)))
    with open_regular(path) as stream:
        head = stream.read(4)
    if head.startswith(b"PK") or path.name.lower().endswith((".zip", ".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2")):
        return archive(str(path), read_regular(path))
    also = {(path.stem + name).lower() if name.startswith(".") else name.lower() for name in beside}
    names = [other.name for other in path.parent.iterdir() if other.name.lower() in also and other.is_file()]
    return Folder(path.parent, sorted({path.name, *names}))


def walked(folder: Path) -> list[str]:
    """The files below a folder, with slashes. Raises OSError for a folder that cannot be read.

    Links to folders are followed. However many of them lead to a folder, it is walked once, and by its own name if it
    lies here itself.
    """

    def unreadable(error: OSError) -> None:
        raise error

    found, starts, known = [], [folder], set[str]()
    while starts:
        if os.path.realpath(start := starts.pop(0)) in known:
            continue
        links = []
        for here, folders, files in os.walk(start, onerror=unreadable):
            known.add(os.path.realpath(here))
            paths = [Path(here) / name for name in sorted(folders) if not name.startswith(".")]
            links += [path for path in paths if path.is_symlink()]
            folders[:] = [path.name for path in paths if not path.is_symlink() and os.path.realpath(path) not in known]
            found += [(Path(here) / name).relative_to(folder).as_posix() for name in files]
        starts += links
    return found


def archive(root: str, data: bytes) -> Export:
    """The archive in some bytes. Raises ArchiveError if it cannot be read."""
    if not data:
        raise ArchiveError("it is empty")
    try:
        return Zip(root, data) if data.startswith(b"PK") or root.lower().endswith(".zip") else Tar(root, data)
    except tarfile.ReadError as error:  # whose message lists what each way of packing says
        raise ArchiveError("it is no tar archive, or damaged") from error
    except (*DAMAGE, ValueError, OSError) as error:
        raise ArchiveError(str(error)) from error
