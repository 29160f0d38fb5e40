"""Makes a corpus of any size out of the one that ships: `python -m tests.benchmarks.scale DIR STATEMENTS [--bad N]`.

Reports are copied under new events, in their splits; each copy of a text ends with the number of the copy, so that no two are the
same. Ids and references stay valid. With --bad N every N-th record is spoilt, in turn by a wrong offset, an unknown speaker and an
extra key.
"""

import argparse
import json
import re
import shutil
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from chithi.schemas import canonical
from chithi.tables import shipped


def copied(record: dict[str, Any], copy: int) -> dict[str, Any]:
    """A report or a statement of one copy of the corpus."""
    event, _, rest = record["id"].partition(".")
    changed = {"id": f"{event}-copy-{copy}.{rest}"}
    if "event" in record:
        return record | changed | {"event": f"{event}-copy-{copy}"}
    report, _, language = record["report"].partition(".")
    return record | changed | {"report": f"{report}-copy-{copy}.{language}", "text": f"{record['text']} ({copy})"}


def spoilt(record: dict[str, Any], turn: int) -> dict[str, Any]:
    """A record with one of three mistakes."""
    if turn % 3 == 0 and record["speaker"]:
        record["speaker"]["start"] += 1
    elif turn % 3 == 1 and record["speaker"]:
        record["speaker"]["id"] += "-x"
    else:
        record["extra"] = turn
    return record


def scale(folder: Path, statements: int, bad: int = 0) -> None:
    """Writes the corpus; `statements` is rounded up to whole reports."""
    corpus = shipped("corpus")
    shutil.copytree(
        corpus, folder, ignore=shutil.ignore_patterns("statements", "annotators", "reports.jsonl", "exceptions.jsonl", "*.md", "LICENSE")
    )
    (folder / "statements").mkdir()
    reports = [json.loads(line) for line in (corpus / "reports.jsonl").read_bytes().splitlines()]
    texts = {r["id"]: (corpus / "statements" / f"{r['id']}.jsonl").read_bytes().splitlines() for r in reports}
    used = b"".join(line for lines in texts.values() for line in lines)
    for name in ("speakers", "offices", "directives"):
        entries = (corpus / f"{name}.jsonl").read_bytes().splitlines(keepends=True)
        (folder / f"{name}.jsonl").write_bytes(b"".join(e for e in entries if b'"%s"' % orjson.loads(e)["id"].encode() in used))
    written, lines = 0, []
    for copy in count(1):
        for report in reports:
            new = copied(report, copy)
            lines.append(canonical(new, "reports"))
            records = []
            for line in texts[report["id"]]:
                record = copied(orjson.loads(line), copy)
                written += 1
                records.append(canonical(spoilt(record, written // bad) if bad and written % bad == 0 else record, "statements"))
            (folder / "statements" / f"{new['id']}.jsonl").write_bytes(b"".join(records))
        if written >= statements:
            break
    exceptions = (corpus / "exceptions.jsonl").read_text(encoding="utf-8") if (corpus / "exceptions.jsonl").exists() else ""
    (folder / "exceptions.jsonl").write_text(re.sub(r'("record":"[^."]+)', r"\1-copy-1", exceptions), encoding="utf-8")
    (folder / "reports.jsonl").write_bytes(b"".join(lines))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("statements", type=int)
    arguments.add_argument("--bad", type=int, default=0, metavar="N")
    given = arguments.parse_args()
    scale(given.folder, given.statements, given.bad)
