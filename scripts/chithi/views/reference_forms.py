"""The table of forms in which documents are cited, in Markdown."""

import msgspec

from chithi.text.references.forms import Forms, alternatives, languages
from chithi.views.markdown import escaped

NAMES = {
    "number": "before a number",
    "opening": "opens a number",
    "closing": "closes a number",
    "issuers": "issuers",
    "local": "local organs",
    "place": "before a place",
    "links": "between these",
    "and": "joins numbers",
    "congress": "congress",
    "plenum": "plenum",
    "ordinals": "ordinals, from 1",
    "counters": "counts things",
    "plural": "endings of plurals",
    "attached": "attached particles (a pattern)",
}
HABITS = {
    "unspaced": "no spaces between words",
    "number_first": "the kind may follow the number",
    "assembly_first": "the kind may follow the assembly",
}


def reference_forms() -> str:
    """A table for each language: kinds of documents and other roles, and the words for them."""
    return "\n".join(section(language, forms) for language, forms in languages().items())


def section(language: str, forms: Forms) -> str:
    """The table of one language, with a heading."""
    given = msgspec.to_builtins(forms)
    words = [*forms.kinds.items(), *((name, given[key]) for key, name in NAMES.items())]
    rows = [f"| {name} | {cell(listed)} |" for name, listed in words if listed]
    habits = [name for key, name in HABITS.items() if given[key]]
    rows += [f"| habits | {'; '.join(habits)} |"] if habits else []
    return "\n".join([f"### `{language}`\n", "| what | words |", "| --- | --- |", *rows]) + "\n"


def cell(listed: str) -> str:
    """The words of a list, divided by commas."""
    return ", ".join(escaped(word) for word in alternatives(listed))
