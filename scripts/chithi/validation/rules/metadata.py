"""Level corpus, on corpus.json and on a corpus's own schemas."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from chithi.records.layout import annotator_files, primary
from chithi.records.metadata import Metadata
from chithi.records.own_schemas import SchemaError, read_schemas
from chithi.records.records import Registries
from chithi.records.schemas import enum_of
from chithi.text.display import shown
from chithi.validation.diagnosis import not_json
from chithi.validation.findings import Finding
from chithi.validation.rule import folder_rule, metadata_file_rule, metadata_rule
from chithi.validation.rules.schema import near

LARGEST = 1 << 18  # bytes of corpus.json, so that no file takes more than a second


@metadata_file_rule("C551", "malformed-metadata")
def no_json(data: bytes) -> Iterator[Finding]:
    """The file corpus.json is not JSON, gives a key twice, or is larger than 256 KiB.

    Bad: {"name":"chithi","name":"other"}
    Good: {"name":"chithi",...}
    """
    if len(data) > LARGEST:
        message = f"the file is larger than {LARGEST:,} bytes"
        yield Finding((), message, "keep what the corpus says of itself short, and the rest in other files", column=1)
        return
    try:
        found = json.loads(data.decode(), object_pairs_hook=without_repetition)
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        yield Finding((), "the file is not in UTF-8", "save it as UTF-8", column=error.start + 1)
    except UnicodeEncodeError:
        yield Finding((), "an escape stands for half a character (\\ud800 to \\udfff)", "write the whole character")
    except json.JSONDecodeError as error:
        yield not_json(data.decode()) or Finding((), f"not JSON: {error.msg}", "mend the file", column=error.pos + 1)
    except ValueError:  # Python reads no integer of more than 4,300 digits
        yield Finding((), "a number is too long to be read", "write a shorter one")
    except (KeyError, RecursionError) as error:
        yield Finding((), f"an object gives a key twice, or is nested too deeply: {error}", "mend the file")


def without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object with these keys and values. Raises KeyError for a key that stands there twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise KeyError(key)
        found[key] = value
    return found


@metadata_rule("C552", "topics-and-codes-differ")
def topics_and_codes(metadata: Metadata, registries: Registries, corpus: Path) -> Iterator[Finding]:
    """A topic has no code, or a code belongs to no topic.

    The topics are those of the statement schema, that of the corpus or the one that ships. A corpus whose topics are in
    no code list gives no codes at all.

    Bad: "topic_codes":{"health":3} beside the topics health and education
    Good: "topic_codes":{"health":3,"education":6}
    """
    topics = enum_of("statements", "requests", "topic", schemas=registries.schemas)
    for topic in topics if metadata.topic_codes else ():
        if topic not in metadata.topic_codes:
            yield Finding(("topic_codes",), f"the topic {shown(topic)} has no code", "add its number")
    for topic in metadata.topic_codes:
        if topic not in topics:
            message = f"the schema has no topic {shown(topic)}{near(topic, topics)}"
            yield Finding(("topic_codes", topic), message, "correct it, or remove it")


@folder_rule("C553", "unusable-schema")
def unusable_schema(corpus: Path) -> Iterator[tuple[Path, Finding]]:
    """A schema that the corpus brings cannot be used.

    It may have its own enums, patterns, lengths and descriptions, but has the fields and types of the one that ships.

    Bad: schema/office.schema.json without the field "level"
    Good: the shipped schema with another list of levels
    """
    try:
        read_schemas(corpus)
    except SchemaError as error:
        yield error.path, Finding((), error.reason, "start from a copy of the shipped schema of that name")


@metadata_rule("C554", "edges-of-unknown-language")
def edges_of_unknown_language(metadata: Metadata, registries: Registries, corpus: Path) -> Iterator[Finding]:
    """Words are given for a language in which there is no report.

    Bad: "edges":{"request":{"jp":["こと"]}}
    Good: "edges":{"request":{"ja":["こと"]}}
    """
    tags = {report.language for report in registries.reports.values()}
    known = tags | {primary(tag) for tag in tags}
    for layer, languages in metadata.edges.items() if not registries.doubtful.get("reports") else ():
        for language in languages:
            if language not in known:
                hint = "correct the tag, or remove the words"
                yield Finding(("edges", layer, language), f"no report is in the language {shown(language)}", hint)


@metadata_rule("C555", "passes-and-provenance-differ")
def passes_and_provenance(metadata: Metadata, registries: Registries, corpus: Path) -> Iterator[Finding]:
    """A pass is not described, or one that is described does not exist.

    Bad: "passes":{"a":{...}} beside annotators/a and annotators/b
    Good: one entry for each folder among the annotators
    """
    there, described = {path.parent.name for path in annotator_files(corpus)}, metadata.provenance.passes
    pointer = ("provenance", "passes")
    yield from differing(there - described.keys(), pointer, "is not described", "say what made it")
    yield from differing(described.keys() - there, pointer, "does not exist", "remove its description")


def differing(names: Iterable[str], pointer: tuple[str, ...], what: str, hint: str) -> Iterator[Finding]:
    """One finding for each pass, in order."""
    return (Finding(pointer, f"the pass {shown(name)} {what}", hint) for name in sorted(names))
