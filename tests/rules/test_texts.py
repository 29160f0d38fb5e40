"""Single rules for texts."""

import pytest

from chithi.records.layout import language_of
from chithi.text.language import other_language

from .cases import found, statement


@pytest.mark.parametrize(
    ("report", "text", "strange"),
    [
        ("x.fa", "می\u200cشود", []),
        ("x.ur", "کے\u200cلیے", []),
        ("x.hi", "क्\u200dष क्\u200cष", []),
        ("x.bn", "ক্\u200dষ ক্\u200cষ", []),
        ("x.hi-2", "क्\u200dष", []),
        ("x.hi-IN", "क्\u200dष", []),
        ("x.fa", "می\u200dشود", ["U+200D ZERO WIDTH JOINER"]),
        ("x.pl", "z\u200ca\u200c", ["U+200C ZERO WIDTH NON-JOINER"]),
        ("x.fa", "می\u200cشود\u200f", ["U+200F RIGHT-TO-LEFT MARK"]),
        ("x.pl", "a\u00a0b\u00adc", ["U+00A0 NO-BREAK SPACE, U+00AD SOFT HYPHEN"]),
        ("x.pl", "a\u2028b", ["U+2028 LINE SEPARATOR"]),
        ("x.pl", "\ufeffa", ["U+FEFF ZERO WIDTH NO-BREAK SPACE"]),
        ("x.pl", "a\ue000b\u0378", ["U+0378, U+E000"]),
        ("x.pl", "„Ł” – € 😀…", []),
    ],
)
def test_invisible_characters(report: str, text: str, strange: list[str]) -> None:
    assert [finding.found for finding in found("T407", statement(text, report))] == strange


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("45-CT/TW и НЛ", False),
        ("Ада-Example", False),
        ("رقم 45-CT/TW", False),
        ("Ωmega", True),
        ("Ałа", True),
        ("ЁA", True),
        ("ạа", True),
        ("bب", True),
        ("بb", True),
        ("µm × 3", False),
        pytest.param("45-CT/TW، ثم", False, id="an Arabic comma behind a Latin word"),
        pytest.param("Utopia؟", False, id="an Arabic question mark behind a Latin word"),
    ],
)
def test_words_of_two_scripts(text: str, mixed: bool) -> None:
    assert bool(found("T409", statement(text))) is mixed


@pytest.mark.parametrize(
    ("text", "latin"),
    [("٢٠٢٥", "'2025'"), ("۲۰۲۵", "'2025'"), ("в १२ г", "'12'"), ("２0", "'2'"), ("2025 ä", None), ("m² ½ Ⅷ ①", None)],
)
def test_digits(text: str, latin: str | None) -> None:
    assert [finding.expected for finding in found("T410", statement(text))] == ([latin] if latin else [])


GERMAN = "Ada Example sprach heute lange über neue Straßen im Gebirge, dankte am Ende allen Gästen."


@pytest.mark.parametrize(
    ("text", "declared", "other"),
    [
        (GERMAN, "de", None),
        (GERMAN, "pl", "de"),
        (GERMAN, "zh", "de"),
        (GERMAN, "vi", "de"),
        (GERMAN + " To było w sali.", "pl", None),  # a word of the language settles it
        ("Ada Example sprach heute lange darüber.", "pl", None),  # too short to be sure
        (GERMAN, "xx", None),  # a language that the identifier does not know
    ],
)
def test_language_of_a_text(text: str, declared: str, other: str | None) -> None:
    assert other_language(text, declared) == other


@pytest.mark.parametrize(
    ("report", "text", "translation", "keys"),
    [
        ("x.de", GERMAN, None, []),
        ("x.de-2", GERMAN, None, []),
        ("x.de-AT", GERMAN, None, []),
        ("x.pl", GERMAN, None, ["text"]),
        ("x.zh-Hans", GERMAN, None, ["text"]),
        ("x.de", GERMAN, GERMAN, ["translation"]),
        ("x.de", GERMAN, "Ada Example spoke at length, thanked all guests.", []),
    ],
)
def test_language_of_text_and_translation(report: str, text: str, translation: str | None, keys: list[str]) -> None:
    findings = found("T412", statement(text, report, translation=translation))
    assert [finding.pointer for finding in findings] == [(key,) for key in keys]


@pytest.mark.parametrize(
    ("report", "translation", "says"),
    [
        ("x.en", None, None),
        ("x.en-2", None, None),
        ("x.pl", "Ada spoke.", None),
        ("x.en", "Ada spoke.", "an English text with a translation"),
        ("x.pl", None, "a text without its English translation"),
    ],
)
def test_translation(report: str, translation: str | None, says: str | None) -> None:
    findings = found("T413", statement("x", report, translation=translation))
    assert [finding.message for finding in findings] == ([says] if says else [])


@pytest.mark.parametrize(
    ("report", "language"),
    [("x.ru", "ru"), ("x.ru-2", "ru"), ("x.zh-Hans", "zh-Hans"), ("x.pt-BR-3", "pt-BR"), ("x-2025-03.ar", "ar")],
)
def test_language_tag_of_a_report(report: str, language: str) -> None:
    assert language_of(report) == language


@pytest.mark.parametrize(
    ("report", "text", "translation", "codes"),
    [
        ("x.vi", "Uỷ ban", "The committee", ["T414"]),
        ("x.vi-VN", "Uỷ ban", "The committee", ["T414"]),
        ("x.vi-VN-2", "Ủy ban", "The committee", []),
        ("x.id", "Uỷ ban", "The committee", []),
        ("x.en", "The committee", None, []),
        ("x.en-GB", "The committee", None, []),
        ("x.en-GB", "The committee", "The committee", ["T413"]),
        ("x.vi-VN", "Ủy ban", None, ["T413"]),
    ],
)
def test_regional_forms_are_treated_as_their_language(
    report: str, text: str, translation: str | None, codes: list[str]
) -> None:
    record = statement(text, report, translation=translation)
    assert [code for code in ("T413", "T414") if found(code, record)] == codes
