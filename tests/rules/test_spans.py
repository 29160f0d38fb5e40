"""Single rules for spans."""

import random

import pytest

from chithi.text.tokens import cuts_token

from .cases import Record, found, span, statement


@pytest.mark.parametrize(
    ("text", "start", "end", "says"),
    [
        ("Ada sprach.", 0, 3, None),
        ("Dann sprach Ada", 12, 15, None),
        ("Dann sprach Ada.", 10, 13, "offset 10 is 2 off: the text stands at 12"),
        ("Ada und Ada und Ada.", 7, 10, "offset 7 is 1 off: the text stands at 8"),
        ("😀 Ada sprach.", 3, 6, "offset 3 is 1 off: the text stands at 2 (the offset given counts UTF-16 units)"),
        ("Für Ada gilt.", 5, 8, "offset 5 is 1 off: the text stands at 4 (the offset given counts bytes)"),
        ("😀 Für Ada gilt.", 10, 13, "offset 10 is 4 off: the text stands at 6 (the offset given counts bytes)"),
        ("Dann sprach sie.", 12, 15, "the span's text stands nowhere in the statement's text"),
        ("Ada sprach.", 0, 4, "the end is wrong: the text stands at 0 to 3"),
        ("Ada sprach.", 0, 2, "the end is wrong: the text stands at 0 to 3"),
        ("Ada sprach.", 3, 0, "offset 3 is 3 off: the text stands at 0"),
        ("Ada sprach.", 2000, 2000, "offset 2000 is 2000 off: the text stands at 0"),
        ("Dann sprach Ada", 12, 2000, "the end is wrong: the text stands at 12 to 15"),  # beyond the text
    ],
)
def test_offsets(text: str, start: int, end: int, says: str | None) -> None:
    record = statement(text, speaker={"start": start, "end": end, "text": "Ada", "id": "ada-example"})
    assert [(f.pointer, f.message) for f in found("T401", record)] == ([(("speaker", "start"), says)] if says else [])


@pytest.mark.parametrize(
    ("text", "at", "cuts"),
    [
        ("Parteitag", 0, False),
        ("Parteitag", 6, True),
        ("Parteitag", 9, False),
        ("Parteitag", 10, False),
        ("45-CT/TW", 2, False),
        ("45CT", 2, True),
        ("a_b", 1, True),
        ("a b", 1, False),
        ("a b", 2, False),
        ("e\u0301", 1, True),  # a letter and its accent
        ("की", 1, True),
        ("می\u200cشود", 2, True),  # within a word with a joiner
        ("人民", 1, False),
        ("人a", 1, False),
        ("a人", 1, False),
        ("ที่", 1, True),  # Thai sets no spaces, but marks belong to their letters
        ("ไทย", 1, False),
        ("한국", 1, False),
    ],
)
def test_what_cuts_a_token(text: str, at: int, cuts: bool) -> None:
    assert cuts_token(text, at) is cuts


@pytest.mark.parametrize("surface", ["Ada", "(Ada)", "«Ada»", "5 r.", "45-CT/TW", "z 2025 r", "Ada!", "Ada?", "Ada –"])
def test_edge_that_is_tight(surface: str) -> None:
    assert found("T403", statement(surface, speaker=span(surface, surface))) == []


@pytest.mark.parametrize(
    "surface",
    [
        " Ada",
        "Ada ",
        "Ada,",
        "Ada;",
        "Ada:",
        "Ada،",
        "Ada؛",
        "Ada。",
        "Ada、",
        ",Ada",
        ";Ada",
        ":Ada",
        "،Ada",
        "؛Ada",
        "。Ada",
        "、Ada",
        "Ada..",
    ],
)
def test_edge_that_is_loose(surface: str) -> None:
    assert len(found("T403", statement(surface, speaker=span(surface, surface)))) == 1


SPANS = ("speaker", "role", "directive", "addressee", "request")


def laid_out(*placed: tuple[str, int, int]) -> Record:
    """A statement with spans of these layers and offsets. Each addressee belongs to a request elsewhere in the text."""
    record = statement("x" * 99)
    for n, (layer, start, end) in enumerate(placed):
        place = {"start": start, "end": end, "text": "x" * (end - start)}
        away = {"start": 50 + n, "end": 51 + n, "text": "x"}
        if layer in ("speaker", "role"):
            record[layer] = place
        elif layer == "directive":
            record["directives"].append(place)
        else:
            addressee = None if layer == "request" else place | {"actors": []}
            request = (place if layer == "request" else away) | {"addressee": addressee}
            record["requests"].append(request)
    return record


@pytest.mark.parametrize("one", SPANS)
@pytest.mark.parametrize("two", SPANS)
def test_spans_that_share_characters(one: str, two: str) -> None:
    def allowed(*second: int) -> bool:
        return found("T404", laid_out((one, 10, 20), (two, *second))) == []  # type: ignore[arg-type]

    if one == two and one in ("speaker", "role"):
        return  # there is but one
    holds = one == "request" != two
    held = two == "request" != one
    assert allowed(20, 30)  # side by side
    assert allowed(5, 10)
    assert allowed(10, 20) is (holds or held or one == two == "addressee")
    assert allowed(12, 18) is holds
    assert allowed(10, 18) is holds
    assert allowed(12, 20) is holds
    assert allowed(5, 25) is held
    assert allowed(10, 25) is held
    assert allowed(5, 20) is held
    assert not allowed(5, 15)
    assert not allowed(15, 25)


@pytest.mark.parametrize("layer", ["directive", "request"])
def test_order_of_spans(layer: str) -> None:
    assert found("T405", laid_out((layer, 1, 2), (layer, 1, 3), (layer, 5, 6))) == []
    assert len(found("T405", laid_out((layer, 1, 2), (layer, 0, 1), (layer, 1, 3), (layer, 0, 1)))) == 2


def allowed(one: tuple[str, int, int], two: tuple[str, int, int]) -> bool:
    """Whether two spans, the earlier and longer one first, may stand beside each other."""
    if two[1] >= one[2]:
        return True
    if one[0] == two[0] == "addressee":
        return one[1:] == two[1:]
    return one[0] == "request" != two[0] and two[2] <= one[2]


@pytest.mark.parametrize("seed", range(300))
def test_every_span_that_overlaps_an_earlier_one_is_found_once(seed: int) -> None:
    chance = random.Random(seed)
    placed = [("speaker", 1, 4), ("role", 3, 6)][: chance.randrange(3)]
    for _ in range(chance.randrange(1, 7)):
        start = chance.randrange(12)
        placed.append((chance.choice(["directive", "request", "addressee"]), start, start + chance.randrange(1, 7)))
    ordered = sorted(placed, key=lambda s: (s[1], -s[2], s[0] != "request"))
    bad = [two for n, two in enumerate(ordered) if not all(allowed(one, two) for one in ordered[:n])]
    found_at = [f.pointer[:-1] for f in found("T404", laid_out(*placed))]
    assert len(found_at) == len(set(found_at)) == len(bad)


@pytest.mark.parametrize("layer", ["directive", "request"])
def test_a_wrong_offset_is_one_finding(layer: str) -> None:
    record = laid_out((layer, 10, 14), (layer, 3, 7))
    record["text"] = "Rada Gminy prosi o plan i o wnioski komisji."
    first, second = record[f"{layer}s"]
    first.update(text="prosi", end=16)  # it stands at 11
    second.update(start=5, end=9, text="Gminy")  # it stands at 5, to 10
    assert len(found("T401", record)) == 2
    assert [found(code, record) for code in ("T402", "T404", "T405")] == [[], [], []]


def test_what_to_do_about_a_wrong_offset_depends_on_where_the_text_stands() -> None:
    def hint(surface: str) -> str:
        record = statement("Rada i Rada prosi.", speaker={"start": 1, "end": 4, "text": surface, "id": "a"})
        (finding,) = found("T401", record)
        return f"{finding.message}; {finding.hint}"

    assert "run `chithi format`, which moves the offsets there" in hint("prosi")
    assert "run `chithi format`, which shows the 2 places" in hint("Rada")
    assert "stands nowhere in the statement's text; it has 'Rada'; correct" in hint("RADA")
    assert "stands nowhere in the statement's text; correct" in hint("Komitet")
