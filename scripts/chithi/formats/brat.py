"""A folder for brat: one document a statement, in a folder for its report, and the configuration of the collection.

Spans are text-bound annotations; brat's server counts characters in code points. A request is an event: its trigger is
the span, its argument who is asked, its attributes the act and the topic, and its note the English words. Ids of
registry entries are normalizations, whose databases `tools/norm_db_init.py` of brat makes from `normalization/*.tsv`.
brat carries neither the paragraph nor the translation of a statement.
"""

from collections.abc import Iterator
from itertools import count

import polars as pl

from chithi.corpus import Corpus
from chithi.formats.brat_reading import read_collection
from chithi.formats.format import FolderFormat, Readable, plain_line
from chithi.formats.reading import Reading
from chithi.formats.spans import addressees_of, file_name, typed_statements
from chithi.records.records import Span, Statement
from chithi.records.schemas import enum_of

COLOURS = {
    "Speaker": "#9ecae1",
    "Role": "#c6dbef",
    "Directive": "#fdd0a2",
    "Addressee": "#c7e9c0",
    "Request": "#dadaeb",
}
REGISTRIES = {"actors": "name_en", "offices": "title_en", "directives": "title_en"}  # registry -> what names an entry
ORIGINALS = {"actors": "name_original", "offices": "title_original", "directives": "number"}
ANNOTATION = """\
[entities]
Speaker
Role
Directive
Addressee

[relations]
<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>

[events]
Request\tAddressee?:Addressee

[attributes]
Act\tArg:Request, Value:{acts}
Topic\tArg:Request, Value:{topics}
"""
VISUAL = """\
[labels]
Speaker | Speaker | Spk
Role | Role
Directive | Directive | Dir
Addressee | Addressee | Addr | Adr
Request | Request | Req

[drawing]
SPAN_DEFAULT\tfgColor:black, bgColor:#f0f0f0, borderColor:darken
ARC_DEFAULT\tcolor:black, arrowHead:triangle-5
ATTRIBUTE_DEFAULT\tglyph:*
{colours}
"""
TOOLS = """\
[options]
Tokens\ttokenizer:whitespace
Sentences\tsplitter:newline
Validation\tvalidate:none
Annotation-log\tlogfile:<NONE>

[search]

[annotators]

[disambiguators]

[normalization]
{databases}
"""
Names = dict[str, dict[str, str]]  # registry -> id -> name


class Brat(FolderFormat, Readable):
    """Documents with their annotations, requests as events, and the collection's configuration."""

    name = "brat"
    carries = "texts with spans, requests as events, and ids; a folder"
    beside = (".txt", ".ann")

    def files(self, corpus: Corpus, statements: pl.DataFrame) -> Iterator[tuple[str, bytes]]:
        """The configuration, what normalizes ids, and the documents."""
        acts, topics = (
            "|".join(enum_of("statements", "requests", key, schemas=corpus.schemas)) for key in ("act", "topic")
        )
        colours = "\n".join(f"{name}\tbgColor:{colour}" for name, colour in COLOURS.items())
        address = corpus.metadata and corpus.metadata.homepage
        databases = "\n".join(f"{name}\t<URL>:{address or 'about:blank'}" for name in REGISTRIES)
        yield "annotation.conf", ANNOTATION.format(acts=acts, topics=topics).encode()
        yield "visual.conf", VISUAL.format(colours=colours).encode()
        yield "tools.conf", TOOLS.format(databases=databases).encode()
        names = {name: dict(corpus.table(name).select("id", key).iter_rows()) for name, key in REGISTRIES.items()}
        for name in REGISTRIES:
            yield f"normalization/{name}.tsv", database(corpus, name).encode()
        for statement in typed_statements(statements):
            path = f"{file_name(statement.report)}/{file_name(statement.id)}"
            yield f"{path}.txt", plain_line(statement.text, statement.id, "brat").encode()
            yield f"{path}.ann", annotations(statement, names).encode()

    def read(self, reading: Reading, corpus: Corpus) -> None:
        """Reads a collection, or the download of one."""
        read_collection(reading, set(corpus.reports["id"]))


def database(corpus: Corpus, registry: str) -> str:
    """The entries of a registry as brat's normalization reads them: id, name, and the original name as another one."""
    lines = []
    for entry in corpus.table(registry).iter_rows(named=True):
        fields = [f"name:Name:{one_line(entry[REGISTRIES[registry]])}"]
        if original := entry[ORIGINALS[registry]]:
            fields.append(f"name:Original:{one_line(original)}")
        lines.append("\t".join([entry["id"], *fields]) + "\n")
    return "".join(lines)


def annotations(statement: Statement, names: Names) -> str:
    """The lines of a statement's annotations."""
    lines: list[str] = []
    spans, links, marks, notes = count(1), count(1), count(1), count(1)

    def mark(kind: str, span: Span, registry: str = "", ids: tuple[str, ...] | list[str] = ()) -> str:
        name = f"T{next(spans)}"
        lines.append(f"{name}\t{kind} {span.start} {span.end}\t{span.text}")
        for entry in ids:
            known = one_line(names[registry].get(entry, entry))
            lines.append(f"N{next(links)}\tReference {name} {registry}:{entry}\t{known}")
        return name

    if statement.speaker:
        mark("Speaker", statement.speaker, "actors", [statement.speaker.id])
    if statement.role:
        mark("Role", statement.role, "offices", statement.role.offices)
    for citation in statement.directives:
        mark("Directive", citation, "directives", [citation.id])
    asked = addressees_of(statement)
    targets = [mark("Addressee", addressee, "actors", addressee.actors) for addressee in asked]
    for number, request in enumerate(statement.requests, 1):
        argument = f" Addressee:{targets[asked.index(request.addressee)]}" if request.addressee else ""
        lines.append(f"E{number}\tRequest:{mark('Request', request)}{argument}")
        for kind, value in (("Act", request.act), ("Topic", request.topic)):
            lines.append(f"A{next(marks)}\t{kind} E{number} {value}")
        if request.english is not None:
            lines.append(
                f"#{next(notes)}\tAnnotatorNotes E{number}\t{plain_line(request.english, statement.id, 'brat')}"
            )
    return "".join(f"{line}\n" for line in lines)


def one_line(name: str) -> str:
    """A name without tabs and ends of lines."""
    return " ".join(name.split())
