"""How document numbers are compared: by the Vietnamese rules where the schema asks for such numbers, else generally."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from chithi.records.schemas import SHIPPED, Schemas, definition_of, schema_of
from chithi.text import document_numbers


class Numbering(NamedTuple):
    """The comparisons for one form of document numbers."""

    agree: Callable[[str, str | None], bool]  # takes a citation and the number that it should print
    slug: Callable[[str, str], str]  # takes a number and the year of issue
    is_slug: Callable[[str, str, str], bool]  # takes an id, a number and the year of issue


VIETNAMESE = Numbering(document_numbers.agree, document_numbers.slug, document_numbers.is_slug)


@cache
def numbering_of(schemas: Schemas) -> Numbering:
    """The comparisons for the numbers in a corpus. The pattern that ships is that of Vietnamese numbers."""
    if number_pattern(schemas) == number_pattern(SHIPPED):
        return VIETNAMESE
    from chithi.text import other_numbers  # its patterns take 11 ms to compile

    return Numbering(other_numbers.agree, other_numbers.slug, other_numbers.is_slug)


def number_pattern(schemas: Schemas) -> str | None:
    """The pattern of the field `number` of directives; None if it has none."""
    number = schema_of("directives", schemas)["properties"]["number"]
    pattern: str | None = definition_of(number, schemas).get("pattern")
    return pattern
