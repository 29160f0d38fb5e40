"""Words at the edges of spans (T416), the English words of requests (T415), and their prefilters."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chithi.records.records import Registries, Statement
from chithi.records.schemas import load
from chithi.text.display import shown
from chithi.validation.columns import Columns
from chithi.validation.rules import RULES

from .cases import Record, found, span, statement, typed

RULE_415, RULE_416 = RULES["T415"], RULES["T416"]


def words_found(surface: str, words: list[str], report: str = "x.pl", language: str = "pl") -> list[str]:
    """The words that T416 finds at the edges of a request; that is the whole text."""
    registries = Registries(edges={"request": {language: words}})
    record = statement(surface, report, requests=[span(surface, surface)])
    told = [f.message for f in found("T416", record, registries)]
    return [word for message in told for word in words if message.startswith(f"{shown(word)} stands at the edge")]


@pytest.mark.parametrize(
    ("surface", "words", "at_edges"),
    [
        ("the old bridge", ["the"], ["the"]),
        ("The Old Bridge", ["the"], ["the"]),
        ("THE OLD BRIDGE", ["the"], ["the"]),
        ("the old bridge", ["The"], ["The"]),
        ("thereafter", ["the"], []),
        ("bathe", ["the"], []),
        ("the", ["the"], ["the"]),
        ("the end of the", ["the"], ["the"]),
        ("the end and", ["the", "and"], ["the", "and"]),
        ("the-bridge", ["the"], ["the"]),
        ("to the bridge", ["to the"], ["to the"]),
        ("to build", ["to -"], ["to -"]),
        ("to build", ["- to"], []),
        ("what to look up to", ["- to"], ["- to"]),
        ("tomorrow", ["to -"], []),
        ("to", ["to -"], []),
        ("l'eau", ["l'-"], ["l'-"]),
        ("al-Hizb", ["al-"], ["al-"]),
        ("Al-Hizb", ["al-"], ["al-"]),
        ("royal", ["al-"], []),
        ("altogether", ["al-"], ["al-"]),
        ("der Rat", ["der", "die"], ["der"]),
    ],
)
def test_words_and_hyphens(surface: str, words: list[str], at_edges: list[str]) -> None:
    assert words_found(surface, words) == at_edges


@pytest.mark.parametrize(
    ("surface", "words", "at_edges"),
    [
        pytest.param("党委の", ["-の"], ["-の"], id="ja particle at the end"),
        pytest.param("の党委", ["-の"], [], id="ja particle at the start"),
        pytest.param("同志たち", ["同志"], ["同志"], id="ja word, no spaces"),
        pytest.param("以及中央", ["以及-"], ["以及-"], id="zh conjunction"),
        pytest.param("中央以及", ["以及-"], [], id="zh conjunction at the end"),
        pytest.param("โดยพรรค", ["โดย-"], ["โดย-"], id="th preposition"),
        pytest.param("ทีม", ["ที-"], ["ที-"], id="th letters with their mark"),
        pytest.param("ที่ประชุม", ["ที-"], [], id="th another mark follows"),
        pytest.param("부처에게", ["-에게"], ["-에게"], id="ko particle"),
        pytest.param("ने कहा", ["ने"], ["ने"], id="hi word with a mark"),
        pytest.param("नेता", ["ने"], [], id="hi beginning of a word"),
        pytest.param("नेता", ["न-"], [], id="hi letter without its mark"),
        pytest.param("नल", ["न-"], ["न-"], id="hi letter without a mark"),
        pytest.param("समिति ने", ["ने"], ["ने"], id="hi at the end"),
        pytest.param("अपने", ["ने"], [], id="hi end of a word"),
        pytest.param("e\u0301t", ["e-"], [], id="a letter without its accent"),
    ],
)
def test_scripts(surface: str, words: list[str], at_edges: list[str]) -> None:
    assert words_found(surface, words) == at_edges


@pytest.mark.parametrize(
    ("report", "language", "applies"),
    [
        ("x.vi", "vi", True),
        ("x.vi-VN", "vi", True),
        ("x.vi-VN-2", "vi", True),
        ("x.zh-Hant-TW", "zh", True),
        ("x.vi-VN", "vi-VN", True),
        ("x.vi", "vi-VN", False),
        ("x.vie", "vi", False),
    ],
)
def test_words_of_a_language_apply_to_its_regional_forms(report: str, language: str, applies: bool) -> None:
    assert bool(words_found("các tỉnh", ["các"], report, language)) is applies


def test_the_words_of_a_layer_apply_to_that_layer_only() -> None:
    registries = Registries(edges={"addressee": {"en": ["the"]}})
    record = statement(
        "the mayor asked the council", "x.en", requests=[span("the mayor asked the council", "the mayor")]
    )
    assert found("T416", record, registries) == []
    record["requests"][0]["addressee"] = span(record["text"], "the council", actors=[])
    assert [f.pointer for f in found("T416", record, registries)] == [("requests", 0, "addressee", "text")]


@pytest.mark.parametrize(
    ("word", "good"),
    [
        *((word, True) for word in ("the", "to -", "al-", "-tachi", "- to", "to the", "l'-", "de la -", "vice-mayor")),
        *((word, False) for word in ("-", "", "-x-", "- x -", " the", "the ", "to  the", "--x", "x--")),
    ],
)
def test_a_hyphen_stands_at_one_end_of_a_word(word: str, good: bool) -> None:
    pattern = load("corpus.schema.json")["$defs"]["words"]["additionalProperties"]["items"]["pattern"]
    assert bool(re.fullmatch(pattern, word)) is good


def requests(text: str, english: list[str | None], translation: str | None) -> Record:
    """A statement of one word for each request, and the English words of each request."""
    found_words = list(re.finditer(r"\S+", text))[: len(english)]
    spans = [
        {"start": m.start(), "end": m.end(), "text": m[0], "english": words}
        for m, words in zip(found_words, english, strict=True)
    ]
    return statement(text, translation=translation, requests=spans)


TRANSLATION = "He asked the city to revise its plan, to plant trees, and to revise the budget."


@pytest.mark.parametrize(
    ("english", "translation", "wrong"),
    [
        (["revise its plan"], TRANSLATION, []),
        (["revise its plan", "plant trees", "revise the budget"], TRANSLATION, []),
        ([None, "plant trees", None], TRANSLATION, [0, 2]),
        (["He asked"], TRANSLATION, []),
        (["revise the budget."], TRANSLATION, []),
        ([TRANSLATION], TRANSLATION, []),
        (["revise"], TRANSLATION, [0]),  # it stands there twice
        (["revise a plan"], TRANSLATION, [0]),
        (["Revise its plan"], TRANSLATION, [0]),
        (["evise its plan"], TRANSLATION, [0]),
        (["revise its pla"], TRANSLATION, [0]),
        (["revise its plan", "its plan, to plant"], TRANSLATION, [1]),
        (["revise its plan", "revise its plan"], TRANSLATION, [1]),
        (["plant trees", "plant trees, and"], TRANSLATION, [1]),
        (["to revise its plan, to plant trees", None, "plant trees"], TRANSLATION, [1, 2]),
        (["a b a"], "a b a b a", [0]),  # it overlaps itself
        (["plan"], "plan_b", [0]),
        (["plan"], "plan\u0301 b", [0]),
        (["plan"], "b plan\u200db", [0]),
        (["plan"], "pre-plan", []),
        (["plan"], None, []),  # that the translation is missing is another rule's finding
        ([None], None, []),
    ],
)
def test_english_words(english: list[str | None], translation: str | None, wrong: list[int]) -> None:
    record = requests("eins zwei drei", english, translation)
    assert [f.pointer for f in found("T415", record)] == [("requests", n, "english") for n in wrong]


LETTERS = st.text(st.sampled_from("abAB _-,.'\u0301\u200dेनのที่"), max_size=8)
WORDS = st.from_regex(r"(- ?)?[aAbनのที่े]{1,3}( ?-)?", fullmatch=True)


def missed(rule: Any, statements: list[Statement], registries: Registries) -> set[int]:
    """The statements in which a rule finds something that its prefilter misses."""
    faulty = {n for n, one in enumerate(statements) if list(rule.check(one, registries))}
    return faulty - set(rule.suspects(Columns(statements, registries)))


def test_the_prefilter_of_edges_sees_what_composing_uncovers() -> None:
    """In NFC, the tone mark stands before the accent, and does not belong to a word any more."""
    decomposed = " \u0301\u0e48A"
    one = typed(statement(decomposed, speaker=span(decomposed, decomposed)))
    registries = Registries(edges={"speaker": {"pl": ["A"]}})
    assert list(RULE_416.check(one, registries))
    assert missed(RULE_416, [one], registries) == set()


@settings(max_examples=400, deadline=None)
@given(surfaces=st.lists(LETTERS.filter(bool), min_size=1, max_size=3), words=st.lists(WORDS, max_size=3))
def test_the_prefilter_of_edges_misses_nothing(surfaces: list[str], words: list[str]) -> None:
    edges = {"request": {"pl": words}, "speaker": {"pl": words[:1]}}
    statements = [typed(statement(s, requests=[span(s, s)], speaker=span(s, s))) for s in surfaces]
    assert missed(RULE_416, statements, Registries(edges=edges)) == set()


@settings(max_examples=400, deadline=None)
@given(
    translations=st.lists(st.none() | LETTERS.filter(bool), min_size=1, max_size=3),
    english=st.lists(st.none() | LETTERS.filter(bool), max_size=3),
    data=st.data(),
)
def test_the_prefilter_of_english_words_misses_nothing(
    translations: list[str | None], english: list[str | None], data: st.DataObject
) -> None:
    statements = []
    for text in translations:
        cuts = st.tuples(st.integers(0, len(text or "")), st.integers(0, len(text or ""))).map(sorted)
        parts = (
            [(text or "")[slice(*data.draw(cuts))] or None for _ in english] if data.draw(st.booleans()) else english
        )
        statements.append(typed(requests("eins zwei drei", parts, text)))
    assert missed(RULE_415, statements, Registries()) == set()
