"""Level corpus, where articles are given (`--sources`): a statement says what its article says.

An article is the file whose hash its report gives, else what the anchors recognise in another extraction.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from chithi.records.records import Registries, Report, Statement
from chithi.text.display import shown
from chithi.validation.findings import Finding
from chithi.validation.rule import article_rule, report_rule

NUMBER = r"\d+(?:[.,]\d+)*"
DATE = r"\d{1,2}[./-]\d{1,2}[./-]\d{4}"
STEM = 3  # letters at the start of a name, which inflection does not change


def latin(text: str) -> str:
    """The text with the digits of all scripts replaced by 0 to 9."""
    return "".join(str(unicodedata.digit(c, c)) if c.isdigit() else c for c in text)


def stands(number: str, text: str) -> bool:
    """Whether a text has a number, with any signs, spaces or line ends where it has points or commas."""
    parts = r"\W{1,4}".join(re.split("[.,]", number))
    return re.search(rf"(?<!\d){parts}(?!\d)", text) is not None


@report_rule("C531", "unknown-article")
def other_article(report: Report, registries: Registries) -> Iterator[Finding]:
    """No article has the hash that a report gives, and none is recognised.

    Anchors recognise an article in another extraction, text or HTML, whose hash is different.

    Bad: a sha256 of the page as it was before it was edited
    Good: the SHA-256 of the bytes of the article's text file
    """
    if registries.article_of(report) is None:
        hint = "give the folder that holds the article, or correct the hash"
        yield Finding(("sha256",), "no article in the folder has this hash", hint, shown(report.sha256))


@report_rule("C535", "unusable-article")
def no_text(report: Report, registries: Registries) -> Iterator[Finding]:
    """An article is empty, or not in UTF-8.

    The statements of its report cannot be held against it.

    Bad: an article saved in Windows-1258
    Good: the same saved as UTF-8, and its new hash in reports.jsonl
    """
    if (registries.articles or {}).get(report.sha256 or "") == []:
        hint = "save its text as UTF-8, and give the hash of that file"
        yield Finding(("sha256",), "the article is empty, or not in UTF-8", hint, shown(report.sha256))


@article_rule("C532", "missing-paragraph")
def no_such_paragraph(statement: Statement, article: Sequence[str], registries: Registries) -> Iterator[Finding]:
    """A paragraph lies beyond the end of the article.

    Bad: "paragraph":40 of an article of 18 non-empty lines
    Good: "paragraph":4
    """
    exact = statement.report not in registries.aligned  # elsewhere, paragraphs have other numbers
    if exact and article and statement.paragraph and statement.paragraph > len(article):
        hint = "count the article's lines, without the empty ones"
        values = str(statement.paragraph), f"1 to {len(article)}"
        yield Finding(("paragraph",), "the article has no such paragraph", hint, *values)


@article_rule("C533", "number-not-in-article", tolerable=True)
def number_from_elsewhere(statement: Statement, article: Sequence[str], registries: Registries) -> Iterator[Finding]:
    """A text has a number that its article does not have.

    Bad: "32 percent" where the article has 23
    Good: the article's numbers, to the letter
    """
    text = latin(" ".join(article))
    there = {*re.findall(NUMBER, text)}
    there.update(part for date in re.findall(DATE, text) for part in re.findall(r"\d+", date))
    for number in re.findall(NUMBER, statement.text) if article else ():
        if number not in there and not (statement.report in registries.aligned and stands(number, text)):
            message = f"the article does not have the number {shown(number)}"
            told = "a slip of the page that was put right is told in the report's note and in exceptions.jsonl"
            yield Finding(("text",), message, f"correct it; {told}", shown(number))


@article_rule("C534", "name-not-in-article", tolerable=True)
def name_from_elsewhere(statement: Statement, article: Sequence[str], registries: Registries) -> Iterator[Finding]:
    """A person named as speaker does not occur in the article.

    Only the first letters of each word are compared, because endings are inflected.

    Bad: the speaker "Tran Thanh Man" in a report that does not mention him
    Good: the name that the article has
    """
    speaker = statement.speaker
    entry = registries.actors.get(speaker.id) if speaker else None
    if article and speaker and entry and entry.kind == "person":
        words = re.findall(r"\w+", " ".join(article).casefold())
        # The first letter of a word may be a prefix, as in Arabic.
        there = {word[skipped : skipped + STEM] for word in words for skipped in (0, 1)}
        missing = [word for word in re.findall(r"\w+", speaker.text.casefold()) if word[:STEM] not in there]
        if missing:
            hint = "name the speaker as the article does"
            yield Finding(("speaker", "text"), "the article does not have this name", hint, shown(speaker.text))
