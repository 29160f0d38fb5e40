"""Pages that are not as they should be."""

import json
import re
import signal

import pytest

from chithi.cli import main
from chithi.records.pages import stripped

from .held import TEST, Held

ENDLESS = ["<", "<!--", "<script>", "<p", "</style ", "&#9", "<noscript><template>", "<a <!-- <script"]


@pytest.mark.parametrize("charset", ["undefined", "idna", "punycode", "unicode_escape", "nothing", "rot13", "hex"])
def test_an_encoding_that_is_none_of_pages_is_read_as_another(
    charset: str, mine: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    (mine.articles / "odd.html").write_bytes(f'<meta charset="{charset}"><p>caf\\xe9 \xe9'.encode("latin-1"))
    corpus = ["--corpus", str(mine.corpus)]
    assert main(["hydrate", str(mine.articles), *corpus]) == 0
    assert main(["validate", "--sources", str(mine.articles), *corpus]) == 1  # the corpus has more than it uses
    assert "Traceback" not in capsys.readouterr().err
    assert mine.rows()


@pytest.mark.parametrize("piece", ENDLESS)
def test_no_page_holds_everything_up(piece: str) -> None:
    """The alarm ends what would take hours, and says so; it is no limit for what takes its time."""

    def ring(number: int, frame: object) -> None:
        pytest.fail("looks for the end of each tag up to the end of the page")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(60)
    try:
        assert stripped(piece.encode() * 200_000) is not None
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_what_is_hidden_goes_and_what_never_ends_stays() -> None:
    page = b"a<!-- x > -->b<SCRIPT a='>'>if (a<b) {}</script >c<style>d</p>e &lt;f&gt; <!-- g < h"
    assert re.sub(r"\s+", " ", stripped(page)) == "a b cd e <f> <!-- g < h"


def test_a_page_of_signs_is_passed_over(mine: Held, capsys: pytest.CaptureFixture[str]) -> None:
    (mine.articles / "signs.html").write_text("<" * 200_000 + "&#" + "9" * 5_000 + ";")
    assert main(["hydrate", str(mine.articles), "--corpus", str(mine.corpus), "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["reports"]) == 2
    assert (mine.articles / f"{TEST}.txt").exists()
