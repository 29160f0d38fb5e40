"""`chithi.parse_directives`: which words belong to a reference, and what is none."""

import pytest

import chithi
from chithi import parse_directives

CORPUS = chithi.Corpus.read()


def found_in(text: str, language: str) -> list[tuple[str, str | None]]:
    return [(one.text, one.number) for one in parse_directives(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Directive No.45-CT/TW", "en", ["Directive No.45-CT/TW"]),
        ("Directive 40 CT/TW, Directive 40CT/TW", "en", ["Directive 40 CT/TW", "Directive 40CT/TW"]),
        ("the Politburo's Resolution 57 on science", "en", ["Resolution 57"]),
        ("Conclusions No. 126-KL/TW and 127-KL/TW", "en", ["Conclusions No. 126-KL/TW", "127-KL/TW"]),
        ("Resolutions 57 and 59 on science", "en", ["Resolutions 57", "59"]),
        ("Resolution 57 and 63 provinces", "en", ["Resolution 57"]),
        ("Resolution 57, 3 provinces", "en", ["Resolution 57"]),
        ("rezolucje nr 59, 70, 71 i 72 na język", "pl", ["rezolucje nr 59", "70", "71", "72"]),
        ("rezolucja nr 59 o integracji, nr 70 o energii oraz nr 72", "pl", ["rezolucja nr 59", "70", "72"]),
        ("konkluzje Biura Politycznego: nr 126-KL/TW z 2025 r.", "pl", ["konkluzje Biura Politycznego: nr 126-KL/TW"]),
        ("Директивы Политбюро № 35-CT/TW", "ru", ["Директивы Политбюро № 35-CT/TW"]),
        ("Заключение № 48-КЛ/ТВ", "ru", ["Заключение № 48-КЛ/ТВ"]),
        ("توجيه الأمانة العامة رقم ‎٣٩-CT/TW‎ بشأن", "ar", ["توجيه الأمانة العامة رقم ‎٣٩-CT/TW"]),
        ("das Regierungsdekret Nr. 78/2002/ND-CP", "de", ["Regierungsdekret Nr. 78/2002/ND-CP"]),
        ("落实第35-CT/TW号指示和第118-KL/TW号结论", "zh", ["第35-CT/TW号指示", "第118-KL/TW号结论"]),
        ("政治局第57号决议", "zh", ["第57号决议"]),
        ("공문 제213/CD-TTg호는", "ko", ["공문 제213/CD-TTg호"]),
        ("a 18-NQ/TW számú határozat", "hu", ["18-NQ/TW számú határozat"]),
        ("৫৭ নং প্রস্তাব", "bn", ["৫৭ নং প্রস্তাব"]),
        ("החלטה מס׳ 57 של הפוליטביורו", "he", ["החלטה מס׳ 57"]),
        ("την Οδηγία υπ’ αριθ. 45-CT/TW", "el", ["Οδηγία υπ’ αριθ. 45-CT/TW"]),
        ("Nghi\u0323 quye\u0302\u0301t so\u0302\u0301 57", "vi", ["Nghi\u0323 quye\u0302\u0301t so\u0302\u0301 57"]),
        ("Under 45-CT/TW, päätös 57", "fi", ["45-CT/TW"]),
        ("Directiva n.º 32-CT/TW", "pt-BR", ["Directiva n.º 32-CT/TW"]),
        ("direktiv nr. 45", "nb", ["direktiv nr. 45"]),
        ("závěr 25. zasedání", "cs", []),
        ("závěr č. 25. Zasedání", "cs", ["závěr č. 25"]),
    ],
)
def test_spans(text: str, language: str, found: list[str]) -> None:
    references = parse_directives(text, language)
    assert [one.text for one in references] == found
    assert all(text[one.start : one.end] == one.text for one in references)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("resolution of the 13th National Party Congress", "en"),
        ("13th National Party Congress resolution", "en"),
        ("Beschluss des 13. Parteitags", "de"),
        ("résolution du XIIIe Congrès national du Parti", "fr"),
        ("resolución del XIII Congreso Nacional del Partido", "es"),
        ("resolução do 13º Congresso Nacional do Partido", "pt"),
        ("uchwale XIII Krajowego Zjazdu Partii", "pl"),
        ("Резолюции ХІІІ съезда КПВ", "ru"),
        ("постанова XIII з’їзду КПВ", "uk"),
        ("قرار المؤتمر الثالث عشر للحزب", "ar"),
        ("第13回党大会決議", "ja"),
        ("第十三次全国代表大会决议", "zh"),
        ("제13차 전당대회 결의", "ko"),
        ("a XIII. pártkongresszus határozata", "hu"),
        ("13वीं राष्ट्रीय कांग्रेस के संकल्प", "hi"),
        ("Nghị quyết Đại hội đại biểu toàn quốc lần thứ XIII của Đảng", "vi"),
        ("Resolusi Kongres Nasional ke-13 Partai", "id"),
        ("มติสมัชชาใหญ่พรรคครั้งที่ 13", "th"),
        ("החלטת הקונגרס ה־13", "he"),
    ],
)
def test_resolutions_of_a_congress_are_told_by_its_number(text: str, language: str) -> None:
    (found,) = parse_directives(text, language)
    assert (found.text, found.number) == (text.removeprefix("a "), None)
    assert (found.kind, found.id) == ("resolution", "resolution-13th-national-congress")


def test_resolutions_of_a_plenum_are_told_by_its_number_and_term() -> None:
    text = "the resolution of the 10th plenum of the 13th Party Central Committee and that of the 11th plenum"
    (found,) = parse_directives(text, "en")
    assert (found.text, found.id) == (text[4:69], "resolution-10th-plenum-13th-central-committee")
    assert parse_directives(text.replace("13th", "12th"), "en")[0].id is None
    assert parse_directives("Beschluss des 1. Kongresses der Provinz Lai Chau", "de")[0].id is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "This directive, the directive above, that Resolution, the Party's resolutions, directives of all levels.",
        ),
        (
            "en",
            "A plan for 2025, Plan 2030, report 5, decision of 14 November 2025, 2 directives, 3-NQ, F-16/A, 5-km/h.",
        ),
        (
            "en",
            "Resolution 57%, Resolution 5.7, Resolution 57-based, directive 3 provinces, resolution of the congress.",
        ),
        (
            "pl",
            "Ta dyrektywa i uchwały zjazdów wszystkich szczebli, plan na lata 2025-2030, uchwała i zjazd.",
        ),
        (
            "ru",
            "Эта директива, решения съездов всех уровней, план на 2025 год, Постановление 2025 года.",
        ),
        (
            "de",
            "Diese Direktive, die Beschlüsse der Parteitage aller Ebenen, der Plan 2025, 12-mal, Bericht 5.",
        ),
        ("fr", "Cette directive, les résolutions du Parti, le plan 2025, le rapport 5, la loi de 2013, 5-6 provinces."),
        ("ar", "هذا التوجيه وقرارات الحزب وخطة عام 2025 والتقرير 5 وقرار المؤتمر."),
        ("zh", "这项指示、党的决议、2025年计划、第1908号检查团、决定3项、指示5点。"),
        ("ja", "この指令、党の決議、2025年計画、指示3点、決議2件、第1908号視察団。"),
        ("ko", "이 지시, 당의 결의, 2025년 계획, 지시 3가지, 제1908호 검사단."),
        (
            "vi",
            "Chỉ thị này, các nghị quyết của Đảng, kế hoạch năm 2025, quyết định 3 việc, kết luận hội nghị lần thứ 25.",
        ),
        ("th", "มติดังกล่าว แผนปี 2025 คำสั่ง 3 ข้อ คณะตรวจสอบที่ 1908"),
    ],
)
def test_what_tells_no_document_is_no_reference(language: str, text: str) -> None:
    assert found_in(text, language) == []


def test_nothing_is_found_in_the_negatives() -> None:
    languages_of = {report.id: report.language for report in CORPUS.records(chithi.Report)}
    statements = list(CORPUS.records(chithi.Statement))
    negatives = [one for one in statements if not (one.speaker or one.role or one.directives or one.requests)]
    assert [found for one in negatives if (found := found_in(one.text, languages_of[one.report]))] == []
    uncited = [one for one in statements if not one.directives]
    assert len(uncited) > 300
    assert sum(len(found_in(one.text, languages_of[one.report])) for one in uncited) <= len(uncited) // 100
