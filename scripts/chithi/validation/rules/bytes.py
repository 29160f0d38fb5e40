"""Level bytes: which bytes a line of a file may hold, before it is read as JSON."""

import codecs
from collections.abc import Iterator

from chithi.records.blocks import MAX_LINE, UTF16_32, Line
from chithi.text.display import shown
from chithi.validation.findings import Finding
from chithi.validation.rule import line_rule

FORMAT = "run `chithi format` on the file"
CONTROLS = {
    "\r": f"{FORMAT}, which ends lines with a line feed alone",
    "\t": "write a space, or \\t within a string",
}


@line_rule("B101", "empty-file")
def empty_file(line: Line) -> Iterator[Finding]:
    """The file is empty.

    A file without records is of no use, and nobody can tell whether its records were lost. A registry may be empty as
    long as nothing refers to its entries.

    Bad: a file of statements of 0 bytes
    Good: a file with a record on each line, or no file
    """
    if not line.raw:
        yield Finding((), "the file is empty", "write its records, or remove the file")


@line_rule("B102", "wide-encoding")
def wide_encoding(line: Line) -> Iterator[Finding]:
    """The file is in UTF-16 or UTF-32.

    Every file of a corpus is UTF-8.

    Bad: a file that begins with the bytes FF FE
    Good: the same text saved as UTF-8
    """
    if line.raw.startswith(UTF16_32):
        hint = "save it as UTF-8, without a byte order mark"
        yield Finding((), "the file is in UTF-16 or UTF-32", hint, line.raw[:4].hex(" "))


@line_rule("B103", "byte-order-mark", fatal=False, fixable=True)
def byte_order_mark(line: Line) -> Iterator[Finding]:
    """A byte order mark stands at the start.

    UTF-8 needs none, and JSON allows none.

    Bad: EF BB BF {"id":...
    Good: {"id":...
    """
    if line.raw.startswith(codecs.BOM_UTF8):
        yield Finding((), "a byte order mark (U+FEFF) stands before the record", FORMAT, "ef bb bf")


@line_rule("B104", "invalid-utf8")
def invalid_utf8(line: Line) -> Iterator[Finding]:
    """A line is not valid UTF-8.

    Bad: {"place":"Hà Nội"} saved in Windows-1258
    Good: the same saved as UTF-8
    """
    try:
        line.raw.decode() if len(line.raw) <= MAX_LINE else ""
    except UnicodeDecodeError as error:
        before = len(line.raw[: error.start].decode())
        yield Finding(
            (),
            f"byte {error.start + 1} of the line is not valid UTF-8",
            "save the file as UTF-8; a text pasted from elsewhere may have brought another encoding with it",
            line.raw[error.start : error.start + 4].hex(" "),
            column=before + 1,
        )


@line_rule("B105", "control-character", fatal=False, fixable=True)
def control_character(line: Line) -> Iterator[Finding]:
    """A control character stands in a line.

    NUL, tabs and other control characters do not belong in a record. JSON forbids them within strings.

    Bad: a NUL byte in the middle of a line
    Good: printing characters only
    """
    for at, character in enumerate(line.raw.decode(errors="replace").rstrip("\r\n")):
        if character < " ":
            hint = CONTROLS.get(character, "remove it")
            yield Finding((), "a control character stands in the line", hint, shown(character), column=at + 1)
            return


@line_rule("B106", "carriage-return", fatal=False, fixable=True)
def carriage_return(line: Line) -> Iterator[Finding]:
    r"""A line ends with CR or CRLF.

    Lines end with LF alone, so that the same corpus has the same bytes on every system.

    Bad: {"id":"x"}\r\n
    Good: {"id":"x"}\n
    """
    if line.raw.strip() and line.raw.rstrip(b"\n").endswith(b"\r"):
        end = len(line.raw.decode(errors="replace").rstrip("\r\n")) + 1
        yield Finding((), "the line ends with a carriage return (U+000D)", FORMAT, column=end)


@line_rule("B107", "missing-final-newline", fatal=False, fixable=True)
def no_final_newline(line: Line) -> Iterator[Finding]:
    r"""The last line does not end with a line feed.

    A file that was cut off looks like this. Every line ends with LF, the last one too.

    Bad: {"id":"x"} at the end of the file
    Good: {"id":"x"}\n
    """
    if line.raw and not line.raw.endswith((b"\n", b"\r")) and len(line.raw) <= MAX_LINE:
        end = len(line.raw.decode(errors="replace")) + 1
        yield Finding((), "the last line has no line feed", f"see that nothing is missing, then {FORMAT}", column=end)


@line_rule("B108", "blank-line", fixable=True)
def blank_line(line: Line) -> Iterator[Finding]:
    """A line is blank.

    Every line holds one record.

    Bad: an empty line between two records
    Good: no empty line
    """
    if line.raw and not line.raw.strip():
        yield Finding((), "the line is blank", FORMAT)


@line_rule("B109", "overlong-line")
def long_line(line: Line) -> Iterator[Finding]:
    """A line is longer than 1 MiB.

    No record comes near that length. Such a line is not read to its end, so that a broken file costs no memory.

    Bad: a file of 100 MB without a line feed
    Good: one record a line
    """
    if len(line.raw) > MAX_LINE:
        yield Finding((), f"the line is longer than {MAX_LINE:,} bytes", "put one record on each line")
