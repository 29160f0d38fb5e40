"""The registries as a knowledge base in Turtle: classes, and their instances with labels and descriptions.

It uses the vocabulary RDF Schema, one of those that INCEpTION's knowledge bases offer.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from chithi.corpus import Corpus

HEAD = """\
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

"""
# Registry -> (label of the class, field with the label, field with another name, fields that describe an entry).
REGISTRIES = {
    "actors": ("Actor", "name_en", "name_original", ("kind", "level", "note")),
    "offices": ("Office", "title_en", "title_original", ("body", "level")),
    "directives": ("Directive", "title_en", "number", ("number", "kind", "issuer", "issued", "note")),
}
ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def turtle(corpus: Corpus) -> str:
    """The actors, offices and documents of a corpus."""
    return HEAD + "".join(f"{block}\n" for registry in REGISTRIES for block in blocks(corpus, registry))


def blocks(corpus: Corpus, registry: str) -> Iterator[str]:
    """The class of a registry, and its entries."""
    label, named, other, described = REGISTRIES[registry]
    kind = f"<{iri(corpus, registry)}>"
    yield f"{kind} rdf:type rdfs:Class ;\n  rdfs:label {literal(label)} .\n"
    for entry in corpus.table(registry).iter_rows(named=True):
        facts = {"rdfs:label": entry[named], "skos:altLabel": entry[other], "rdfs:comment": comment(entry, described)}
        told = "".join(f" ;\n  {name} {literal(text)}" for name, text in facts.items() if text)
        yield f"<{iri(corpus, registry, entry['id'])}> rdf:type {kind}{told} .\n"


def comment(entry: dict[str, Any], fields: tuple[str, ...]) -> str:
    """What describes an entry, in one text."""
    return "; ".join(str(entry[field]) for field in fields if entry[field])


def iri(corpus: Corpus, registry: str, entry: str | None = None) -> str:
    """The IRI of an entry of a registry, or of the registry's class if no entry is given.

    >>> iri(Corpus.empty(), "actors", "to-lam")
    'urn:chithi:actors:to-lam'
    """
    name = corpus.metadata.name if corpus.metadata else "chithi"
    return ":".join(["urn", quote(name, safe=""), registry, *([] if entry is None else [quote(entry, safe="")])])


def literal(text: str) -> str:
    """A text in quotes."""
    return f'"{text.translate(ESCAPED)}"'
