"""A folder for INCEpTION: UIMA CAS JSON, the layers to import first, and the registries as a knowledge base.

A document is a report: its statements are lines of the text, and each line has a span of the layer Statement with its
other fields. UIMA counts characters in UTF-16 units; dkpro-cassis converts from and to Python's code points.
"""

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from types import ModuleType
from typing import Any

import polars as pl

from chithi.corpus import Corpus
from chithi.formats import inception_reading
from chithi.formats.format import FolderFormat, Readable, library, plain_line
from chithi.formats.inception_documents import documents
from chithi.formats.inception_layers import (
    ADDRESSEE,
    DIRECTIVE,
    LAYERS,
    LINK,
    REQUEST,
    ROLE,
    SENTENCE,
    SPEAKER,
    STATEMENT,
    TOKEN,
    Layer,
    layers_json,
)
from chithi.formats.knowledge_base import iri, turtle
from chithi.formats.reading import Reading
from chithi.formats.spans import addressees_of, file_name, typed_statements
from chithi.records.records import Span, Statement
from chithi.rows.config import to_columns
from chithi.rows.tokens import KEPT, TAGGED, TokensConfig

STRING, STRINGS, ARRAY = "uima.cas.String", "uima.cas.StringArray", "uima.cas.FSArray"
ANNOTATION, TOP = "uima.tcas.Annotation", "uima.cas.TOP"


class Inception(FolderFormat, Readable):
    """Reports as UIMA CAS JSON with layers of their own, and the registries as a knowledge base."""

    name = "inception"
    beside = ("TypeSystem.xml",)
    carries = "reports as UIMA CAS JSON, layers, and the registries as a knowledge base; a folder"

    def files(self, corpus: Corpus, statements: pl.DataFrame) -> Iterator[tuple[str, bytes]]:
        """The layers, the knowledge base, and the documents."""
        cassis = library("cassis", "inception")
        yield "layers.json", layers_json(corpus).encode()
        yield "knowledge-base.ttl", turtle(corpus).encode()
        types = type_system(cassis)
        rows = zip(typed_statements(statements), statements["language"], token_spans(corpus, statements), strict=True)
        for report, group in groupby(rows, lambda row: row[0].report):
            document = Document(cassis, types, corpus, list(group))
            yield f"documents/{file_name(report)}.json", document.json().encode()

    def read(self, reading: Reading, corpus: Corpus) -> None:
        """Reads documents, one by one or in the export of a project."""
        for cas in documents(reading):
            inception_reading.Document(reading, cas, partial(iri, corpus)).read()


def type_system(cassis: ModuleType) -> Any:
    """The types of all layers, and of sentences and tokens."""
    types = cassis.TypeSystem()
    for name in (SENTENCE, TOKEN):
        types.create_type(name, ANNOTATION)
    made = {layer.name: types.create_type(layer.name, ANNOTATION, description=layer.says) for layer in LAYERS}
    link = types.create_type(LINK, TOP)
    types.create_feature(link, "role", STRING)
    types.create_feature(link, "target", made[ADDRESSEE.name])
    for layer in LAYERS:
        for feature in layer.features:
            if feature.links:
                types.create_feature(made[layer.name], feature.name, ARRAY, elementType=link, description=feature.says)
            else:
                kind = STRINGS if feature.several else STRING
                types.create_feature(made[layer.name], feature.name, kind, description=feature.says)
    return types


def token_spans(corpus: Corpus, statements: pl.DataFrame) -> Iterator[list[tuple[int, int]]]:
    """The tokens of each statement as (start, end)."""
    config = TokensConfig()
    for batch in statements.iter_slices(1000):
        for row in config.rows(corpus, to_columns(batch.select(*KEPT, *TAGGED))).to_pylist():
            yield [(start, start + len(token)) for start, token in zip(row["starts"], row["tokens"], strict=True)]


class Document:
    """The CAS of one report."""

    def __init__(self, cassis: ModuleType, types: Any, corpus: Corpus, rows: list[tuple[Statement, str, Any]]) -> None:
        lines = [plain_line(statement.text, statement.id, "inception") for statement, _, _ in rows]
        text = "\n".join(lines)
        self.types, self.corpus = types, corpus
        self.cas = cassis.Cas(types, sofa_string=text, document_language=rows[0][1])
        whole = self.cas.get_document_annotation()
        whole.begin, whole.end = 0, len(text)
        self.at = 0  # where the statement begins
        for statement, _, tokens in rows:
            self.add_statement(statement, tokens)
            self.at += len(statement.text) + 1

    def json(self) -> str:
        """The document as UIMA CAS JSON."""
        found: str = self.cas.to_json(pretty_print=True)
        return f"{found}\n"

    def add_statement(self, said: Statement, tokens: list[tuple[int, int]]) -> None:
        """Adds the annotations of a statement."""
        whole = (0, len(said.text))
        self.add(SENTENCE, whole)
        for token in tokens:
            self.add(TOKEN, token)
        paragraph = None if said.paragraph is None else str(said.paragraph)
        self.layer(STATEMENT, whole, statement=said.id, paragraph=paragraph, translation=said.translation)
        if said.speaker:
            self.layer(SPEAKER, said.speaker, actor=self.iri("actors", said.speaker.id))
        if said.role:
            self.layer(ROLE, said.role, offices=self.iris("offices", said.role.offices))
        for citation in said.directives:
            self.layer(DIRECTIVE, citation, directive=self.iri("directives", citation.id))
        asked = addressees_of(said)
        targets = [self.layer(ADDRESSEE, span, actors=self.iris("actors", span.actors)) for span in asked]
        for request in said.requests:
            told: dict[str, Any] = {"act": request.act, "topic": request.topic, "english": request.english}
            if request.addressee:
                told["addressee"] = self.link(targets[asked.index(request.addressee)])
            self.layer(REQUEST, request, **told)

    def layer(self, layer: Layer, span: Span | tuple[int, int], **features: Any) -> Any:
        """Adds a span of a layer."""
        return self.add(layer.name, span if isinstance(span, tuple) else (span.start, span.end), **features)

    def add(self, name: str, span: tuple[int, int], **features: Any) -> Any:
        """Adds an annotation of a type, at offsets in the statement in code points."""
        start, end = span
        added = self.types.get_type(name)(begin=self.at + start, end=self.at + end, **features)
        self.cas.add(added)
        return added

    def iri(self, registry: str, entry: str) -> str:
        """The IRI of an entry in the knowledge base."""
        return iri(self.corpus, registry, entry)

    def iris(self, registry: str, entries: list[str]) -> Any:
        """The IRIs of several entries, as an array."""
        return self.types.get_type(STRINGS)(elements=[self.iri(registry, entry) for entry in entries])

    def link(self, target: Any) -> Any:
        """A link to an annotation, in an array. Without one there is no array: cassis cannot read an empty one."""
        link = self.types.get_type(LINK)(role="addressee", target=target)
        return self.types.get_type(ARRAY)(elements=[link])
