"""The documents in an export of INCEpTION: a file of a document, a folder, or the zip of a project.

A project has `annotation/<document>/<user>.json` (or `.zip` with XMI, or `.xmi`), where `INITIAL_CAS` is nobody's, and
`curation/<document>/CURATION_USER.json`, which counts where it is there.
"""

import re
from collections.abc import Iterator

from chithi.formats.archives import DAMAGE, archive
from chithi.formats.cas import Cas, from_json, from_xmi
from chithi.formats.reading import BROKEN, INCOMPLETE, MISSING, TWICE, Reading, Spot
from chithi.formats.strays import is_companion, tell_unread

OF_PROJECT = re.compile(r"(?:.*/)?(annotation|curation)/([^/]+)/([^/]+)\.(\w+)")
# What an export has beside documents: of ours the layers and the knowledge base; of a project its description.
BESIDE = re.compile(r"(?:.*/)?(?:layers\.json|knowledge-base\.ttl|exportedproject\w*\.json|event\.log|TypeSystem\.xml)")
DESCRIPTION = re.compile(r"((?:.*/)?)exportedproject\w*\.json")
# Folders of a project, beside its description, with sources and states; elsewhere such a name is anybody's.
OF_TOOL = re.compile(r"(?:annotation_ser|curation_ser|source|log|guideline|META-INF|kb|train)/.*")
NOBODY = "INITIAL_CAS"
AS_JSON = "export it as UIMA CAS JSON"


def documents(reading: Reading) -> Iterator[Cas]:
    """The documents of an export that count."""
    roots = {match[1] for name in reading.export.names if (match := DESCRIPTION.fullmatch(name))}
    names = [name for name in reading.export.names if not (is_companion(name) or is_of_tool(name, roots))]
    of_project = [(match, name) for name in names if (match := OF_PROJECT.fullmatch(name))]
    own = {name for _, name in of_project}
    beside = [name for name in names if name not in own and BESIDE.fullmatch(name)]
    tell_unread(reading, beside, "give it another name if it is a document, or move it away", quietly=True)
    names = [name for name in names if name not in beside]
    if of_project:
        hint = "move it away, or import it alone; a project has its documents under annotation and curation"
        tell_unread(reading, [name for name in names if name not in own], hint)
        names = list(counting(reading, of_project))
    for name in names:
        if (found := document(reading, name)) is not None:
            yield found


def is_of_tool(name: str, roots: set[str]) -> bool:
    """Whether a file lies in a folder that a project has for itself, given the folders that hold projects."""
    return any(name.startswith(root) and OF_TOOL.fullmatch(name.removeprefix(root)) for root in roots)


def counting(reading: Reading, of_project: list[tuple[re.Match[str], str]]) -> Iterator[str]:
    """The files of a project that count: the curated one of a document, else that of its only annotator."""
    by_document: dict[str, list[tuple[re.Match[str], str]]] = {}
    for match, name in of_project:
        if match[3] != NOBODY:
            by_document.setdefault(match[2], []).append((match, name))
        else:
            by_document.setdefault(match[2], [])
    for title, found in by_document.items():
        curated = [name for match, name in found if match[1] == "curation"]
        rest = [name for match, name in found if match[1] == "annotation"]
        spot = Spot(reading.export.shown(next(name for match, name in of_project if match[2] == title)))
        if not found:
            hint = "import it when somebody has annotated it"
            reading.tell(spot, INCOMPLETE, "nobody has annotated this document", hint)
        elif not curated and len(rest) > 1:
            hint = "curate it in INCEpTION, or give the file of one annotator alone"
            reading.tell(spot, TWICE, f"{len(rest)} annotators have annotated this document", hint)
        else:
            if curated and rest:
                reading.notes.append(f"{spot.path}: only what was curated was read")
            yield from curated or rest


def document(reading: Reading, name: str) -> Cas | None:
    """The document in a file; None, and a problem, if there is none."""
    path = reading.export.shown(name)
    ending = name.rpartition(".")[2].lower()
    if ending == "json":
        text = reading.text(name)
        return None if text is None else from_json(reading, path, text)
    if ending == "zip":
        data = reading.read(name)
        return None if data is None else zipped(reading, path, data)
    if ending == "xmi":
        folder = name.rpartition("/")[0]
        types = f"{folder}/TypeSystem.xml".lstrip("/")
        if types not in reading.export.names:
            reading.tell(
                Spot(path), MISSING, "the file TypeSystem.xml beside it is missing", f"put it there, or {AS_JSON}"
            )
            return None
        data, system = reading.read(name), reading.read(types)
        return None if data is None or system is None else from_xmi(reading, path, data, system)
    reading.tell(Spot(path), BROKEN, "this is no document that can be read", AS_JSON)
    return None


def zipped(reading: Reading, path: str, data: bytes) -> Cas | None:
    """The document in a zip, as INCEpTION exports one in XMI."""
    try:
        inner = archive(path, data)
        found = {name.rpartition(".")[2].lower(): inner.read(name) for name in inner.names}
    except DAMAGE as error:
        reading.tell(Spot(path), BROKEN, f"the archive cannot be read: {error}", AS_JSON)
        return None
    if "xmi" in found and "xml" in found and len(found) == len(inner.names):
        return from_xmi(reading, path, found["xmi"], found["xml"])
    reading.tell(Spot(path), BROKEN, "this archive holds no document in XMI with its type system", AS_JSON)
    return None
