"""Mutations of an export of Label Studio."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from . import mutated_json

IDS = {
    "actor": ["ada", "bob", "committee", "nobody"],
    "office": ["chair", "clerk", "secretary", "nothing"],
    "directive_id": ["plan-45", "plan-46", "plan-99"],
    "act": ["instruct", "request", "suggest", "order"],
    "topic": ["energy", "health", "weather"],
    "layer": ["speaker", "role", "directive", "addressee", "request", "person"],
}
Task = dict[str, Any]
KEYS = {"labels": "labels", "choices": "choices", "textarea": "text"}


def edit(folder: Path, change: Callable[[list[Task]], None]) -> None:
    """Changes the tasks."""
    path = folder / "tasks.json"
    tasks = json.loads(path.read_bytes())
    change(tasks)
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1), "utf-8")


def annotated(tasks: list[Task], rng: Random) -> list[Any]:
    """The result of a task that has one."""
    found: list[Any] = rng.choice([x for task in tasks if (x := task["annotations"][0]["result"])])
    return found


def a_part(tasks: list[Task], rng: Random, *kinds: str) -> tuple[list[Any], Any]:
    """A part of a region of some types, after the result that it is in."""
    parts = [(task["annotations"][0]["result"], part) for task in tasks for part in task["annotations"][0]["result"]]
    return rng.choice([(result, part) for result, part in parts if part["type"] in kinds])


def change_a_value(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        _, part = a_part(tasks, rng, "labels", "choices")
        values = part["value"][part["type"]]
        at = rng.randrange(len(values))
        values[at] = rng.choice([x for x in IDS[part["from_name"]] if x not in values])

    edit(folder, change)


def change_english_words(folder: Path, rng: Random) -> None:
    edit(folder, lambda tasks: a_part(tasks, rng, "textarea")[1]["value"].update(text=["other words"]))


def add_a_value(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        _, part = a_part(tasks, rng, "labels", "choices", "textarea")
        values = part["value"][KEYS[part["type"]]]
        values.append(rng.choice([*IDS.get(part["from_name"], ["more words"]), values[0]]))

    edit(folder, change)


def lose_a_value(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        _, part = a_part(tasks, rng, "labels", "choices", "textarea")
        values = part["value"][KEYS[part["type"]]]
        values.pop(rng.randrange(len(values)))

    edit(folder, change)


def lose_a_part(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        result, part = a_part(tasks, rng, "labels", "choices", "textarea", "relation")
        result.remove(part)

    edit(folder, change)


def delete_a_region(folder: Path, rng: Random) -> None:
    """As Label Studio does it: with its relations."""

    def change(tasks: list[Task]) -> None:
        result, part = a_part(tasks, rng, "labels")
        name = part["id"]
        result[:] = [x for x in result if name not in (x.get("id"), x.get("from_id"), x.get("to_id"))]

    edit(folder, change)


def move_a_region(folder: Path, rng: Random) -> None:
    """With its text, as if somebody had marked it there; or without."""

    def change(tasks: list[Task]) -> None:
        task = rng.choice([task for task in tasks if task["annotations"][0]["result"]])
        part = rng.choice([x for x in task["annotations"][0]["result"] if x["type"] == "labels"])
        start, end = (part["value"][key] + rng.choice((-4, -1, 1, 3)) for key in ("start", "end"))
        for other in task["annotations"][0]["result"]:
            if other.get("id") == part["id"]:
                other["value"].update(start=start, end=end)
        if rng.random() < 0.7:
            part["value"]["text"] = task["data"]["text"][max(0, start) : end]

    edit(folder, change)


def rename_a_part(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        _, part = a_part(tasks, rng, "labels", "choices", "textarea")
        part[rng.choice(["id", "from_name", "to_name", "type"])] = "other"

    edit(folder, change)


def lead_elsewhere(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        result, part = a_part(tasks, rng, "relation")
        key = rng.choice(["from_id", "to_id"])
        others = [x["id"] for x in result if x["type"] == "labels" and x["id"] not in (part["from_id"], part["to_id"])]
        part[key] = rng.choice([*others, "nothing"])

    edit(folder, change)


def add_a_region(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        task = rng.choice(tasks)
        start = rng.randrange(len(task["data"]["text"]) - 4)
        value = {"start": start, "end": start + 4, "text": task["data"]["text"][start : start + 4]}
        value["labels"] = [rng.choice(IDS["layer"])]
        part = {"id": "new", "from_name": "layer", "to_name": "text", "type": "labels", "value": value}
        task["annotations"][0]["result"].append(part)

    edit(folder, change)


def add_a_note(folder: Path, rng: Random) -> None:
    edit(folder, lambda tasks: a_part(tasks, rng, "labels")[1].update(meta={"text": ["who is this?"]}))


def change_the_data(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        data = rng.choice(tasks)["data"]
        key = rng.choice(list(data))
        new = {"paragraph": 77, "translation": "Other words."}.get(key, f"{data[key]}x")
        data[key] = new

    edit(folder, change)


def lose_a_task(folder: Path, rng: Random) -> None:
    edit(folder, lambda tasks: tasks.pop(rng.randrange(len(tasks))) and None)


def double_a_task(folder: Path, rng: Random) -> None:
    edit(folder, lambda tasks: tasks.append(rng.choice(tasks)))


def annotate_twice(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        task = rng.choice(tasks)
        task["annotations"].append({"result": rng.choice([[], task["annotations"][0]["result"]])})

    edit(folder, change)


def cancel_or_lose_an_annotation(folder: Path, rng: Random) -> None:
    edit(
        folder,
        lambda tasks: rng.choice(tasks).update(annotations=rng.choice([[], [{"was_cancelled": True, "result": []}]])),
    )


def leave_a_draft(folder: Path, rng: Random) -> None:
    edit(folder, lambda tasks: rng.choice(tasks).update(drafts=[{"result": []}]))


def swap_results(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        one, two = rng.sample([task for task in tasks if task["annotations"][0]["result"]], 2)
        one["annotations"], two["annotations"] = two["annotations"], one["annotations"]
        if one["annotations"] == two["annotations"]:
            tasks.remove(one)

    edit(folder, change)


def reorder(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        rng.shuffle(tasks)
        for task in tasks:
            rng.shuffle(task["annotations"][0]["result"])
            for part in task["annotations"][0]["result"]:
                if part.get("from_name") in ("office", "actor"):
                    rng.shuffle(part["value"]["choices"])

    edit(folder, change)


def rename_regions(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        for part in annotated(tasks, rng):
            part.update({key: f"{part[key]}-x" for key in ("id", "from_id", "to_id") if key in part})

    edit(folder, change)


def add_what_the_tool_adds(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        for n, task in enumerate(tasks):
            task |= {"id": n, "drafts": [], "predictions": [], "meta": {}, "inner_id": n, "total_annotations": 1}
            task["annotations"][0] |= {"id": n, "completed_by": 1, "was_cancelled": False, "lead_time": 1.5}
            for part in task["annotations"][0]["result"]:
                part["origin"] = "manual"

    edit(folder, change)


def add_what_is_passed_over(folder: Path, rng: Random) -> None:
    def change(tasks: list[Task]) -> None:
        task = rng.choice(tasks)
        task["predictions"] = [{"result": annotated(tasks, rng), "score": 0.5}]
        task["annotations"].insert(0, {"was_cancelled": True, "result": annotated(tasks, rng)})

    edit(folder, change)


def count_units(folder: Path, rng: Random) -> None:
    """Offsets in UTF-16 units, as before 2021."""

    def change(tasks: list[Task]) -> None:
        for task in tasks:
            text = task["data"]["text"]
            for part in task["annotations"][0]["result"]:
                for key in ("start", "end") if "value" in part else ():
                    part["value"][key] = len(text[: part["value"][key]].encode("utf-16-le")) // 2

    edit(folder, change)


CHANGES = [
    *(change_a_value, change_english_words, add_a_value, lose_a_value, lose_a_part, delete_a_region, move_a_region),
    *(rename_a_part, lead_elsewhere, add_a_region, add_a_note, change_the_data, lose_a_task, double_a_task),
    *(annotate_twice, cancel_or_lose_an_annotation, leave_a_draft, swap_results),
]
SAME = [reorder, rename_regions, add_what_the_tool_adds, add_what_is_passed_over, count_units]
DAMAGES = mutated_json.DAMAGES
