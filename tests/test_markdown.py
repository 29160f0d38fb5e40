"""Nothing of a record or of corpus.json becomes markup: the card and generated blocks show it to the letter."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from huggingface_hub import DatasetCard
from hypothesis import given
from hypothesis import strategies as st

from chithi.cli import main
from chithi.views.figures import render_blocks
from chithi.views.markdown import escaped, link, table

from .conftest import edit, records
from .rules.test_fixtures import GOOD

MarkdownIt = pytest.importorskip("markdown_it").MarkdownIt
HOSTILE = (
    "<img src=x onerror=alert(1)> <!-- x --> ![i](http://evil.example/i.png) [l](javascript:alert(1)) `code` ``` ~~~ "
    "**b** __u__ ~~s~~ a|b $x$ &lt; &amp; \\ # {{x}} {title} https://evil.example www.evil.example a@evil.example "
    "<https://evil.example> [r]: http://evil.example [^1] --> --- : 'q' \"q\" <b>"
)
OUR_TAGS = {"<b>", "</b>", "<sub>", "</sub>", "<wbr>"}
ALPHABET = "a1 .-+)(*_`~<>[]!#|\\&;:/@$=\"'\n\t^"
page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def flat(tokens: list[Any]) -> list[Any]:
    return [inner for token in tokens for inner in (token, *flat(token.children or []))]


def shown(text: str) -> str:
    """What people read of one line of Markdown, which must be one paragraph without markup."""
    opening, line, closing = page.parse(text)
    assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
    kinds = {part.type for part in line.children} - {"text", "text_special"}
    assert kinds <= {"html_inline"}, kinds
    assert all(part.content in OUR_TAGS for part in line.children if part.type == "html_inline")
    return "".join(part.content for part in line.children if part.type != "html_inline")


@given(st.text(st.sampled_from(ALPHABET), min_size=1).filter(str.strip) | st.sampled_from([HOSTILE, "1. a", "1) a"]))
def test_escaped_text_is_shown_to_the_letter(text: str) -> None:
    assert shown(escaped(text)) == " ".join(text.split())
    (row,) = [token for token in flat(page.parse(table(["x", "y"], [["1", text]]))) if token.type == "tr_open"][1:]
    assert row
    cells = [token for token in page.parse(table(["x", "y"], [["1", text]])) if token.type == "inline"]
    assert len(cells) == 4
    assert "".join(part.content for part in cells[3].children if part.type != "html_inline") == " ".join(text.split())


@pytest.mark.parametrize("text", ["see https://a.example/b", "WWW.a.example", "a.b@c.example"])
def test_no_bare_address_is_left_for_renderers_that_link_them(text: str) -> None:
    # What the autolink extension of GitHub's Markdown looks for, in what is one text for it.
    for part in re.split(r"<wbr>", escaped(text)):
        assert not re.search(r"(?i)https?://|www\.|\w@\w", part)


def test_an_address_cannot_end_its_link() -> None:
    url = 'https://a.example/(x)<y>"`|\\^{}[]'
    for text in (None, "]( x"):
        (opening, *_, closing) = page.parse(link(url, text))[1].children
        assert (opening.type, closing.type) == ("link_open", "link_close")
        assert opening.attrs["href"].startswith("https://a.example/%28x%29%3Cy%3E")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A corpus whose words are all hostile, and valid."""
    corpus = Path(shutil.copytree(GOOD, tmp_path / "home" / "corpus"))
    told = json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))
    making = {"made_by": "model", "model": HOSTILE, "version": HOSTILE, "date": "2025"}
    told |= {"title": HOSTILE, "description": f"--- {HOSTILE}", "authors": [HOSTILE, "1. me"], "citation": HOSTILE}
    told |= {"limits": HOSTILE, "homepage": 'https://a.example/)>"<img>`', "rai": {"dataBiases": HOSTILE}}
    told["provenance"] = dict.fromkeys(("text", "translation", "labels"), f"# {HOSTILE}") | {"passes": {"a": making}}
    (corpus / "corpus.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    def worse(record: dict[str, Any]) -> None:
        record.update(text=f"{record['text']} {HOSTILE}", translation=f"- {record['translation']} {HOSTILE}")

    for path in (corpus / "statements").iterdir():
        edit(path, 2, worse)
    shutil.copytree(corpus / "statements", corpus / "annotators" / "a")
    return corpus


def test_a_hostile_corpus_is_only_shown(hostile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (hostile / "DATASHEET.md").write_text("<!-- head -->\n<!-- /head -->\n", encoding="utf-8")
    assert main(["publish", "--corpus", str(hostile), "--out", str(tmp_path / "out")]) == 0, capsys.readouterr().out
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    _, header, body = card.split("---\n", 2)
    assert yaml.safe_load(header)["pretty_name"] == HOSTILE
    assert DatasetCard(card).data.pretty_name == HOSTILE
    assert json.loads((tmp_path / "out" / "croissant.json").read_text(encoding="utf-8"))["name"] == HOSTILE
    check_page(body)
    check_page((tmp_path / "out" / "DATASHEET.md").read_text(encoding="utf-8").replace("<!-- head -->\n", ""))


def check_page(body: str) -> None:
    """Holds a page to the links, pictures, tags and headings that are ours."""
    tokens = flat(page.parse(body.replace("<!-- /head -->\n", "")))
    links = {token.attrs["href"] for token in tokens if token.type == "link_open"}
    homepage = "https://a.example/%29%3E%22%3Cimg%3E%60"
    assert links <= {
        homepage,
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "DATASHEET.md",
        "LICENSE",
        "browse.html",
    }
    assert homepage in links
    assert {token.attrs["src"].partition("/")[0] for token in tokens if token.type == "image"} <= {"figures"}
    assert {token.content for token in tokens if token.type == "html_inline"} <= OUR_TAGS
    unwanted = {"html_block", "hr", "s_open", "em_open", "strong_open", "ordered_list_open", "bullet_list_open"}
    assert {token.type for token in tokens} & unwanted == set()
    title, *headings = [tokens[n + 1] for n, token in enumerate(tokens) if token.type == "heading_open"]
    words = "".join(part.content for part in title.children if part.type != "html_inline")
    assert words.removeprefix("Datasheet of ") == HOSTILE
    assert {heading.content for heading in headings} <= {
        "Where it comes from", "Loading", "Configs", "Tokens and tags", "Figures", "Benchmark", "One record", "Limits",
        "Licence and citation",
    }  # fmt: skip


def test_a_text_cannot_end_its_block(tmp_path: Path) -> None:
    corpus, readme = Path(shutil.copytree(GOOD, tmp_path / "corpus")), tmp_path / "README.md"
    for path in (corpus / "statements").iterdir():
        for line in range(1, len(records(path)) + 1):
            edit(path, line, lambda record: record.update(translation="<!-- /record --> <!-- figures -->"))
    readme.write_text("<!-- record -->\n<!-- /record -->\nafter\n", encoding="utf-8")
    written = []
    for _ in range(2):
        assert main(["stats", "--corpus", str(corpus), "--write", str(readme)]) == 0
        written.append(readme.read_text(encoding="utf-8"))
    assert written[0] == written[1]
    assert written[0].endswith("```\n<!-- /record -->\nafter\n")


def test_blocks_of_other_tools_are_left_as_they_are() -> None:
    text = "<!-- toc -->\nx\n<!-- /toc -->\n<!-- figures -->\n"
    assert render_blocks(text, {"figures": "new\n"}) == text
