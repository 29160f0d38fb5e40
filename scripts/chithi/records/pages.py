"""Files that may hold an article: plain text, or HTML from which the text is extracted."""

import gzip
import html
import os
import re
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from chithi.records.files import open_regular

ENDINGS = (".txt", ".html", ".html.gz", ".htm", ".htm.gz")
LARGEST = 1 << 26  # bytes of a file, unpacked
HIDDEN = re.compile(r"<(!--|(?:script|style|template|noscript)\b)", re.IGNORECASE)
COMMENT = "!--"
BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h\d|tr|td|th|table|section|article|header|footer|nav|title|figure|figcaption)\b[^>]*>",
    re.IGNORECASE,
)
TAG = re.compile(r"<[^>]*>")
TOO_LONG = re.compile(r"&#\d{20,};?")  # references that stand for no code point, and that int() may refuse
NO_PAGE = re.compile("idna|punycode|undefined|escape")  # in the names of codecs that Python has for other things
CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)


class PageError(Exception):
    """A file holds no text that can be read; the message says why, and what to do."""


class LibraryMissing(PageError):  # noqa: N818
    """A library that HTML needs is not installed."""


def files_in(folder: Path, unreadable: Callable[[OSError], None]) -> Iterator[Path]:
    """The files in a folder and its subfolders whose names end as those of pages do, in order.

    `unreadable` is called for each subfolder that cannot be read. Raises OSError if the folder itself cannot be.
    """
    os.scandir(folder).close()  # raises the error of what is no folder
    for place, folders, names in os.walk(folder, onerror=unreadable):
        folders.sort()
        yield from (Path(place, name) for name in sorted(names) if name.lower().endswith(ENDINGS))


def read_page(path: Path) -> tuple[str, Callable[[], str]]:
    """A page's text without its mark-up, and what gives its text as it is to be used.

    The first is made in no time and serves to recognise an article; of HTML it has the menus, too. The second is the
    same for plain text, and extracts the main text of HTML. Both raise PageError.
    """
    name = path.name.lower()
    data = contents(path, packed=name.endswith(".gz"))
    if name.endswith(".txt"):
        text = even(plain_text(data))
        return text, lambda: text
    rough = stripped(data)
    return rough, lambda: even(extracted(data)) or rough


def contents(path: Path, packed: bool) -> bytes:
    """The bytes of a file, unpacked. Raises PageError if it cannot be read, or is too large."""
    try:
        with open_regular(path) as stream:
            source: Any = gzip.GzipFile(fileobj=stream) if packed else stream
            data: bytes = source.read(LARGEST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise PageError("not a whole gzip file: fetch it again") from error
    except OSError as error:
        raise PageError(error.strerror or str(error)) from error
    if len(data) > LARGEST:
        raise PageError(f"more than {LARGEST >> 20} MiB: no article is as long")
    return data


def plain_text(data: bytes) -> str:
    """The text of a file. Raises PageError if it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PageError("not UTF-8: save its text as UTF-8") from error


def even(text: str) -> str:
    """The text with line feeds alone as line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def stripped(data: bytes) -> str:
    """The text of HTML without tags, scripts and comments, a line for each block."""
    text = without_hidden(even(decoded(data)))
    last = text.rfind(">") + 1  # behind it no tag ends, and each "<" would be looked at up to the end of the text
    shown = TAG.sub("", BLOCK.sub("\n", text[:last])) + text[last:]
    return html.unescape(TOO_LONG.sub("\ufffd", shown))


def without_hidden(text: str) -> str:
    """HTML with a space in place of each comment, script and the like. What has no end stays.

    A regular expression for all of such an element would look for the end of each one up to the end of the text.
    """
    pieces, kept, at = [], 0, 0
    endless: set[str] = set()
    while opening := HIDDEN.search(text, at):
        kind, at = opening[1].lower(), opening.end()
        end = None if kind in endless else ending(kind).search(text, at)
        if end is None:
            endless.add(kind)
        else:
            pieces.append(text[kept : opening.start()])
            kept = at = end.end()
    return " ".join([*pieces, text[kept:]])


@cache
def ending(kind: str) -> re.Pattern[str]:
    """What ends a comment, or an element with this name."""
    return re.compile("-->" if kind == COMMENT else rf"</{kind}\s*>", re.IGNORECASE)


def decoded(data: bytes) -> str:
    """HTML as text: in UTF-8, else in the encoding that it names, if that is one of texts."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        named = CHARSET.search(data[:4096])
        name = named[1].decode().lower() if named else "cp1252"
        try:
            return data.decode("cp1252" if NO_PAGE.search(name) else name, "replace")
        except (LookupError, UnicodeError):
            return data.decode("cp1252", "replace")


def extracted(data: bytes) -> str:
    """The main text of HTML. Raises LibraryMissing without trafilatura, PageError where it fails."""
    try:
        trafilatura = import_module("trafilatura")
    except ImportError as error:
        raise LibraryMissing("HTML needs the library trafilatura: pip install 'chithi[html]'") from error
    try:
        found: str | None = trafilatura.extract(data, include_comments=False)
    except Exception as error:  # of whatever parser it uses
        raise PageError(f"its text cannot be extracted: {error}") from error
    return found or ""


def paragraphs_of(text: str) -> list[tuple[int, int]]:
    """The paragraphs of a text, its lines that are not blank, each without the white space around it.

    >>> paragraphs_of(" a b \\n\\nc")
    [(1, 4), (7, 8)]
    """
    return [match.span() for match in re.finditer(r"[^\s](?:[^\n]*[^\s])?", text)]
