"""Single rules for references, and for the entries of registries."""

from datetime import datetime, timedelta, timezone

import pytest

from chithi.records.records import Actor, Directive, Registries, Report
from chithi.text import other_numbers
from chithi.text.document_numbers import agree

from .cases import entry, found, found_in_report, span, statement

EARLIEST = timezone(timedelta(hours=14))  # where days begin first


@pytest.mark.parametrize(
    ("surface", "number", "same"),
    [
        ("Directive 45-CT/TW", "45-CT/TW", True),
        ("Directive 35-CT/TW", "45-CT/TW", False),
        ("Directive 45-KL/TW", "45-CT/TW", False),
        ("Decision 204-QD/TW", "204-QĐ/TW", True),
        ("Decision 204-QÐ/TW", "204-QĐ/TW", True),  # the Icelandic letter
        ("decision 204-qđ/tw", "204-QĐ/TW", True),
        ("Decision 204.QĐ-TW", "204-QĐ/TW", True),
        ("Decision 204 - QĐ / TW", "204-QĐ/TW", True),
        ("Директива № 45-СТ/ТW", "45-CT/TW", True),  # Cyrillic letters
        ("Οδηγία 45-CΤ/ΤW", "45-CT/TW", True),  # Greek letters
        ("التوجيه رقم ٤٥-CT/TW", "45-CT/TW", True),
        ("التوجيه رقم ٤٥", "45-CT/TW", True),
        ("指示４５-ＣＴ/ＴＷ", "45-CT/TW", True),
        ("Директива № 45", "45-CT/TW", True),
        ("Директива №45", "45-CT/TW", True),
        ("Директива № 35", "45-CT/TW", False),
        ("Directive no. 45 of the Politburo", "45-CT/TW", True),
        ("Directive No 35 of the Politburo", "45-CT/TW", False),
        ("Direktive Nr. 35 des Politbüros", "45-CT/TW", False),
        ("dyrektywa nr 35 Biura Politycznego", "45-CT/TW", False),
        ("Diretiva n.º 35 do Politburo", "45-CT/TW", False),
        ("Directive n° 35 du Politburo", "45-CT/TW", False),
        ("Chỉ thị số 35 của Bộ Chính trị", "45-CT/TW", False),
        ("Directive numéro 35 du Politburo", "45-CT/TW", False),
        ("Directiva número 35 del Politburó", "45-CT/TW", False),
        ("směrnice číslo 35 politbyra", "45-CT/TW", False),
        ("التوجيه رقم ٣٥ للمكتب", "45-CT/TW", False),
        ("Директива за номером 35", "45-CT/TW", False),
        ("คำสั่งหมายเลข ๓๕", "45-CT/TW", False),
        ("มติการประชุมครั้งที่ 11 ของพรรค", "60-NQ/TW", True),  # the 11th meeting
        ("第35号指示", "45-CT/TW", False),
        ("第13回党大会決議", "45-CT/TW", True),  # the 13th congress
        ("a 35. számú irányelv", "45-CT/TW", False),
        ("৩৫ নং নির্দেশিকা", "45-CT/TW", False),
        ("Οδηγία υπ’ αριθ. 35", "45-CT/TW", False),
        ("Quyết định 33/2017", "33/2017/QĐ-TTg", True),
        ("Quyết định 33/2017 của Thủ tướng", "34/2017/QĐ-TTg", False),
        ("Conclusion 6-KL/TW", "06-KL/TW", True),
        ("Directive 40 CT/TW", "40-CT/TW", True),
        ("Directive 40 CT/TW", "40-KL/TW", False),
        ("Заключение 48-КЛ/ТВ", "48-KL/TW", True),  # by sound
        ("Directive 45-CT", "45-CT/TW", True),
        ("Directive 4", "45-CT/TW", False),
        ("Directive 455", "45-CT/TW", False),
        ("Decree 140/2017/ND-CP", "140/2017/NĐ-CP", True),
        ("Decree 141/2017/ND-CP", "140/2017/NĐ-CP", False),
        ("Resolution of the 11th plenum", "60-NQ/TW", True),  # no number
        ("plan for 2025-2030 under Directive 45-CT/TW", "45-CT/TW", True),  # years are no number
        ("Project 06", None, True),
        pytest.param("Decree 140", "140/2017/NĐ-CP", True, id="a short number before a year"),
        pytest.param("Decree no. 140/2017", "140/2017/NĐ-CP", True, id="a number without its sign"),
        pytest.param("Директива 45-ст/tw", "45-CT/TW", True, id="small Cyrillic letters"),
    ],
)
def test_spellings_of_numbers(surface: str, number: str | None, same: bool) -> None:
    assert agree(surface, number) is same
    record = statement(surface, directives=[span(surface, surface, id="d")])
    assert (found("T411", record, Registries(directives={"d": entry(Directive, number=number)})) == []) is same


@pytest.mark.parametrize(
    ("surface", "number", "same"),
    [
        ("动议M-2025-014号", "M-2025-014", True),
        ("动议M-2025-015号", "M-2025-014", False),
        ("الاقتراح M-٢٠٢٥-٠١٤", "M-2025-014", True),
        ("الاقتراح M-٢٠٢٥-٠١٥", "M-2025-014", False),
        ("motie М-2025-014", "М-2025-014", True),  # both Cyrillic
        ("letter 2025/031", "2025/031", True),
        ("letter 2025/032", "2025/031", False),
        ("letter 31 of 2025", "2025/031", True),
        ("letters 2025/030 and 2025/031", "2025/031", True),
        ("bye-law BL8", "BL7", False),
        ("bye-law BL 7", "BL7", True),
        ("bye-law no. 70", "BL7", False),
        ("bye-law", None, True),
        ("bye-law 12", None, True),
    ],
)
def test_numbers_of_other_forms(surface: str, number: str | None, same: bool) -> None:
    assert other_numbers.agree(surface, number) is same


@pytest.mark.parametrize(
    ("published", "held", "issued", "late"),
    [
        ("2025-05-07", None, "2025-05-07", False),
        ("2025-05-07", None, "2025-05-08", True),
        ("2025-05-07", None, "2025-05", False),
        ("2025-05-07", None, "2025-06", True),
        ("2025-05-07", None, "2025", False),
        ("2025-05-07", None, "2026", True),
        ("2025-05", None, "2025-05-31", False),
        ("2025-05", None, "2025-06-01", True),
        ("2025", None, "2025-12-31", False),
        ("2025", None, "2026-01-01", True),
        (None, "2025-05-07", "2025-05-08", True),
        ("2025-05-09", "2025-05-07", "2025-05-08", False),
        (None, None, "2999-01-01", False),
        ("2025-05-07", None, None, False),
    ],
)
def test_documents_issued_afterwards(published: str | None, held: str | None, issued: str | None, late: bool) -> None:
    registries = Registries(
        reports={"x.pl": entry(Report, published=published, held=held)},
        directives={"d": entry(Directive, issued=issued)},
    )
    assert bool(found("C507", statement("45", directives=[span("45", "45", id="d")]), registries)) is late
    assert found("C507", statement("45", "y.pl", directives=[span("45", "45", id="d")]), registries) == []
    assert found("C507", statement("45", directives=[span("45", "45", id="e")]), registries) == []


@pytest.mark.parametrize(
    ("sha256", "paragraph", "message", "hint"),
    [
        ("0", None, "the article is held, but no paragraph is given", "give the number"),
        (None, 3, "a paragraph is given, but the article is not held", "set it to null"),
    ],
)
def test_paragraph_without_article(sha256: str | None, paragraph: int | None, message: str, hint: str) -> None:
    record = statement("Ada", paragraph=paragraph)
    (finding,) = found("C508", record, Registries(reports={"x.pl": entry(Report, sha256=sha256)}))
    assert (finding.message, finding.hint[: len(hint)]) == (message, hint)
    assert found("C508", record, Registries(reports={"x.pl": entry(Report, sha256=None if sha256 else "0")})) == []
    assert found("C508", record) == []


@pytest.mark.parametrize(
    ("name", "event", "language", "right"),
    [
        ("x.pl", "x", "pl", True),
        ("x.pl-2", "x", "pl", True),
        ("x.zh-Hans-2", "x", "zh-Hans", True),
        ("x.pl", "y", "pl", False),
        ("x.pl", "x", "de", False),
        ("x-1.pl", "x", "pl", False),
        pytest.param("x.pt-BR", "x", "pt", False, id="a region is no number"),
    ],
)
def test_id_of_a_report(name: str, event: str, language: str, right: bool) -> None:
    assert (found_in_report("C511", id=name, event=event, language=language) == []) is right


@pytest.mark.parametrize(
    ("published", "held", "keys"),
    [
        ("2025-05-07", "2025-05-07", []),
        ("2025-05-07", "2025-05-08", ["published"]),
        ("2025-05", "2025-05-08", []),
        ("2025-04", "2025-05-08", ["published"]),
        ("2025-05-07", "2025", []),
        ("2024-12-31", "2025", ["published"]),
        ("1830", None, []),
        ("2999", "2999", ["published", "held"]),
        (str(datetime.now(EARLIEST).date()), None, []),
        pytest.param(str(datetime.now(EARLIEST).date() + timedelta(1)), None, ["published"], id="tomorrow"),
    ],
)
def test_dates_of_a_report(published: str | None, held: str | None, keys: list[str]) -> None:
    assert [f.pointer for f in found_in_report("C513", published=published, held=held)] == [(key,) for key in keys]


@pytest.mark.parametrize(("others", "guessed"), [(9_000, True), (11_000, False)])
def test_no_slip_is_looked_for_among_very_many_ids(others: int, guessed: bool) -> None:
    """It would take minutes for some hundred unknown ids."""
    names = ["to-lam", *(f"x{n}" for n in range(others))]
    record = statement("Tô Lâm powiedział.", speaker=span("Tô Lâm powiedział.", "Tô Lâm", id="to-lan"))
    (finding,) = found("C502", record, Registries(actors={name: entry(Actor, id=name) for name in names}))
    assert finding.message == "unknown actor id 'to-lan'" + ": did you mean 'to-lam'?" * guessed
