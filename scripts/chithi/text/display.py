"""Values as messages show them."""

import re

LONGEST_VALUE = 160


def visible(text: str) -> str:
    """The text with every character that prints nothing, or rules how others print, written as <U+XXXX>."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)


def shown(value: object) -> str:
    """A value as a message prints it: strings in quotes, invisible characters by code point, the middle of a long one left out."""
    if isinstance(value, str):
        text = f"'{visible(value)}'"
    else:
        text = visible(re.sub(r"^(None|True|False)$", lambda m: {"None": "null"}.get(m[0], m[0].lower()), repr(value)))
    if len(text) <= LONGEST_VALUE:
        return text
    return f"{text[: LONGEST_VALUE - 40]} ... {text[-30:]} ({len(text)} characters)"
