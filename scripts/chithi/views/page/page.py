"""Assembling the page: a template, one style sheet, scripts that share one scope, and the corpus as JSON."""

import base64
import hashlib
import re
from html import escape
from pathlib import Path

import orjson

from chithi.corpus import Corpus
from chithi.views.page.content import content

NAME = "browse.html"
SOURCES = Path(__file__).parent
SCRIPTS = """dom data search filters spans statements passes charts entries reports figures views router""".split()
PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


def page(corpus: Corpus, version: str | None = None) -> str:
    """The page of a corpus as HTML; the same corpus gives the same text.

    `version` is that of the data, by default the one in corpus.json.
    """
    found = content(corpus, version)
    style, script = source("page.css"), joined_scripts()
    parts = {
        "title": escape(found["title"]),
        "policy": policy(style, script),
        "style": style,
        "script": script,
        "data": in_script(orjson.dumps(found).decode()),
    }
    return PLACEHOLDER.sub(lambda name: parts[name[1]], source("page.html"))


def source(name: str) -> str:
    """The text of a file beside this module."""
    return (SOURCES / name).read_text(encoding="utf-8")


def joined_scripts() -> str:
    """All scripts as one function, so that their names are nobody else's."""
    return '(() => {\n"use strict";\n' + "\n".join(source(f"{name}.js") for name in SCRIPTS) + "})();\n"


def in_script(json: str) -> str:
    r"""JSON that may stand in an HTML script element: nothing in it ends the element, or begins a comment.

    >>> in_script('"</script>"')
    '"\\u003c/script>"'
    """
    return json.replace("<", r"\u003c")


def policy(style: str, script: str) -> str:
    """A content security policy: this style sheet and this script run, nothing else does, and nothing is fetched."""
    allowed = f"script-src '{digest(script)}'; style-src '{digest(style)}'; img-src data:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def digest(text: str) -> str:
    """The SHA-256 of a text, as content security policies have it.

    >>> digest("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
