"""Documents of UIMA as INCEpTION exports them: JSON CAS 0.4, and XMI, which dkpro-cassis converts to it."""

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

from chithi.formats.format import library
from chithi.formats.json_source import JsonSource, parsed
from chithi.formats.reading import BROKEN, NUMBER, Reading, Spot
from chithi.records.pointers import Pointer
from chithi.text.display import brief

STRUCTURES, VIEWS = "%FEATURE_STRUCTURES", "%VIEWS"


class Structure(NamedTuple):
    """A feature structure: its fields, and where it stands."""

    fields: dict[str, Any]
    pointer: Pointer

    @property
    def kind(self) -> str:
        """The name of its type."""
        return str(self.fields.get("%TYPE"))


class View(NamedTuple):
    """A view of a document: its text, and the annotations of it."""

    name: str
    text: str
    members: list[Structure]


class CasError(Exception):
    """A document is not of the form that JSON CAS has; the message says why, `pointer` where."""

    def __init__(self, pointer: Pointer, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer


class Cas:
    """A document: its feature structures by id, and its views."""

    def __init__(self, file: JsonSource) -> None:
        self.file = file
        value = file.value
        if not isinstance(value, dict) or not isinstance(value.get(VIEWS, {}), dict):
            raise CasError((), "this is no document in UIMA CAS JSON")
        self.structures: dict[int, Structure] = {}
        for name, found in listed(value.get(STRUCTURES)):
            if name in self.structures:
                raise CasError(found.pointer, f"the feature structure {name} stands twice")
            self.structures[name] = found
        self.views = [self.view(name, view) for name, view in (value.get(VIEWS) or self.implied()).items()]

    def implied(self) -> dict[str, Any]:
        """The views of a document that lists none: one for each text, with all annotations."""
        sofas = {name: found for name, found in self.structures.items() if found.kind == "uima.cas.Sofa"}
        members = [name for name in self.structures if name not in sofas]
        return {str(found.fields.get("sofaID")): {"%SOFA": name, "%MEMBERS": members} for name, found in sofas.items()}

    def view(self, name: str, view: Any) -> View:
        """A view with its text."""
        pointer: Pointer = (VIEWS, name)
        if not isinstance(view, dict) or not isinstance(members := view.get("%MEMBERS", []), list):
            raise CasError(pointer, "the view has no list of members")
        if view.get("%SOFA") is None and not members:
            return View(name, "", [])
        sofa = self.structures.get(view.get("%SOFA", -1)) if type(view.get("%SOFA")) is int else None
        if sofa is None or not isinstance(text := sofa.fields.get("sofaString", ""), str):
            raise CasError((*pointer, "%SOFA"), "the view has no text")
        found = []
        for n, member in enumerate(members):
            if type(member) is not int or member not in self.structures:
                raise CasError((*pointer, "%MEMBERS", n), f"there is no feature structure {brief(str(member))}")
            found.append(self.structures[member])
        return View(name, text, found)

    def target(self, reference: Any) -> Structure | None:
        """The feature structure that a reference leads to, if there is one."""
        return self.structures.get(reference) if type(reference) is int else None


def listed(structures: Any) -> Iterator[tuple[int, Structure]]:
    """The feature structures of a document by id, which may stand in a list or in an object."""
    pairs: list[tuple[str | int, Any]]
    if isinstance(structures, dict):
        pairs = [(name, found) for name, found in structures.items()]
    elif isinstance(structures, list):
        pairs = list(enumerate(structures))
    else:
        raise CasError((), "this is no document in UIMA CAS JSON: it has no feature structures")
    for key, found in pairs:
        pointer: Pointer = (STRUCTURES, key)
        name = found.get("%ID", key if isinstance(key, str) else None) if isinstance(found, dict) else None
        if isinstance(name, str) and NUMBER.fullmatch(name):
            name = int(name)
        if type(name) is not int or not isinstance(found.get("%TYPE"), str):
            raise CasError(pointer, "this is no feature structure with an id and a type")
        yield name, Structure(found, pointer)


def from_json(reading: Reading, path: str, text: str, *, converted: bool = False) -> Cas | None:
    """The document in a text; None, and a problem, if there is none. Lines of a converted one mean nothing."""
    if (file := parsed(reading, path, text)) is None:
        return None
    file.has_lines = not converted
    try:
        return Cas(file)
    except CasError as error:
        reading.tell(file.spot(error.pointer), BROKEN, str(error), "export the document again, as UIMA CAS JSON")
        return None


def from_xmi(reading: Reading, path: str, data: bytes, types: bytes) -> Cas | None:
    """The document in XMI with its type system; None, and a problem, if dkpro-cassis cannot read it."""
    from io import BytesIO

    cassis = library("cassis", "inception")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a library, about what it does not know
            read = cassis.load_cas_from_xmi(BytesIO(data), typesystem=cassis.load_typesystem(BytesIO(types)))
            text = read.to_json()
    except Exception as error:  # whatever a damaged file makes the library raise
        hint = "export the document again, as UIMA CAS JSON"
        reading.tell(Spot(path), BROKEN, f"dkpro-cassis cannot read this document: {brief(str(error))}", hint)
        return None
    return from_json(reading, path, text, converted=True)
