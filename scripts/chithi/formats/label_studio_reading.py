"""Reads Label Studio's JSON export back: tasks with annotations, or completions as versions before 1.0 called them.

JSON-MIN has neither relations nor the ids of statements, and is refused.
"""

import re
from typing import Any

from msgspec import UNSET

from chithi.formats.json_source import JsonSource, source
from chithi.formats.label_studio_extras import extras
from chithi.formats.label_studio_regions import AGAIN, Regions
from chithi.formats.reading import BROKEN, INCOMPLETE, TWICE, UNKEPT, UNREADABLE, Reading, Sheet
from chithi.formats.strays import is_companion, tell_unread
from chithi.records.pointers import Pointer
from chithi.text.display import shown

NOT_TASKS = ("config.xml", "info.json", "notes.json")  # of an export of ours or Label Studio's
STORED = re.compile(r"(?:.*/)?\d+")  # Label Studio names what it writes into a target storage by an id, without ending


def read_tasks(reading: Reading) -> None:
    """Reads all tasks of an export."""
    names = [name for name in reading.export.names if not is_companion(name)]
    beside = [name for name in names if name.rpartition("/")[2] in NOT_TASKS]
    rest = [name for name in names if name not in beside]
    given = [name for name in rest if name.lower().endswith(".json") or STORED.fullmatch(name)]
    if not given and len(reading.export.names) == 1:  # a file of another name is read, too
        given = reading.export.names
    hint = "give it the ending .json if it is an export as JSON, or move it away"
    tell_unread(reading, [name for name in rest if name not in given], hint)
    tell_unread(reading, [name for name in beside if name not in given], hint, quietly=True)
    for name in given:
        if (file := source(reading, name)) is None:
            continue
        tasks = list(enumerate(file.value)) if isinstance(file.value, list) else []
        for at, task in [((n,), task) for n, task in tasks] if tasks or file.value == [] else [((), file.value)]:
            read_task(reading, file, at, task)
        reading.notes += extras(file)


def read_task(reading: Reading, file: JsonSource, at: Pointer, task: Any) -> None:
    """Reads a task, or an annotation with its task, as Label Studio writes into a target storage."""
    fields = task if isinstance(task, dict) else {}
    stored = "result" in fields and isinstance(fields.get("task"), dict)
    holder, inner = (fields["task"], ("task",)) if stored else (fields, ())
    if not isinstance(data := holder.get("data"), dict):
        minimal = "annotation_id" in fields or "layer" in fields
        message = "this is JSON-MIN, which lacks relations and ids" if minimal else "this is no task"
        reading.tell(file.spot(at), BROKEN, message, "export as JSON, the first format that Label Studio offers")
        return
    sheet = sheet_of(reading, file, (*at, *inner, "data"), data)
    if sheet is None:
        return
    reading.sheets.append(sheet)
    given = [(at, task)] if stored else annotations(reading, file, at, fields, sheet.id)
    told = Choice(reading, file, at, sheet.id)
    if given is not None and (chosen := told.chosen(given, fields)) is not None:
        where, result = (*chosen[0], "result"), chosen[1].get("result")
        if isinstance(result, list):
            sheet.marks = Regions(reading, file, sheet).marks(where, result)
        else:
            reading.tell(file.spot(where), UNREADABLE, "the annotation has no result", AGAIN, record=sheet.id)


def sheet_of(reading: Reading, file: JsonSource, at: Pointer, data: dict[str, Any]) -> Sheet | None:
    """What a task's data say; None, and a problem, if they are not of a statement."""
    name, text = data.get("id"), data.get("text")
    if not isinstance(name, str) or not isinstance(text, str):
        hint = "import the tasks into Label Studio as `chithi export` writes them"
        reading.tell(file.spot(at), BROKEN, "the task has no id or no text", hint)
        return None
    sheet = Sheet(name, text, file.spot((*at, "id")), reorders=True)
    for key, kind in (("report", str), ("language", str), ("paragraph", int), ("translation", str)):
        value = data.get(key, UNSET)
        if value is UNSET or type(value) is kind or (value is None and key in ("paragraph", "translation")):
            setattr(sheet, key, value)
        else:
            message = f"the task's {key} is of another type"
            reading.tell(file.spot((*at, key)), UNREADABLE, message, "import the tasks anew", shown(value), record=name)
    if sheet.translation == "":  # an export writes a null so
        sheet.translation = None
    return sheet


def annotations(
    reading: Reading, file: JsonSource, at: Pointer, task: dict[str, Any], record: str
) -> list[tuple[Pointer, dict[str, Any]]] | None:
    """The annotations of a task with their pointers; None, and a problem, if there is no list of them."""
    key = "annotations" if "annotations" in task or "completions" not in task else "completions"
    given = task.get(key)
    if isinstance(given, list) and all(isinstance(each, dict) for each in given):
        return [((*at, key, n), each) for n, each in enumerate(given)]
    reading.tell(file.spot((*at, key)), UNREADABLE, "the task has no list of annotations", AGAIN, record=record)
    return None


class Choice:
    """Which annotation of a task is read."""

    def __init__(self, reading: Reading, file: JsonSource, at: Pointer, record: str) -> None:
        self.reading, self.file, self.at, self.record = reading, file, at, record

    def note(self, what: str) -> None:
        """Notes what is passed over."""
        self.reading.notes.append(f"{self.file.path}: {shown(self.record)}: {what}")

    def tell(self, key: str, code: str, message: str, hint: str) -> None:
        """Adds a problem at a key of the task."""
        self.reading.tell(self.file.spot((*self.at, key)), code, message, hint, record=self.record)

    def chosen(
        self, given: list[tuple[Pointer, dict[str, Any]]], task: dict[str, Any]
    ) -> tuple[Pointer, dict[str, Any]] | None:
        """The annotation that counts, with its pointer. Several are a problem, unless one is the ground truth."""
        if task.get("drafts"):
            self.tell(
                "drafts", UNKEPT, "the task has a draft", "submit or discard it in Label Studio, and export again"
            )
        if task.get("predictions"):
            self.note("predictions were passed over")
        valid = [each for each in given if not (each[1].get("was_cancelled") or each[1].get("skipped"))]
        if len(valid) < len(given):
            self.note("a cancelled annotation was passed over")
        truths = [each for each in valid if each[1].get("ground_truth") is True]
        if len(valid) > 1 and len(truths) == 1:
            self.note("only the annotation that is the ground truth was read")
            valid = truths
        if not valid:
            hint = "submit one in Label Studio, an empty one if there is nothing to annotate"
            self.tell("annotations", INCOMPLETE, "the task has no annotation that was submitted", hint)
        elif len(valid) > 1:
            hint = "delete all but one, or mark one as the ground truth"
            self.tell("annotations", TWICE, f"the task has {len(valid)} annotations", hint)
        return valid[0] if len(valid) == 1 else None
