"""How long commands take with one line of 1 MiB, in seconds of processor time without the start.

    python -m tests.bounds [PART OF A SHAPE'S NAME]

Each shape of a line is put into a small corpus, all commands run on it, and the table has the slowest one for each
shape. Nothing should take more than 2 s.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chithi.records.layout import REGISTRIES

from .fuzz.bases import FIXTURES, add_passes
from .small import Record

SIZE = (1 << 20) - 3000  # bytes
READ = """
import chithi
try:
    chithi.Corpus.read("corpus")
except chithi.CorpusError:
    pass
"""
LONGEST = 30  # seconds after which a command is stopped
STATEMENTS = "statements/utopia-congress-2025.pl.jsonl"
TABLES = {"statement": STATEMENTS} | {f"{name[:-1]}": f"{name}.jsonl" for name in REGISTRIES}
VALIDATE = [["validate", "--format", name] for name in ("text", "json", "github", "sarif")]
READING = [
    ["stats"],
    ["stats", "--leaks"],
    ["stats", "--format", "json"],
    ["export", "--to", "conll"],
    ["browse", "--out", "page.html"],
]
AGREEMENT = [["agreement", "--list"], ["agreement", "--by-language", "--format", "json"]]
DIFF = [["diff", "release", "out"], ["diff", "out", "release", "--format", "json"]]
COMMANDS = [*VALIDATE, ["validate", "--jobs", "2"], ["format", "--check"], *READING, ["publish", "--out", "out"]]

RAW = """[] {} 0, "", '' “” ( ) [ { [[], [0], {"a": {"id":"x"} {"id":"x"},
{"a":0,"a":0}, [{}] [{},] {,} null True NaN, 1.5,
1e9 -0 9 a é ế 😀 \\" \\ \\n " ' // # /* , : ,, :: ;""".split()
RAW += [" ", "\t", "\r", "\0", "\u2028", "\ufeff", "\u0301", "e\u0301", "[] ", "{} ", ' "', ' "a": 0,', "x:0,", "/**/"]
TEXTS = [
    "a",
    "a ",
    "ą",
    "😀",
    "\u0301",
    "e\u0301",
    " ",
    "1",
    "1/",
    "1-",
    "45-CT/TW ",
    "-",
    ".",
    "a.",
    '"',
    "\\",
    "<b>",
    "\u202e",
]
TEXTS += [
    "\u200b",
    "٣",
    "Ａ",
    "一",
    "aA",
    "\u1100",
    "Ada Example ",
    "::error::",
    "%",
    "|",
    "&amp;",
    "http://x.y/",
    "\n",
    "\ud800",
]
ITEMS: list[Any] = [0, None, "", "x", [], {}, {"text": "a"}, {"start": 0, "end": 1, "text": "S"}, 1.5, {"a": 0}]


def filled(part: str) -> str:
    """A part as often as it goes into a line."""
    return part * (SIZE // len(part.encode(errors="surrogatepass")))


def raw_shapes() -> Iterator[tuple[str, str, bytes]]:
    """Lines that are hardly records: name, file, line."""
    for part in RAW:
        for before in ("", '{"text":"', '{"x":[', "["):
            yield f"raw {before}{part!r}", STATEMENTS, (before + filled(part)).encode(errors="surrogatepass")
    yield "raw invalid UTF-8", STATEMENTS, b"\xff" * SIZE
    for count in (1, 100, 10_000):
        yield f"raw {count} deep", STATEMENTS, (b'{"a":[' * count + b"0" + b"]}" * count) * (SIZE // count // 9)


def record_shapes() -> Iterator[tuple[str, str, bytes]]:
    """Records with one long value, many keys, or many items, for each table."""
    for table, path in TABLES.items():
        record = first(path)
        for key in record:
            for part in TEXTS if key in ("id", "text", "note", "number", "url", "name_en", "title_en") else TEXTS[:6]:
                yield f"{table} {key} text {part!r}", path, line(record | {key: filled(part)})
            for item in ITEMS:
                many = [item] * (SIZE // (len(json.dumps(item)) + 1))
                yield f"{table} {key} items {item!r}", path, line(record | {key: many})
        keys = {f"k{n}": 0 for n in range(SIZE // 12)}
        yield f"{table} unknown keys", path, line(record | keys)
        yield f"{table} no known key", path, line(keys)
        yield f"{table} long unknown key", path, line(record | {filled("k"): 0})


def span_shapes() -> Iterator[tuple[str, str, bytes]]:
    """Statements with many spans, ids or requests."""
    record = first(STATEMENTS, 1)
    ids = [f"x-{n}" for n in range(SIZE // 12)]
    asked, cited = record["requests"][0], record["directives"][0]
    for name, part in {
        "many offices": {"role": record["role"] | {"offices": ids}},
        "one office again": {"role": record["role"] | {"offices": ["national-assembly-chair"] * 35_000}},
        "many actors": {"requests": [asked | {"addressee": asked["addressee"] | {"actors": ids}}]},
        "many requests": {"requests": [asked] * (SIZE // len(line(asked)))},
        "many citations": {"directives": [cited] * (SIZE // len(line(cited)))},
        "citations without offsets": {"directives": [{"text": "nr", "id": "d"}] * (SIZE // 24)},
        "absent spans": {"requests": [{"text": "absent"}] * (SIZE // 20)},
        "long spans": {"directives": [{"text": f"{n}" + "a" * 2000, "id": "d"} for n in range(500)]},
        "200 requests without offsets": {"requests": [{"text": "a" * 5000}] * 200},
    }.items():
        yield f"spans {name}", STATEMENTS, line(record | part)
    yield "spans all at their limits", STATEMENTS, line(longest())


def longest() -> Record:
    """A statement with 200 requests, whose addressee and English are as long as they can be."""
    record = first(STATEMENTS, 1) | {"id": "utopia-congress-2025.pl.09", "speaker": None, "role": None}
    words = [
        a + b + c for a in "bdfgł" for b in "aeoóy" for c in ("nąć", "lęk", "mur", "kot", "sza", "ryś", "woź", "ćma")
    ]
    asks = "Komitet " + " ".join(words[n] for n in range(130)) + " prosi o "
    text = asks + ", ".join(f"{words[n % 200]}{n}" for n in range(100, 229)) + "."
    english = " ".join(f"{word}{n}" for n, word in enumerate("the committee asks for plans and more work".split() * 40))
    parts = english.split(" ")
    addressee = {"start": 0, "end": len(asks) - 9, "text": asks[: len(asks) - 9], "actors": []}
    requests, at = [], len(asks)
    for n, part in enumerate(text[at:-1].split(", ")):
        span = {"start": at, "end": at + len(part), "text": part, "act": "request", "topic": "health"}
        requests.append(span | {"addressee": addressee, "english": " ".join(parts[n : n + 150])})
        at += len(part) + 2
    return record | {"text": text, "translation": english + ".", "directives": [], "requests": requests}


def first(path: str, number: int = 0) -> Record:
    """A record of the fixture."""
    found: Record = json.loads((FIXTURES / "good" / path).read_text(encoding="utf-8").split("\n")[number])
    return found


def line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


def release_shapes(release: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Releases whose Parquet files hold a long value: a name, and what writes it into `out`."""
    for path in sorted(release.rglob("*.parquet")):
        table = pq.read_table(path)
        for name in table.column_names:
            kind = table.schema.field(name).type
            values = {"text": filled("a "), "marks": filled("\u0301")} if pa.types.is_string(kind) else {}
            if pa.types.is_list(kind):
                item = table[name].combine_chunks().flatten().to_pylist()[:1] or [None]
                values = {"items": item * 50_000}
            for what, value in values.items() if table.num_rows else ():
                rest = table[name].to_pylist()[1:]
                column = pa.array([value, *rest], kind)
                changed = table.set_column(table.column_names.index(name), table.schema.field(name), column)
                place = path.relative_to(release)
                yield f"Parquet {place.parent} {name} {what}", lambda t=changed, p=place: write(release, p, t)


def write(release: Path, place: Path, table: pa.Table) -> None:
    shutil.copytree(release, "out")
    pq.write_table(table, Path("out") / place)


def seconds(arguments: list[str]) -> tuple[float, str]:
    """The processor time of a command, and its exit code; 3 if it ended with a traceback or was stopped."""
    program = ["-c", READ] if arguments[0] == "read" else ["-m", "chithi", *arguments]
    with Path("err").open("wb") as err, Path(os.devnull).open("wb") as out:
        started = subprocess.Popen([sys.executable, *program], stdout=out, stderr=err)
        resource.prlimit(started.pid, resource.RLIMIT_CPU, (LONGEST, LONGEST))
        _, ended, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(ended)
    fine = started.returncode in (0, 1, 2) and b"Traceback" not in Path("err").read_bytes()
    return used.ru_utime + used.ru_stime, str(started.returncode if fine else 3)


@cache
def start(command: str) -> float:
    """The processor time that a command takes on the corpus as it was. That of `publish` is without the build."""
    asked = "validate --corpus corpus" if command.startswith("publish") else command
    return seconds(asked.replace("corpus corpus", "corpus base").replace("out", "release").split(" "))[0]


def measured(name: str, commands: list[list[str]], rows: list[tuple[float, str, str, str]]) -> None:
    """Runs commands, and notes the slowest of them. What they take without the line is no part of the time."""
    found = []
    for command in commands:
        used, ended = seconds(command)
        found.append((used - start(" ".join(command)), ended, " ".join(command)))
    used, ended, command = max(found)
    ends = "".join(sorted({end for _, end, _ in found}))
    rows.append((used, name, command, ends))
    if used > 1 or "3" in ends or "-" in ends:
        sys.stdout.write(f"{used:6.2f} s  {name}: {command}  (exit {ended}; all {ends})\n")
        sys.stdout.flush()


def shapes() -> Iterator[tuple[str, str, bytes]]:
    yield from raw_shapes()
    yield from record_shapes()
    yield from span_shapes()


def run(wanted: str) -> list[tuple[float, str, str, str]]:
    """The slowest command for each shape, in a temporary folder."""
    rows: list[tuple[float, str, str, str]] = []
    base, corpus = Path("base"), Path("corpus")
    shutil.copytree(FIXTURES / "good", base)
    add_passes(base)
    seconds(["publish", "--corpus", "base", "--out", "release"])
    for name, path, content in shapes():
        if wanted not in name:
            continue
        shutil.copytree(base, corpus)
        with (corpus / path).open("ab") as stream:
            stream.write(content + b"\n")
        measured(name, [[*c, "--corpus", "corpus"] for c in COMMANDS] + [["read"]], rows)
        for copy in (corpus / "annotators").glob(f"*/{Path(path).name}"):
            shutil.copy(corpus / path, copy)
        measured(f"{name}, in passes", [[*c, "--corpus", "corpus"] for c in AGREEMENT], rows)
        if Path("out").exists():
            measured(f"{name}, released", DIFF, rows)
            shutil.rmtree("out")
        measured(f"{name}, formatted", [["format", "--corpus", "corpus"]], rows)
        shutil.rmtree(corpus)
    for name, prepare in release_shapes(Path("release")):
        if wanted in name:
            prepare()
            measured(name, DIFF, rows)
            shutil.rmtree("out")
    return rows


if __name__ == "__main__":
    begin = time.monotonic()
    os.chdir(tempfile.mkdtemp(prefix="chithi-bounds-"))
    found = run(" ".join(sys.argv[1:]))
    for used, name, command, _ in sorted(found, reverse=True)[:40]:
        sys.stdout.write(f"{used:6.2f} s  {name}: {command}\n")
    sys.stdout.write(f"{len(found)} shapes, {time.monotonic() - begin:.0f} s\n")
