"""Level statement, on texts: their language, their translation. Their characters are in `characters`."""

from collections.abc import Iterable, Iterator

from chithi.records.layout import language_of, primary
from chithi.records.records import Registries, Statement
from chithi.text.display import shown
from chithi.text.language import other_language, suspects
from chithi.text.person_names import tone_on_second_vowel
from chithi.text.tokens import places
from chithi.validation.columns import Columns
from chithi.validation.findings import Finding
from chithi.validation.rule import statement_rule

BETWEEN_WORDS = ' .,;:!?()"\u2019\u201c\u201d'  # holds the empty string, too


def texts(statement: Statement) -> Iterator[tuple[str, str]]:
    """The text and the translation of a statement, each after its key. The texts of spans are parts of them."""
    yield "text", statement.text
    if statement.translation is not None:
        yield "translation", statement.translation


def in_doubt(columns: Columns) -> Iterable[int]:
    """Statements whose text or translation may be in another language."""
    for language, numbers in columns.by_language.items():
        yield from (numbers[n] for n in suspects([columns.texts[n] for n in numbers], primary(language)))
    yield from (columns.translations.owners[n] for n in suspects(columns.translations.spans, "en"))


@statement_rule("T412", "wrong-language", in_doubt, tolerable=True)
def other_tongue(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A text is not in its declared language.

    The text is in the language of its report, the translation in English. A text is reported only if a language
    identifier is sure.

    Bad: "Le Van Luong sprach auf der Sitzung über ..." in a Polish report
    Good: the passage restated in Polish
    """
    for key, text in texts(statement):
        declared = language_of(statement.report) if key == "text" else "en"
        if found := other_language(text, primary(declared)):
            hint, values = f"write it in the language {shown(declared)}", (shown(found), shown(declared))
            yield Finding((key,), "the text is in another language", hint, *values)


def oddly_translated(columns: Columns) -> Iterable[int]:
    """English statements with a translation, and other statements without one."""
    for language, numbers in columns.by_language.items():
        english = primary(language) == "en"
        yield from [n for n in numbers if english != (columns.statements[n].translation is None)]


@statement_rule("T413", "missing-translation", oddly_translated, tolerable=True)
def translation_missing(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A translation is missing, or an English text has one.

    Every text that is not English has an English translation.

    Bad: "translation":null in a Polish report
    Good: "translation":"The chair of the National Assembly ..."
    """
    english = primary(language_of(statement.report)) == "en"
    if english != (statement.translation is None):
        hint = "set it to null: the text is English" if english else "translate the text into English"
        message = "an English text with a translation" if english else "a text without its English translation"
        yield Finding(("translation",), message, hint, shown(statement.translation))


def oddly_rendered(columns: Columns) -> Iterable[int]:
    """Statements whose English words may not be in the translation once, at the edges of words, apart from others."""
    last, behind = -1, 0
    for n, request in columns.requests.pairs():
        translation, english = columns.statements[n].translation or "", request.english
        behind = behind if n == last else 0
        if english is None:
            doubtful = bool(translation)
        else:  # as a rule, the words of several requests stand in the order of the requests
            doubtful = not surely_once(translation, english) or (at := translation.find(english)) < behind
            behind = at + len(english) if not doubtful else behind
        if doubtful:
            yield n
        last = n


def surely_once(text: str, part: str) -> bool:
    """Whether a part stands in a text once, between characters that are surely not in words. May say no too often."""
    at = text.find(part)
    around = text[max(at - 1, 0) : max(at, 0)], text[at + len(part) : at + len(part) + 1]
    return at >= 0 and text.find(part, at + 1) < 0 and all(character in BETWEEN_WORDS for character in around)


@statement_rule("T415", "english-not-in-translation", oddly_rendered)
def english_not_in_translation(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """The English words of a request are not marked correctly in the translation.

    They stand there exactly once, at the edges of words, and serve no other request. Where there is no translation,
    they are null.

    Bad: "translation":"The chair asked the province to revise its plan.","english":"to revise the plan"
    Good: "translation":"The chair asked the province to revise its plan.","english":"revise its plan"
    """
    translation = statement.translation or ""
    if (statement.translation is None) != (primary(language_of(statement.report)) == "en"):
        return  # that a translation is missing, or too many, is told already
    taken: list[tuple[int, int]] = []
    for n, request in enumerate(statement.requests):
        pointer = ("requests", n, "english")
        if request.english is None:
            if translation:
                hint = "copy the words of the translation that render this request"
                yield Finding(pointer, "no English words are marked for the request", hint, "null", shown(translation))
            continue
        found = places(translation, request.english)
        if len(found) != 1:
            message = f"the words stand {len(found)} times in the translation, at the edges of words"
            hint = "copy the words that render this request, long enough to stand there once"
            yield Finding(pointer, message, hint, shown(request.english), shown(translation))
            continue
        start, end = found[0], found[0] + len(request.english)
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            hint, value = "mark each request's own words", shown(request.english)
            yield Finding(pointer, "the words serve another request, too", hint, value)
        taken.append((start, end))


def oddly_toned(columns: Columns) -> Iterable[int]:
    """Vietnamese statements with a tone mark on the second vowel of oa, oe or uy."""
    vietnamese = (numbers for tag, numbers in columns.by_language.items() if primary(tag) == "vi")
    return [n for numbers in vietnamese for n in numbers if tone_on_second_vowel(columns.texts[n])]


@statement_rule("T414", "tone-on-second-vowel", oddly_toned, tolerable=True)
def tone_on_other_vowel(statement: Statement, registries: Registries) -> Iterator[Finding]:
    """A Vietnamese tone mark stands on the second vowel of oa, oe or uy.

    Both spellings are in use, so a search for one finds only half. The Vietnamese press sets the mark on the first
    vowel.

    Bad: "Uỷ ban", "Hoà Bình"
    Good: "Ủy ban", "Hòa Bình"
    """
    language = primary(language_of(statement.report))
    if language == "vi" and (found := tone_on_second_vowel(statement.text)):
        yield Finding(("text",), "a tone mark on the second vowel", "set it on the first one", shown(found))
