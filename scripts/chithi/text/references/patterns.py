"""The patterns of a language, made from its forms. They are matched against evened texts.

Every pattern is bounded: it begins with a word of the table or a digit, takes a limited number of words, and gives
nothing back that it has taken, so that the time grows with the length of the text alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from chithi.text.document_numbers import LETTER
from chithi.text.evened import evened
from chithi.text.references.forms import Forms, alternatives, forms_of

Pattern = re.Pattern[str]

MARKS = (
    r"\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09d7"
)
WORD = rf"[\w{MARKS}\u200c\u200d]"  # letters, and the marks and joiners within words, which `\w` does not match
LETTERS = rf"[^\W\d_][{MARKS}]*"
ENDING = rf"{WORD}{{0,9}}+"  # what a hyphen behind a word stands for
WORDS = 14  # the longest run of issuers, links and ordinals between a kind and its number or its assembly
SOME = "[ \n]{0,3}"  # spaces where there may be none
EVERYWHERE = "№|nº|n.º|n°|nr.|nr|no.|no|#"  # number words that texts of any language have
COMMA = "[,;،、]"
# Behind digits that are no number of a document: a percentage, a decimal, a range, a date, a part of a word.
NO_NUMBER = rf"(?! ?%|[.,:/]\d|-\w|[{LETTER}]| ?º)"


@dataclass(frozen=True, eq=False)
class Patterns:
    """The patterns of a language. Each is compiled when it is first used."""

    forms: Forms

    @property
    def gap(self) -> str:
        """What stands between words."""
        return " ?" if self.forms.unspaced else "[ \n]{1,3}"

    @property
    def end(self) -> str:
        """Where a word ends."""
        return "" if self.forms.unspaced else f"(?!{WORD})"

    @property
    def attached(self) -> str:
        """Particles before a word."""
        return f"(?:{self.forms.attached})?" if self.forms.attached else ""

    def any_of(self, *lists: str) -> str:
        """A pattern for any word of some lists of the table, without what may stand before or behind it."""
        return union((word for words in lists for word in alternatives(words)), self.gap)

    @property
    def kinds(self) -> str:
        """Any word for a kind."""
        return self.any_of(*self.forms.kinds.values())

    @property
    def number_word(self) -> str:
        """A number word or the opening of a number, and spaces."""
        words = self.any_of(self.forms.number, EVERYWHERE)
        return f"(?:{self.attached}(?:{words})|{self.forms.opening or '(?!)'}){SOME}"

    def between(self, *lists: str) -> str:
        """Words of some lists between a kind and its number; neither another kind nor a number word."""
        other = rf"(?!{self.attached}(?:{self.kinds}){self.end}|{self.number_word}\d)"
        return f"(?:{SOME}{other}{self.attached}(?:{self.any_of(*lists)}){self.end}){{0,{WORDS}}}+{SOME}"

    @cached_property
    def ands(self) -> frozenset[str]:
        """The words that join numbers, and documents."""
        return frozenset(alternatives(self.forms.and_))

    @cached_property
    def kind(self) -> Pattern:
        """A word for a kind."""
        return re.compile(f"(?:{self.kinds}){self.end}")

    @cached_property
    def lead(self) -> Pattern:
        """From behind a kind to its number; the group `word` is a number word."""
        issuers = self.between(self.forms.issuers, self.forms.local, self.forms.links)
        return re.compile(rf'{issuers}[:("]?{SOME}(?P<word>{self.number_word})?(?=\d)')

    @cached_property
    def short(self) -> Pattern:
        """The digits of a short number."""
        counted = f"(?!{SOME}(?:{self.any_of(self.forms.counters)}))"
        return re.compile(rf"\d{{1,5}}+(?:/(?:19|20)\d\d)?(?!\d){NO_NUMBER}{counted}")

    @cached_property
    def closing(self) -> Pattern:
        """What stands behind a number and belongs to it."""
        return re.compile(f"{SOME}(?:{self.any_of(self.forms.closing)}){self.end}")

    @cached_property
    def before(self) -> Pattern:
        """The number word that ends where a number begins."""
        return re.compile(rf"{self.number_word}\Z")

    @cached_property
    def behind(self) -> Pattern:
        """From behind a number to the end of its kind; the group `closing` belongs to the number."""
        links = "|".join(word for word in alternatives(self.forms.links) if word not in self.ands)
        closing = f"[.]?{SOME}(?:{self.any_of(self.forms.closing)}){self.end}"
        issuers = self.between(self.forms.issuers, self.forms.local, links)
        return re.compile(f"(?P<closing>{closing})?{issuers}{self.attached}(?:{self.kinds}){self.end}")

    @cached_property
    def joined(self) -> Pattern:
        """From one number to the next in a list; the group `word` is a number word, `and` joins the two."""
        and_ = f"{self.attached}(?:{self.any_of(self.forms.and_)}){SOME}"
        return re.compile(rf"{SOME}(?:(?P<comma>{COMMA}){SOME})?(?P<and>{and_})?(?P<word>{self.number_word})?(?=\d)")

    @cached_property
    def further(self) -> Pattern:
        """To another number further on: a comma or "and", and a number word."""
        and_, words = self.any_of(self.forms.and_), self.any_of(self.forms.number, EVERYWHERE)
        joint = f"(?:{COMMA}{SOME}(?:{self.attached}(?:{and_}){self.gap})?|{self.gap}(?:{and_}){SOME})"
        return re.compile(rf"{joint}{self.attached}(?:{words}){SOME}(?=\d)")

    @cached_property
    def assembly(self) -> Pattern:
        """A word for an assembly, which may be a part of another word."""
        return re.compile(self.any_of(self.forms.congress, self.forms.plenum))

    @cached_property
    def ordinal(self) -> Pattern:
        """An ordinal number."""
        return re.compile(self.ordinals)

    @property
    def ordinals(self) -> str:
        """An ordinal number: digits with or without a suffix, a Roman numeral, or a word."""
        words = union((word for one in alternatives(self.forms.ordinals) for word in one.split("/")), self.gap)
        opening = f"(?:{self.forms.opening})?" if self.forms.opening else ""
        if self.forms.unspaced:
            return rf"{opening}(?:\d{{1,2}}+(?!\d)|{words})"
        suffix = rf"[.](?! ?\d)|º|[-']?(?:{LETTERS}){{1,4}}(?!{WORD})|(?![-/.,]\d| ?%)"
        roman_suffix = f"(?:[.]|º|e|er|ème)?(?!{WORD})"
        return rf"(?:ke-)?\d{{1,2}}+(?!\d)(?:{suffix})|[ivxіх]{{1,5}}{roman_suffix}|(?:{words})(?!{WORD})"

    @cached_property
    def token(self) -> Pattern:
        """A word of the name of an assembly; the last group is its class."""
        forms, prefix = self.forms, self.attached
        classes = {
            "congress": f"{prefix}(?:{self.any_of(forms.congress)}){self.end}",
            "plenum": f"{prefix}(?:{self.any_of(forms.plenum)}){self.end}",
            "ordinal": f"{prefix}(?:{self.ordinals})",
            "place": f"(?:{self.any_of(forms.place)}){self.end}",
            "local": f"{prefix}(?:{self.any_of(forms.local)}){self.end}",
            "issuer": f"{prefix}(?:{self.any_of(forms.issuers)}){self.end}",
            "link": f"(?:{self.any_of(forms.links)}){self.end}",
        }
        return re.compile(f"{SOME}(?:{'|'.join(f'(?P<{name}>{words})' for name, words in classes.items())})")

    @lru_cache(1 << 10)  # noqa: B019  # there is one object a language, and it is kept
    def kinds_of(self, word: str) -> tuple[str, ...]:
        """The kinds that a word may name, in the order of the table."""
        return tuple(kind for kind, words in self.forms.kinds.items() if re.fullmatch(self.any_of(words), word))

    @lru_cache(1 << 10)  # noqa: B019
    def ends_compounds(self, word: str) -> bool:
        """Whether a word may be the end of a compound, as a hyphen before it in the table tells."""
        listed = (one for words in self.forms.kinds.values() for one in alternatives(words) if one.startswith("-"))
        return re.fullmatch(union(listed, self.gap), word) is not None

    @lru_cache(1 << 10)  # noqa: B019
    def ordinal_value(self, word: str) -> int | None:
        """The value of an ordinal number; None if it is none.

        >>> patterns_of("en").ordinal_value("13th"), patterns_of("pl").ordinal_value("xiii")
        (13, 13)
        >>> patterns_of("ru").ordinal_value("третьего")
        3
        """
        if digits := re.search(r"\d+", word):
            return int(digits[0])
        if numeral := re.match("[ivx]+(?![a-df-z])", word.replace("х", "x").replace("і", "i")):
            return roman(numeral[0])
        before = f"{self.attached}(?:{self.forms.opening})?"
        lists = ((n, one.split("/")) for n, one in enumerate(alternatives(self.forms.ordinals), 1))
        fitting = (n for n, words in lists if re.fullmatch(f"{before}(?:{union(words, self.gap)})", word))
        return max(fitting, default=None)  # of "fifth" and "fifteenth", where one begins with the other, the longer


@cache
def patterns_of(language: str) -> Patterns:
    """The patterns of a language; without words if the table does not have it."""
    return Patterns(forms_of(language))


def union(words: Iterable[str], gap: str) -> str:
    """A pattern for any of some words, the longest first; it matches nothing if there are none."""
    unique = sorted({word for word in words if word}, key=lambda word: (-len(word), word))
    return "|".join(word_pattern(word, gap) for word in unique) or "(?!)"


def word_pattern(word: str, gap: str) -> str:
    """The pattern of a word of the table; a hyphen at its beginning is for `Patterns.ends_compounds`."""
    parts = evened(word).removeprefix("-").split(" ")
    return gap.join(re.escape(part.removesuffix("-")) + ENDING * part.endswith("-") for part in parts)


def roman(numeral: str) -> int:
    """The value of a Roman numeral below 40, in lower case."""
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in numeral]
    return sum(-one if one < two else one for one, two in zip(values, [*values[1:], 0], strict=True))
