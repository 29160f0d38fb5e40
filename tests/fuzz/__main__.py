"""Spoils corpora for some time, runs all commands on them, and reports faults, each with what gives it again."""

import argparse
import json
import math
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from .bases import FIXTURES, tolerate, write_base
from .checks import check
from .mutations import TABLES, spoil
from .running import Case, as_program

LONGEST = 100  # seconds that a case may take
MEMORY = 4 << 30  # bytes of addresses that the process of a case may have


@dataclass(slots=True)
class Report:
    """What has been found so far."""

    cases: Counter[str] = field(default_factory=Counter)  # by table and outcome
    runs: Counter[str] = field(default_factory=Counter)  # by table, command and exit code
    faults: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The tables of cases and of runs."""
        lines = [f"{'table':<12}{'corpora':>9}{'accepted':>10}{'refused':>9}{'unread':>8}{'faults':>8}"]
        for table in TABLES:
            counts = [self.cases[f"{table} {what}"] for what in ("corpora", "0", "1", "2", "faults")]
            lines.append(f"{table:<12}" + "".join(f"{n:>{w}}" for n, w in zip(counts, (9, 10, 9, 8, 8), strict=True)))
        lines += ["", f"{'command':<14}{'runs':>7}{'exit 0':>9}{'exit 1':>9}{'exit 2':>9}{'faults':>8}"]
        for command in sorted({key.rpartition(" ")[0] for key in self.runs}):
            counts = [self.runs[f"{command} {what}"] for what in ("0", "1", "2", "faults")]
            numbers = [sum(counts[:3]), *counts]
            cells = "".join(f"{n:>{w}}" for n, w in zip(numbers, (7, 9, 9, 9, 8), strict=True))
            lines.append(f"{command:<14}{cells}")
        return "\n".join(lines)


def one_case(folder: Path, seed: str, release: Path) -> None:
    """Makes a corpus, spoils it, checks all commands on it, and writes down what was found."""
    chance = random.Random(seed)
    folder.mkdir(parents=True)
    corpus = folder / "home" / chance.choice(["corpus", "corpus", "corpus", "c [x]*?", "annotators", "korpus-ấ"])
    corpus.parent.mkdir()
    base = write_base(corpus, chance)
    case = Case(folder, corpus, chance, chance.choice(TABLES))
    done = [spoil(corpus, case.table, chance) for _ in range(chance.choice([1, 1, 1, 2]))]
    if chance.random() < 0.6:
        try:
            tolerate(corpus)
        except Exception:  # the command meets the same
            done.append("(not tolerated)")
    result = {"table": case.table, "base": base, "done": done}
    (folder / "case.json").write_text(json.dumps(result, indent=1))
    status = check(case, release)
    result |= {"status": status, "faults": case.faults, "runs": case.runs}
    (folder / "case.json").write_text(json.dumps(result, indent=1))


def in_fork(folder: Path, seed: str, release: Path) -> str:
    """Runs a case in a process of its own. Returns how that process failed, if it did."""
    sys.stdout.flush()
    if not (child := os.fork()):
        status = 1
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        try:
            one_case(folder, seed, release)
            status = 0
        except BaseException:
            (folder / "error.txt").write_text(traceback.format_exc())
        finally:
            os._exit(status)
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            error = folder / "error.txt"
            how = error.read_text()[-1500:] if error.exists() else f"the process ended with {status}"
            return how if status else ""
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return f"no end in {LONGEST} s"


def add(report: Report, folder: Path, seed: str, failed: str) -> None:
    """Adds the result of a case to the report. Keeps its folder if there is a fault."""
    path = folder / "case.json"
    result = json.loads(path.read_text()) if path.exists() else {"table": "?", "base": "?", "done": []}
    faults = result.get("faults", [])
    if failed:
        commands = (folder / "commands.txt").read_text().split("\n") if (folder / "commands.txt").exists() else ["", ""]
        faults.append([commands[-2].split()[0] if commands[-2] else "fuzz", f"{commands[-2]}: {failed}"])
    table = result["table"]
    report.cases[f"{table} corpora"] += 1
    report.cases[f"{table} {result.get('status')}"] += 1
    report.runs.update(result.get("runs", {}))
    for command, fault in faults:
        report.cases[f"{table} faults"] += 1
        report.runs[f"{command} faults"] += 1
        made = f"{result['base']}: {'; '.join(result['done'])}"
        text = f"FAULT {command}: {fault}\n    {made}\n    {folder} (--case {seed})"
        report.faults.append(text)
        print(text.encode(errors="backslashreplace").decode(), flush=True)
    if not faults:
        shutil.rmtree(folder, ignore_errors=True)


def prepare(folder: Path) -> Path:
    """Loads what commands need, so that it is loaded once, and builds the release that others are compared with."""
    import datasets  # noqa: F401

    from chithi.text.tokens import tokenizer
    from chithi.validation.engine import validate

    tokenizer()
    validate(FIXTURES / "good")
    release = folder / "release"
    done, trace = as_program(["publish", "--corpus", str(FIXTURES / "councils"), "--out", str(release)], folder)
    assert done.status == 0, (done, trace)
    return release


def fuzz(seconds: float, seed: int, cases: list[str] | None = None, most: int | None = None) -> Report:
    """Spoils corpora for some seconds, or those of some seeds."""
    report = Report()
    folder = Path(tempfile.mkdtemp(prefix="chithi-fuzz-"))
    release = prepare(folder)
    end, n = time.monotonic() + seconds, 0
    while cases or (cases is None and time.monotonic() < end and (most is None or n < most)):
        name = cases.pop() if cases else f"{seed}-{n}"
        n += 1
        add(report, folder / name, name, in_fork(folder / name, name, release))
    if not report.faults:
        shutil.rmtree(folder, ignore_errors=True)
    return report


def main() -> int:
    """Runs the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=30)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--cases", type=int, metavar="N", help="so many cases, however long they take")
    parser.add_argument("--case", action="append", metavar="NAME", help="one case again, as a fault names it")
    given = parser.parse_args()
    print(f"fuzz: seed {given.seed}", flush=True)
    report = fuzz(math.inf if given.cases else given.seconds, given.seed, given.case, given.cases)
    print(f"\n{report.text()}\n\n{len(report.faults)} faults, seed {given.seed}")
    return bool(report.faults)


if __name__ == "__main__":
    sys.exit(main())
