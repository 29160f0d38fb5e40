"""A text in which references are looked for."""

from typing import NamedTuple, Self

from chithi.text.evened import evened
from chithi.text.references.patterns import Patterns, patterns_of


class Page(NamedTuple):
    """A text, the same evened, and the patterns of its language. Offsets are the same in both texts."""

    text: str
    even: str
    patterns: Patterns

    @classmethod
    def of(cls, text: str, language: str) -> Self:
        """The page of a text. A language that the table of forms lacks has numbers, and no words."""
        return cls(text, evened(text), patterns_of(language))
