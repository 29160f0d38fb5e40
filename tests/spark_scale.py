"""Holds the validation on Spark against the local one, on a large corpus with every kind of fault.

    python -m tests.spark_scale STATEMENTS [--each N] [--one-file] [--joined BYTES] [--faults N] [--memory SIZE]

The reports are those of the corpus that ships; with --each N there are as many as it takes for N statements each. There
is a file a report, or one file. `--joined` is that of `chithi.spark.validate`. Prints whether the findings are equal,
the time of both (the local run with two jobs, Spark with two cores), once cold and once warm, and the largest memory of
the driver, of all processes together, and of what Spark keeps between its steps.
"""

import argparse
import json
import os
import random
import resource
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from chithi.records.canonical import canonical
from chithi.validation.engine import validate
from chithi.validation.findings import Problem
from chithi.validation.reporters import level

from .benchmarks.scale import joined, scale, spread
from .fuzz.mutations import in_bytes, in_lines, keys, values

Rows = list[tuple[Any, ...]]


def mutate(corpus: Path, faults: int, seed: int = 1) -> None:
    """Spoils records of a corpus: as the fuzz does, and so that the rules across records find something."""
    chance = random.Random(seed)
    files = sorted((corpus / "statements").glob("*.jsonl"))
    splits = {r["id"]: r["split"] for r in map(json.loads, (corpus / "reports.jsonl").read_bytes().splitlines())}
    for n in range(faults):
        path, other = chance.choice(files), chance.choice(files)
        lines = path.read_bytes().splitlines(keepends=True)
        record = json.loads(chance.choice(lines))
        match n % 6:
            case 0:  # an id twice
                lines.append(chance.choice(lines))
            case 1:  # a text again, with other labels, in whatever split
                record |= {"report": other.stem, "id": f"{other.stem}.{900000 + n}", "requests": []}
                add(other, record)
            case 2:  # a near-duplicate in the other split
                away = [file for file in files if splits[file.stem] != splits[path.stem]]
                target = chance.choice(away)
                text = record["text"] + " 7"
                add(target, record | {"report": target.stem, "id": f"{target.stem}.{900000 + n}", "text": text})
            case 3:  # an office that is told late
                record["role"] = {"start": 0, "end": 3, "text": record["text"][:3], "offices": ["prime-minister"]}
                record["speaker"] = record["speaker"] or {"start": 0, "end": 2, "text": "..", "id": "to-lam"}
                lines.append(canonical(record | {"id": f"{path.stem}.{900000 + n}"}, "statements"))
            case 4:  # an unknown speaker, an unknown report
                record |= {"report": "x.pl", "directives": [{"start": 0, "end": 1, "text": "x", "id": "no-law"}]}
                lines.append(canonical(record, "statements"))
            case 5:
                chance.choice([in_lines, in_bytes, in_lines, values, keys])(few(path, chance), chance)
                continue
        if n % 6 not in (1, 2):
            path.write_bytes(b"".join(lines))
    mutate_reports(corpus / "reports.jsonl", faults // 6, chance)


def mutate_reports(path: Path, faults: int, chance: random.Random) -> None:
    """Spoils entries of reports.jsonl, so that each rule for reports finds something."""
    lines = path.read_bytes().splitlines(keepends=True)
    for n in range(faults):
        at = chance.randrange(len(lines))
        if not lines[at].startswith(b'{"id":"'):
            continue
        report = json.loads(lines[at])
        split = "train" if report["split"] == "test" else "test"
        match n % 6:
            case 0:  # an id twice, of which the first entry counts
                again = {"split": split, "publisher": "other.example", "note": f"Again, {n}."}
                lines.insert(at + chance.randrange(1, 9), canonical(report | again, "reports"))
            case 1:  # an event in both splits, and a report without statements
                lines.append(canonical(report | {"id": f"{report['id']}-{n % 8 + 2}", "split": split}, "reports"))
            case 2:
                lines[at] = canonical(report | {"publisher": "other.example"}, "reports")
            case 3:
                lines[at] = canonical(report | {"published": "2999-01-01"}, "reports")
            case 4:  # a line that is cut
                lines[at] = lines[at][: chance.randrange(40, len(lines[at]))].rstrip() + b"\n"
            case 5:  # a character that none sees
                lines[at] = canonical(report | {"event_title": report["event_title"] + "\u200b."}, "reports")
    path.write_bytes(b"".join(lines))


def add(path: Path, record: dict[str, Any]) -> None:
    with path.open("ab") as stream:
        stream.write(canonical(record, "statements"))


def few(path: Path, chance: random.Random) -> Path:
    """A new file of a few lines of another, so that a fault of a whole file does not hide thousands of records."""
    lines = path.read_bytes().splitlines(keepends=True)
    part = path.with_name(f"{path.stem}{chance.randrange(1000)}.jsonl")
    at = chance.randrange(len(lines))
    part.write_bytes(b"".join(line for line in lines[at : at + 4] if line.startswith(b"{")) or lines[0])
    try:
        [json.loads(line) for line in part.read_bytes().decode().split("\n") if line]
    except ValueError:
        part.write_bytes(b'{"id":"x.pl.01"}\n')
    return part


def local_rows(problems: list[Problem]) -> Rows:
    """The rows that Spark should give for the local run's problems."""
    return [(*msgspec.structs.astuple(each), level(each.code)) for each in problems]


class Memory:
    """The largest memory of the processes below this one, in MiB: Spark's and Python's, and what Spark keeps."""

    def __init__(self, spark: Any) -> None:
        self.most: Counter[str] = Counter()
        self.stored = spark.sparkContext._jsc.sc().getRDDStorageInfo
        self.stopped = threading.Event()
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self) -> None:
        while not self.stopped.wait(0.5):
            found = Counter(kept=sum(each.memSize() + each.diskSize() for each in self.stored()) >> 20)
            for name, pages, _ in below(os.getpid()):
                found["java" if "java" in name else "python"] += pages * 4096 >> 20
            self.most |= found


def processor() -> float:
    """Processor seconds of this process and all below it, with those of children that have ended."""
    return sum(seconds for _, _, seconds in below(os.getpid()))


def below(root: int) -> list[tuple[str, int, float]]:
    """The names, the sizes in pages and the processor seconds of a process and of all below it."""
    parents, facts = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
                parents[int(entry.name)] = int(rest.split()[1])
                shared = (entry / "statm").read_text().split()
                ticks = sum(map(int, rest.split()[11:15]))
                facts[int(entry.name)] = name, int(shared[1]) - int(shared[2]), ticks / os.sysconf("SC_CLK_TCK")
            except (OSError, ValueError, IndexError):
                continue
    members = {root}
    for _ in range(4):
        members |= {child for child, parent in parents.items() if parent in members}
    return [facts[member] for member in members if member in facts]


def timed(run: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds, processor seconds, and the result."""
    start, before = time.perf_counter(), processor()
    result = run()
    return time.perf_counter() - start, processor() - before, result


def written(corpus: Path, given: argparse.Namespace) -> list[Path]:
    """Writes a spoilt corpus. Returns the file with all statements, if there is to be one."""
    if given.each:
        spread(corpus, given.statements, given.each)
    else:
        scale(corpus, given.statements)
    mutate(corpus, given.faults, given.seed)
    if not given.one_file:
        return []
    whole = corpus.with_name("all.jsonl")
    joined(corpus, whole)
    shutil.rmtree(corpus / "statements")
    return [whole]


def local(corpus: Path, given: argparse.Namespace) -> tuple[list[Path], float, float, int, Rows]:
    """The files to check; seconds, processor seconds, records and findings of the local run."""
    paths = written(corpus, given)
    seconds, busy, result = timed(lambda: validate(corpus, paths, jobs=2))
    return paths, seconds, busy, result.records, local_rows(result.problems)


def compare(corpus: Path, given: argparse.Namespace) -> bool:
    from pyspark.sql import SparkSession

    import chithi.spark

    os.environ["PYSPARK_PYTHON"] = sys.executable
    with ProcessPoolExecutor(1, get_context("spawn")) as other:  # so that what it takes is not the driver's
        paths, seconds, busy, records, wanted = other.submit(local, corpus, given).result()
    print(f"local, two jobs: {seconds:.2f} s, {busy:.2f} s of processor; {records:,} records", flush=True)
    print(dict(sorted(Counter(row[3] for row in wanted).items())))
    build = SparkSession.builder.master("local[2,4]").config("spark.driver.memory", given.memory)
    for key in ("spark.driver.host", "spark.driver.bindAddress"):
        build = build.config(key, "127.0.0.1")
    spark = build.config("spark.ui.enabled", "false").getOrCreate()
    memory, same = Memory(spark), True
    options = {"joined": given.joined} if given.joined is not None else {}
    for state in ("cold", "warm"):
        where = (paths[0], corpus) if paths else (corpus, None)
        seconds, busy, frame = timed(lambda where=where: chithi.spark.validate(spark, *where, **options))  # type: ignore[misc]
        rows = [tuple(row) for row in frame.collect()]
        frame.unpersist()
        same &= rows == wanted
        told = f"{len(rows):,} findings, {'equal' if rows == wanted else 'DIFFERENT'}"
        print(f"Spark, {state}: {seconds:.2f} s, {busy:.2f} s of processor; {told}")
        driver = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(f"  driver {driver} MiB, {dict(memory.most)} MiB, load {os.getloadavg()[0]:.1f}", flush=True)
    for what, more, less in (("missing", wanted, rows), ("extra", rows, wanted)):
        for row, count in list((Counter(more) - Counter(less)).items())[:5]:
            print(what, count, repr(row)[:300])
    memory.stopped.set()
    spark.stop()
    return same


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("statements", type=int)
    arguments.add_argument("--each", type=int, default=0, metavar="N")
    arguments.add_argument("--one-file", action="store_true")
    arguments.add_argument("--joined", type=int, metavar="BYTES")
    arguments.add_argument("--faults", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--memory", default="4g")
    given = arguments.parse_args()
    with TemporaryDirectory() as folder:
        return 0 if compare(Path(folder, "corpus"), given) else 1


if __name__ == "__main__":
    sys.exit(main())
