"""What a corpus holds and what a build holds, counted without the program."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Ids = dict[tuple[str, str], Counter[str]]  # by config and split
REGISTRIES = ("reports", "actors", "offices", "directives")


def rows(path: Path) -> list[Any]:
    """The records of a file."""
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def expected(corpus: Path) -> Ids:
    """The ids of the rows that follow from the files of a corpus."""
    found: Ids = {}
    for table in REGISTRIES:
        found[table, "registry"] = Counter(row["id"] for row in rows(corpus / f"{table}.jsonl"))
    split = {report["id"]: report["split"] for report in rows(corpus / "reports.jsonl")}
    for path in (corpus / "statements").glob("*.jsonl"):
        for row in rows(path):
            at = split[row["report"]]
            found.setdefault(("statements", at), Counter())[row["id"]] += 1
            found.setdefault(("tokens", at), Counter())[row["id"]] += 1
            for n in range(len(row["requests"])):
                found.setdefault(("requests", at), Counter())[f"{row['id']}.{n + 1}"] += 1
    for path in (corpus / "annotators").glob("*/*.jsonl"):
        for row in rows(path):
            at = split[row["report"]]
            found.setdefault(("passes", at), Counter())[f"{path.parent.name}/{row['id']}"] += 1
    return {key: ids for key, ids in found.items() if ids}


def published(build: Path) -> Ids:
    """The ids of the rows in a build."""
    found: Ids = {}
    for path in build.glob("*/*.parquet"):
        config, split = path.parent.name, path.name.partition("-")[0]
        columns = ["annotator", "id"] if config == "passes" else ["id"]
        table = pq.ParquetFile(path).read(columns).select(columns)
        ids = map("/".join, zip(*(column.to_pylist() for column in table.columns), strict=True))
        found.setdefault((config, split), Counter()).update(ids)
    return found


def unplaced(value: Any) -> Any:
    """A value without offsets, with its lists and keys in one order; pairs of an object are kept if a key is double."""
    if isinstance(value, Pairs):
        held = [(key, unplaced(inner)) for key, inner in value if key not in ("start", "end")]
        return ["object", sorted(held, key=repr)]
    return ["list", sorted(map(unplaced, value), key=repr)] if isinstance(value, list) else value


class Pairs(list[tuple[str, Any]]):
    """The pairs of an object."""


def values(data: bytes) -> Counter[str] | None:
    """The records of a file as strings; numbers as they are written. None if it holds anything but JSON."""
    import unicodedata

    decoder = json.JSONDecoder(object_pairs_hook=Pairs, parse_float=str, parse_int=str, strict=False)
    try:
        text = data.decode().replace("\ufeff", "")
        found: list[Any] = []
        at = 0
        while text[at:].strip(BETWEEN):
            at += len(text[at:]) - len(text[at:].lstrip(BETWEEN))
            value, at = decoder.raw_decode(text, at)
            found += value if isinstance(value, list) and not isinstance(value, Pairs) else [value]
    except (ValueError, RecursionError):
        return None
    return Counter(unicodedata.normalize("NFC", repr(unplaced(value))) for value in found)


BETWEEN = " \t\r\n\x1e,"
