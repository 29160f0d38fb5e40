"""Damage to JSON files, whatever they hold."""

import json
from pathlib import Path
from random import Random
from typing import Any

JUNK: list[Any] = [None, True, 7, -1, 10**20, 0.5, "", "x", "\u0000", [], {}, [[]], [None], {"id": {}}, "actors:ada"]


def files(folder: Path) -> list[Path]:
    """The files of an export's own content."""
    return sorted([*folder.glob("tasks.json"), *folder.glob("documents/*.json")])


def places(value: Any) -> list[tuple[Any, Any]]:
    """All places of a value, as (container, key)."""
    found: list[tuple[Any, Any]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found.append((value, key))
        found += places(item)
    return found


def change(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")


def put_junk(folder: Path, rng: Random) -> None:
    path = rng.choice(files(folder))
    value = json.loads(path.read_bytes())
    for _ in range(rng.randrange(1, 4)):
        container, key = rng.choice(places(value))
        container[key] = rng.choice(JUNK)
    change(path, value)


def lose_a_value(folder: Path, rng: Random) -> None:
    path = rng.choice(files(folder))
    value = json.loads(path.read_bytes())
    container, key = rng.choice(places(value))
    del container[key]
    change(path, value)


def swap_values(folder: Path, rng: Random) -> None:
    path = rng.choice(files(folder))
    value = json.loads(path.read_bytes())
    (one, first), (two, second) = rng.sample(places(value), 2)
    moved = json.loads(json.dumps([one[first], two[second]]))
    two[second] = moved[0]
    if first in one if isinstance(one, dict) else first < len(one):
        one[first] = moved[1]
    change(path, value)


def flip_bytes(folder: Path, rng: Random) -> None:
    path = rng.choice(files(folder))
    data = bytearray(path.read_bytes())
    for _ in range(rng.randrange(1, 6)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    path.write_bytes(data)


def cut_a_file(folder: Path, rng: Random) -> None:
    path = rng.choice(files(folder))
    data = path.read_bytes()
    path.write_bytes(data[: rng.randrange(len(data) - 2)])


DAMAGES = [put_junk, lose_a_value, swap_values, flip_bytes, cut_a_file]
