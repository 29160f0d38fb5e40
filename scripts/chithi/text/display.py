"""Values in the form that messages show."""

LONGEST_VALUE = 160


def visible(text: str) -> str:
    """The text with every invisible or control character written as <U+XXXX>.

    >>> visible("a\\u200bb")
    'a<U+200B>b'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)


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
