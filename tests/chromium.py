"""Headless Chromium for tests of the page, and the pictures of it that README shows.

    python -m tests.chromium

draws .github/figures/browse.png and browse-dark.png anew, from the corpus that ships. It needs fonts for all scripts,
such as those of Debian's fonts-noto-core.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chithi.corpus import Corpus
from chithi.views.page import page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIGURES = Path(__file__).parents[1] / ".github" / "figures"
SHOWN = "#/statements?q=pham+minh+chinh&language=ar"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def installed() -> str | None:
    """The path of a Chromium or a Chrome; None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser of playwright, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]  # CI may run as root, with little shared memory
        browser = playwright.chromium.launch(executable_path=installed(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def draw(folder: Path) -> None:
    """Draws the pictures of README."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch, chromium() as browser:
        file = Path(scratch) / "browse.html"
        file.write_text(page(Corpus.read()), encoding="utf-8")
        for name, scheme in {"browse.png": "light", "browse-dark.png": "dark"}.items():
            tab = browser.new_page(viewport=DESKTOP, color_scheme=scheme)
            tab.goto(file.as_uri() + SHOWN)
            tab.screenshot(path=str(folder / name))


if __name__ == "__main__":
    draw(FIGURES)
