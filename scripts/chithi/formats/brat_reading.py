"""Reads a collection of brat back: a .txt and a .ann a statement, as brat's server writes them.

Lines of a .ann, whose ids may come in any order: `T1\tSpeaker 0 5\ttext`, text-bound, with several fragments
`0 5;8 9`; `E1\tRequest:T5 Addressee:T4`, an event; `A1\tAct E1 request` or in older files `M1`, an attribute;
`N1\tReference T1 actors:ada\tAda`, a normalization; `#1\tAnnotatorNotes E1\ttext`, a note; `R1`, a relation, and `*`,
an equivalence, which no record has. brat counts code points.
"""

import re
from collections.abc import Callable, Collection
from itertools import pairwise

from chithi.formats.reading import (
    BROKEN,
    INCOMPLETE,
    LOOSE,
    MISPLACED,
    MISSING,
    REGISTRY,
    TWICE,
    UNKEPT,
    UNKNOWN,
    UNREADABLE,
    Linked,
    Mark,
    Reading,
    Sheet,
    Spot,
)
from chithi.formats.strays import is_companion, tell_unread
from chithi.text.display import shown

LAYERS = {name.capitalize(): name for name in ("speaker", "role", "directive", "addressee", "request")}
OTHER = {"ann": "txt", "txt": "ann"}  # the files of a document by ending, and the other one
SEVERAL_FILES = re.compile(r".*\.(a1|a2|co|rel)", re.I)  # what brat reads beside .ann, and never writes
CONFIGURATION = re.compile(
    r"(?:.*/)?(?:(?:annotation|visual|tools|kb_shortcuts|acl)\.conf|normalization/[^/]+\.(?:tsv|db))"
)
NORMALIZATION = re.compile(r"Reference (?:Annotation:(\S+) Referent:|(?!Annotation:|Referent:)(\S+) )(\S+?):(\S+)")
TURNED = re.compile(r"Reference Referent:(\S+?):(\S+) Annotation:(\S+)")
OTHERS = ("A", "M", "N", "R", "#")  # what a note may be on that no record has notes on, besides spans
TRIGGER, ATTRIBUTES = "request", {"Act": "act", "Topic": "topic"}
MEND = "mend the line, or open the document in brat and save it again"
Line = tuple[Spot, str, str, str]  # its place, id, data, and what stands behind the second tab


def read_collection(reading: Reading, reports: Collection[str]) -> None:
    """Reads the documents of a collection. Those in a folder that has the id of a report belong to it."""
    pairs: dict[str, dict[str, str]] = {}  # the path of a document without ending -> its files by ending
    unread = []
    for name in reading.export.names:
        stem, _, ending = name.rpartition(".")
        spot = Spot(reading.export.shown(name))
        if is_companion(name) or CONFIGURATION.fullmatch(name):
            continue
        if SEVERAL_FILES.fullmatch(name):
            reading.tell(spot, BROKEN, "annotations in parts are not read", "join them into one .ann")
        elif stem and (kind := ending.lower()) in OTHER:
            if (before := pairs.setdefault(stem, {}).setdefault(kind, name)) != name:
                hint = "remove one of them"
                reading.tell(spot, TWICE, f"{shown(before.rpartition('/')[2])} has the same name", hint)
        else:
            unread.append(name)
    tell_unread(reading, unread, "give it the ending .ann if it is a document of brat, or move it away")
    for stem, files in pairs.items():
        read_document(reading, stem, files, reports)


def read_document(reading: Reading, stem: str, files: dict[str, str], reports: Collection[str]) -> None:
    """Reads one document: a statement, given the names of its files by ending."""
    folder, _, record = stem.rpartition("/")
    for kind, name in files.items():
        if OTHER[kind] not in files:
            reading.lost.add(record)
            message = f"the file {shown(f'{record}.{OTHER[kind]}')} beside it is missing"
            reading.tell(Spot(reading.export.shown(name)), MISSING, message, "put it there")
            return
    text, lines = reading.text(files["txt"]), reading.text(files["ann"])
    if text is None or lines is None:
        reading.lost.add(record)
        return
    sheet = Sheet(record, text.rstrip("\r\n"), Spot(reading.export.shown(files["txt"]), 1))
    if (report := folder.rpartition("/")[2]) in reports:
        sheet.report = report
    Document(reading, sheet, reading.export.shown(files["ann"])).read(lines)
    reading.sheets.append(sheet)


class Document:
    """The annotations of one document while they are read."""

    def __init__(self, reading: Reading, sheet: Sheet, path: str) -> None:
        self.reading, self.sheet, self.path = reading, sheet, path
        self.spans: dict[
            str, Mark
        ] = {}  # text-bound annotations by id; of an event, its trigger by the event's id, too
        self.broken: set[str] = set()  # ids of annotations that have a problem of their own
        self.triggers: set[int] = set()  # the spans that an event has as its trigger, by identity
        self.names: set[str] = set()  # ids of all lines
        self.linked = Linked(reading, sheet.id)

    def tell(self, at: Spot, code: str, message: str, hint: str, found: str | None = None) -> None:
        """Adds a problem in this document."""
        self.reading.tell(at, code, message, hint, found, record=self.sheet.id)

    def read(self, text: str) -> None:
        """Reads all lines: text-bound annotations first, then events, then what refers to either."""
        kinds: dict[str, Callable[[Line], None]] = {"T": self.span, "E": self.event}
        kinds |= {"A": self.attribute, "M": self.attribute, "N": self.normalization, "#": self.note}
        kinds |= {"R": self.unkept, "*": self.unkept}
        lines = self.lines(text)
        self.names = {name for _, name, *_ in lines}
        for at, name, data, _ in lines:
            if name[:1] not in kinds:
                self.tell(at, UNREADABLE, "brat writes no such line", MEND, shown(f"{name} {data}"))
        for kind, take in kinds.items():
            for line in lines:
                if line[1].startswith(kind):
                    take(line)
        for mark in self.spans.values() if not self.reading.troubled(self.sheet.id) else ():
            if mark.layer == TRIGGER and id(mark) not in self.triggers:
                self.tell(
                    mark.at, INCOMPLETE, "this span of a request belongs to no event", "make it an event, or delete it"
                )
        self.sheet.marks = [mark for name, mark in self.spans.items() if name.startswith("T")]
        self.linked.check(self.sheet.marks)

    def lines(self, text: str) -> list[Line]:
        """The lines that are not empty. Two with one id are a problem."""
        found: dict[str, Line] = {}
        equivalences = []
        for number, raw in enumerate(text.split("\n"), 1):
            line = raw.rstrip("\r")
            if not line.strip():
                continue
            name, _, rest = line.partition("\t")
            data, _, tail = rest.partition("\t")
            at = Spot(self.path, number, 1, name if len(name) < len(line) else "")
            if name == "*":
                equivalences.append((at, name, data, tail))
            elif name in found:
                self.tell(at, TWICE, f"the id {shown(name)} stands twice", "give one of the annotations another id")
            else:
                found[name] = (at, name, data.strip(), tail)
        return [*found.values(), *equivalences]

    def span(self, line: Line) -> None:
        """Reads a text-bound annotation."""
        at, name, data, text = line
        match = re.fullmatch(r"(\S+) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)", data)
        self.broken.add(name)
        if not match:
            self.tell(at, UNREADABLE, "this is no text-bound annotation", MEND, shown(data))
        elif match[1] not in LAYERS:
            self.tell(at, UNKNOWN, f"no layer is called {shown(match[1])}", f"use one of {', '.join(LAYERS)}")
        else:
            fragments = [(int(start), int(end)) for start, end in (pair.split() for pair in match[2].split(";"))]
            if any(one[1] != other[0] for one, other in pairwise(fragments)):
                self.tell(at, UNKEPT, "the span is in several pieces, which no record can be", "mark one run of text")
            elif self.stands(at, fragments, text):
                self.broken.discard(name)
                self.spans[name] = Mark(LAYERS[match[1]], fragments[0][0], fragments[-1][1], at)

    def stands(self, at: Spot, fragments: list[tuple[int, int]], text: str) -> bool:
        """Whether a span's text is what stands at its offsets. brat joins the texts of fragments by spaces."""
        pieces = [self.sheet.text[start:end] if start < end <= len(self.sheet.text) else "" for start, end in fragments]
        if all(pieces) and text.rstrip() in (" ".join(pieces).rstrip(), "".join(pieces).rstrip()):
            return True
        self.reading.tell(
            at,
            MISPLACED,
            "the text of the annotation is not what stands there in the .txt",
            "mark the span in brat again; brat counts characters, not bytes",
            shown(text),
            shown(" ".join(pieces)),
            record=self.sheet.id,
        )
        return False

    def event(self, line: Line) -> None:
        """Reads a request."""
        at, name, data, tail = line
        head, *arguments = data.split() or [""]
        kind, _, trigger = head.partition(":")
        self.broken.add(name)
        if tail.strip():
            self.tell(at, UNREADABLE, "nothing stands behind a second tab of an event", MEND, shown(tail))
        elif kind != "Request":
            self.tell(at, UNKNOWN, f"no event is called {shown(kind)}", "an event is a Request")
        elif (mark := self.target(at, trigger)) is None:
            return
        elif mark.layer != TRIGGER or id(mark) in self.triggers:
            self.tell(at, LOOSE, "an event has a span Request of its own as its trigger", MEND, shown(head))
        else:
            self.triggers.add(id(mark))
            self.spans[name] = mark
            mark.at = at
            for argument in arguments:
                self.argument(at, mark, argument)

    def argument(self, at: Spot, request: Mark, argument: str) -> None:
        """Reads an argument of a request: whom it is addressed to. brat numbers several arguments of one role."""
        role, _, name = argument.partition(":")
        if role.rstrip("0123456789") != "Addressee":
            self.tell(at, UNKNOWN, f"a request has no argument {shown(role)}", "its only argument is Addressee")
        elif (target := self.target(at, name)) is not None:
            if target.layer == "addressee":
                self.linked.link(request, target, at)
            else:
                self.tell(
                    at, LOOSE, "the argument leads to no addressee", "let it lead to a span Addressee", shown(name)
                )

    def target(self, at: Spot, name: str) -> Mark | None:
        """The annotation that a line refers to; None, and a problem unless it has one already, if there is none."""
        if name not in self.spans and name not in self.broken:
            self.tell(at, LOOSE, f"this leads to {shown(name)}, which is not there", "delete the line, or mend its end")
        return self.spans.get(name)

    def attribute(self, line: Line) -> None:
        """Reads an attribute of an event."""
        at, _, data, tail = line
        kind, name, value, *_ = [*data.split(maxsplit=2), "", "", ""]
        if tail.strip():
            self.tell(at, UNREADABLE, "nothing stands behind a second tab of an attribute", MEND, shown(tail))
        elif kind not in ATTRIBUTES:
            self.tell(at, UNKNOWN, f"no attribute is called {shown(kind)}", f"use one of {', '.join(ATTRIBUTES)}")
        elif (mark := self.target(at, name)) is not None:
            key = ATTRIBUTES[kind]
            if mark.layer != TRIGGER:
                self.tell(at, UNKEPT, f"a {mark.layer} has no {key}", "delete it")
            elif not value:
                self.tell(at, INCOMPLETE, f"this {key} has no value", "choose one in brat")
            elif getattr(mark, key) is not None:
                self.tell(at, TWICE, f"the request has two values of {key}", "delete one of the lines")
            else:
                setattr(mark, key, value)
                mark.parts[key] = at

    def normalization(self, line: Line) -> None:
        """Reads an id of a registry entry."""
        at, _, data, _ = line
        if turned := TURNED.fullmatch(data):
            registry, entry, name = turned.groups()
        elif match := NORMALIZATION.fullmatch(data):
            name, registry, entry = match[1] or match[2], match[3], match[4]
        else:
            self.tell(at, UNREADABLE, "this is no normalization", MEND, shown(data))
            return
        if (mark := self.target(at, name)) is not None:
            if REGISTRY.get(mark.layer) != registry:
                hint = (
                    f"the ids of a {mark.layer} are in {REGISTRY[mark.layer]}"
                    if mark.layer in REGISTRY
                    else "delete it"
                )
                self.tell(at, UNKNOWN, f"a {mark.layer} has no id in {shown(registry)}", hint, shown(entry))
            else:
                mark.parts[str(len(mark.ids))] = at
                mark.ids.append(entry)

    def note(self, line: Line) -> None:
        """Reads a note, which holds the English words of a request."""
        at, _, data, text = line
        kind, name, *_ = [*data.split(), "", ""]
        if kind != "AnnotatorNotes":
            self.tell(at, UNKNOWN, f"no comment is called {shown(kind)}", "only AnnotatorNotes are read")
        elif text.strip() and name in self.names and name[:1] in OTHERS:
            self.reading.notes.append(
                f"{at.path}:{at.line}: passed over: a note on {shown(name)}: {shown(text.strip())}"
            )
        elif text.strip() and (mark := self.target(at, name)) is not None:
            if mark.layer != TRIGGER:
                hint = "tell it elsewhere, and delete the note; that of a request is its English words"
                self.tell(at, UNKEPT, f"no record has a note on a {mark.layer}", hint, shown(text.strip()))
            elif mark.english is not None:
                self.tell(at, TWICE, "the request has two notes", "keep the one with its English words")
            else:
                mark.english, mark.parts["english"] = text, at

    def unkept(self, line: Line) -> None:
        """Relations and equivalences are told."""
        at, _, data, _ = line
        hint = "delete it; whom a request is addressed to is an argument of its event"
        self.tell(at, UNKEPT, "no record has relations or equivalences", hint, shown(data))
