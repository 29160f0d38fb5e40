"""Files at any path that Spark reads: which ones there are, and the few that the driver itself has to read.

Spark's readers pass over files that are empty or whose names begin with a dot or an underscore, so the driver lists
the files. It asks the operating system for local ones, and Hadoop's file systems for all others.
"""

import errno
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from chithi.records.files import read_regular
from chithi.records.layout import ANCHORS, ANNOTATORS, STATEMENTS, belongs

LOCAL = "file:"
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
PASSWORD = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^/:@\[]*:)(?!\d*(?:/|$)).*@")  # no port, and no address of IPv6
HANDED_ON = re.compile(r".*[.$](?=[A-Z]\w*(?:Exception|Error)(?::|$))")
NOT_FOUND = "java.io.FileNotFoundException"
GLOB = re.compile(r"([\[\]{}*?\\])")


class File(NamedTuple):
    """A file of statements.

    name: the path that findings give. table: that the file belongs to. uri: as Spark has it. size: in bytes.
    """

    name: str
    table: str
    uri: str
    size: int


class Folder:
    """A folder or a file at any path, and the files in it.

    Its methods raise OSError for what Hadoop cannot do, as they do for local files.
    """

    def __init__(self, spark: SparkSession, path: Path | str) -> None:
        self.spark, self.path = spark, without_password(str(path))
        self.local = local_path(self.path)

    @property
    def uri(self) -> str:
        """The path as Spark gives it for files: absolute, with its scheme."""
        return f"{LOCAL}{os.path.abspath(self.local)}" if self.local else str(self.ask("makeQualified"))

    @cached_property
    def hadoop(self) -> Any:
        """Hadoop's file system of the path."""
        return self.at().getFileSystem(java(self.spark).sessionState().newHadoopConf())

    def ask(self, method: str, name: str = "") -> Any:
        """What a method of Hadoop's file system answers for a path in the folder."""
        with as_os_errors(self.path, name):
            return getattr(self.hadoop, method)(self.at(name))

    def at(self, name: str = "") -> Any:
        """A path in the folder as an object of Hadoop."""
        return gateway(self.spark).org.apache.hadoop.fs.Path(path_in(self.path, name))

    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return os.path.isdir(self.local) if self.local else bool(self.ask("isDirectory"))

    def has(self, name: str) -> bool:
        """Whether there is a file or a folder of this name in it."""
        return os.path.lexists(Path(self.local, name)) if self.local else bool(self.ask("exists", name))

    def size(self, name: str) -> int:
        """The size of a file, in bytes."""
        return os.stat(Path(self.local, name)).st_size if self.local else int(self.ask("getFileStatus", name).getLen())

    def read(self, name: str = "") -> bytes:
        """The bytes of a file."""
        if self.local:
            return read_regular(Path(self.local, name))
        with as_os_errors(self.path, name), closing(self.ask("open", name)) as stream:
            return bytes(gateway(self.spark).org.apache.commons.io.IOUtils.toByteArray(stream))

    def names(self, below: str = "") -> Iterator[tuple[str, int]]:
        """The files in it and in its subfolders, by their paths within it, with their sizes; of a remote folder."""
        for status in self.ask("listStatus", below):
            name = f"{below}/{status.getPath().getName()}".removeprefix("/")
            if status.isDirectory():
                yield from self.names(name)
            else:
                yield name, int(status.getLen())

    def copy(self, folder: Path, reports: bool = True) -> dict[str, int]:
        """Copies what the driver reads of a remote corpus into a local folder. All other files are empty there.

        Returns the sizes of all files by their names. Without `reports`, reports.jsonl has an empty line.
        """
        sizes = dict(self.names())
        for name in sizes:
            target, (*folders, last) = folder / name, name.split("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            anchored = f"{ANCHORS}/{last}" in sizes  # whose statements the driver holds against their anchors
            large = folders[:1] == [ANNOTATORS] or (folders[:1] == [STATEMENTS] and not anchored)
            small = belongs(last, tuple(folders)) and not large
            left_out = name == "reports.jsonl" and not reports  # not empty, which would be a fault
            target.write_bytes(b"\n" if left_out else self.read(name) if small else b"")
        return sizes

    def matching(self, pattern: str) -> list[str]:
        """The URIs of the files in it whose names match a pattern, in order; of a file, its own."""
        if not self.is_folder():
            return [self.uri]
        names: Sequence[str]
        if self.local:
            names = os.listdir(self.local)
        else:
            names = [status.getPath().getName() for status in self.ask("listStatus") if not status.isDirectory()]
        return [path_in(self.uri, name) for name in sorted(names) if fnmatchcase(name, pattern)]


@contextmanager
def as_os_errors(folder: str, name: str) -> Iterator[None]:
    """Raises what Hadoop throws about a path in a folder as OSError."""
    try:
        yield
    except Py4JJavaError as error:
        chain = causes(error)
        missing = any(cause.getClass().getName() == NOT_FOUND for cause in chain)
        code, reason = (errno.ENOENT, os.strerror(errno.ENOENT)) if missing else (errno.EIO, told(chain[-1]))
        raise OSError(code, reason, path_in(folder, name)) from error


def causes(error: Py4JJavaError) -> list[Any]:
    """A Java exception and what caused it, the deepest cause last."""
    chain = [error.java_exception]
    while (cause := chain[-1].getCause()) is not None:
        chain.append(cause)
    return chain


def told(exception: Any) -> str:
    """The kind and the message of a Java exception, in a line, without those that only hand on what another says."""
    message = str(exception.getMessage() or "").partition("\n")[0]
    return HANDED_ON.sub("", f"{exception.getClass().getName()}: {message}").removesuffix(": ")


def without_password(path: str) -> str:
    """A path. Raises OSError for one with a password, which would be shown in findings and in Spark's logs."""
    if PASSWORD.match(path):
        reason = "a path with a password would be shown in findings and logs: give the password in Hadoop's settings"
        raise OSError(errno.EINVAL, reason, PASSWORD.sub(r"\1***@", path))
    return path


def path_in(folder: str, name: str) -> str:
    """The path of a file in a folder, or of the folder without a name."""
    return f"{folder.rstrip('/')}/{name}" if name else folder


def local_path(path: str) -> str | None:
    """The path of the local file system that a path or a URI means, or None if it means another file system."""
    if path.startswith(LOCAL):
        return re.sub("^/+", "/", path.removeprefix(LOCAL))
    return None if SCHEME.match(path) else path


def absolute(path: str) -> str:
    """A path that means the same in the Java virtual machine, whose working directory may be another."""
    return path if SCHEME.match(path) or path.startswith(LOCAL) else os.path.abspath(path)


def plain(uri: str) -> str:
    """A path as `_metadata.file_path` gives it, without escapes, and with one slash before that of a local file."""
    return re.sub(f"^{LOCAL}/+", f"{LOCAL}/", unquote(uri))


def literal(path: str) -> str:
    """A path in which Spark's readers find no pattern."""
    return GLOB.sub(r"\\\1", path)


def gateway(spark: SparkSession) -> Any:
    """The classes of the Java virtual machine."""
    return spark.sparkContext._jvm


def java(spark: SparkSession) -> Any:
    """The session's object in the Java virtual machine."""
    return spark._jsparkSession
