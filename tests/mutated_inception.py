"""Mutations of documents of INCEpTION."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from . import mutated_json

OWN = "webanno.custom.Chithi"
VALUES = {
    "actor": ["urn:chithi:actors:ada", "urn:chithi:actors:bob", "urn:chithi:actors:nobody", "urn:x"],
    "directive": ["urn:chithi:directives:plan-45", "urn:chithi:directives:plan-46", "urn:chithi:offices:chair"],
    "act": ["instruct", "request", "suggest", "order"],
    "topic": ["energy", "health", "weather"],
    "english": ["other words", "words"],
    "statement": ["day.pl.09", "x"],
    "paragraph": ["77", "78", "x"],
    "translation": ["Other words.", "Words."],
}
Found = dict[str, Any]
Change = Callable[[Any, list[Found]], None]


def edit(folder: Path, rng: Random, change: Change) -> None:
    """Changes a document; the change is given the document and its feature structures of our layers."""
    path = rng.choice(sorted((folder / "documents").iterdir()))
    document = json.loads(path.read_bytes())
    own = [found for found in document["%FEATURE_STRUCTURES"] if found["%TYPE"].startswith(OWN)]
    change(document, own)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2), "utf-8")


def change_a_feature(folder: Path, rng: Random) -> None:
    def change(document: Any, own: list[Found]) -> None:
        found, key = rng.choice([(found, key) for found in own for key in found if key in VALUES])
        found[key] = rng.choice([value for value in VALUES[key] if value != found[key]])

    edit(folder, rng, change)


def lose_a_feature(folder: Path, rng: Random) -> None:
    def change(document: Any, own: list[Found]) -> None:
        kept = ("%ID", "%TYPE", "@sofa", "role")
        found, key = rng.choice([(found, key) for found in own for key in found if key not in kept])
        del found[key]

    edit(folder, rng, change)


def change_an_array(folder: Path, rng: Random) -> None:
    def change(document: Any, own: list[Found]) -> None:
        arrays = [found["%ELEMENTS"] for found in document["%FEATURE_STRUCTURES"] if found.get("%ELEMENTS")]
        if not arrays:
            document["%FEATURE_STRUCTURES"] = []
            return
        elements = rng.choice(arrays)
        rng.choice([elements.pop, lambda: elements.append(elements[0]), lambda: elements.insert(0, 7)])()
        if len(elements) > 1 and elements[0] == elements[-1] and isinstance(elements[0], int):
            elements.append(7)  # a link twice means the same

    edit(folder, rng, change)


def move_an_annotation(folder: Path, rng: Random) -> None:
    def change(document: Any, own: list[Found]) -> None:
        found = rng.choice([found for found in own if "begin" in found])
        found[rng.choice(["begin", "end"])] += rng.choice((-3, -1, 1, 2, 500))

    edit(folder, rng, change)


def delete_an_annotation(folder: Path, rng: Random) -> None:
    """From the index, and from the document or not."""

    def change(document: Any, own: list[Found]) -> None:
        found = rng.choice([found for found in own if "begin" in found])
        document["%VIEWS"]["_InitialView"]["%MEMBERS"].remove(found["%ID"])
        if rng.random() < 0.5:
            document["%FEATURE_STRUCTURES"].remove(found)

    edit(folder, rng, change)


def add_an_annotation(folder: Path, rng: Random) -> None:
    def change(document: Any, own: list[Found]) -> None:
        whole = rng.choice([found for found in own if found["%TYPE"] == f"{OWN}Statement"])
        kind = OWN + rng.choice(["Speaker", "Role", "Directive", "Addressee", "Request", "Statement"])
        start = rng.randrange(whole["begin"], whole["end"] - 4)
        new = {"%ID": 5000, "%TYPE": kind, "@sofa": 1, "begin": start, "end": start + 4}
        document["%FEATURE_STRUCTURES"].append(new)
        document["%VIEWS"]["_InitialView"]["%MEMBERS"].append(5000)

    edit(folder, rng, change)


def lead_elsewhere(folder: Path, rng: Random) -> None:
    def change(document: Any, own: list[Found]) -> None:
        links = [(found, key) for found in own for key in found if key.startswith("@") and key != "@sofa"]
        if not links:
            document["%VIEWS"] = []
            return
        found, key = rng.choice(links)
        found[key] = rng.choice([5000, None, "x", found["%ID"]])

    edit(folder, rng, change)


def change_the_text(folder: Path, rng: Random) -> None:
    def change(document: Any, own: list[Found]) -> None:
        sofa = next(found for found in document["%FEATURE_STRUCTURES"] if "sofaString" in found)
        text = sofa["sofaString"]
        at = rng.choice([n for n, character in enumerate(text) if character not in "\nx"])
        sofa["sofaString"] = text[:at] + rng.choice(["x", "", "xx"]) + text[at + 1 :]

    edit(folder, rng, change)


def lose_a_document(folder: Path, rng: Random) -> None:
    rng.choice(sorted((folder / "documents").iterdir())).unlink()


def double_a_document(folder: Path, rng: Random) -> None:
    path = rng.choice(sorted((folder / "documents").iterdir()))
    path.with_name(f"{path.stem}-2.json").write_bytes(path.read_bytes())


def change_a_type(folder: Path, rng: Random) -> None:
    def change(document: Any, own: list[Found]) -> None:
        found = rng.choice(own)
        found["%TYPE"] = rng.choice([f"{OWN}Person", "uima.tcas.Annotation", f"{OWN}Role"])
        if found["%TYPE"] == f"{OWN}Role" and "@offices" in found:
            del document["%VIEWS"]

    edit(folder, rng, change)


def reorder(folder: Path, rng: Random) -> None:
    """The feature structures and the members; the references stay."""

    def change(document: Any, own: list[Found]) -> None:
        rng.shuffle(document["%FEATURE_STRUCTURES"])
        rng.shuffle(document["%VIEWS"]["_InitialView"]["%MEMBERS"])

    edit(folder, rng, change)


def renumber(folder: Path, rng: Random) -> None:
    by = rng.randrange(1, 1000)

    def change(document: Any, own: list[Found]) -> None:
        for found in document["%FEATURE_STRUCTURES"]:
            found["%ID"] += by
            found.update({key: value + by for key, value in found.items() if key.startswith("@")})
            if found["%TYPE"].endswith(("FSArray", "[]")):
                found["%ELEMENTS"] = [element + by for element in found["%ELEMENTS"]]
        view = document["%VIEWS"]["_InitialView"]
        view.update({"%SOFA": view["%SOFA"] + by, "%MEMBERS": [member + by for member in view["%MEMBERS"]]})

    edit(folder, rng, change)


def add_other_layers(folder: Path, rng: Random) -> None:
    def change(document: Any, own: list[Found]) -> None:
        kinds = ["de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity", "custom.Mood", f"{OWN}Mood"]
        new = {"%ID": 5000, "%TYPE": rng.choice(kinds), "@sofa": 1, "begin": 0, "end": 3, "value": "x"}
        document["%FEATURE_STRUCTURES"].append(new)
        document["%VIEWS"]["_InitialView"]["%MEMBERS"].append(5000)

    edit(folder, rng, change)


def as_an_object(folder: Path, rng: Random) -> None:
    def change(document: Any, own: list[Found]) -> None:
        document["%FEATURE_STRUCTURES"] = {str(x.pop("%ID")): x for x in document["%FEATURE_STRUCTURES"]}
        document["%VIEWS"]["Other"] = {"%SOFA": None, "%MEMBERS": []}

    edit(folder, rng, change)


CHANGES = [
    *(change_a_feature, lose_a_feature, change_an_array, move_an_annotation, delete_an_annotation, add_an_annotation),
    *(lead_elsewhere, change_the_text, lose_a_document, double_a_document, change_a_type),
]
SAME = [reorder, renumber, add_other_layers, as_an_object]
DAMAGES = mutated_json.DAMAGES
