"""What a corpus says of itself, in corpus.json."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from chithi.records.broken import CorpusError
from chithi.records.files import read_regular
from chithi.records.layout import METADATA
from chithi.records.pointers import Pointer

FILL_IN = "FILL IN"  # stands in what `chithi init` leaves to be written, at the start of values
Edges = dict[str, dict[str, list[str]]]  # layer -> language -> words that may not stand at a span's start or end


class Making(msgspec.Struct):
    """What made one pass: a model, a person or a program; its name, version and date where they are known."""

    made_by: str
    model: str | None
    version: str | None
    date: str | None


class Provenance(msgspec.Struct):
    """How texts, translations and labels came about, in sentences, and what made each pass, by the pass's name."""

    text: str
    translation: str
    labels: str
    passes: dict[str, Making]


class Metadata(msgspec.Struct):
    """The contents of corpus.json. The schema of that file describes each field."""

    name: str
    title: str
    description: str
    version: str
    licence: str
    authors: list[str]
    homepage: str | None
    citation: str | None
    tags: list[str]
    original_language: str | None
    provenance: Provenance
    topic_codes: dict[str, int]
    edges: Edges
    limits: str | None = None
    rai: dict[str, Any] = {}


def read_metadata(corpus: Path) -> Metadata | None:
    """Reads the corpus.json of a corpus; None if it has none.

    Raises OSError if the file cannot be read, CorpusError if it does not hold what Metadata has.
    """
    path = corpus / METADATA
    if not os.path.lexists(path):
        return None
    try:
        return msgspec.json.decode(read_regular(path), type=Metadata)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise CorpusError(path, None, str(error)) from error


def unfilled(metadata: Metadata) -> list[Pointer]:
    """Where values of corpus.json are still to be written."""

    def within(value: Any, at: Pointer) -> Iterator[Pointer]:
        if isinstance(value, str) and value.startswith(FILL_IN):
            yield at
        elif isinstance(value, (dict, list)):
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                yield from within(item, (*at, key))

    return list(within(msgspec.to_builtins(metadata), ()))


def placeholders(text: str) -> list[int]:
    """The numbers of the lines that are still to be filled in."""
    return [n for n, line in enumerate(text.splitlines(), 1) if re.search(rf"\b{FILL_IN}\b", line)]
