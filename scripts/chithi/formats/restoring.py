"""One record, restored from what came back and from the record that went out."""

from msgspec import UNSET

from chithi.formats.reading import INCOMPLETE, MISPLACED, TWICE, UNKEPT, Mark, Reading, Sheet, Spot
from chithi.records.pointers import Pointer
from chithi.records.records import Addressee, Citation, Mention, Request, Role, Span, Statement
from chithi.text.display import shown

Spots = dict[Pointer, Spot]  # of the parts of a record
LAYERS = ("speaker", "role", "directive", "request")


class Restored:
    """A statement while it is put together. `spots` tells where each part of the record stands in the export."""

    def __init__(self, reading: Reading, sheet: Sheet, before: Statement) -> None:
        self.reading, self.sheet, self.before = reading, sheet, before
        self.spots: Spots = {(): sheet.at}
        self.whole = not reading.troubled(sheet.id)  # else something may be missing because it could not be read
        self.borrowed = 0  # requests whose English words come from the record that went out
        marks = sorted(filter(self.stands, sheet.marks), key=lambda mark: (mark.start, mark.end))
        self.marks = {layer: [mark for mark in marks if mark.layer == layer] for layer in LAYERS}

    def tell(self, at: Spot, code: str, message: str, hint: str, *values: str) -> None:
        """Adds a problem with the record, and the values found and expected."""
        self.reading.tell(at, code, message, hint, *values, record=self.sheet.id)

    def stands(self, mark: Mark) -> bool:
        """Whether a span lies within the text. Otherwise it is a problem."""
        if 0 <= mark.start < mark.end <= len(self.before.text):
            return True
        where = f"{mark.start} to {mark.end}"
        self.tell(mark.at, MISPLACED, f"the {mark.layer} at {where} lies outside of the text", "mark it again")
        return False

    def statement(self) -> Statement:
        """The record. Fields that the export does not carry are those of the record that went out."""
        before, sheet = self.before, self.sheet
        return Statement(
            id=before.id,
            report=before.report,
            paragraph=before.paragraph if sheet.paragraph is UNSET else sheet.paragraph,
            text=before.text,
            translation=before.translation if sheet.translation is UNSET else sheet.translation,
            speaker=self.speaker(),
            role=self.role(),
            directives=[self.citation(n, mark) for n, mark in enumerate(self.marks["directive"])],
            requests=[self.request(n, mark) for n, mark in enumerate(self.marks["request"])],
        )

    def single(self, layer: str) -> Mark | None:
        """The only span of a layer, if there is one. A second one is a problem."""
        for mark in self.marks[layer][1:]:
            self.tell(mark.at, UNKEPT, f"the statement has a second {layer}", "keep one of them")
        return next(iter(self.marks[layer]), None)

    def speaker(self) -> Mention | None:
        """The speaker."""
        mark = self.single("speaker")
        if mark is None:
            return None
        return Mention(*self.span(mark, ("speaker",)), self.id_of(mark, ("speaker", "id")))

    def role(self) -> Role | None:
        """The role."""
        if (mark := self.single("role")) is None:
            return None
        old = [self.before.role.offices] if self.before.role and same(self.before.role, mark) else []
        return Role(*self.span(mark, ("role",)), self.ids_of(mark, ("role", "offices"), old))

    def citation(self, n: int, mark: Mark) -> Citation:
        """A citation."""
        return Citation(*self.span(mark, ("directives", n)), self.id_of(mark, ("directives", n, "id")))

    def request(self, n: int, mark: Mark) -> Request:
        """A request. Its English words are those of the same request that went out, if it came back without any."""
        pointer: Pointer = ("requests", n)
        span = self.span(mark, pointer)
        for key in ("act", "topic"):
            if getattr(mark, key) is None and self.whole:
                self.tell(mark.at, INCOMPLETE, f"the request has no {key}", "choose one")
        english = mark.english
        if english is None:
            english = next((old.english for old in self.before.requests if same(old, mark)), None)
            self.borrowed += english is not None
        return Request(*span, mark.act or "", mark.topic or "", self.addressee(mark, pointer), english)

    def addressee(self, request: Mark, pointer: Pointer) -> Addressee | None:
        """Whom a request is addressed to."""
        if (mark := request.addressee) is None or not self.inside(mark):
            return None
        olds = [old.addressee for old in self.before.requests if old.addressee and same(old.addressee, mark)]
        pointer = (*pointer, "addressee")
        return Addressee(*self.span(mark, pointer), self.ids_of(mark, (*pointer, "actors"), [o.actors for o in olds]))

    def inside(self, mark: Mark) -> bool:
        """Whether a span lies within the text; if it does not, `stands` has told it."""
        return 0 <= mark.start < mark.end <= len(self.before.text)

    def span(self, mark: Mark, pointer: Pointer) -> tuple[int, int, str]:
        """The offsets and the text of a span. Notes where it and its parts stand."""
        self.spots[pointer] = mark.at
        self.spots |= {(*pointer, key): at for key, at in mark.parts.items()}
        return mark.start, mark.end, self.before.text[mark.start : mark.end]

    def id_of(self, mark: Mark, pointer: Pointer) -> str:
        """The id of a span that has one. None or several are a problem."""
        if len(mark.ids) > 1:
            self.tell(mark.at, TWICE, f"the {mark.layer} has {len(mark.ids)} ids", "keep one", shown(mark.ids))
        self.spots[pointer] = mark.parts.get("0", mark.at)
        return self.ids_of(mark, pointer, [])[0]

    def ids_of(self, mark: Mark, pointer: Pointer, olds: list[list[str]]) -> list[str]:
        """The ids of a span. If the tool reorders them, they have the order that they went out in."""
        if not mark.ids:
            if self.whole:
                self.tell(mark.at, INCOMPLETE, f"the {mark.layer} has no id", "choose the entry of the registry")
            return [""]
        self.spots |= {(*pointer, n): at for n in range(len(mark.ids)) if (at := mark.parts.get(str(n)))}
        for old in olds if self.sheet.reorders else ():
            if sorted(old) == sorted(mark.ids):
                return old
        return mark.ids


def same(span: Span, mark: Mark) -> bool:
    """Whether a span that went out is the one that came back."""
    return (span.start, span.end) == (mark.start, mark.end)
