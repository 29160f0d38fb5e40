"""The page to look at: one HTML file that holds a corpus and opens from disk, without a network or a server."""

from chithi.views.page.page import NAME, page

__all__ = ["NAME", "page"]
