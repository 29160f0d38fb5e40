"""The page in headless Chromium: what a person clicks, types, copies, shares and sees."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import chithi
from chithi.cli import main
from chithi.records.layout import shipped, statement_files

from .benchmarks.scale import scale
from .chromium import DESKTOP, PHONE, chromium, installed
from .conftest import edit, records
from .councils import COUNCILS

pytest.importorskip("playwright")
if not installed():
    pytest.skip("no Chromium here", allow_module_level=True)

Open = Callable[..., Any]
WORD = "x" * 100_000
HOSTILE = "</script><img src=x onerror=alert(1)><b>\"'`${alert(1)}\u202e\u2066 {{data}}"
VIEWS = (
    "#/",
    "#/statements?language=ar",
    "#/statements?q=nothing+has+this",
    "#/report/ha-giang-inspection-2025-03.ru",
    "#/statement/ha-giang-inspection-2025-03.ru.02",
    "#/actor/pham-minh-chinh",
    "#/document/60-nq-tw-2025",
    "#/office/prime-minister",
    "#/actors",
    "#/reports",
    "#/levels",
    "#/time",
    "#/passes",
    "#/about",
    "#/constructor",
)
VISIBLE = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of a corpus from disk. Whatever it logs, runs or fetches that it should not fails the test."""
    contexts, wrong = [], []

    def open_page(corpus: Path, place: str = "#/", **options: Any) -> Any:
        file = tmp_path / "browse.html"
        if not file.exists():
            assert main(["browse", "--corpus", str(corpus), "--out", str(file)]) == 0
        context = browser.new_context(**({"viewport": DESKTOP} | options))
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(10_000)
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda message: wrong.append(message.text))
        tab.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        tab.on("request", lambda request: wrong.append(request.url) if request.url[:5] not in ("file:", "data:") else 0)
        tab.goto(file.as_uri() + place)
        tab.evaluate("""() => {
            window.moves = 0
            addEventListener("hashchange", () => setTimeout(() => { window.moves += 1 }))
        }""")
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def tab(opened: Open) -> Any:
    """The page of the corpus that ships."""
    return opened(shipped("corpus"))


def texts(tab: Any, selector: str) -> list[str]:
    found: list[str] = tab.locator(selector).all_inner_texts()
    return found


def go(tab: Any, place: str) -> None:
    """Shows another place; the page has drawn it when this returns."""
    tab.evaluate(
        """place => new Promise((done) => {
            if (location.hash === place) return done();
            addEventListener("hashchange", () => setTimeout(done), { once: true });
            location.hash = place;
        })""",
        place,
    )


def follow(tab: Any, act: Callable[[], object]) -> None:
    """Does what leads to another place; the page has drawn it when this returns."""
    before = tab.evaluate("moves")
    act()
    until(tab, f"moves > {before}")


def until(tab: Any, expression: str) -> None:
    """Waits until an expression is true. `wait_for_function` evaluates strings in the page, whose policy forbids it."""
    for _ in range(500):
        if tab.evaluate(expression):
            return
        tab.wait_for_timeout(20)
    raise AssertionError(expression)


def violations(tab: Any) -> list[tuple[str, str]]:
    """What axe finds against accessibility in what is shown: rule and element."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    return [(found["id"], found["nodes"][0]["html"]) for found in axe.run(tab).response["violations"]]


def corpus_records() -> list[dict[str, Any]]:
    return [record for path in statement_files(shipped("corpus")) for record in records(path)]


def field(tab: Any, label: str) -> Any:
    """A field of the form with filters."""
    return tab.get_by_label(label, exact=True)


def count_of(tab: Any) -> int:
    """The number of statements that the view tells."""
    return int(tab.locator(".summary").inner_text().split()[0].replace(",", ""))


def test_filters_live_in_the_address_and_the_back_button_takes_them_back(tab: Any) -> None:
    every = corpus_records()
    follow(tab, tab.get_by_role("link", name="Statements", exact=True).first.click)
    assert count_of(tab) == len(every)
    field(tab, "Language").select_option("pl")
    polish = [record for record in every if ".pl" in record["report"]]
    assert (tab.url.split("#")[1], count_of(tab)) == ("/statements?language=pl", len(polish))
    field(tab, "Act").select_option("instruct")
    field(tab, "Topic").select_option("agriculture")
    asking = [
        record
        for record in polish
        if any((one["act"], one["topic"]) == ("instruct", "agriculture") for one in record["requests"])
    ]
    assert tab.url.endswith("#/statements?language=pl&act=instruct&topic=agriculture")
    assert count_of(tab) == len(asking) < len(polish)
    assert texts(tab, ".active li") == ["Language: Polish ×", "Act: instruct ×", "Topic: agriculture ×", "Clear all"]
    follow(tab, tab.go_back)
    follow(tab, tab.go_back)
    assert count_of(tab) == len(polish)
    follow(tab, tab.go_forward)
    follow(tab, tab.get_by_role("link", name="Take away Language: Polish").click)
    assert tab.url.endswith("#/statements?act=instruct")


def test_an_address_shows_the_same_to_whoever_gets_it(opened: Open) -> None:
    tab = opened(shipped("corpus"), "#/statements?language=ru&from=2025-03-01&until=2025-03-31&split=train")
    expected = [record for record in corpus_records() if record["report"] == "ha-giang-inspection-2025-03.ru"]
    assert count_of(tab) >= len(expected) > 0
    assert field(tab, "From").input_value() == "2025-03-01"
    assert field(tab, "Split").input_value() == "train"


@pytest.mark.parametrize("typed", ["pham minh chinh", "Phạm Minh Chính", "팜민친", "فام مينه تشينه"])
def test_a_name_finds_its_bearer_in_every_script(tab: Any, typed: str) -> None:
    tab.keyboard.press("/")
    tab.keyboard.type(typed)
    until(tab, "location.hash.includes('q=')")
    tab.get_by_role("navigation", name="Found by name").get_by_text("Pham Minh Chinh", exact=True).wait_for()
    named = [r for r in corpus_records() if r["speaker"] and r["speaker"]["id"] == "pham-minh-chinh"]
    assert count_of(tab) >= len(named)
    assert len({*texts(tab, ".card .tag:first-of-type")}) > 1


def test_words_that_stand_together_come_first_and_quotes_keep_them_so(tab: Any) -> None:
    go(tab, "#/statements?q=to+lam")
    scattered = count_of(tab)
    first = [card for card in tab.locator(".card").all_inner_texts() if "to lam" in card.lower()]
    assert len(first) == 20
    go(tab, '#/statements?q="to+lam"')
    assert 20 <= count_of(tab) < scattered


def test_search_knows_no_diacritics(tab: Any) -> None:
    counts = []
    for place in ("#/statements?q=tinh+uy", "#/statements?q=tỉnh+ủy", "#/statements?q=TỈNH++ỦY"):
        go(tab, place)
        counts.append(count_of(tab))
    assert counts[0] == counts[1] == counts[2] > 0


def test_spans_nest_in_an_arabic_text_that_runs_from_the_right(tab: Any) -> None:
    record = next(
        r for r in corpus_records() if ".ar." in r["id"] and r["speaker"] and r["requests"] and r["directives"]
    )
    go(tab, f"#/statement/{record['id']}")
    text = tab.locator(".card .text")
    assert (text.get_attribute("dir"), text.get_attribute("lang")) == ("rtl", "ar")
    assert text.inner_text() == record["text"]
    assert texts(tab, ".text .request") == [request["text"] for request in record["requests"]]
    assert texts(tab, ".text .speaker") == [record["speaker"]["text"]]
    box, page = text.locator(".speaker").bounding_box(), text.bounding_box()
    assert box["x"] + box["width"] <= page["x"] + page["width"]
    assert texts(tab, ".translation .request") == [request["english"] for request in record["requests"]]


def test_a_citation_within_a_request_is_marked_within_it(tab: Any) -> None:
    record = next(
        r for r in corpus_records()
        if any(q["start"] <= d["start"] and d["end"] <= q["end"] for q in r["requests"] for d in r["directives"])
    )  # fmt: skip
    go(tab, f"#/statement/{record['id']}")
    assert tab.locator(".text .request .directive").count() > 0
    follow(tab, tab.locator(".text .request .directive").first.click)
    assert "#/document/" in tab.url


def test_pages_of_people_and_documents_tell_all_that_cites_or_asks_them(tab: Any) -> None:
    every = corpus_records()
    go(tab, "#/document/60-nq-tw-2025")
    citing = [r for r in every if any(d["id"] == "60-nq-tw-2025" for d in r["directives"])]
    assert texts(tab, "h2.section") == [f"{len(citing)} statements"]
    go(tab, "#/actor/localities")
    asked = {
        r["id"] for r in every for q in r["requests"] if "localities" in ((q["addressee"] or {}).get("actors") or ())
    }
    follow(tab, tab.get_by_role("link", name=f"Is asked ({len(asked)})").click)
    assert texts(tab, "h2.section") == [f"{len(asked)} statements"]
    follow(tab, tab.locator(".bars", has_text="Is asked by").get_by_role("link").first.click)
    assert "addressee=localities" in tab.url
    assert count_of(tab) > 0


def test_the_matrix_leads_to_its_requests(tab: Any) -> None:
    go(tab, "#/levels?language=pl")
    cell = tab.locator(".heat a").first
    number = int(cell.inner_text())
    follow(tab, cell.click)
    assert "language=pl" in tab.url
    assert "level=" in tab.url
    assert tab.locator(".summary").inner_text().endswith(f" {number} request" + "s" * (number != 1))


@pytest.mark.parametrize("corpus", [shipped("corpus"), COUNCILS], ids=["shipped", "councils"])
def test_the_matrix_counts_every_request(opened: Open, corpus: Path) -> None:
    rows = [row for split in chithi.load("requests", corpus).values() for row in split]
    expected = Counter(
        f"{row['speaker_level'] or 'not told'}, {level or 'not told'}"
        for row in rows
        for level in dict.fromkeys(row["addressee_levels"] or [None])
    )
    labels = [cell.get_attribute("aria-label") for cell in opened(corpus, "#/levels").locator(".heat a").all()]
    assert {pair: int(count) for pair, count in (label.split(": ") for label in labels)} == expected


def test_a_column_over_time_leads_to_its_month(tab: Any) -> None:
    go(tab, "#/time")
    column = tab.locator(".columns").first.get_by_role("link").last
    month, _, told = column.get_attribute("aria-label").partition(": ")
    follow(tab, column.click)
    assert tab.locator(".summary").inner_text().endswith(told)
    assert all(month in date for date in texts(tab, ".where time"))


def test_records_citations_and_links_are_copied(opened: Open) -> None:
    tab = opened(shipped("corpus"), "#/report/ha-giang-inspection-2025-03.ru")
    tab.evaluate("() => { window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text) } }")
    card = tab.locator(".card").nth(1)
    for what in ("record", "citation", "link"):
        card.get_by_role("button", name=f"Copy {what}").click()
        assert tab.get_by_role("status").inner_text() == f"{what.capitalize()} copied"
    record, citation, link = tab.evaluate("copied")
    line = statement_files(shipped("corpus"))[0].parent / "ha-giang-inspection-2025-03.ru.jsonl"
    assert record == line.read_text(encoding="utf-8").split("\n")[1]
    assert citation.endswith("version 0.2.0, record ha-giang-inspection-2025-03.ru.02.")
    assert link == tab.url.split("#")[0] + "#/statement/ha-giang-inspection-2025-03.ru.02"


def test_what_is_copied_where_the_clipboard_is_closed(opened: Open) -> None:
    tab = opened(shipped("corpus"), "#/about")
    tab.evaluate("""() => {
        navigator.clipboard.writeText = async () => { throw new Error("closed") }
        addEventListener("copy", () => { window.copied = document.activeElement.value })
    }""")
    tab.get_by_role("button", name="Copy citation").click()
    tab.get_by_text("Citation copied").wait_for()
    assert tab.evaluate("copied").endswith("version 0.2.0.")


def test_passes_that_differ_stand_side_by_side(opened: Open) -> None:
    tab = opened(COUNCILS, "#/passes")
    assert texts(tab, ".card:first-of-type h3") == ["Pass one", "Pass two", "Adjudicated"]
    boxes = [box.bounding_box() for box in tab.locator(".card").first.locator(".pass").all()]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] < boxes[1]["x"]
    assert tab.locator(".card").first.locator(".differs").count() > 0
    assert violations(tab) == []
    follow(tab, tab.locator(".card h2 a").first.click)
    tab.get_by_role("heading", name="The passes behind it").wait_for()


def test_the_keyboard_reaches_everything(tab: Any) -> None:
    tab.keyboard.press("Tab")
    until(tab, "document.activeElement.id == 'skip'")
    tab.keyboard.press("Enter")
    until(tab, "document.activeElement.id == 'main'")
    tab.get_by_role("link", name="Documents", exact=True).focus()
    follow(tab, lambda: tab.keyboard.press("Enter"))
    until(tab, "document.activeElement.tagName == 'H1' && document.title == 'Documents · ChiThi'")
    go(tab, "#/statements")
    field(tab, "Language").focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    until(tab, "location.hash.includes('language=') && document.activeElement.id == 'by-language'")


def test_pages_of_a_list_and_the_place_in_it_come_back(tab: Any) -> None:
    go(tab, "#/statements")
    first = texts(tab, ".actions code")
    follow(tab, tab.get_by_role("link", name="Next →").click)
    assert tab.evaluate("scrollY") == 0
    tab.mouse.wheel(0, 1500)
    until(tab, "history.state?.y > 0")
    place = tab.evaluate("scrollY")
    follow(tab, tab.locator(".card h2 a").nth(5).click)
    follow(tab, tab.go_back)
    assert tab.evaluate("scrollY") == place
    assert not {*first} & {*texts(tab, ".actions code")}


@pytest.mark.parametrize(
    ("scheme", "viewport"),
    [
        ("light", DESKTOP),
        pytest.param("dark", DESKTOP, marks=pytest.mark.slow),
        pytest.param("light", PHONE, marks=pytest.mark.slow),
        pytest.param("dark", PHONE, marks=pytest.mark.slow),
    ],
    ids=["light", "dark", "light-phone", "dark-phone"],
)
def test_every_view_is_accessible(opened: Open, scheme: str, viewport: dict[str, int]) -> None:
    tab = opened(shipped("corpus"), viewport=viewport, color_scheme=scheme)
    for place in VIEWS:
        go(tab, place)
        assert (place, violations(tab)) == (place, [])


def test_a_phone_needs_no_scrolling_sideways(opened: Open) -> None:
    tab = opened(shipped("corpus"), viewport=PHONE)
    for place in VIEWS:
        go(tab, place)
        assert tab.evaluate(VISIBLE), place
    go(tab, "#/statements?language=ar")
    text, english = (tab.locator(name).first.bounding_box() for name in (".text", ".translation"))
    assert text["y"] + text["height"] <= english["y"]
    assert not field(tab, "Language").is_visible()
    tab.locator(".filters summary").click()
    assert field(tab, "Language").is_visible()


def test_dark_is_dark_and_print_is_white(opened: Open) -> None:
    tab = opened(shipped("corpus"), color_scheme="dark")
    colour = "getComputedStyle(document.body).backgroundColor"
    assert max(map(int, tab.evaluate(colour).strip("rgb()").split(","))) < 40
    go(tab, "#/statements")
    tab.emulate_media(media="print")
    assert tab.evaluate(colour) == "rgb(255, 255, 255)"
    assert (
        tab.evaluate("getComputedStyle(document.querySelector('.span.speaker')).backgroundColor")
        == "rgb(219, 233, 247)"
    )
    assert not tab.locator(".filters").is_visible()


def hostile(folder: Path) -> Path:
    """A corpus that is as bad as one can be that is still read."""
    corpus = Path(shutil.copytree(COUNCILS, folder / "hostile"))
    for name, keys in {"actors": ("name_en", "name_original", "note"), "directives": ("title_en",)}.items():
        path = corpus / f"{name}.jsonl"
        for n, record in enumerate(records(path), 1):
            edit(path, n, lambda entry, keys=keys, r=record: entry.update(dict.fromkeys(keys, HOSTILE + r["id"])))
    edit(corpus / "reports.jsonl", 1, lambda r: r.update(event_title=HOSTILE, place=WORD, url="javascript:alert(1)"))
    path = statement_files(corpus)[0]
    edit(path, 1, lambda s: s.update(text=s["text"] + HOSTILE + WORD, translation=HOSTILE))
    edit(path, 2, lambda s: s["requests"] and s["requests"][0].update(start=3, end=999_999))
    metadata = json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))
    changed = metadata | {"title": HOSTILE, "description": HOSTILE, "homepage": "javascript:alert(1)"}
    (corpus / "corpus.json").write_text(json.dumps(changed), encoding="utf-8")
    return corpus


def test_a_hostile_corpus_runs_nothing_and_breaks_nothing(opened: Open, tmp_path: Path) -> None:
    corpus = hostile(tmp_path)
    actor, report = records(corpus / "actors.jsonl")[0]["id"], records(corpus / "reports.jsonl")[0]["id"]
    tab = opened(corpus)
    places = ["#/", "#/statements", "#/levels", "#/time", "#/actors", "#/documents", "#/reports", "#/passes", "#/about",
              f"#/actor/{actor}", f"#/report/{report}", "#/statements?q=%3Cimg%20src%3Dx%3E&language=<b>", "#/%E0%A4%A",
              "#/actors?kind=constructor", "#/statements?page=-1e99", f"#/actor/{actor}?role=constructor"]  # fmt: skip
    for place in places:
        go(tab, place)
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", "".join(texts(tab, "main bdi, main q")))
        assert tab.locator("h1").is_visible()
        assert tab.evaluate(VISIBLE), place
        assert tab.locator("img, main script, main b img, a[href^='javascript:']").count() == 0
    assert tab.locator("a.brand").inner_text() == HOSTILE
    worst = records(statement_files(corpus)[0])[0]
    go(tab, f"#/statement/{worst['id']}")
    assert tab.locator(".card .text").inner_text() == worst["text"]


def test_ten_thousand_statements_are_shown_at_once(opened: Open, tmp_path: Path) -> None:
    scale(tmp_path / "large", 10_000)
    tab = opened(tmp_path / "large", "#/statements")
    assert count_of(tab) >= 10_000
    assert tab.locator(".card").count() == 20
    field(tab, "Language").select_option("vi")
    tab.get_by_role("searchbox").fill("tinh uy")
    until(tab, "location.hash.includes('q=')")
    assert 0 < count_of(tab) < 10_000
    go(tab, "#/statements?page=400")
    assert tab.locator(".pager").inner_text().split()[2:4] == ["Page", "400"]
