"""Makes a corpus of any size out of the one that ships.

    python -m tests.benchmarks.scale DIR STATEMENTS [--each N] [--bad N]

The statements of every report are copied as often as needed. With --each N, the reports are copied instead, so that
each has N statements. Every copy of a text ends with a number, so no two texts are equal; ids and references stay
valid. With --bad N, every N-th record is spoilt: in turn by a wrong offset, an unknown speaker and an extra key.
"""

import argparse
import re
import shutil
from collections.abc import Iterable, Iterator
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

import orjson

from chithi.records.canonical import canonical
from chithi.records.layout import METADATA, shipped, statement_files


def copied(line: bytes, copy: int) -> dict[str, Any]:
    """The statement of a line, with the id and the text that it has in copy number `copy`."""
    record: dict[str, Any] = orjson.loads(line)
    report, _, number = record["id"].rpartition(".")
    return record | {"id": f"{report}.{100 * copy + int(number):06}", "text": f"{record['text']} ({copy})"}


def spoilt(record: dict[str, Any], turn: int) -> dict[str, Any]:
    """Spoils a record by one of three mistakes, in place."""
    if turn % 3 == 0 and record["speaker"]:
        record["speaker"]["start"] += 1
    elif turn % 3 == 1 and record["speaker"]:
        record["speaker"]["id"] += "-x"
    else:
        record["extra"] = turn
    return record


def begin(folder: Path) -> dict[str, list[bytes]]:
    """Copies the corpus without what refers to statements. Returns the lines of statements by file name.

    Statements with a tolerated problem are left out.
    """
    corpus = shipped("corpus")
    left = ("statements", "annotators", "anchors", "exceptions.jsonl", "*.md", "LICENSE")
    shutil.copytree(corpus, folder, ignore=shutil.ignore_patterns(*left))
    (folder / "statements").mkdir()
    metadata = orjson.loads((corpus / METADATA).read_bytes())
    metadata["provenance"]["passes"] = {}
    (folder / METADATA).write_bytes(orjson.dumps(metadata))
    exceptions = map(orjson.loads, (corpus / "exceptions.jsonl").read_bytes().splitlines())
    tolerated = {exception["record"] for exception in exceptions}
    found = {path.name: untroubled(path, tolerated) for path in statement_files(corpus)}
    return {name: lines for name, lines in found.items() if lines}


def untroubled(path: Path, tolerated: set[str]) -> list[bytes]:
    """The lines of a file without those of tolerated records."""
    lines = path.read_bytes().splitlines()
    return [line for line in lines if orjson.loads(line)["id"] not in tolerated]


def scale(folder: Path, statements: int, bad: int = 0) -> None:
    """Writes a corpus without the folder `annotators`. `statements` is rounded up to whole copies."""
    texts, written = begin(folder), 0
    for copy in count(1):
        for name, lines in texts.items():
            with (folder / "statements" / name).open("ab") as stream:
                for line in lines:
                    written += 1
                    record = copied(line, copy)
                    if bad and written % bad == 0:
                        record = spoilt(record, written // bad)
                    stream.write(canonical(record, "statements"))
        if written >= statements:
            break
    leave_out_unused(folder)


def spread(folder: Path, statements: int, each: int) -> None:
    """Writes a corpus of reports with `each` statements and an event each, without the folder `annotators`."""
    lines_of = begin(folder)
    rows = map(orjson.loads, (folder / "reports.jsonl").read_bytes().splitlines())
    registry = {report["id"]: report for report in rows}
    texts = [(registry[Path(name).stem], cycle(map(orjson.loads, lines))) for name, lines in lines_of.items()]
    with (folder / "reports.jsonl").open("wb") as reports:
        for copy, (report, lines) in zip(range(statements // each), cycle(texts), strict=False):
            event = f"{report['event']}-{copy}"
            name = f"{event}.{report['language']}"
            reports.write(canonical(report | {"id": name, "event": event}, "reports"))
            records = [
                line | {"id": f"{name}.{n:02}", "report": name, "text": f"{line['text']} ({copy}.{n})"}
                for n, line in enumerate(islice(lines, each), 1)
            ]
            written = b"".join(canonical(record, "statements") for record in without_late_offices(records))
            (folder / "statements" / f"{name}.jsonl").write_bytes(written)
    leave_out_unused(folder)


def without_late_offices(records: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The statements of a report without the roles that tell an office which the speaker's first statement lacks."""
    told: dict[str, set[str]] = {}
    for record in records:
        offices = set(record["role"]["offices"] if record["role"] else ())
        late = record["speaker"] and offices - told.setdefault(record["speaker"]["id"], offices)
        yield record | {"role": None} if late else record


def leave_out_unused(folder: Path) -> None:
    """Takes the entries that no statement refers to out of the registries, and reports without statements."""
    there = {path.stem for path in statement_files(folder)}
    reports = (folder / "reports.jsonl").read_bytes().splitlines(keepends=True)
    kept = (line for line in reports if orjson.loads(line)["id"] in there)
    (folder / "reports.jsonl").write_bytes(b"".join(kept))
    used = set(re.findall(rb'"[a-z0-9-]+"', b"".join(path.read_bytes() for path in statement_files(folder))))
    for name in ("actors", "offices", "directives"):
        path = folder / f"{name}.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(line for line in lines if orjson.dumps(orjson.loads(line)["id"]) in used))


def joined(folder: Path, path: Path) -> None:
    """Writes all statements of a corpus into one file."""
    with path.open("wb") as stream:
        for part in statement_files(folder):
            stream.write(part.read_bytes())


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("statements", type=int)
    arguments.add_argument("--each", type=int, default=0, metavar="N")
    arguments.add_argument("--bad", type=int, default=0, metavar="N")
    given = arguments.parse_args()
    if given.each:
        spread(given.folder, given.statements, given.each)
    else:
        scale(given.folder, given.statements, given.bad)
