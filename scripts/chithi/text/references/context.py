"""The context of a reference, which distinguishes documents with one number: years, and the term of a committee."""

import re

from chithi.text.references.assemblies import run, starts_word
from chithi.text.references.finding import Found, sentence_end
from chithi.text.references.page import Page

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
BEHIND, BEFORE = 100, 40  # code points that are looked at


def years_behind(page: Page, found: Found, until: int) -> set[str]:
    """The years that follow a reference in its sentence, up to an offset, which is that of the next reference."""
    return set(YEAR.findall(page.even, found.end, clause_end(page, found, until)))


def years_before(page: Page, found: Found, since: int) -> set[str]:
    """The years shortly before a reference, back to an offset, which is the end of the reference before it."""
    return set(YEAR.findall(page.even, max(since, found.start - BEFORE), found.start))


def terms_behind(page: Page, found: Found, until: int) -> set[int]:
    """The ordinal numbers behind a reference that stand with a word for an issuer, as in "the 12th Committee"."""
    end = clause_end(page, found, until)
    words = [page.even[token.start : token.end] for token in run(page, found.end) if token.group == "ordinal"]
    for place in page.patterns.ordinal.finditer(page.even, found.end, end):
        tokens = [token.group for token in run(page, place.start())]
        if tokens[:1] == ["ordinal"] and tokens[1:2] in (["issuer"], ["link"]) and starts_word(page, place.start()):
            words.append(place[0])
    values = (page.patterns.ordinal_value(word) for word in words)
    return {value for value in values if value}


def clause_end(page: Page, found: Found, until: int) -> int:
    """How far what follows a reference belongs to it."""
    return min(until, sentence_end(page, found.end, found.end + BEHIND))
