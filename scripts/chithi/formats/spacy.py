"""Documents of spaCy, one a statement, in a DocBin: tokens of the config `tokens`, and groups of spans.

spaCy counts characters as Python does, in code points; its spans begin and end with tokens. `sc`, which spaCy's span
categorizer takes if nothing else is said, has the spans of all layers. `kb_id_` has the ids of registry entries, with
spaces between several. What a span has besides is in `attrs` of its group, one item a span.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from chithi.corpus import Corpus
from chithi.formats.format import BinaryFormat, FormatError, library
from chithi.formats.spans import addressees_of, typed_statements
from chithi.records.records import Span, Statement
from chithi.rows.config import to_columns
from chithi.rows.tokens import KEPT, TAGGED, TokensConfig
from chithi.text.display import shown

BATCH = 1000  # statements that are tokenized together
TOLD = ("id", "report", "event", "language", "split", "fold", "paragraph", "translation")  # in `user_data`
ALL = "sc"


class Spacy(BinaryFormat):
    """Tokens and groups of spans, as a DocBin."""

    name = "spacy"
    carries = "tokens and groups of spans, as a DocBin"

    def encode(self, corpus: Corpus, statements: pl.DataFrame) -> bytes:
        """The documents. Raises FormatError for spans that begin or end within a token."""
        spacy, tokens = library("spacy", "spacy"), library("spacy.tokens", "spacy")
        vocab = spacy.blank("xx").vocab
        documents = tokens.DocBin(store_user_data=True)
        for row, statement in tokenized(corpus, statements):
            words, spaces = spacy.util.get_words_and_spaces(row["tokens"], statement.text)
            doc = tokens.Doc(vocab, words=words, spaces=spaces, user_data={name: row[name] for name in TOLD})
            for name, spans in groups_of(statement, doc).items():
                doc.spans[name] = tokens.SpanGroup(doc, name=name, spans=spans, attrs=attributes_of(statement, name))
            documents.add(doc)
        found: bytes = documents.to_bytes()
        return found


def tokenized(corpus: Corpus, statements: pl.DataFrame) -> Iterator[tuple[dict[str, Any], Statement]]:
    """Each statement, and before it its row with the tokens."""
    config = TokensConfig()
    for batch in statements.iter_slices(BATCH):
        tokens = config.rows(corpus, to_columns(batch.select(*KEPT, *TAGGED))).to_pylist()
        told = batch.select(TOLD).iter_rows(named=True)
        for row, more, statement in zip(tokens, told, typed_statements(batch), strict=True):
            yield row | more, statement


def groups_of(statement: Statement, doc: Any) -> dict[str, list[Any]]:
    """The spans of a document by the name of their group. Raises FormatError for one that no tokens make up."""
    marked: dict[str, list[Any]] = {
        name: [] for name in ("speaker", "role", "directives", "requests", "addressees", ALL)
    }
    for group, layer, span, label, ids in labelled(statement):
        for name, said in ((group, label), (ALL, layer)):
            found = doc.char_span(span.start, span.end, label=said, kb_id=" ".join(ids))
            if found is None:
                where = f"the {layer} at {span.start} to {span.end} of {shown(statement.id)}"
                raise FormatError(f"spacy cannot carry {where}, which begins or ends within a token")
            marked[name].append(found)
    return marked


def labelled(statement: Statement) -> Iterator[tuple[str, str, Span, str, list[str]]]:
    """The spans as (group, layer, span, label, ids); an addressee that requests share is one span."""
    if found := statement.speaker:
        yield "speaker", "speaker", found, "speaker", [found.id]
    if role := statement.role:
        yield "role", "role", role, "role", role.offices
    for citation in statement.directives:
        yield "directives", "directive", citation, "directive", [citation.id]
    for request in statement.requests:
        yield "requests", "request", request, request.act, []
    for addressee in addressees_of(statement):
        yield "addressees", "addressee", addressee, "addressee", addressee.actors


def attributes_of(statement: Statement, group: str) -> dict[str, list[Any]]:
    """What the spans of a group have besides label and ids: a request topic, English, and the index of who is asked."""
    if group != "requests":
        return {}
    asked, requests = addressees_of(statement), statement.requests
    return {
        "topic": [request.topic for request in requests],
        "english": [request.english for request in requests],
        "addressee": [asked.index(request.addressee) if request.addressee else None for request in requests],
    }
