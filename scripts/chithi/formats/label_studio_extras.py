"""What people write in tasks of Label Studio beside the regions: comments, notes, further data. No record holds it."""

from collections.abc import Iterator
from typing import Any

from chithi.formats.json_source import JsonSource
from chithi.records.pointers import Pointer
from chithi.text.display import counted, shown

DATA = {"id", "text", "report", "language", "paragraph", "translation"}  # of a task, as an export of ours has them


def extras(file: JsonSource) -> Iterator[str]:
    """Notes on what people may have written in tasks, and no record holds: how often, and the first place."""
    found: dict[str, list[Pointer]] = {}
    for at, task in enumerate(file.value) if isinstance(file.value, list) else [(None, file.value)]:
        for what, pointer in extras_of(task, () if at is None else (at,)):
            found.setdefault(what, []).append(pointer)
    for what, pointers in found.items():
        spot, times = file.spot(pointers[0]), counted(len(pointers), "time")
        yield f"{spot.path}:{spot.line}:{spot.column}: passed over: {what}, {times} [{spot.pointer}]"


def extras_of(task: Any, at: Pointer) -> Iterator[tuple[str, Pointer]]:
    """What a task has besides, and where: comments, further data, and notes on regions under other keys than text."""
    if not isinstance(task, dict):
        return
    holder, inner = (task["task"], (*at, "task")) if isinstance(task.get("task"), dict) else (task, at)
    given = [(key, n, each) for key in ("annotations", "completions") for n, each in enumerate(listed(task.get(key)))]
    holders = {at: task, inner: holder} | {(*at, key, n): each for key, n, each in given if isinstance(each, dict)}
    for pointer, fields in holders.items():
        for key in ("comments", "notes", "meta"):
            if fields.get(key):
                yield key, (*pointer, key)
        for n, part in enumerate(listed(fields.get("result"))):
            meta = part.get("meta") if isinstance(part, dict) else None
            for key, value in meta.items() if isinstance(meta, dict) else ():
                if value and key != "text":
                    yield f"meta {shown(key)} of a region", (*pointer, "result", n, "meta", key)
    if holder.get("comment_count") and not any(fields.get("comments") for fields in holders.values()):
        yield "comments, which this export does not hold", (*inner, "comment_count")
    for key, value in data.items() if isinstance(data := holder.get("data"), dict) else ():
        if key not in DATA and value not in (None, "", [], {}):
            yield f"data {shown(key)}", (*inner, "data", key)


def listed(value: Any) -> list[Any]:
    """The value if it is a list; else an empty one."""
    return value if isinstance(value, list) else []
