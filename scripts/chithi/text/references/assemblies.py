"""Resolutions without a number: identified by the congress or the plenum that passed them, and its ordinal number."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from chithi.text.references.page import Page
from chithi.text.references.patterns import WORDS
from chithi.text.tokens import is_word

NAME = re.compile(r" ([^\W\d_][\w'-]*)")  # a word of the name of a place
NAME_WORDS = 3  # the longest name of a place
WINDOW = 80  # code points before a kind word in which the name of its assembly may begin
ASSEMBLIES = ("congress", "plenum")
FIRST = ("ordinal", "issuer", "local", "place")  # what the name of an assembly may begin with, before its kind


class Assembly(NamedTuple):
    """An assembly: `congress` or `plenum`, its ordinal number, that of the committee, and whether it is local."""

    kind: str
    ordinal: int
    term: int | None
    local: bool


class Token(NamedTuple):
    """A word of the name of an assembly; `group` is a group of `Patterns.token`, or `name` for the name of a place."""

    group: str
    start: int
    end: int


def assembly_behind(page: Page, at: int) -> tuple[int, Assembly] | None:
    """The assembly whose name follows the kind word that ends at an offset, and where the name ends."""
    tokens = list(run(page, at))
    found = named(page, tokens)
    return (trimmed(page, tokens)[-1].end, found) if found else None


def assembly_before(page: Page, at: int) -> tuple[int, Assembly] | None:
    """The assembly whose name ends where a kind word begins, and where the name begins: at an issuer or a number."""
    since = max(0, at - WINDOW)
    words = page.patterns.assembly.finditer(page.even, since, at)
    if not any(reaching(page, word.start(), at) for word in words):
        return None
    for start in range(since, at):
        tokens = reaching(page, start, at) if starts_word(page, start) else []
        if tokens and tokens[0].group in FIRST and (found := named(page, tokens)):
            return start, found
    return None


def reaching(page: Page, start: int, end: int) -> list[Token]:
    """The tokens of a name that reaches from one offset to another; none if it does not."""
    tokens = list(takewhile(lambda token: token.end <= end, run(page, start)))
    return tokens if tokens and not page.even[tokens[-1].end : end].strip() else []


def starts_word(page: Page, at: int) -> bool:
    """Whether a word may begin at an offset: no space stands there, and no letter before it unless all are joined."""
    is_joined = not page.patterns.forms.unspaced and at and is_word(page.even[at - 1])
    return not is_joined and not page.even[at].isspace()


def run(page: Page, at: int) -> Iterator[Token]:
    """The tokens of the name of an assembly from an offset on, up to a word that is none, or an "and"."""
    for _ in range(WORDS):
        found = page.patterns.token.match(page.even, at)
        group = found.lastgroup if found else None
        if not found or not group:
            return
        token = Token(group, found.start(group), found.end())
        if group == "ordinal" and is_small_word(page, token):
            token = token._replace(group="link")
        if token.group == "link" and page.even[token.start : token.end] in page.patterns.ands:
            return
        yield token
        at = token.end
        if group == "place" and (end := name_end(page, at)) > at:
            yield Token("name", at, end)
            at = end


def name_end(page: Page, at: int) -> int:
    """Where the name of a place ends, which begins behind an offset: up to three capitalised words.

    In scripts without capitals it has two words, as nearly all names of Vietnamese provinces have.
    """
    end = at
    for count in range(NAME_WORDS):
        word = NAME.match(page.text, end)
        has_case = word is not None and word[1][0].lower() != word[1][0].upper()
        if not word or word[1][0].islower() or (count == NAME_WORDS - 1 and not has_case):
            break
        end = word.end()
    return end


def is_small_word(page: Page, token: Token) -> bool:
    """Whether a token that might be a Roman numeral is a word in small letters, such as the Polish "i"."""
    printed = page.text[token.start : token.end]
    return printed.islower() and not set(printed) - set("ivxіх.")


def named(page: Page, tokens: Sequence[Token]) -> Assembly | None:
    """The assembly that a run of tokens names; None if it tells no ordinal number."""
    at = next((n for n, token in enumerate(tokens) if token.group in ASSEMBLIES), None)
    words = ((n, token) for n, token in enumerate(tokens) if token.group == "ordinal")
    values = ((n, page.patterns.ordinal_value(page.even[token.start : token.end])) for n, token in words)
    ordinals = [(n, value) for n, value in values if value]
    if at is None or not ordinals:
        return None
    place, ordinal = min(ordinals, key=lambda found: (abs(found[0] - at), found[0]))
    term = next((value for n, value in ordinals if n != place), None)
    local = any(token.group in ("local", "place", "name") for token in tokens)
    return Assembly(tokens[at].group, ordinal, term, local)


def trimmed(page: Page, tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without links at their end, and without a number that is none of the assembly's."""
    last = len(tokens)
    while tokens[last - 1].group == "link" or (tokens[last - 1].group == "ordinal" and named(page, tokens[: last - 1])):
        last -= 1
    return tokens[:last]
