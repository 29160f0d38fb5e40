"""`chithi.parse_directives`: every way to cite every document is found, and nothing else is."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chithi
from chithi import parse_directives
from chithi.text.document_numbers import is_known, parts
from chithi.text.references.forms import alternatives, languages

from .references import results

ROOT = Path(__file__).parents[1]
CORPUS = chithi.Corpus.read()
ENTRIES = [entry for entry in CORPUS.records(chithi.Directive) if entry.number]
KNOWN = [one for one in ENTRIES if all(part.isdigit() or is_known(part) for part in parts(one.number or ""))]
DIGITS = {"Latin": "0", "Arabic": "٠", "Persian": "۰", "Devanagari": "०", "Bengali": "০", "Thai": "๐", "wide": "０"}
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"
LOOKALIKES = str.maketrans("ABCEHKMOPTX", "АВСЕНКМОРТХ")


def directive(number: str | None, **values: str | None) -> chithi.Directive:
    given = {"id": "d", "kind": "directive", "issuer": None, "issued": None, "title_en": "Title", "note": None}
    return chithi.Directive(number=number, **(given | values))  # type: ignore[arg-type]


def bare(words: str) -> list[str]:
    """The words of a list, with no letters where the table has a hyphen."""
    return [word.strip("-").replace("- ", " ") for word in alternatives(words)]


def words_for(language: str, kind: str) -> list[str]:
    return bare(languages()[language].kinds.get(kind, ""))


def citations(language: str, kind: str, number: str) -> list[str]:
    """A document cited with each word for its kind, and with each number word of the language."""
    forms = languages()[language]
    space = "" if forms.unspaced else " "
    kinds, numbers = words_for(language, kind), bare(forms.number)
    closed = [f"{forms.opening}{number}{space}{closing}" for closing in alternatives(forms.closing)]
    found = [f"{word}{space}{number}" for word in kinds]
    found += [f"{kinds[0]}{space}{word}{space}{number}" for word in numbers]
    found += [f"{kinds[0]}{space}{one}" for one in closed if forms.opening]
    found += [f"{one}{space}{word}" for one in closed for word in kinds if forms.number_first]
    return found


@pytest.mark.parametrize("language", languages())
def test_every_citation_of_every_number_is_found_and_gives_the_number_back(language: str) -> None:
    missed = []
    for entry in ENTRIES:
        for citation in citations(language, entry.kind, entry.number or ""):
            capitals = "".join(c.upper() if c != "ß" else c for c in citation)
            for text in (citation, capitals, f"{citation}.", f"({citation}, 2025)"):
                found = parse_directives(text, language)
                whole = [(one.text.upper(), one.number) for one in found] == [(citation.upper(), entry.number)]
                if not (whole and found[0].kind == entry.kind and found[0].id in {entry.id, None}):
                    missed.append((text, found))
    assert missed == []


@pytest.mark.parametrize("language", languages())
def test_numbers_need_no_registry(language: str) -> None:
    for entry in ENTRIES:
        for citation in citations(language, entry.kind, entry.number or "")[:3]:
            (found,) = parse_directives(citation, language, [])
            assert (found.text, found.number, found.id) == (citation, entry.number, None)


@settings(max_examples=300, deadline=None)
@given(
    entry=st.sampled_from(KNOWN),
    zero=st.sampled_from(sorted(DIGITS.values())),
    dash=st.sampled_from(DASHES),
    slash=st.sampled_from("/／\u2044"),
    spaced=st.sampled_from(["{}", " {} ", "\u00a0{} "]),
    changes=st.sets(st.sampled_from(["no strokes", "Cyrillic", "small", "swapped", "points"])),
    language=st.sampled_from(sorted(languages())),
)
def test_spellings_of_a_number(
    entry: chithi.Directive, zero: str, dash: str, slash: str, spaced: str, changes: set[str], language: str
) -> None:
    number = entry.number or ""
    if "no strokes" in changes:
        number = number.replace("Đ", "D")
    if "Cyrillic" in changes:
        number = number.translate(LOOKALIKES)
    if "small" in changes:
        number = number.lower()
    if "swapped" in changes and not re.search(r"/\d{4}/", number):
        number = number.translate(str.maketrans("-/", "/-"))
    if "points" in changes:
        number = re.sub("[-/]", ".", number, count=1)
    signs = {"-": spaced.format(dash), "/": spaced.format(slash)}
    printed = "".join(signs.get(c) or (chr(ord(zero) + int(c)) if c in "0123456789" and c else c) for c in number)
    for citation in (printed, f"№ {printed}"):
        found = parse_directives(f"— {citation} —", language)
        assert [(one.text, one.number) for one in found] == [(printed, entry.number)]
        assert found[0].id in {entry.id, None}


def test_most_citations_of_the_corpus_are_found() -> None:
    counts, misses = results("train", CORPUS)
    found = counts["all"]
    assert 2 * found["exact"] >= 0.9 * (found["gold"] + found["found"]), "\n".join(misses)
    assert found["wrong"] <= 0.02 * found["exact"], "\n".join(misses)


def test_year_and_term_tell_documents_of_one_number_apart() -> None:
    told = {
        "Resolution 18-NQ/TW of October 25, 2017, on the apparatus": "18-nq-tw-2017",
        "Resolution 18-NQ/TW of June 16, 2022, on land": "18-nq-tw-2022",
        "Resolution 18-NQ/TW of the 12th Party Central Committee": "18-nq-tw-2017",
        "Resolution 18-NQ/TW passed by the 13th Central Committee": "18-nq-tw-2022",
        "Resolution 18-NQ/TW": None,
        "Resolution 18": None,
        "Resolution 18-NQ/TW. In 2017, it rained.": None,
    }
    for text, name in told.items():
        (found,) = parse_directives(text, "en")
        assert (found.id, found.number) == (name, "18-NQ/TW"), text
    found = parse_directives("Resolution 18 was reviewed. Resolution No. 18-NQ/TW dates from 25 October 2017.", "en")
    assert [one.id for one in found] == ["18-nq-tw-2017"] * 2


def test_numbers_with_unknown_departments_are_read_in_capitals() -> None:
    text = "393/HĐND-VP, 1827/UBND-XYZ, 12-HD/TV, 1827/ubnd-xyz, Letter 7-CV/XYZ"
    assert [one.number for one in parse_directives(text, "en", [])] == ["393/HĐND-VP", "1827/UBND-XYZ", "07-CV/XYZ"]


def test_the_registry_may_be_another() -> None:
    mine = [directive("45-CT/TW", id="mine"), directive("45/CT-TTg", id="state"), directive("7-CT/TW", id="seven")]
    text = "Directive 45, Directive 45-CT/TW, Directive 7, Directive No. 07-CT/TW, Resolution 7, Directive 45-CT"
    found = [(one.number, one.id) for one in parse_directives(text, "en", mine)]
    seven = ("7-CT/TW", "seven")
    assert found == [("45-CT/TW", "mine"), ("45-CT/TW", "mine"), seven, seven, ("7", None), ("45-CT/TW", "mine")]
    assert [(one.number, one.id) for one in parse_directives("Directive 45", "en", iter(mine))] == [("45", None)]
    assert parse_directives("Direktive 7-CT/Zentralkomitee", "de", mine)[0].id == "seven"


def test_the_sign_decides_the_kind() -> None:
    text = "Beschluss Nr. 150-KL/TW, Regelung Nr. 305-QD/TW, Entscheidung Nr. 9-QD/TW, Beschluss Nr. 9-NQ/TW"
    kinds = ["conclusion", "regulation", "decision", "resolution"]
    assert [one.kind for one in parse_directives(text, "de", [])] == kinds


HOSTILE = [
    "resolution ", "resolution of the ", "directive nr ", "1 ", "1-", "1,", "1-a", "1/a/", "1-ct/tw ", "a", "of the ",
    "resolution 1, 2, ", "Resolution 57 and ", "13th ", "13th national party ", "13th congress ", "xiii ", "№", "№ 1 ",
    "-", "/", "1/2017/", "1-ct-", " ", "\n", "directive 57, no. ", "\u0301", "1-" + "a" * 1000 + " ",
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh", "hu", "ar"])
def test_no_text_makes_it_hang(language: str) -> None:
    kind = words_for(language, "resolution")[0]
    for piece in [*HOSTILE, kind, f"{kind} 1", f"1 {kind} ", f"第1号{kind}第", f"{kind} 13 "]:
        text = piece * (20_000 // len(piece))  # a pattern that goes back and forth would take hours
        parse_directives(text, language)


PIECES = [
    *HOSTILE,
    "\u0301",
    "\u0323",
    "5\u0323\u0301",
    "Ó",
    "o\u0302\u0301",
    "\ud800",
    "𐐀",
    "İ",
    "ß",
    "第",
    "号",
    "决议",
    "57",
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*PIECES, "Directive No. 45-CT/TW", "XIII съезда", "قرار"])),
    st.sampled_from(sorted(languages())),
)
def test_any_text_has_spans_in_order(pieces: list[str], language: str) -> None:
    text, end = "".join(pieces), 0
    for one in parse_directives(text, language):
        assert end <= one.start < one.end <= len(text)
        assert one.text == text[one.start : one.end]
        end = one.end


def test_misuse_is_refused() -> None:
    for language in ("", "Polish", "p", "pl_PL", "en "):
        with pytest.raises(ValueError, match="is no tag of a language"):
            parse_directives("Directive 45", language)
    with pytest.raises(TypeError):
        parse_directives(b"Directive 45", "en")  # type: ignore[arg-type]
    assert parse_directives("", "en") == []


def test_the_table_has_the_languages_of_the_corpus_and_every_kind() -> None:
    assert set(CORPUS.reports["language"]) | {"uk", "he", "el"} <= languages().keys()
    for language, forms in languages().items():
        assert {entry.kind for entry in ENTRIES} <= forms.kinds.keys(), language
        assert forms.number, language
        assert forms.congress, language
        lists = [forms.number, forms.issuers, forms.links, forms.congress, forms.plenum, *forms.kinds.values()]
        for listed in lists:
            words = alternatives(listed)
            assert len(set(words)) == len(words), (language, listed)
            assert all(word == word.lower().strip() and word.strip("-") for word in words), (language, listed)


def test_the_example_of_the_documentation_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "REFERENCES.md").read_text(encoding="utf-8"), re.DOTALL)
    lines = code.splitlines()
    names: dict[str, object] = {}
    exec("\n".join(lines[:3]), names)
    shown = "\n".join(line.removeprefix("#").strip() for line in lines[4:])
    assert eval(lines[3], names) == eval(shown)
