"""Ways to spoil the files of a corpus, or to change them a little."""

import json
import os
import random
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chithi.records.layout import REGISTRIES, shipped

from .bases import encoded
from .values import DEEP, LARGE, gentle_change, hostile, odd_key, places

TABLES = (*REGISTRIES, "statements", "passes", "exceptions", "corpus.json", "schema")
PIECES = [b"\x00", b"\xef\xbb\xbf", b"\r\n", b"\r", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\t", b"\x1b[31m"]
PIECES += [b"\x0b", b"\xe2\x80\xa8", b"\xc2\x85", b'"', b"{", b"}", b"]", b",", b"\\", b"\\ud800", b"NaN", b"1e999"]
NAMES = ["[x].jsonl", "a\nb.jsonl", "*.jsonl", "\udcff.jsonl", "::error::x.jsonl", "x.JSONL", "x.json", ".jsonl",
         " .jsonl", "\u202e.jsonl", "-.jsonl", "--help.jsonl", "%0A.jsonl", "x.jsonl~", "x\x1b[31m.jsonl"]  # fmt: skip
Rows = list[Any]


def spoil(corpus: Path, table: str, chance: random.Random) -> str:
    """Changes one file of a table. Returns what was done, and to which file."""
    path = file_of(corpus, table, chance)
    kinds = {gentle: 9, values: 5, keys: 3, in_lines: 3, in_bytes: 4, files: 3}
    if table in ("exceptions", "schema", "corpus.json"):
        kinds |= {gentle: 5}
    change = chance.choices(list(kinds), list(kinds.values()))[0]
    if not path.is_file() or path.is_symlink():
        change = files
    try:
        done = change(path, chance)
    except (ValueError, IndexError, RecursionError):  # an earlier change left nothing to change in this way
        done = in_bytes(path, chance)
    return f"{change.__name__} ({done}) of {os.fsencode(path.relative_to(corpus))!r}"


def file_of(corpus: Path, table: str, chance: random.Random) -> Path:
    """A file of a table; it need not exist."""
    if table == "schema":
        names = sorted(path.name for path in shipped("schema").glob("*.json"))
        path = corpus / "schema" / chance.choice(names)
        if not os.path.lexists(path) and chance.random() < 0.8:
            path.parent.mkdir(exist_ok=True)
            shutil.copy(shipped("schema") / path.name, path)
        return path
    if table == "exceptions":
        path = corpus / "exceptions.jsonl"
        if not os.path.lexists(path):
            path.write_bytes(encoded({"code": "C524", "record": "x.pl.01", "reason": "For a reason."}) + b"\n")
        return path
    folders = {"statements": "statements/*.jsonl", "passes": "annotators/*/*.jsonl"}
    there = sorted(corpus.glob(folders[table])) if table in folders else []
    named = {"corpus.json": corpus / "corpus.json", "passes": corpus / "annotators" / "x" / "x.pl.jsonl"}
    return chance.choice(there) if there else named.get(table, corpus / f"{table}.jsonl")


def read(path: Path) -> Rows:
    """The records of a file; of a file of one object, that object alone. Raises ValueError if it is not JSON."""
    data = path.read_bytes().decode()
    return [json.loads(data)] if path.suffix == ".json" else [json.loads(line) for line in data.split("\n") if line]


def write(path: Path, rows: Rows) -> None:
    """Writes records, with what json cannot write in place of its marks."""
    data = b"".join(encoded(row) + b"\n" for row in rows)
    for mark, value in {**DEEP, **LARGE}.items():
        data = data.replace(encoded(mark), value)
    path.write_bytes(data)


def gentle(path: Path, chance: random.Random) -> str:
    """A change after which the corpus may well be valid."""
    rows = read(path)
    if path.suffix == ".jsonl" and chance.random() < 0.25:
        done = chance.choice([drop_line, swap_lines, another_line])(rows, chance)
    else:
        done = gentle_change(chance.choice(rows), chance)
    write(path, rows)
    return done


def drop_line(rows: Rows, chance: random.Random) -> str:
    del rows[chance.randrange(len(rows))]
    return "a record dropped"


def swap_lines(rows: Rows, chance: random.Random) -> str:
    chance.shuffle(rows)
    return "records shuffled"


def another_line(rows: Rows, chance: random.Random) -> str:
    row = json.loads(json.dumps(chance.choice(rows)))
    if "id" in row:
        row["id"] = f"{row['id']}9" if row["id"][-1:].isdigit() else f"{row['id']}-9"
    rows.append(row)
    return "a record doubled under another id"


def values(path: Path, chance: random.Random) -> str:
    """A value is replaced by one that does not belong there."""
    rows = read(path)
    at = chance.choice(places(rows))
    value = hostile(chance)
    put(rows, at, value)
    write(path, rows)
    return f"{at} = {str(value)[:60]!r}"


def put(holder: Any, at: tuple[Any, ...], value: Any) -> None:
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = value


def keys(path: Path, chance: random.Random) -> str:
    """A key is dropped, renamed, doubled or moved."""
    rows = read(path)
    holders = [row for row in rows if isinstance(row, dict)]
    for at in places(rows):
        holder = rows
        for step in at:
            holder = holder[step]
        holders += [holder] if isinstance(holder, dict) and holder else []
    chosen = chance.choice(holders)
    key = chance.choice(list(chosen))
    match done := chance.choice(["dropped", "renamed", "doubled", "moved", "added"]):
        case "dropped":
            del chosen[key]
        case "renamed":
            chosen[odd_key(chance)] = chosen.pop(key)
        case "moved":
            chosen[key] = chosen.pop(key)
        case "added":
            chosen[odd_key(chance)] = hostile(chance)
        case "doubled":
            chosen["\x00twice"] = chosen[key]
    write(path, rows)
    if done == "doubled":
        path.write_bytes(path.read_bytes().replace(b'"\\u0000twice"', encoded(key)))
    return f"{key!r} {done}"


def in_lines(path: Path, chance: random.Random) -> str:
    """Lines are doubled, dropped, swapped, joined or left blank."""
    lines = path.read_bytes().splitlines(keepends=True)
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match done := chance.choice(["doubled", "dropped", "swapped", "joined", "blank", "split", "array", "no end"]):
        case "doubled":
            lines.insert(other, lines[at])
        case "dropped":
            del lines[at]
        case "swapped":
            lines[at], lines[other] = lines[other], lines[at]
        case "joined":
            lines[at] = lines[at].rstrip(b"\n")
        case "blank":
            lines.insert(at, chance.choice([b"\n", b" \t\n", b"\r\n", b"\xe3\x80\x80\n"]))
        case "split":
            lines[at] = lines[at].replace(b",", b",\n", chance.randint(1, 9))
        case "array":
            lines = [b"[", b",".join(lines), b"]\n"]
        case "no end":
            lines[-1] = lines[-1].rstrip(b"\n")
    path.write_bytes(b"".join(lines))
    return f"line {at + 1} {done}"


def in_bytes(path: Path, chance: random.Random) -> str:
    """Bytes are changed, inserted, deleted or cut off, or the whole file is written in another way."""
    data = bytearray(path.read_bytes() or b"\n")
    match done := chance.choice(["flip", "insert", "delete", "cut", "repeat", "crlf", "bom", "utf-16", "nfd"]):
        case "crlf":
            data = data.replace(b"\n", b"\r\n")
        case "bom":
            data[:0] = b"\xef\xbb\xbf"
        case "utf-16":
            data = bytearray(bytes(data).decode(errors="replace").encode("utf-16"))
        case "nfd":
            data = bytearray(unicodedata.normalize("NFD", bytes(data).decode(errors="replace")).encode())
        case _:
            for _ in range(chance.choice([1, 1, 1, 3, 10])):
                at = chance.randrange(len(data) or 1)
                few(data, done, at, chance)
    path.write_bytes(data)
    return done


def few(data: bytearray, how: str, at: int, chance: random.Random) -> None:
    """Changes a few bytes at a position."""
    match how:
        case "flip" if data:
            data[at] ^= 1 << chance.randrange(8)
        case "insert":
            data[at:at] = chance.choice(PIECES)
        case "delete":
            del data[at : at + chance.randint(1, 40)]
        case "repeat":
            data[at:at] = data[at : at + chance.randint(1, 2000)]
        case "cut":
            del data[at:]


def files(path: Path, chance: random.Random) -> str:
    """A file is removed, emptied, renamed, copied, or replaced by something that is no file."""
    done = chance.choice(list(FILES))
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        FILES[done](path, chance)
    except OSError as error:
        return f"{done} (failed: {error.strerror})"
    return done


def removed(path: Path) -> Path:
    """The path, with nothing at it."""
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    return path


def as_link(path: Path, chance: random.Random) -> None:
    """Moves the file out of the corpus, or removes it, and leaves a link to where it would be."""
    home = next(parent for parent in path.parents if parent.name == "home")
    target = home / f"moved-{chance.randrange(1000)}"
    path.rename(target) if chance.random() < 0.5 else removed(path)  # else the link leads nowhere
    path.symlink_to(target)


def renamed(path: Path, chance: random.Random) -> None:
    path.rename(path.parent / chance.choice(NAMES))


def copied(path: Path, chance: random.Random) -> None:
    folder = chance.choice([path.parent, path.parent, path.parent.parent, path.parent / "inner", path.parent / "[x]"])
    folder.mkdir(exist_ok=True)
    shutil.copy(path, folder / chance.choice(NAMES))


def whole_folder(path: Path, chance: random.Random) -> None:
    folder = path.parent if path.parent.name in ("statements", "schema") else path
    removed(folder)
    if chance.random() < 0.5:
        folder.write_bytes(b"x")


FILES: dict[str, Callable[[Path, random.Random], Any]] = {
    "removed": lambda path, chance: removed(path),
    "emptied": lambda path, chance: path.write_bytes(b""),
    "renamed": renamed,
    "copied": copied,
    "a folder": lambda path, chance: removed(path).mkdir(),
    "a link to itself": lambda path, chance: removed(path).symlink_to(path.name),
    "a link elsewhere": as_link,
    "a pipe": lambda path, chance: os.mkfifo(removed(path)),
    "a device": lambda path, chance: removed(path).symlink_to("/dev/zero"),
    "not readable": lambda path, chance: path.chmod(0),
    "its folder gone": whole_folder,
}
