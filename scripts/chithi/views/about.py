"""What a corpus says of itself in corpus.json, in sentences for people."""

from collections.abc import Sequence

from chithi.records.metadata import Making, Metadata
from chithi.text.licences import licence_address
from chithi.views.markdown import escaped, link


def enumerated(names: Sequence[str]) -> str:
    """Names in a sentence; an empty text if there are none.

    >>> enumerated(["a", "b", "c"])
    'a, b and c'
    >>> enumerated([])
    ''
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def citation(metadata: Metadata, version: str) -> str:
    """How a version is to be cited, as plain text without a full stop."""
    cited = metadata.citation or f'{enumerated(metadata.authors)}, "{metadata.title}"'
    return f"{cited.rstrip('. ')}, version {version}"


def maker(making: Making) -> str:
    """What made a pass, as plain text.

    >>> maker(Making("model", "Some Model", "2", "2025-03"))
    'a model (Some Model 2), 2025-03'
    """
    name = " ".join(filter(None, [making.model, making.version]))
    return f"a {making.made_by}" + f" ({name})" * bool(name) + f", {making.date}" * bool(making.date)


def licence(metadata: Metadata) -> str:
    """The licence in Markdown, as a link if its address is known."""
    address = licence_address(metadata.licence)
    return link(address, metadata.licence) if address else escaped(metadata.licence)


def head(metadata: Metadata, version: str) -> str:
    """The head of a datasheet in Markdown: title, description, version, authors, licence, and how to cite it."""
    facts = [
        f"Version {version}, by {escaped(enumerated(metadata.authors))}. Licence: {licence(metadata)}.",
        f"Cite as: {escaped(citation(metadata, version))}.",
        f"Homepage: {link(metadata.homepage)}" if metadata.homepage else "",
    ]
    paragraphs = [f"# Datasheet of {escaped(metadata.title)}", escaped(metadata.description), *filter(None, facts)]
    return "\n\n".join(paragraphs) + "\n"
