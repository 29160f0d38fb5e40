"""Values and texts in the form in which messages and terminals show them."""

import json
import re
from typing import Any

LONGEST_VALUE = 160  # characters of a value in a message
LONGEST_MESSAGE = 500  # characters of a message that comes from elsewhere
COMMANDS = re.compile(r"^(\s*):(?=:)|##\[", re.MULTILINE)  # what GitHub's runner takes for commands in a log


def visible(text: str) -> str:
    """The text with every invisible or control character written as <U+XXXX>.

    >>> visible("a\\u200bb")
    'a<U+200B>b'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)


def safe(text: str) -> str:
    """The text with its line feeds, and every other character as `visible` writes it; no line can be a command of CI.

    >>> safe("a\\tb\\n::error::c")
    'a<U+0009>b\\n<U+003A>:error::c'
    """
    if text.isprintable() and "::" not in text and "##[" not in text:
        return text
    plain = "\n".join(map(visible, text.split("\n")))
    return COMMANDS.sub(lambda m: "##<U+005B>" if m[0] == "##[" else f"{m[1]}<U+003A>", plain)


def json_text(value: Any, indent: int | None = 1) -> str:
    """A value as JSON, in which characters that are not printable are escaped, and what CI takes for a command.

    >>> json_text("a\\u202e", None)
    '"a\\\\u202e"'
    >>> json_text("##[error]", None)
    '"#\\\\u0023[error]"'
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent).replace("##[", "#\\u0023[")
    return "\n".join(line if line.isprintable() else "".join(map(json_escape, line)) for line in text.split("\n"))


def json_escape(character: str) -> str:
    """A character of a JSON string: itself if it is printable, else its escape."""
    return character if character.isprintable() else json.dumps(character)[1:-1]


def shown(value: object) -> str:
    """A value in a message: strings in quotes, null and booleans as in JSON, the middle of a long value left out."""
    if isinstance(value, str):
        text = f"'{visible(value)}'"
    elif value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    else:
        text = visible(repr(value))
    if len(text) <= LONGEST_VALUE:
        return text
    return f"{text[: LONGEST_VALUE - 40]} ... {text[-30:]} ({len(text)} characters)"


def brief(text: str) -> str:
    """A text from elsewhere as a part of a message: on one line, control characters shown, and its end cut off.

    >>> brief("no\\n\\x1b[31mspace ")
    'no <U+001B>[31mspace'
    """
    line = visible(" ".join(text[: 4 * LONGEST_MESSAGE].split()))
    return line if len(line) <= LONGEST_MESSAGE else f"{line[: LONGEST_MESSAGE - 4]} ..."


def counted(count: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "report"), counted(1200, "report")
    ('1 report', '1,200 reports')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
