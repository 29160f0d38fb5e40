"""The records of a corpus as typed objects: their keys, types and nullability.

Enums, patterns, lengths, dates and uniqueness belong to the JSON Schemas. The fields are in the order of the schemas,
which is the order of keys in canonical form. Offsets are half-open, in code points of the statement's text.
"""

from collections.abc import Iterator

import msgspec
from msgspec import field

from chithi.records.metadata import Edges
from chithi.records.pointers import Pointer
from chithi.records.schemas import SHIPPED, Schemas


class Entry(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """The base of all records. Unknown keys are errors; without cycles, garbage collection is not needed."""


class Report(Entry):
    """A press report on an event."""

    id: str
    event: str
    split: str
    language: str
    url: str | None
    publisher: str | None
    published: str | None
    held: str | None
    place: str | None
    event_title: str
    translated: bool
    sha256: str | None
    note: str | None


class Actor(Entry):
    """A person, a body or a group that speaks or is asked."""

    id: str
    kind: str
    level: str | None
    name_original: str | None
    name_en: str
    note: str | None


class Office(Entry):
    """An office that actors hold."""

    id: str
    title_en: str
    title_original: str | None
    body: str
    level: str


class Directive(Entry):
    """A document that statements cite."""

    id: str
    number: str | None
    kind: str
    issuer: str | None
    issued: str | None
    title_en: str
    note: str | None


class Span(Entry):
    """A run of characters: `text` is the statement's text from `start` up to, not including, `end`."""

    start: int
    end: int
    text: str


class Mention(Span):
    """The name of the speaker; `id` is that of the actor in the registry."""

    id: str


class Role(Span):
    """The phrase that names the speaker's offices; `offices` are ids of registry entries."""

    offices: list[str]


class Citation(Span):
    """A cited document; `id` is that of its registry entry."""

    id: str


class Addressee(Span):
    """Whoever a request is addressed to; `actors` are ids of registry entries."""

    actors: list[str]


class Request(Span):
    """An action that the speaker asks for."""

    act: str
    topic: str
    addressee: Addressee | None
    english: str | None


class Statement(Entry):
    """One act of speaking by one speaker in one report."""

    id: str
    report: str
    paragraph: int | None
    text: str
    translation: str | None
    speaker: Mention | None
    role: Role | None
    directives: list[Citation]
    requests: list[Request]

    def spans(self) -> Iterator[tuple[str, Pointer, Span]]:
        """All spans as (layer, pointer, span), each request before its addressee."""
        if self.speaker:
            yield "speaker", ("speaker",), self.speaker
        if self.role:
            yield "role", ("role",), self.role
        for n, citation in enumerate(self.directives):
            yield "directive", ("directives", n), citation
        for n, request in enumerate(self.requests):
            yield "request", ("requests", n), request
            if request.addressee:
                yield "addressee", ("requests", n, "addressee"), request.addressee


class Place(Entry):
    """A run of an article's stream: where it begins, how many letters it has, and a hash of two bytes of these."""

    start: int
    length: int
    check: int


class RequestPlace(Place):
    """A request in an article; `cut` tells whether it is only the longest piece of one that is cut there."""

    addressee: Place | None
    cut: bool


class Anchor(Entry):
    """Where the spans of one statement stand in its article. `start` and `length` are those of its paragraph.

    `hashes` has eight hex digits for each window of the paragraph that is known: four for the letters between the
    beginning of the paragraph and that of the window, four for the hash of its letters.
    """

    id: str
    start: int
    length: int
    hashes: str
    speaker: Place | None
    role: Place | None
    directives: list[Place | None]
    requests: list[RequestPlace | None]

    def places(self) -> Iterator[tuple[str, Pointer, Place]]:
        """All places as (layer, pointer, place), each request before its addressee; nulls are passed over."""
        if self.speaker:
            yield "speaker", ("speaker",), self.speaker
        if self.role:
            yield "role", ("role",), self.role
        for n, citation in enumerate(self.directives):
            if citation:
                yield "directive", ("directives", n), citation
        for n, request in enumerate(self.requests):
            if request:
                yield "request", ("requests", n), request
                if request.addressee:
                    yield "addressee", ("requests", n, "addressee"), request.addressee


RECORD_OF: dict[str, type[Entry]] = {
    "reports": Report,
    "actors": Actor,
    "offices": Office,
    "directives": Directive,
    "statements": Statement,
    "anchors": Anchor,
}
ANY = "*"
TABLE_OF = {kind: table for table, kind in RECORD_OF.items()}


class Registries(msgspec.Struct, frozen=True):
    """The four registries that statements refer to, each as id -> entry, and what else statements are held to."""

    reports: dict[str, Report] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)
    directives: dict[str, Directive] = field(default_factory=dict)
    articles: dict[str, list[str]] | None = None  # SHA-256 of an article's text file -> its lines that are not empty
    aligned: dict[str, list[str]] = field(default_factory=dict)  # report -> paragraphs of another extraction
    schemas: Schemas = SHIPPED
    edges: Edges = {}
    original_language: str | None = None  # of the original names and titles, as corpus.json gives it
    # Registry -> whatever may be an id on its lines without a valid entry; ANY if lines could not be read at all.
    doubtful: dict[str, set[str]] = field(default_factory=dict)
    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of a registry whose entries are not all at hand

    def ids_of(self, table: str) -> tuple[str, ...]:
        """The ids of all entries of a registry."""
        return self.ids[table] if table in self.ids else tuple(getattr(self, table))

    def article_of(self, report: Report) -> list[str] | None:
        """The lines of a report's article, to the letter or in another extraction; None if it is not at hand."""
        found = (self.articles or {}).get(report.sha256 or "")
        return self.aligned.get(report.id) if found is None else found

    def may_have(self, table: str, name: str) -> bool:
        """Whether a registry has an entry, or may have had it on a line that is no valid entry."""
        found = self.doubtful.get(table, ())
        return name in getattr(self, table) or name in found or ANY in found
