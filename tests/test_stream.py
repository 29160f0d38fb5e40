"""The stream of a text, the way back to its code points, and the hashes of its runs."""

import unicodedata
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chithi.text.fingerprints import fingerprint, mixed, window_sums
from chithi.text.stream import Stream, is_loose_mark, letters_of

ODD = "ﬁ⑫½№ßẞİΐᾳ\u0345ﷺ각\u1100\u1161\u0301ệĐđ\u00ad\u200d'’–— \n\u3000ｶﾞがกำ١๓㍿Ⅷªﬅé"
TEXTS = st.text(st.one_of(st.sampled_from(ODD), st.characters()), max_size=60)
FORMS = ["NFC", "NFD", "NFKC", "NFKD"]


@pytest.mark.parametrize(
    ("text", "stream"),
    [
        ("Chỉ thị số 45-CT/TW", "chithiso45cttw"),
        ("„Ệ“ — “ê”", "ee"),
        ("ﬁne ⑫ ½ № 7 STRASSE straße", "fine1212no7strassestrasse"),
        ("Дире\u0301ктивы Ёлка", "директивыелка"),
        ("الأمِين", "الامين"),
        ("各地、必须。", "各地必须"),
        ("हिंदी", "हद"),
        ("\u00ad \u200b\t_", ""),
    ],
)
def test_letters_and_digits_alone_are_left(text: str, stream: str) -> None:
    assert Stream(text).string == stream


@given(TEXTS, st.data())
def test_a_run_of_the_stream_leads_to_a_slice_with_that_stream(text: str, data: st.DataObject) -> None:
    stream = Stream(text)
    start = data.draw(st.integers(0, len(stream)))
    length = data.draw(st.integers(0, len(stream) - start))
    offsets = stream.offsets(start, length)
    cut = {0, len(stream), *np.flatnonzero(np.diff(stream.owners)) + 1}
    assert (offsets is not None) == (length > 0 and {start, start + length} <= cut)
    if offsets:
        found = text[slice(*offsets)]
        assert Stream(found).string == stream.string[start : start + length]
        assert letters_of(found[0])
        assert letters_of(found.rstrip("".join(c for c in found if is_loose_mark(c)))[-1])
        assert not (text[offsets[1] : offsets[1] + 1] and is_loose_mark(text[offsets[1]]))
        assert stream.position(*offsets) == (start, length)


@given(TEXTS)
def test_the_stream_is_that_of_each_normal_form(text: str) -> None:
    assert {Stream(unicodedata.normalize(form, text)).string for form in FORMS} == {Stream(text).string}


def test_every_code_point_stands_for_the_same_in_each_normal_form() -> None:
    for point in chain(range(0xD800), range(0xE000, 0x11000), range(0x1D100, 0x1F200), range(0x2F800, 0x2FA20)):
        wanted = letters_of(chr(point))
        for form in FORMS:
            written = unicodedata.normalize(form, chr(point))
            assert written == chr(point) or "".join(map(letters_of, written)) == wanted, hex(point)


def test_marks_belong_to_the_letter_before_them() -> None:
    text = unicodedata.normalize("NFD", "thị ệ")
    assert Stream(text).offsets(0, 3) == (0, 4)
    assert text[slice(*Stream(text).offsets(3, 1))] == unicodedata.normalize("NFD", "ệ")


@pytest.mark.parametrize(("start", "length"), [(0, 1), (1, 1), (1, 2), (-1, 2), (0, 9), (2, 0)])
def test_a_part_of_a_ligature_is_no_place(start: int, length: int) -> None:
    assert Stream("ﬁne").offsets(start, length) is None


@given(TEXTS, st.integers(1, 40))
def test_the_hash_of_a_window_is_that_of_its_letters(text: str, length: int) -> None:
    letters = Stream(text * 3).letters
    windows = mixed(window_sums(letters, length)).tolist()
    assert windows == [fingerprint(letters[n : n + length]) for n in range(len(letters) - length + 1)]


def by_the_book(letters: str) -> int:
    """The hash as the documentation gives it, in plain integers."""
    h = 0
    for c in letters:
        h = (h * 0x9E3779B97F4A7C15 + ord(c)) % 2**64
    return ((h ^ h >> 32) * 0xD6E8FEB86659FD93) % 2**64 >> 48


@given(TEXTS)
def test_the_hash_is_as_documented(text: str) -> None:
    stream = Stream(text)
    assert fingerprint(stream.letters) == by_the_book(stream.string)


def test_the_hashes_never_change() -> None:
    assert [fingerprint(Stream(text).letters) for text in ("Chỉ thị", "45-CT/TW", "各地")] == [40586, 42050, 39649]
