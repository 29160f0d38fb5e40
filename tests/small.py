"""A small invented corpus, whose published rows can be worked out by hand."""

from pathlib import Path
from typing import Any

from chithi.records.canonical import canonical
from chithi.records.layout import shipped

from .rules.cases import span, statement

Record = dict[str, Any]
REPORT = ("id", "event", "split", "language", "url", "publisher", "published", "held", "place", "event_title",
          "translated", "sha256", "note")  # fmt: skip
ASKS = "Ada, sekretarz, prosi komitet o wykonanie 45 i rady z komitetem o plan, co wynika z 46 i z 45."
AGAIN, OFFICES, NOBODY = "Ada prosi o ciszę.", "Szefowa i sekretarz Ada dziękuje.", "Szefowa milczy."
ENGLISH, CLERK = "The committee asks for silence under 46.", "Bob, the clerk, asks Ada to rest."


def report(name: str, split: str, **known: str) -> Record:
    event, _, language = name.partition(".")
    of_name = {"id": name, "event": event, "split": split, "language": language}
    return dict.fromkeys(REPORT) | of_name | {"event_title": event, "translated": False} | known


def actor(name: str, kind: str, level: str | None) -> Record:
    return {"id": name, "kind": kind, "level": level, "name_original": None, "name_en": name.title(), "note": None}


def office(name: str, level: str) -> Record:
    return {"id": name, "title_en": name, "title_original": None, "body": "party", "level": level}


def directive(name: str) -> Record:
    unknown = dict.fromkeys(("issuer", "issued"))
    return {"id": name, "number": None, "kind": "plan", "title_en": name, "note": None} | unknown


def request(text: str, surface: str, asked: tuple[str, list[str]] | None = None, english: str | None = None) -> Record:
    addressee = asked and span(text, asked[0], actors=asked[1])
    return span(text, surface, act="request", topic="health", addressee=addressee, english=english)


def numbered(text: str, number: int, report: str = "day.pl", **parts: Any) -> Record:
    return statement(text, report, **parts) | {"id": f"{report}.{number:02}"}


def last(text: str, surface: str, **more: Any) -> Record:
    start = text.rindex(surface)
    return {"start": start, "end": start + len(surface), "text": surface} | more


REGISTRIES = {
    "reports": [
        report("day.pl", "train", published="2025-05-07", held="2025-05-06", place="Utopia"),
        report("month.en-GB", "train", published="2025-09"),
        report("year.pl", "test", published="2025-01-02", held="2024"),
        report("none.en", "train"),
    ],
    "actors": [
        actor("ada", "person", None),
        actor("bob", "person", None),
        actor("committee", "body", "provincial"),
        actor("councils", "group", "district"),
    ],
    "offices": [office("secretary", "provincial"), office("chair", "central"), office("clerk", "commune")],
    "directives": [directive("plan-45"), directive("plan-46")],
}
STATEMENTS = [
    numbered(
        ASKS,
        1,
        speaker=span(ASKS, "Ada", id="ada"),
        role=span(ASKS, "sekretarz", offices=["secretary"]),
        directives=[span(ASKS, "45", id="plan-45"), span(ASKS, "46", id="plan-46"), last(ASKS, "45", id="plan-45")],
        requests=[
            request(ASKS, "wykonanie 45", ("komitet", ["committee"]), "carrying out 45"),
            request(ASKS, "plan", ("rady z komitetem", ["councils", "committee"])),
        ],
    ),
    numbered(AGAIN, 2, speaker=span(AGAIN, "Ada", id="ada"), requests=[request(AGAIN, "ciszę")]),
    numbered(
        OFFICES,
        3,
        speaker=span(OFFICES, "Ada", id="ada"),
        role=span(OFFICES, "Szefowa i sekretarz", offices=["chair", "secretary"]),
    ),
    numbered(NOBODY, 4, role=span(NOBODY, "Szefowa", offices=["chair"])),
    numbered(
        ENGLISH,
        1,
        "month.en-GB",
        speaker=span(ENGLISH, "committee", id="committee"),
        directives=[span(ENGLISH, "46", id="plan-46")],
        requests=[request(ENGLISH, "silence under 46")],
    ),
    numbered(
        CLERK,
        1,
        "none.en",
        speaker=span(CLERK, "Bob", id="bob"),
        role=span(CLERK, "the clerk", offices=["clerk"]),
        requests=[request(CLERK, "rest", ("Ada", ["ada"]))],
    ),
    numbered(AGAIN, 1, "year.pl", speaker=span(AGAIN, "Ada", id="ada"), requests=[request(AGAIN, "ciszę")]),
]
WITH_ROLE = numbered(
    OFFICES, 3, speaker=span(OFFICES, "Ada", id="ada"), role=span(OFFICES, "Szefowa", offices=["chair"])
)
PASSES = {"one": [STATEMENTS[1], WITH_ROLE], "two": [STATEMENTS[1]]}


def write(folder: Path) -> Path:
    """Writes the corpus. It is not valid in everything, because it is small."""
    (folder / "statements").mkdir(parents=True)
    for name, entries in REGISTRIES.items():
        (folder / f"{name}.jsonl").write_bytes(b"".join(canonical(entry, name) for entry in entries))
    files = [("statements", record) for record in STATEMENTS]
    files += [(f"annotators/{name}", record) for name, records in PASSES.items() for record in records]
    for place, record in files:
        path = folder / place / f"{record['report']}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            stream.write(canonical(record, "statements"))
    text = (shipped("corpus") / "corpus.json").read_text(encoding="utf-8")
    (folder / "corpus.json").write_text(text.replace('"health": 3', '"health": 33'), encoding="utf-8")
    return folder


def replace_in_schema(folder: Path, name: str, old: str, new: str) -> None:
    """Gives a corpus a schema of its own: the shipped one with one text replaced."""
    (folder / "schema").mkdir(exist_ok=True)
    text = (shipped("schema") / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / "schema" / name).write_text(text.replace(old, new), encoding="utf-8")
