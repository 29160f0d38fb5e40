"""The table of forms, `forms.toml`: how the press of each language cites documents."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec

TABLE = Path(__file__).with_name("forms.toml")
WRITTEN_AS = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}  # other tags of the same languages


class Forms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The forms of a language, as `forms.toml` describes them. Words are divided by |."""

    kinds: dict[str, str]
    number: str = ""
    opening: str = ""
    closing: str = ""
    issuers: str = ""
    local: str = ""
    place: str = ""
    links: str = ""
    congress: str = ""
    plenum: str = ""
    ordinals: str = ""
    counters: str = ""
    plural: str = ""
    attached: str = ""
    unspaced: bool = False
    number_first: bool = False
    assembly_first: bool = False
    and_: str = msgspec.field(default="", name="and")

    def leads(self) -> Iterator[str]:
        """Patterns of what stands before a number, and tells it from an ordinal number and from a count."""
        for word in alternatives(self.number):
            longer = [link.removesuffix(word) for link in alternatives(self.links) if link.endswith(word)]
            yield "".join(f"(?<!{re.escape(rest)})" for rest in longer if rest.strip()) + re.escape(word)
        closing = "|".join(map(re.escape, alternatives(self.closing)))
        if closing:
            yield rf"(?:{self.opening})?(?<!\d)(?=\d+[.]? ?(?:{closing})(?![a-z\u00e0-\u024f]))"


def forms_of(language: str) -> Forms:
    """The forms of a language, by its first subtag; forms without words if the table does not have it."""
    subtag = language.partition("-")[0].lower()
    return languages().get(WRITTEN_AS.get(subtag, subtag)) or Forms(kinds={})


@cache
def languages() -> Mapping[str, Forms]:
    """The forms by language, which is a subtag of BCP 47."""
    return msgspec.convert(tomllib.loads(TABLE.read_text(encoding="utf-8")), dict[str, Forms])


def alternatives(words: str) -> list[str]:
    """The words of a list.

    >>> alternatives("nr|nr."), alternatives("")
    (['nr', 'nr.'], [])
    """
    return words.split("|") if words else []
