"""Predictions of a system: their records, where they are read from, and which keys they have."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from chithi.records.blocks import blocks, lines_of
from chithi.records.pointers import Pointer
from chithi.records.processes import Part

MOST = 1_000  # spans of one prediction; the schemas allow gold 200 requests and 200 citations
BOM = b"\xef\xbb\xbf"


class ScoreError(Exception):
    """Predictions cannot be scored. The message names the file and the line, and says what to do."""


class Place(NamedTuple):
    """Where a prediction stands: a file and a line of it, counted from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class PredictedSpan(Struct, forbid_unknown_fields=True, gc=False):
    """A span as a system gives it; without offsets it is looked up in the text."""

    text: str
    start: int | UnsetType = UNSET
    end: int | UnsetType = UNSET


class PredictedMention(PredictedSpan):
    """A speaker or a cited document; `id` is null where the system knows none."""

    id: str | UnsetType | None = UNSET


class PredictedRole(PredictedSpan):
    """The phrase that names the speaker's offices."""

    offices: list[str] | UnsetType | None = UNSET


class PredictedAddressee(PredictedSpan):
    """Whoever a request is addressed to."""

    actors: list[str] | UnsetType | None = UNSET


class PredictedRequest(PredictedSpan):
    """An action that the speaker asks for. `english` is not scored."""

    act: str | UnsetType | None = UNSET
    topic: str | UnsetType | None = UNSET
    addressee: PredictedAddressee | UnsetType | None = UNSET
    english: str | UnsetType | None = UNSET


class Prediction(Struct, forbid_unknown_fields=True, gc=False):
    """What a system says of one statement. Of a whole statement record, the keys after `requests` are not scored."""

    id: str
    speaker: PredictedMention | UnsetType | None = UNSET
    role: PredictedRole | UnsetType | None = UNSET
    directives: list[PredictedMention] | UnsetType | None = UNSET
    requests: list[PredictedRequest] | UnsetType | None = UNSET
    text: str | UnsetType = UNSET
    report: str | UnsetType = UNSET
    paragraph: int | UnsetType | None = UNSET
    translation: str | UnsetType | None = UNSET

    def spans(self) -> Iterator[tuple[str, Pointer, Any]]:
        """All spans as (layer, pointer, span), each request before its addressee."""
        if self.speaker:
            yield "speaker", ("speaker",), self.speaker
        if self.role:
            yield "role", ("role",), self.role
        for n, citation in enumerate(self.directives or ()):
            yield "directive", ("directives", n), citation
        for n, request in enumerate(self.requests or ()):
            yield "request", ("requests", n), request
            if request.addressee:
                yield "addressee", ("requests", n, "addressee"), request.addressee


class PredictedStatement(Prediction):
    """What a system says of one statement in a paragraph. Neither `id` nor `speaker_id` is scored."""

    id: str | UnsetType | None = UNSET  # type: ignore[assignment]
    speaker_id: str | UnsetType | None = UNSET


class ParagraphPrediction(Struct, forbid_unknown_fields=True, gc=False):
    """What a system says of one paragraph. Of a whole row of `originals`, the keys after `text` are not scored."""

    id: str
    statements: list[PredictedStatement]
    text: str | UnsetType = UNSET
    report: Any = UNSET
    event: Any = UNSET
    language: Any = UNSET
    paragraph: Any = UNSET
    tokens: Any = UNSET
    starts: Any = UNSET
    ner_tags: Any = UNSET
    request_tags: Any = UNSET


Line = TypeVar("Line", Prediction, ParagraphPrediction)
FORMS = {
    Prediction: 'a line is {"id": ...} with any of speaker, role, directives and requests, as in a statement',
    ParagraphPrediction: 'a line is {"id": "<report>.p<paragraph>", "statements": [...]}, with statements as in '
    "predictions, but their ids may be left out",
}
Key = tuple[str, str]  # (layer, key), or ("", key) for a key of the prediction itself

KEYS = {"": ("speaker", "role", "directives", "requests"), "speaker": ("id",), "role": ("offices",)} | {
    "directive": ("id",),
    "request": ("act", "topic", "addressee"),
    "addressee": ("actors",),
}
NAMED = {layer: [(key, (layer, key)) for key in keys] for layer, keys in KEYS.items()}


class Keys:
    """Which keys the predictions have. A key that some have and others lack is an error."""

    def __init__(self) -> None:
        self.present: dict[Key, Place] = {}  # with the first line that has it
        self.absent: dict[Key, Place] = {}  # with the first line that lacks it

    def note(self, prediction: Prediction, place: Place) -> None:
        """Notes the keys of a prediction and of its spans."""
        self.look(prediction, "", place)
        for layer, _, span in prediction.spans():
            self.look(span, layer, place)

    def look(self, value: Any, layer: str, place: Place) -> None:
        """Notes the keys of a prediction, whose layer is empty, or of a span of a layer."""
        for key, name in NAMED[layer]:
            noted = self.absent if getattr(value, key) is UNSET else self.present
            if name not in noted:
                noted[name] = place

    def add(self, later: "Keys") -> None:
        """Adds the keys of predictions that come later."""
        for key, place in later.present.items():
            self.present.setdefault(key, place)
        for key, place in later.absent.items():
            self.absent.setdefault(key, place)

    def check(self) -> None:
        """Raises ScoreError for a key that some predictions have and others lack."""
        for (layer, key), place in self.present.items():
            if lacking := self.absent.get((layer, key)):
                of = f"the {layer}" if layer else "the prediction"
                remedy = 'give it everywhere ("null" where there is nothing), or nowhere, so that it is not scored'
                raise ScoreError(f'{lacking}: {of} has no "{key}", which {place} has: {remedy}')

    def has(self, layer: str, key: str) -> bool:
        """Whether the predictions have a key."""
        return (layer, key) in self.present


def prediction_files(path: Path) -> list[Path]:
    """The files to read: the file itself, or those of a folder whose names end with .jsonl, in order.

    Raises ScoreError for a folder without any.
    """
    if not path.is_dir():
        return [path]
    found = sorted(path / name for name in os.listdir(path) if name.endswith(".jsonl"))
    if not found:
        raise ScoreError(f"{path}: no file there ends with .jsonl: name the file or the folder of the predictions")
    return found


def read_predictions(part: Part, kind: type[Line]) -> Iterator[tuple[Place, Line]]:
    """The predictions in a file or a part of it, one a line, each with its place. Empty lines are passed over.

    Raises ScoreError for a line that is no prediction, and OSError if the file cannot be read.
    """
    decoder = msgspec.json.Decoder(kind)
    number = part.first - 1
    for data in blocks(part.path, part.start, part.stop):
        for line in lines_of(data):
            number += 1
            raw = line.removeprefix(BOM) if number == 1 else line
            if not raw.isspace() and raw:
                place = Place(part.path, number)
                yield place, decoded(decoder, raw, place)


def decoded(decoder: "msgspec.json.Decoder[Line]", raw: bytes, place: Place) -> Line:
    """The prediction in a line. Raises ScoreError if it is none."""
    try:
        return decoder.decode(raw.removesuffix(b"\n"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ScoreError(f"{place}: no prediction stands here ({error}): {FORMS[decoder.type]}") from error
