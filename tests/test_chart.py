"""The charts: well-formed SVG whose bars are as long as their numbers, the same in card, README and command."""

import html
import json
import re
import shutil
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from chithi.cli import main
from chithi.commands import stats
from chithi.corpus import Corpus
from chithi.records.layout import shipped
from chithi.views import chart, counts, figures, pictures
from chithi.views.chart import bars, columns, matrix

from .conftest import edit
from .rules.test_fixtures import GOOD

SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).parents[1]


def parts(svg: str) -> dict[str, ET.Element]:
    """The rectangles by their tooltips."""
    return {bar.findtext(f"{SVG}title", ""): bar for bar in ET.fromstring(svg).iter(f"{SVG}rect") if len(bar)}


def size(element: ET.Element, side: str = "width") -> float:
    return float(element.get(side, "0"))


def words(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_bars_are_as_long_as_their_numbers() -> None:
    svg = bars("A & B", ("one", "two"), [("x<y", (30, 10)), ("z", (0, 20))])
    found = parts(svg)
    assert size(found["x<y, one: 30"]) == pytest.approx(3 * size(found["x<y, two: 10"]), abs=0.5)
    assert size(found["z, two: 20"]) == pytest.approx(2 * size(found["x<y, two: 10"]), abs=0.5)
    assert "z, one: 0" not in found
    assert words(svg) == ["A & B", "one", "two", "x<y", "40", "z", "20"]


def test_columns_are_as_high_as_their_numbers() -> None:
    svg = columns("A", ("one", "two"), [("2024", (30, 10)), ("2025", (0, 0)), ("2026", (0, 20))])
    found = parts(svg)
    assert size(found["2024, one: 30"], "height") == pytest.approx(3 * size(found["2024, two: 10"], "height"), abs=0.5)
    assert size(found["2026, two: 20"], "height") == pytest.approx(2 * size(found["2024, two: 10"], "height"), abs=0.5)
    assert words(svg) == ["A", "one", "two", "40", "2024", "2025", "20", "2026"]


def test_cells_are_the_stronger_the_larger_their_numbers() -> None:
    svg = matrix("A", ("who", "whom"), ("x", "y"), [("a", (100, 25)), ("b", (0, 1))])
    strength = {says: float(cell.get("fill-opacity", "0")) for says, cell in parts(svg).items()}
    assert strength["a, x: 100"] == 1 > strength["a, y: 25"] > strength["b, y: 1"] > 0
    assert words(svg) == ["A", "who", "whom", "x", "y", "a", "100", "25", "b", "·", "1"]


@pytest.mark.parametrize("drawn", [bars("", ("one",), []), columns("", ("one",), []), bars("x", (), [("a", ())])])
def test_an_empty_chart_is_drawn(drawn: str) -> None:
    ET.fromstring(drawn)


def numbers(svg: str) -> int:
    """The sum of the numbers in the tooltips of the bars."""
    titles = (title.text or "" for title in ET.fromstring(svg).iter(f"{SVG}title"))
    return sum(int(title.rpartition(": ")[2].replace(",", "")) for title in titles if ": " in title)


def test_charts_count_what_the_corpus_has() -> None:
    corpus = Corpus.read(shipped("corpus"))
    found = counts.corpus_counts(corpus)
    sums = {name: numbers(drawn.svg) for name, drawn in pictures.charts(corpus).items()}
    rows = corpus.joined
    dated = rows.filter(rows["held"].is_not_null() | rows["published"].is_not_null())
    assert sums == {
        "levels": sum(sum(row.values()) for row in counts.who_asks_whom(corpus).values()),
        "documents": dated["directives"].list.len().sum(),
        "acts": found["total"]["requests"],
        "languages": found["total"]["statements"],
    }


def test_every_chart_is_readable_on_light_and_dark_pages() -> None:
    for drawn in pictures.charts(Corpus.read(shipped("corpus"))).values():
        light, dark = drawn.svg.split(chart.DARK_THEME)
        for name, colour in chart.LIGHT.items():
            assert f".{name} {{ " in light
            assert colour in light
            assert chart.DARK[name] in dark
        assert "fill=" not in drawn.svg
        shapes = [element for kind in ("rect", "path") for element in ET.fromstring(drawn.svg).iter(SVG + kind)]
        assert all(element.get("class") in chart.LIGHT for element in shapes)


def test_the_card_shows_them_and_brackets_every_span(built: Path) -> None:
    card = (built / "README.md").read_text(encoding="utf-8")
    for name, drawn in pictures.charts(Corpus.read(shipped("corpus"))).items():
        assert f"![{drawn.title}](figures/{name}.svg)" in card
        assert (built / "figures" / f"{name}.svg").read_text(encoding="utf-8") == drawn.svg
    shown = next(line for line in card.splitlines() if line.startswith("> "))
    text = shown.removeprefix("> ").replace("<b>[</b>", "").replace("<wbr>", "")
    for layer in ("speaker", "role", "directive", "request", "addressee"):
        assert f"<b>]</b><sub>{layer}</sub>" in text
        text = text.replace(f"<b>]</b><sub>{layer}</sub>", "")
    example = figures.example(Corpus.read(shipped("corpus")))
    assert example
    assert html.unescape(re.sub(r"\\(.)", r"\1", text)) == example.text


def test_readme_shows_the_charts_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, drawn in pictures.charts(Corpus.read(shipped("corpus"))).items():
        assert f"![{drawn.title}](.github/figures/{name}.svg)" in readme
        path = ROOT / ".github" / "figures" / f"{name}.svg"
        assert path.read_text(encoding="utf-8") == drawn.svg, "run: chithi stats --write README.md DATASHEET.md"


def test_rows_follow_the_order_of_the_corpus_s_own_levels(tmp_path: Path) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    levels = ["ward", "borough", "city", "central", "provincial"]
    (corpus / "schema").mkdir()
    for table, place in (("office", levels), ("actor", [*levels, None])):
        schema = json.loads((shipped("schema") / f"{table}.schema.json").read_text(encoding="utf-8"))
        schema["properties"]["level"]["enum"] = place
        (corpus / "schema" / f"{table}.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    for line, level in enumerate(["central", "city", "ward"], 1):
        edit(corpus / "offices.jsonl", line, lambda record, level=level: record.update(level=level))
    for name in ("levels", "acts"):
        drawn = words(pictures.charts(Corpus.read(corpus))[name].svg)
        assert [label for label in drawn if label in ("ward", "city", counts.NOT_TOLD)] == ["ward", "city"]


def test_a_chart_without_bars_is_left_out(tmp_path: Path) -> None:
    assert pictures.charts(Corpus.empty()) == {}
    assert main(["stats", "--corpus", str(empty_corpus(tmp_path)), "--plot", str(tmp_path / "plot.svg")]) == 1
    assert not (tmp_path / "plot.svg").exists()


def empty_corpus(folder: Path) -> Path:
    for name in ("reports", "actors", "offices", "directives"):
        (folder / f"{name}.jsonl").touch()
    return folder


def test_stats_draws_a_chart_by_its_name(tmp_path: Path) -> None:
    expected = pictures.charts(Corpus.read(shipped("corpus")))
    assert tuple(expected) == stats.CHARTS == tuple(pictures.CHARTS)
    for name, drawn in expected.items():
        path = tmp_path / f"{name}.SVG"
        assert main(["stats", "--chart", name, "--plot", str(path)]) == 0
        assert path.read_text(encoding="utf-8") == drawn.svg
    assert main(["stats", "--plot", str(tmp_path / "plot.svg")]) == 0
    assert (tmp_path / "plot.svg").read_text(encoding="utf-8") == expected["levels"].svg


def test_a_chart_needs_a_file_and_a_name_that_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--chart", "acts"]) == 2
    assert "name the file, too" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["stats", "--chart", "pie", "--plot", "x.svg"])
    assert "levels" in capsys.readouterr().err


def test_png_has_twice_the_pixels_and_its_words(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    pytest.importorskip("font_roboto")
    path = tmp_path / "x.png"
    assert main(["stats", "--chart", "acts", "--plot", str(path)]) == 0
    data = path.read_bytes()
    svg = ET.fromstring(pictures.charts(Corpus.read(shipped("corpus")))["acts"].svg)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    assert (wide, high) == (2 * int(svg.get("width", "0")), 2 * int(svg.get("height", "0")))
    assert len(data) > 15_000  # without a font there are only bars, in some 4,000 bytes


def test_without_the_extra_the_line_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert main(["stats", "--plot", str(tmp_path / "x.png")]) == 1
    assert capsys.readouterr().err == "chithi: PNG needs the library resvg_py: pip install 'chithi[png]'\n"
    assert list(tmp_path.iterdir()) == []


def test_pictures_are_written_beside_a_text_that_shows_them(corpus: Path, tmp_path: Path) -> None:
    shows, other = tmp_path / "a" / "README.md", tmp_path / "b" / "README.md"
    for path, text in ((shows, "<!-- pictures -->\nx\n<!-- /pictures -->\n"), (other, "no pictures\n")):
        path.parent.mkdir()
        path.write_text(text)
    assert main(["stats", "--corpus", str(corpus), "--write", str(shows), str(other)]) == 0
    assert [path.name for path in other.parent.iterdir()] == ["README.md"]
    expected = pictures.charts(Corpus.read(corpus))
    linked = re.findall(r"!\[(.+)\]\((.+)\)", shows.read_text(encoding="utf-8"))
    assert [title for title, _ in linked] == [drawn.title for drawn in expected.values()]
    assert [(shows.parent / place).read_text("utf-8") for _, place in linked] == [d.svg for d in expected.values()]


def test_figures_are_written_into_any_text_that_has_their_blocks(corpus: Path, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_bytes(b"<!-- toc -->\r\nx\r\n<!-- /toc -->\r\n<!-- acts -->\r\n<!-- /acts -->\r\nend")
    assert main(["stats", "--corpus", str(corpus), "--write", str(path)]) == 0
    written = path.read_bytes()
    assert written.startswith(b"<!-- toc -->\r\nx\r\n<!-- /toc -->\r\n<!-- acts -->\r\nRequests by act: ")
    assert written.endswith(b"<!-- /acts -->\r\nend")
    assert written.count(b"\n") == written.count(b"\r\n")


def test_a_text_in_another_encoding_stays_as_it_is(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one.md", tmp_path / "two.md"
    one.write_bytes(b"<!-- acts -->\n<!-- /acts -->\n")
    two.write_bytes(b"caf\xe9\n<!-- acts -->\n<!-- /acts -->\n")
    assert main(["stats", "--corpus", str(corpus), "--write", str(one), str(two)]) == 2
    assert capsys.readouterr().err == f"chithi: {two}: not in UTF-8: save it in UTF-8 first\n"
    assert one.read_bytes() == b"<!-- acts -->\n<!-- /acts -->\n"


@pytest.mark.parametrize("name", ["x.jpg", "x", "svg", "x.svg.gz"])
def test_only_svg_and_png_are_drawn(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["stats", "--plot", str(tmp_path / name)])
    assert "does not end with .svg or .png" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
