"""Near-duplicates: nearly all are found, whatever was changed and however short the text."""

import unicodedata

import numpy as np
import pytest

from chithi.text.code_points import CodePoints
from chithi.text.duplicates import SketchIndex, shingles
from chithi.text.folding import fold, mixed, normalised

from .recall import CHANGES, LENGTHS, corpus_texts, found_in, recall

SAME = ("none", "capitals", "NFD", "NFKC", "no punctuation", "punctuation")


@pytest.fixture(scope="module")
def cells() -> dict[tuple[str, str], tuple[int, int]]:
    return recall(seed=7)


def test_nearly_all_near_duplicates_are_found(cells: dict[tuple[str, str], tuple[int, int]]) -> None:
    assert {(length, change) for length in LENGTHS for change in CHANGES} == cells.keys()
    found, there = map(sum, zip(*cells.values(), strict=True))
    assert there > 15_000
    assert found >= 0.995 * there
    least = {"half of the words": 0.97}  # some of these cells have fewer than 100 pairs
    low = {cell: counts for cell, counts in cells.items() if counts[0] < least.get(cell[1], 0.98) * counts[1]}
    assert low == {}


def test_case_punctuation_and_normal_form_do_not_count(cells: dict[tuple[str, str], tuple[int, int]]) -> None:
    assert all(found == there > 0 for (_, change), (found, there) in cells.items() if change in SAME)


@pytest.mark.parametrize(
    ("one", "two", "found"),
    [
        ("Rada", "RADA!", True),
        ("Rada", "Radca", False),
        ("x", "X.", True),
        ("x", "y", False),
        ("ab", "ab ab", False),
        ("Straße", "STRASSE", True),
        ("ﾊﾟﾘ協定", "パリ協定", True),
        ("２０２５年", "2025年", True),
        ("𠮷野家", "𠮷野家", True),
        ("𠮷野家の𠀋", "𡈽野家の𡀋", False),
        ("!", "?", False),
        ("", "!", False),
        ("Komitet obradował", "komitet  obradował", True),
        ("Komitet obradował", "Komitet obradował. Sekretarz", True),
        ("น้ำท่วม", unicodedata.normalize("NFKD", "น้ำท่วม"), True),
    ],
)
def test_short_texts(one: str, two: str, found: bool) -> None:
    assert bool(found_in([one, two], 1)) is found


def test_no_sketch_is_empty_or_runs_on_into_the_next_text() -> None:
    texts = ["Rada", "a", "Komitet Utopii obradował w sali", "!?", *corpus_texts()]
    index = SketchIndex()
    index.add(texts, CodePoints(texts))
    alone = SketchIndex()
    for text in texts:
        alone.add([text], CodePoints([text]))
    assert np.concatenate(alone.sizes).tolist() == index.sizes[0].tolist()
    assert np.concatenate(alone.members).tolist() == index.members[0].tolist()
    assert np.concatenate(alone.digests).tolist() == index.digests[0].tolist()
    assert [text for text, size in zip(texts, index.sizes[0], strict=True) if not size] == ["!?"]


def test_all_texts_are_normalised_together_as_they_are_one_by_one() -> None:
    forms = ("NFC", "NFD", "NFKC", "NFKD")
    texts = [unicodedata.normalize(form, text) for text in corpus_texts() for form in forms]
    texts += [text.upper() for text in corpus_texts()] + ["", "!", "№ 5 ß", "한글", "ﾊﾟｲ", "𠮷", "ŉ", "½", "\ufffe"]
    decomposed = [n for n, text in enumerate(texts) if not unicodedata.is_normalized("NFC", text)]
    folded = fold(texts, CodePoints([*texts, "behind them"]), decomposed)
    for text, begin, size in zip(texts, folded.begins, folded.sizes, strict=True):
        assert folded.points[begin : begin + size].tolist() == mixed(normalised(text)).tolist()


def test_a_text_of_punctuation_has_no_shingles() -> None:
    assert shingles("?!") == set()
    assert shingles("Rada") == {"rada"}
