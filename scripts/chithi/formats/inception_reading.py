"""Reads documents of INCEpTION back: the layers that `chithi export` has made, whatever other layers there are.

UIMA counts UTF-16 units. References to arrays and annotations have an @ before their name. Annotations of other layers
than ours are passed over with a note; tokens, sentences and what the tool itself keeps in a document without one.
"""

from collections import Counter
from collections.abc import Callable
from urllib.parse import unquote

from chithi.formats.cas import Cas, Structure, View
from chithi.formats.inception_layers import LAYERS, LINK, OWN, STATEMENT
from chithi.formats.reading import (
    BROKEN,
    ID_FIELD,
    LOOSE,
    MISPLACED,
    NUMBER,
    REGISTRY,
    UNKEPT,
    UNKNOWN,
    UNREADABLE,
    Linked,
    Mark,
    Reading,
    Sheet,
    Spot,
    from_units,
)
from chithi.text.display import counted, shown

OF_TOOL = (
    "uima.",
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.",
    "de.tudarmstadt.ukp.clarin.webanno.api.",
    "de.tudarmstadt.ukp.inception.",
    "org.dkpro.core.api.xml.",
)
FEATURES = {layer.name: {feature.name for feature in layer.features} for layer in LAYERS}
# Of a layer of spans the feature with its ids; a request has none.
IDS = {"speaker": "actor", "role": "offices", "directive": "directive", "addressee": "actors"}
OF_ANNOTATION = {"begin", "end", "sofa"}
Placed = tuple[Structure, int, int]  # an annotation with its offsets in code points
Iris = Callable[[str], str]  # registry -> what the IRIs of its entries begin with


class Document:
    """A document while it is read."""

    def __init__(self, reading: Reading, cas: Cas, iris: Iris) -> None:
        self.reading, self.cas, self.iris = reading, cas, iris
        self.record: str | None = None  # the id of the statement that is read

    def tell(self, at: Structure, code: str, message: str, hint: str, found: str | None = None) -> None:
        """Adds a problem at a feature structure."""
        self.reading.tell(self.cas.file.spot(at.pointer), code, message, hint, found, record=self.record)

    def read(self) -> None:
        """Reads the statements of all views, and notes what was passed over."""
        self.note_others()
        indexed = {id(found) for view in self.cas.views for found in view.members}
        for found in self.cas.structures.values():
            if found.kind in FEATURES and id(found) not in indexed:
                message = "this annotation is deleted, and another still leads to it"
                self.tell(found, UNKEPT, message, "delete that, too")
        before = len(self.reading.sheets), len(self.reading.problems)
        for view in self.cas.views:
            self.view(view)
        if before == (len(self.reading.sheets), len(self.reading.problems)):
            hint = "import the documents into INCEpTION as `chithi export` writes them, after layers.json"
            self.reading.tell(Spot(self.cas.file.path), BROKEN, "the document has no statement", hint)

    def note_others(self) -> None:
        """Notes annotations of other layers, and other features of ours."""
        kinds = Counter(found.kind for view in self.cas.views for found in view.members)
        for kind, count in kinds.items():
            if kind not in FEATURES and not kind.startswith(OF_TOOL):
                self.reading.notes.append(f"{self.cas.file.path}: passed over: {shown(kind)}, {counted(count, 'time')}")
        others: Counter[str] = Counter()
        for view in self.cas.views:
            for found in view.members:
                if (known := FEATURES.get(found.kind)) is not None:
                    keys = {key.lstrip("@#^") for key, value in found.fields.items() if value not in (None, "", [])}
                    keys = {key for key in keys if not key.startswith("%")} - OF_ANNOTATION - known
                    others.update(f"{found.kind}:{key}" for key in keys)
        for name, count in others.items():
            self.reading.notes.append(f"{self.cas.file.path}: passed over: {shown(name)}, {counted(count, 'time')}")

    def view(self, view: View) -> None:
        """Reads the statements of a view, each with the spans within it."""
        points = from_units(view.text)
        own = [found for found in view.members if found.kind in FEATURES]
        placed: list[Placed] = [(found, *place) for found in own if (place := self.place(found, points))]
        wholes = [each for each in placed if each[0].kind == STATEMENT.name]
        spans = [each for each in placed if each[0].kind != STATEMENT.name]
        taken: set[int] = set()
        for whole in wholes:
            within = [each for each in spans if whole[1] <= each[1] and each[2] <= whole[2]]
            taken.update(id(each[0]) for each in within)
            self.statement(view, whole, within)
        self.record = None
        if sum(found.kind == STATEMENT.name for found in own) == len(wholes):  # else they may lie in the one that fails
            for found, *_ in spans:
                if id(found) not in taken:
                    hint = "keep it within one line of the text"
                    self.tell(found, MISPLACED, "the annotation lies in no statement", hint)

    def place(self, found: Structure, points: dict[int, int]) -> tuple[int, int] | None:
        """The offsets of an annotation in code points; None, and a problem, if they are none."""
        pair = [points.get(value) if type(value := found.fields.get(key)) is int else None for key in ("begin", "end")]
        if pair[0] is None or pair[1] is None or pair[0] >= pair[1]:
            hint = "delete the annotation in INCEpTION, and make it anew"
            self.tell(found, MISPLACED, "the annotation's offsets are none of this text", hint)
            return None
        return pair[0], pair[1]

    def statement(self, view: View, whole: Placed, spans: list[Placed]) -> None:
        """Reads a statement."""
        found, start, end = whole
        name = found.fields.get("statement")
        self.record = name if isinstance(name, str) else None
        if self.record is None:
            self.tell(found, UNREADABLE, "the statement has no id", "import the document into INCEpTION anew")
            return
        sheet = Sheet(self.record, view.text[start:end], self.cas.file.spot(found.pointer))
        sheet.paragraph = self.number(found)
        sheet.translation = self.string(found, "translation")
        marks = {id(structure): self.mark(structure, begin - start, stop - start) for structure, begin, stop in spans}
        sheet.marks = list(marks.values())
        linked = Linked(self.reading, self.record)
        for structure, *_ in spans:
            if marks[id(structure)].layer == "request":
                self.link(structure, marks, linked)
        linked.check(sheet.marks)
        self.reading.sheets.append(sheet)

    def number(self, found: Structure) -> int | None:
        """The number of the paragraph; None if there is none."""
        text = self.string(found, "paragraph")
        if text is None or NUMBER.fullmatch(text):
            return None if text is None else int(text)
        self.tell(found, UNREADABLE, "the paragraph is no number", "write its number, or nothing", shown(text))
        return None

    def string(self, found: Structure, key: str) -> str | None:
        """The value of a feature; None if there is none."""
        value = found.fields.get(key)
        if value is not None and not isinstance(value, str):
            self.tell(found, UNREADABLE, f"the value of {key} is no text", "export the document again", shown(value))
            return None
        return value or None

    def mark(self, found: Structure, start: int, end: int) -> Mark:
        """An annotation as a span."""
        layer = found.kind.removeprefix(OWN).lower()
        mark = Mark(layer, start, end, self.cas.file.spot(found.pointer))
        if layer == "request":
            for key in ("act", "topic", "english"):
                setattr(mark, key, self.string(found, key))
        else:
            mark.ids = [name for iri in self.iris_of(found, IDS[layer]) if (name := self.entry(found, layer, iri))]
        return mark

    def iris_of(self, found: Structure, key: str) -> list[str]:
        """The values of a feature with one value, or with several in an array."""
        value = found.fields.get(key)
        if (reference := found.fields.get(f"@{key}")) is not None:
            array = self.cas.target(reference)
            value = array.fields.get("%ELEMENTS", []) if array else reference
        if value is None or value == "":
            return []
        values = [value] if isinstance(value, str) else value
        if isinstance(values, list) and all(isinstance(each, str) for each in values):
            return values
        self.tell(found, UNREADABLE, f"the values of {key} are no texts", "export the document again", shown(value))
        return []

    def entry(self, found: Structure, layer: str, iri: str) -> str | None:
        """The id of the registry entry that an IRI stands for; None, and a problem, if it stands for none."""
        start = f"{self.iris(REGISTRY[layer])}:"
        if iri.startswith(start):
            return unquote(iri.removeprefix(start))
        hint = f"choose an entry of {REGISTRY[layer]} in the knowledge base of this corpus"
        self.tell(found, UNKNOWN, f"the {layer} has a concept that is none of its {ID_FIELD[layer]}", hint, shown(iri))
        return None

    def link(self, request: Structure, marks: dict[int, Mark], linked: Linked) -> None:
        """Links a request to its addressee: an array of links, each with its target."""
        reference = request.fields.get("@addressee")
        if reference is None:
            return
        array = self.cas.target(reference)
        links = array.fields.get("%ELEMENTS", []) if array else [None]
        for each in links if isinstance(links, list) else [None]:
            link = self.cas.target(each)
            target = self.cas.target(link.fields.get("@target")) if link and link.kind == LINK else None
            mark = marks.get(id(target)) if target else None
            if mark is None or mark.layer != "addressee":
                hint = "let it lead to an addressee in the same line, or delete it"
                self.tell(request, LOOSE, "the request's link leads to no addressee of its statement", hint)
            else:
                linked.link(marks[id(request)], mark, marks[id(request)].at)
