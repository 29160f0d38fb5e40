"""The regions and relations of one annotation of Label Studio, as spans.

An annotation is a list of parts: what one control says of a region, or a relation. The parts of a region have its id.
Offsets are code points since 2021, UTF-16 units before, and sometimes only under `globalOffsets`; the text of the
region tells which they are.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from chithi.formats.json_source import JsonSource
from chithi.formats.reading import (
    INCOMPLETE,
    LOOSE,
    MISPLACED,
    NUMBER,
    REGISTRY,
    TWICE,
    UNKEPT,
    UNKNOWN,
    UNREADABLE,
    Linked,
    Mark,
    Reading,
    Sheet,
    from_units,
)
from chithi.records.pointers import Pointer
from chithi.text.display import shown

AGAIN = "export it again, as JSON"
CHOICES = {"speaker": ("actor",), "role": ("office",), "directive": ("directive_id",), "addressee": ("actor",)}
CONTROLS = CHOICES | {"request": ("act", "topic", "english")}  # layer -> controls of its regions
# Control -> (the type of its parts, the key of its values).
KINDS = {"layer": ("labels", "labels"), "english": ("textarea", "text")}
KINDS |= dict.fromkeys(("actor", "office", "directive_id", "act", "topic"), ("choices", "choices"))


class Region(msgspec.Struct):
    """The parts of a region by their control, with the pointer of each."""

    pointer: Pointer
    parts: dict[str, tuple[Pointer, dict[str, Any]]]


class Regions:
    """The regions of an annotation of a task while they are read."""

    def __init__(self, reading: Reading, file: JsonSource, sheet: Sheet) -> None:
        self.reading, self.file, self.text, self.record = reading, file, sheet.text, sheet.id
        self.units = from_units(sheet.text)
        self.counts_units = False  # whether offsets are UTF-16 units, in all regions

    def tell(self, pointer: Pointer, code: str, message: str, hint: str, *values: str) -> None:
        """Adds a problem at a place in the file, and the values found and expected."""
        self.reading.tell(self.file.spot(pointer), code, message, hint, *values, record=self.record)

    def marks(self, where: Pointer, result: list[Any]) -> list[Mark]:
        """The spans of an annotation, with their relations."""
        regions: dict[str, Region] = {}
        relations = []
        for n, part in enumerate(result):
            pointer = (*where, n)
            if isinstance(part, dict) and part.get("type") == "relation":
                relations.append((pointer, part))
            else:
                self.part(pointer, part, regions)
        self.choose_unit([value for region in regions.values() if (value := text_value(region))])
        found = {name: mark for name, region in regions.items() if (mark := self.mark(region)) is not None}
        linked = Linked(self.reading, self.record)
        for pointer, relation in relations:
            self.relation(pointer, relation, found, set(regions), linked)
        marks = list(found.values())
        linked.check(marks)
        return marks

    def part(self, pointer: Pointer, part: Any, regions: dict[str, Region]) -> None:
        """Puts a part of a region to its others."""
        if not isinstance(part, dict) or not isinstance(part.get("value"), dict) or not isinstance(part.get("id"), str):
            self.tell(pointer, UNREADABLE, "this is no part of a region", AGAIN)
        elif (
            not isinstance(control := part.get("from_name"), str)
            or control not in KINDS
            or part.get("to_name") != "text"
        ):
            hint = "set the labelling interface to config.xml of the export"
            self.tell(
                (*pointer, "from_name"), UNKNOWN, "the labelling interface has no such control", hint, shown(control)
            )
        elif part.get("type") != KINDS[control][0]:
            self.tell(
                (*pointer, "type"), UNREADABLE, f"{control} has parts of another type", AGAIN, shown(part.get("type"))
            )
        else:
            region = regions.setdefault(part["id"], Region(pointer, {}))
            if control in region.parts:
                self.tell(
                    pointer, TWICE, f"the region has two parts of {control}", "delete the region, and mark it anew"
                )
            region.parts[control] = pointer, part
            if isinstance(meta := part.get("meta"), dict) and meta.get("text"):
                hint = "tell it elsewhere, and delete the note"
                self.tell((*pointer, "meta"), UNKEPT, "no record has notes on a region", hint, shown(meta["text"]))

    def choose_unit(self, values: list[dict[str, Any]]) -> None:
        """Decides what offsets count: the unit in which most texts of regions stand there; characters if both do.

        Where the texts fit both, and lead to different places, a note says which was taken.
        """
        fits = [(self.fitting(value, False), self.fitting(value, True)) for value in values]
        by_units = sum(points is None and units is not None for points, units in fits)
        by_points = sum(points is not None and units is None for points, units in fits)
        self.counts_units = by_units > by_points
        if by_units == by_points == 0 and any(points != units for points, units in fits):
            what = "offsets fit as characters and as UTF-16 units; they were read as characters"
            self.reading.notes.append(f"{self.file.path}: {shown(self.record)}: {what}")

    def fitting(self, value: dict[str, Any], by_units: bool) -> tuple[int, int] | None:
        """Where a region stands if its offsets are UTF-16 units, or characters; None if its text is not there."""
        pairs = [self.converted(pair) if by_units else pair for pair in offsets(value)]
        return next((pair for pair in pairs if pair and self.stands(pair, value)), None)

    def stands(self, pair: tuple[int, int], value: dict[str, Any]) -> bool:
        """Whether offsets in code points are those of a region's text."""
        start, end = pair
        return 0 <= start < end <= len(self.text) and value.get("text") in (None, self.text[start:end])

    def converted(self, pair: tuple[int, int]) -> tuple[int, int] | None:
        """Offsets in UTF-16 units as code points."""
        start, end = (self.units.get(offset) for offset in pair)
        return None if start is None or end is None else (start, end)

    def mark(self, region: Region) -> Mark | None:
        """A region as a span; None, and a problem, if it is none."""
        labelled = region.parts.get("layer")
        if labelled is None:
            hint = "give it a label in Label Studio, or delete it"
            self.tell(region.pointer, INCOMPLETE, "the region has no label", hint)
            return None
        pointer, part = labelled
        labels = part["value"].get("labels")
        if not isinstance(labels, list) or len(labels) != 1 or labels[0] not in list(CONTROLS):
            hint = f"give the region one label of {', '.join(CONTROLS)}"
            self.tell((*pointer, "value", "labels"), UNKNOWN, "no layer has this label", hint, shown(labels))
            return None
        if (place := self.place(region, pointer, part["value"])) is None:
            return None
        mark = Mark(labels[0], *place, self.file.spot(pointer))
        for control in region.parts:
            if control != "layer":
                self.value(mark, control, *region.parts[control])
        return mark

    def place(self, region: Region, pointer: Pointer, value: dict[str, Any]) -> tuple[int, int] | None:
        """The offsets of a region, the same in all its parts; None, and a problem, if its text does not stand there."""
        pairs = list(offsets(value))
        fitting = self.fitting(value, self.counts_units)
        if fitting is None:
            hint = "mark the region in Label Studio again"
            first = next(iter(pairs), (-1, -1))
            place = (self.converted(first) if self.counts_units else first) or first
            there = self.text[slice(*place)] if place[0] >= 0 else ""
            message = "the text of the region is not what stands at its offsets"
            if self.fitting(value, not self.counts_units):
                units = ("characters", "UTF-16 units")
                this, others = units[not self.counts_units], units[self.counts_units]
                message = f"this region's offsets count {this}, and those of others {others}"
            self.tell((*pointer, "value"), MISPLACED, message, hint, shown(value.get("text")), shown(there))
            return None
        for at, part in region.parts.values():
            if (other := list(offsets(part["value"]))) and not set(other) & set(pairs):
                self.tell(
                    (*at, "value"), MISPLACED, "the parts of the region have different offsets", AGAIN, shown(other[0])
                )
        return fitting

    def value(self, mark: Mark, control: str, pointer: Pointer, part: dict[str, Any]) -> None:
        """Takes the choices or the text of a control."""
        key = KINDS[control][1]
        values = part["value"].get(key)
        values = [values] if isinstance(values, str) and key == "text" else values
        where = (*pointer, "value", key)
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.tell(where, UNREADABLE, f"{control} has no list of texts", AGAIN, shown(values))
            return
        values = [value for value in values if value.strip()]
        if control not in CONTROLS[mark.layer]:
            if values:
                message = f"a {mark.layer} has no {control}"
                self.tell(where, UNKEPT, message, "clear the choice, or give the region its right label", shown(values))
        elif mark.layer in REGISTRY:
            mark.ids = values
            mark.parts |= {str(n): self.file.spot((*where, n)) for n in range(len(values))}
        elif len(values) > 1:
            self.tell(where, TWICE, f"the request has {len(values)} values of {control}", "keep one", shown(values))
        elif values:
            setattr(mark, control, values[0])
            mark.parts[control] = self.file.spot(where)

    def relation(
        self, pointer: Pointer, relation: dict[str, Any], found: dict[str, Mark], known: set[str], linked: Linked
    ) -> None:
        """Links a request to whom it is addressed to. The arrow may have been drawn either way."""
        labels = relation.get("labels") or ["addressee"]
        if labels != ["addressee"]:
            hint = "the only relation is addressee"
            self.tell((*pointer, "labels"), UNKNOWN, "no relation has this label", hint, shown(labels))
            return
        given = [relation.get(key) for key in ("from_id", "to_id")]
        ends = [end for end in given if isinstance(end, str) and end in known]
        if lost := [end for end in given if end not in ends]:
            self.tell(pointer, LOOSE, f"the relation leads to {shown(lost[0])}, which is no region", "draw it anew")
            return
        marks = {found[end].layer: found[end] for end in ends if end in found}
        if marks.keys() == {"request", "addressee"}:
            linked.link(marks["request"], marks["addressee"], self.file.spot(pointer))
        elif all(end in found for end in ends):
            layers = " and a ".join(found[end].layer for end in ends)
            self.tell(pointer, LOOSE, f"the relation ties a {layers}", "draw it from a request to its addressee")


def text_value(region: Region) -> dict[str, Any] | None:
    """What the label of a region says, with the text that stood there; None if it says none."""
    _, part = region.parts.get("layer", ((), {}))
    value: dict[str, Any] = part.get("value", {})
    return value if isinstance(value.get("text"), str) else None


def offsets(value: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """The offsets that a region's value may mean, as (start, end); the likeliest first."""
    whole = value.get("globalOffsets")
    pairs = [(value.get("start"), value.get("end"))]
    if isinstance(value.get("start"), str):  # a path to a node, in HTML
        pairs.append((value.get("startOffset"), value.get("endOffset")))
    pairs += [(whole.get("start"), whole.get("end"))] if isinstance(whole, dict) else []
    for pair in pairs:
        start, end = (as_offset(offset) for offset in pair)
        if start is not None and end is not None:
            yield start, end


def as_offset(value: Any) -> int | None:
    """An offset; old versions write numbers as strings."""
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return int(value)
    return value if type(value) is int else None
