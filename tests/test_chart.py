"""The charts: well-formed SVG whose bars are as long as their numbers."""

import html
import json
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from chithi.cli import main
from chithi.corpus import Corpus
from chithi.records.layout import shipped
from chithi.views import counts, figures
from chithi.views.chart import bars

from .conftest import edit
from .rules.test_fixtures import GOOD

SVG = "{http://www.w3.org/2000/svg}"


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = ET.fromstring(bars("A & B", ("one", "two"), [("x<y", (30, 10)), ("z", (0, 20))]))
    parts = {bar.findtext(f"{SVG}title"): float(bar.get("width", "0").rstrip("%")) for bar in drawn.iter(f"{SVG}rect")}
    assert parts["x<y, one: 30"] == 3 * parts["x<y, two: 10"]
    assert parts["z, two: 20"] == 2 * parts["x<y, two: 10"]
    assert "z, one: 0" not in parts
    assert [text.text for text in drawn.iter(f"{SVG}text")] == ["A & B", "one", "two", "x<y", "40", "z", "20"]


def test_an_empty_chart_is_drawn() -> None:
    ET.fromstring(bars("nothing", ("one",), []))


def numbers(svg: str) -> list[int]:
    """The numbers in the tooltips of the bars."""
    titles = (title.text or "" for title in ET.fromstring(svg).iter(f"{SVG}title"))
    return [int(title.rpartition(": ")[2].replace(",", "")) for title in titles if ": " in title]


def test_pictures_count_what_the_corpus_has() -> None:
    corpus = Corpus.read(shipped("corpus"))
    found = counts.corpus_counts(corpus)
    sums = {name: sum(numbers(chart.svg)) for name, chart in figures.charts(corpus).items()}
    assert sums == {"statements.svg": found["total"]["statements"], "requests.svg": found["total"]["requests"]}


def test_the_card_shows_them_and_brackets_every_span(built: Path) -> None:
    card = (built / "README.md").read_text(encoding="utf-8")
    for name in ("statements.svg", "requests.svg"):
        assert f"](figures/{name})" in card
        assert (built / "figures" / name).is_file()
    shown = next(line for line in card.splitlines() if line.startswith("> "))
    text = shown.removeprefix("> ").replace("<b>[</b>", "").replace("<wbr>", "")
    for layer in ("speaker", "role", "directive", "request", "addressee"):
        assert f"<b>]</b><sub>{layer}</sub>" in text
        text = text.replace(f"<b>]</b><sub>{layer}</sub>", "")
    example = figures.example(Corpus.read(shipped("corpus")))
    assert example
    assert html.unescape(re.sub(r"\\(.)", r"\1", text)) == example.text


def test_bars_follow_the_order_of_the_corpus_s_own_levels(tmp_path: Path) -> None:
    corpus = Path(shutil.copytree(GOOD, tmp_path / "corpus"))
    schema = json.loads((shipped("schema") / "office.schema.json").read_text(encoding="utf-8"))
    levels = ["ward", "borough", "city", "central", "provincial"]
    schema["properties"]["level"]["enum"] = levels
    (corpus / "schema").mkdir()
    (corpus / "schema" / "office.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    for line, level in enumerate(["central", "city", "ward"], 1):
        edit(corpus / "offices.jsonl", line, lambda record, level=level: record.update(level=level))
    svg = figures.charts(Corpus.read(corpus))["requests.svg"].svg
    drawn = [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]
    assert [label for label in drawn if label in levels or label == "no office named"] == [
        *(level for level in levels if level in ("ward", "city")),
        "no office named",
    ]


def test_a_chart_without_bars_is_left_out(tmp_path: Path) -> None:
    assert figures.charts(Corpus.empty()) == {}
    assert main(["stats", "--corpus", str(empty_corpus(tmp_path)), "--plot", str(tmp_path / "plot.svg")]) == 1
    assert not (tmp_path / "plot.svg").exists()


def empty_corpus(folder: Path) -> Path:
    for name in ("reports", "actors", "offices", "directives"):
        (folder / f"{name}.jsonl").touch()
    return folder


def test_stats_draws_it(tmp_path: Path) -> None:
    assert main(["stats", "--plot", str(tmp_path / "plot.svg")]) == 0
    expected = figures.charts(Corpus.read(shipped("corpus")))["statements.svg"].svg
    assert (tmp_path / "plot.svg").read_text(encoding="utf-8") == expected


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


def test_only_svg_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["stats", "--plot", str(tmp_path / "x.png")])
    assert "does not end with .svg" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
