"""What of a record survives the way into another tool and back: the table of CONTRIBUTING, made by going there.

For each format and field a corpus goes out, and comes back to one in which that field has another value. So what comes
back tells where the field comes from. `python -m tests.survival` writes the table into it.
"""

import contextlib
import io
import json
import tempfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from chithi.records.canonical import canonical
from chithi.views.figures import rendered

from . import beyond
from .imports import FORMATS, ONE, back, imported, lone

CONTRIBUTING = Path(__file__).parents[1] / "CONTRIBUTING.md"
BLOCK = "survival"
EXPORT, CORPUS, EITHER, SAME = "tool", "corpus", "tool, else corpus", "the same"
Record = dict[str, Any]
Change = Callable[[Record], object]


def request(record: Record) -> Record:
    first: Record = record["requests"][0]
    return first


FIELDS: dict[str, tuple[Change, Change]] = {
    # The field -> (a change to another value, a change to none).
    "`id`": (lambda r: r.update(id=f"{ONE}.02"), lambda r: None),
    "`report`": (lambda r: r.update(report="day.pl"), lambda r: None),
    "`paragraph`": (lambda r: r.update(paragraph=9), lambda r: r.update(paragraph=None)),
    "`text`": (lambda r: r.update(text=f"{r['text']}."), lambda r: None),
    "`translation`": (lambda r: r.update(translation="Other words."), lambda r: r.update(translation=None)),
    "`speaker`: the span": (
        lambda r: r["speaker"].update(start=57, end=64, text="komitet"),
        lambda r: r.update(speaker=None),
    ),
    "`speaker`: `id`": (lambda r: r["speaker"].update(id="bob"), lambda r: None),
    "`role`: the span": (lambda r: r["role"].update(end=16, text="sekretarz"), lambda r: r.update(role=None)),
    "`role`: `offices`": (lambda r: r["role"].update(offices=["clerk"]), lambda r: None),
    "`role`: the order of `offices`": (lambda r: r["role"]["offices"].reverse(), lambda r: None),
    "`directives`: the span": (
        lambda r: r["directives"][0].update(end=43, text="4"),
        lambda r: r.update(directives=[]),
    ),
    "`directives`: `id`": (lambda r: r["directives"][0].update(id="plan-46"), lambda r: None),
    "`requests`: the span": (lambda r: request(r).update(end=44, text="plan 45"), lambda r: r["requests"].pop(0)),
    "`requests`: `act`": (lambda r: request(r).update(act="suggest"), lambda r: None),
    "`requests`: `topic`": (lambda r: request(r).update(topic="energy"), lambda r: None),
    "`requests`: `addressee`": (
        lambda r: request(r)["addressee"].update(start=57, end=64, text="komitet"),
        lambda r: request(r).update(addressee=None),
    ),
    "`requests`: `addressee`: `actors`": (lambda r: request(r)["addressee"].update(actors=["bob"]), lambda r: None),
    "`requests`: `addressee`: the order of `actors`": (
        lambda r: request(r)["addressee"]["actors"].reverse(),
        lambda r: None,
    ),
    "`requests`: `english`": (
        lambda r: request(r).update(english="the plan"),
        lambda r: request(r).update(english=None),
    ),
}


def changed(change: Change) -> Record:
    record = deepcopy(beyond.records()[f"{ONE}.01"])
    change(record)
    return record


def write(folder: Path, record: Record) -> Path:
    """A corpus whose only statement is this record."""
    beyond.write(folder)
    for path in (folder / "statements").iterdir():
        path.unlink()
    (folder / "statements" / f"{ONE}.jsonl").write_bytes(canonical(record, "statements"))
    return folder


def gone_out(source: str, record: Record, folder: Path) -> Path:
    """An export of a record."""
    folder.mkdir()
    with contextlib.redirect_stdout(io.StringIO()):
        return lone(source, folder / "export", write(folder / "corpus", record))


def come_back(source: str, export: Path, into: Record, folder: Path) -> Record | None:
    """What comes back of an export where the corpus has this record by then; None if it is told."""
    folder.mkdir()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = back(source, export, folder / "records", write(folder / "corpus", into))
    return None if code else next(iter(imported(folder / "records").values()))


def origin(source: str, field: str, export: Path, folder: Path) -> str:
    """Where a field comes from. `export` is that of the record as it is."""
    record, other, none = changed(lambda r: None), *map(changed, FIELDS[field])
    folder.mkdir()
    came = come_back(source, export, other, folder / "other")
    if came is None or came == other:
        return SAME if came is None else CORPUS
    assert came == record, json.dumps([came, record])
    if none == record:
        return EXPORT
    without = come_back(source, gone_out(source, none, folder / "without"), record, folder / "none")
    assert without in (record, none)
    return EXPORT if without == none else EITHER


def table() -> str:
    """The table, in Markdown."""
    lines = [f"| field | {' | '.join(f'`{name}`' for name in FORMATS)} |", "| --- |" + " --- |" * len(FORMATS)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        exports = {source: gone_out(source, changed(lambda r: None), folder / source) for source in FORMATS}
        for n, field in enumerate(FIELDS):
            origins = [origin(source, field, made, folder / f"{source}-{n}") for source, made in exports.items()]
            lines.append(f"| {field} | {' | '.join(origins)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    CONTRIBUTING.write_bytes(rendered(CONTRIBUTING.read_bytes(), {BLOCK: table()}))
