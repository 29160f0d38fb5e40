"""The page to look at: one HTML file that holds a corpus and opens from disk, without a network or a server."""

from chithi.views.page.page import MOST_STATEMENTS, NAME, page

__all__ = ["MOST_STATEMENTS", "NAME", "page"]
