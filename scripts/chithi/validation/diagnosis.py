"""What is wrong with a text that is not JSON, in terms of what its author wrote, at its place."""

import json
import re
from typing import NamedTuple

from chithi.text.display import shown, visible
from chithi.validation.findings import Finding
from chithi.validation.layouts import skip

# Numbers and constants are judged by a rule of their own, and very long ones cannot be read.
READER = json.JSONDecoder(parse_constant=str, parse_int=str, parse_float=str)
SMART = "“”„‟«»‘’‚‛「」『』＂"
COMMENTS = ("//", "/*", "#")
WORD = re.compile(r"[^\W\d]\w*")
ODD_NUMBER = re.compile(r"[+.][\d.]|(?<=\D0)[xXoObB][\da-fA-F]|(?<=\d)_\d")
CONSTANTS = {"none": "null", "nil": "null", "undefined": "null", "null": "null", "nan": "null", "inf": "null"}
CONSTANTS |= {"true": "true", "yes": "true", "false": "false", "no": "false"}
CUT = "see that nothing is missing, and write the rest of the record"
SPLIT = "run `chithi format`, which writes each record on a line of its own"


class Fault(NamedTuple):
    """What is wrong at a position of a text, and what to do."""

    at: int
    message: str
    hint: str


def not_json(text: str, several: bool = False) -> Finding | None:
    """Says why a text is not one JSON value; None if it is.

    Where there may be `several`, one after another, the search ends behind one that holds no records.
    """
    try:
        value, at = READER.raw_decode(text, skip(text, 0))
        while (at := skip(text, at)) < len(text) and (not several or isinstance(value, (dict, list))):
            if not several:
                raise json.JSONDecodeError("Extra data", text, at)
            value, at = READER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        fault = explained(text, error.pos, error.msg)
        near = shown(text[fault.at : fault.at + 20].split("\n", maxsplit=1)[0])
        return Finding((), f"not JSON: {fault.message}", fault.hint, near, column=fault.at + 1)
    return None


def explained(text: str, at: int, message: str) -> Fault:
    """What is wrong where Python's reader gave up with a message.

    The first explanation that fits is given, and else the message itself.
    """
    message = message.removesuffix(" at").removesuffix(" starting")
    for explain in (in_a_string, foreign, mistaken, bare_word, cut_off, with_commas, behind_the_record, missing):
        if found := explain(text, at, message):
            return found
    return Fault(at, f"{message[0].lower()}{message[1:]}", "mend the line here")


def in_a_string(text: str, at: int, message: str) -> Fault | None:
    """A string that is not closed, or that holds what no string may hold."""
    if message.startswith("Unterminated string"):
        hint = 'close it with "; if the record was cut off here, write the rest of it'
        return Fault(at, "the string that begins here is not closed", hint)
    if message.startswith("Invalid control character"):
        escape = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(text[at : at + 1])
        hint = f"write a space or {escape}, or close the string before it" if escape else "remove it"
        return Fault(at, f"the control character {visible(text[at : at + 1])} stands in a string", hint)
    if message.startswith("Invalid \\"):
        hint = 'write \\\\ for a backslash; the escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits'
        return Fault(at, "a backslash with something that is no escape behind it", hint)
    return None


def foreign(text: str, at: int, _: str) -> Fault | None:
    """Something that other languages have and JSON has not: comments and other quotes."""
    sign = text[at : at + 1]
    if text.startswith(COMMENTS, at):
        return Fault(at, "a comment", "remove it: JSON has no comments")
    if sign and sign in SMART:
        return Fault(at, f"a typographic quotation mark {sign}", 'write a straight one, "')
    if sign == "'":
        return Fault(at, "a single quotation mark", 'write a double one, "')
    return None


def mistaken(text: str, at: int, _: str) -> Fault | None:
    """Another sign than the one of JSON, or a number in a form that JSON has not."""
    if text.startswith("```", at):
        return Fault(at, "a fence of Markdown", "remove the line")
    if text.startswith("`", at):
        return Fault(at, "a backtick", 'write a straight quotation mark, "')
    if text.startswith(";", at) and expects_comma(text, at):
        return Fault(at, "a semicolon", "write a comma")
    if ODD_NUMBER.match(text, at):
        return Fault(at, "a number in a form that JSON has not", "write a plain integer, such as 8")
    return None


def bare_word(text: str, at: int, _: str) -> Fault | None:
    """A word where a value or a key should be."""
    word = WORD.match(text, at)
    if not word or expects_comma(text, at):
        return None
    if at == skip(text, 0):
        return Fault(at, "no record begins here", "write one object, {...}, on each line")
    if text.startswith(":", skip(text, word.end())):
        return Fault(at, "a key without quotation marks", f'write "{word[0]}"')
    known = CONSTANTS.get(word[0].lower())
    return Fault(at, "a word without quotation marks", f"write {known}" if known else "write it in quotation marks")


def expects_comma(text: str, at: int) -> bool:
    """Whether a value has ended before a position, so that a comma or a closing bracket must follow."""
    before = text[:at].rstrip()[-1:]
    return before in ('"', "}", "]") or before.isalnum()


def cut_off(text: str, at: int, _: str) -> Fault | None:
    """A text that ends before its record does."""
    return None if text[at:].strip() else Fault(at, "the record is cut off here", CUT)


def with_commas(text: str, at: int, message: str) -> Fault | None:
    """A comma too many."""
    if message.startswith("Illegal trailing comma"):
        return Fault(at, "a comma before a closing bracket", "remove the comma")
    before = text[:at].rstrip()
    if text[at] in "}]" and before.endswith(","):
        return Fault(len(before) - 1, "a comma before a closing bracket", "remove the comma")
    if text[at] == "," and before.endswith((",", "{", "[", ":")):
        return Fault(at, "a comma without a value before it", "remove the comma, or write the value")
    return None


def behind_the_record(text: str, at: int, message: str) -> Fault | None:
    """Something that stands behind the record."""
    if message != "Extra data":
        return None
    if text[at] == "{":
        return Fault(at, "a second record on the line", SPLIT)
    if text[at] == ",":
        return Fault(
            at, "a comma behind the record", "remove the comma: records are lines, and nothing is between them"
        )
    if text[at] in "}]":
        return Fault(at, "a closing bracket too many", "remove it, or write the opening one")
    return Fault(at, "something stands behind the record", "remove it: a line holds one record and nothing else")


def missing(text: str, at: int, message: str) -> Fault | None:
    """A sign that is missing."""
    if message.startswith("Expecting ':'"):
        return Fault(at, "a colon is missing between a key and its value", "write :")
    if message.startswith("Expecting ','"):
        if WORD.match(text, at) and text[at - 1] == '"':
            return Fault(at - 1, "a quotation mark within a string", 'write \\" for it, or close the string before it')
        if text[at] in '"{[-0123456789tfn':
            return Fault(at, "a comma is missing before this", "write a comma")
        return Fault(at, "neither a comma nor a closing bracket", "mend the line here")
    return None
