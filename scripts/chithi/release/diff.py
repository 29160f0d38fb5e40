"""Differences between two releases: records added and removed, and fields changed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path
from typing import Any

from chithi.records.pointers import Pointer, json_pointer
from chithi.release.stored import BOUNDS, Bounds, StoredError, parquet_files, rows
from chithi.rows.config import Config
from chithi.rows.configs import CONFIGS
from chithi.text.display import brief, json_text, shown, visible

Record = dict[str, Any]

COMPARED = tuple(config for config in CONFIGS if not config.derived)
MOST_PAIRS = 10_000  # of the items of two lists
ABSENT = object()  # the value of a field that a release does not have


class DiffError(Exception):
    """Two releases cannot be compared; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a record whose value changed. `old` or `new` is ABSENT if that release does not have the field."""

    pointer: Pointer
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Diff:
    """The differences of one config.

    `added` and `removed` are keys of records: ids, and in passes the annotator, a slash and the id. `changed` is
    key -> fields. All are in the order of the releases.
    """

    config: str
    added: list[str]
    removed: list[str]
    changed: dict[str, list[Change]]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def compare(old: Path, new: Path, names: tuple[str, str] | None = None) -> list[Diff]:
    """The differences between two release folders, one Diff a config, also for configs without differences.

    Statements are compared without the columns of the registries, but with their splits. So a change of a speaker's
    entry is one change of the speaker. `names` are the names of the two in messages, by default the folders. Raises
    DiffError if a folder holds no release.
    """
    first, second = names or (str(old), str(new))
    return [
        difference(config.name, read(old, config, name=first), read(new, config, name=second)) for config in COMPARED
    ]


def read(folder: Path, config: Config, bounds: Bounds = BOUNDS, name: str | None = None) -> dict[str, Record]:
    """The records of a config as key -> record, from its Parquet files; none if the release lacks the config.

    `name` is the release's name in messages. Raises DiffError if the release lacks the default config, if a file holds
    no records, or if a key stands twice.
    """
    name = name or str(folder)
    paths = parquet_files(folder / config.name)
    if not paths and config.default:
        raise DiffError(f"{name} holds no release: {config.name}/*.parquet is missing")
    found: dict[str, Record] = {}
    for path in paths:
        try:
            for row in rows(path, bounds):
                key, record = keyed({"split": split_of(path), **row}, config)
                if key in found:
                    raise StoredError(f"has {shown(key)}, which stands there or in another file already")
                found[key] = record
        except StoredError as error:
            raise DiffError(brief(f"{config.name}/{path.name} of {name} {error}")) from error
    return found


def keyed(row: Record, config: Config) -> tuple[str, Record]:
    """The key of a row, and the record in it. Raises StoredError if the row is not one of the config."""
    key = key_of(row, config)
    try:
        return key, config.record(row)
    except (AttributeError, IndexError, LookupError, TypeError, ValueError) as error:
        raise StoredError(f"has a row that is no record of {config.name}: {shown(row[config.key[-1]])}") from error


def key_of(row: Record, config: Config) -> str:
    """The key of a row. Raises StoredError if it has none."""
    for column in config.key:
        if column not in row:
            raise StoredError(f"cannot be read as records of a release: it lacks the column {column}")
        if not isinstance(row.get(column), str):
            raise StoredError(f"has a row whose {column} is {shown(row.get(column))}, not a text")
    return "/".join(row[column] for column in config.key)


def split_of(path: Path) -> str:
    """The split in the name of a Parquet file: train for train-00000-of-00002.parquet."""
    return path.name.partition("-")[0]


def difference(config: str, old: dict[str, Record], new: dict[str, Record]) -> Diff:
    """The differences between the records of one config."""
    changed = {name: found for name in new if name in old and (found := list(changes(old[name], new[name])))}
    return Diff(config, [name for name in new if name not in old], [name for name in old if name not in new], changed)


def changes(old: Any, new: Any, pointer: Pointer = ()) -> Iterator[Change]:
    """The fields in which two values differ. List items are paired by text, so a new item does not shift the others.

    The index in a pointer is that of the new release; for a removed item, that of the old one.

    >>> for change in changes({"act": "ask", "tags": ["a", "b"]}, {"act": "ask", "tags": ["x", "a", "b"]}):
    ...     print(json_pointer(change.pointer), change.new)
    /tags/0 x
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for key in new | old:
            yield from changes(old.get(key, ABSENT), new.get(key, ABSENT), (*pointer, key))
    elif isinstance(old, list) and isinstance(new, list):
        for i, j in paired(old, new):
            yield from changes(ABSENT if i < 0 else old[i], ABSENT if j < 0 else new[j], (*pointer, i if j < 0 else j))
    elif old is ABSENT or new is ABSENT or old != new:
        yield Change(pointer, old, new)


def paired(old: list[Any], new: list[Any]) -> Iterator[tuple[int, int]]:
    """The indices (old, new) of items that correspond, -1 for an item without a counterpart.

    In long lists, items correspond by their place, because a search for the best pairs would take too long.
    """
    if len(old) * len(new) > MOST_PAIRS:
        yield from zip_longest(range(len(old)), range(len(new)), fillvalue=-1)
        return
    matcher = SequenceMatcher(None, list(map(identity, old)), list(map(identity, new)), autojunk=False)
    for _, i, i_end, j, j_end in matcher.get_opcodes():
        yield from zip_longest(range(i, i_end), range(j, j_end), fillvalue=-1)


def identity(item: Any) -> Any:
    """What makes two items of a list the same one: the text of a span, the id of an entry, else all of the item."""
    found = item.get("text", item.get("id")) if isinstance(item, dict) else item
    return repr(found) if isinstance(found, dict | list) else found


def summary(diffs: list[Diff]) -> str:
    """One line for each config that differs, or the sentence that none does."""
    return "\n".join(headline(diff) for diff in diffs if diff) or "no record differs"


def headline(diff: Diff) -> str:
    """The counts of one config, such as: statements: 3 added, 2 changed (/requests/*/act 2, /split 1)."""
    counts = {"added": len(diff.added), "removed": len(diff.removed), "changed": len(diff.changed)}
    pointers = (change.pointer for changes in diff.changed.values() for change in changes)
    fields = Counter(json_pointer(tuple("*" if isinstance(part, int) else part for part in p)) for p in pointers)
    commonest_first = sorted(fields.items(), key=lambda item: (-item[1], item[0]))
    totals = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    where = ", ".join(f"{visible(field)} {count:,}" for field, count in commonest_first)
    return f"{diff.config}: {totals}" + (f" ({where})" if where else "")


def text(diffs: list[Diff]) -> Iterator[str]:
    """The differences as lines for people.

    Each value has a line of its own, so that right-to-left text cannot reorder anything else.
    """
    for diff in filter(None, diffs):
        yield headline(diff)
        yield from (f"  removed {visible(name)}" for name in diff.removed)
        yield from (f"  added {visible(name)}" for name in diff.added)
        for name, found in diff.changed.items():
            yield f"  changed {visible(name)}"
            for change in found:
                yield f"    {visible(json_pointer(change.pointer))}"
                yield from (f"      {label}: {shown(value)}" for label, value in sides(change).items())
    if not any(diffs):
        yield summary(diffs)


def as_json(diffs: list[Diff]) -> Iterator[str]:
    """One object: config -> `added` and `removed` (keys) and `changed` (key -> list of `pointer`, `old`, `new`).

    `old` or `new` is left out where that release does not have the field.
    """
    rows = {
        diff.config: {
            "added": diff.added,
            "removed": diff.removed,
            "changed": {id_: list(map(as_object, changes)) for id_, changes in diff.changed.items()},
        }
        for diff in diffs
    }
    yield json_text(rows)


def as_object(change: Change) -> dict[str, Any]:
    """A change as a JSON object with the keys `pointer`, `old` and `new`."""
    return {"pointer": json_pointer(change.pointer), **sides(change)}


def sides(change: Change) -> dict[str, Any]:
    """The values that are not ABSENT, by `old` and `new`."""
    return {label: value for label, value in (("old", change.old), ("new", change.new)) if value is not ABSENT}


WRITERS = {"text": text, "json": as_json}
