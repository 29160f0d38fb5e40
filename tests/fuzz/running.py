"""Running commands on a corpus, in this process or as a program, and what must hold for any of them."""

import io
import json
import os
import re
import resource
import shlex
import signal
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from chithi import streams
from chithi.cli import main

SECONDS = 10  # of processor time that a command may take
WAIT = 120  # seconds that a program may take
AS_PROGRAM = 0.04  # the share of commands that are run as a program


class TooLong(BaseException):  # no Exception, so that no command can catch it
    """A command has used too much processor time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command gave."""

    status: int
    out: str
    err: str


@dataclass(slots=True)
class Case:
    """One spoilt corpus, the commands that were run on it, and the faults that were found."""

    folder: Path
    corpus: Path
    chance: Random
    table: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)
    runs: Counter[str] = field(default_factory=Counter)  # by command and exit code
    shown: list[str] = field(default_factory=list)

    def expect(self, holds: bool, command: str, otherwise: str) -> None:
        """Notes a fault of a command unless something holds."""
        if not holds:
            self.faults.append((command, otherwise))

    def run(self, *arguments: str | Path, cwd: Path | None = None, raw: bool = False) -> Outcome:
        """Runs a command, and checks what holds for all: exit code, time, and what is printed.

        With `raw`, the output holds texts of the corpus, which need not be printable.
        """
        given = list(map(str, arguments))
        command = given[0]
        self.log(given, cwd)
        before = processor_time()
        run = as_program if self.chance.random() < AS_PROGRAM else in_process
        outcome, trace = run(given, cwd or self.folder)
        used = processor_time() - before
        self.runs[f"{command} {outcome.status}"] += 1
        called = shlex.join(given)
        self.expect(not trace, command, f"{called}: {trace}")
        self.expect(bool(trace) or outcome.status in (0, 1, 2), command, f"{called}: exit code {outcome.status}")
        self.expect(used < SECONDS, command, f"{called}: {used:.1f} s of processor time")
        for name, text in (("stdout", outcome.out), ("stderr", outcome.err)):
            odd = [c for c in text if c != "\n" and (c < " " and c not in "\t\r" if raw else not c.isprintable())]
            self.expect(not odd, command, f"{called}: {odd[:3]!r} on {name}")
        read = outcome.err + ("" if "github" in given or raw else outcome.out)
        forged = re.search(r"^\s*::|##\[", read, re.MULTILINE)
        self.expect(not forged, command, f"{called}: a command for CI in the output")
        if outcome.status == 2:
            one_line = outcome.err.startswith(("chithi: ", "usage: ")) and not outcome.out
            self.expect(one_line, command, f"{called}: exit code 2, and printed {outcome.out!r} {outcome.err!r}")
        return outcome

    def log(self, arguments: list[str], cwd: Path | None) -> None:
        """Writes down a command before it is run, in case that it takes the process with it."""
        with (self.folder / "commands.txt").open("a", errors="backslashreplace") as stream:
            stream.write(f"{shlex.join(arguments)}  # in {cwd or self.folder}\n")

    def json(self, outcome: Outcome, command: str) -> Any:
        """The JSON that a command printed, None if it is none."""
        try:
            return json.loads(outcome.out)
        except ValueError as error:
            self.faults.append((command, f"no JSON: {error}: {outcome.out[:200]!r} {outcome.err[:200]!r}"))
            return None

    def guarded(self, command: str, call: Callable[[], Any], *allowed: type[Exception]) -> Any:
        """The result of a call of the Python interface; None if it raises what it may raise."""
        self.log([f"python: {command}"], None)
        with limited():
            try:
                found = call()
                self.runs[f"{command} 0"] += 1
                return found
            except Exception as error:
                self.runs[f"{command} 1"] += 1
                fine = type(error) in allowed
                self.expect(fine, command, "" if fine else f"{command}: {last_of(error)}")
                return None
            except TooLong as error:
                self.faults.append((command, f"{command}: {last_of(error)}"))
                return None


def processor_time() -> float:
    """Seconds of processor time that this process and its children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


@contextmanager
def limited() -> Iterator[None]:
    """Raises TooLong after too much processor time."""

    def stop(number: int, frame: object) -> None:
        raise TooLong(f"more than {3 * SECONDS} s")

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, 3 * SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def in_process(arguments: list[str], cwd: Path) -> tuple[Outcome, str]:
    """Runs a command in this process. Returns what it gave, and the end of a traceback if it raised anything."""
    streams_before, folder = (sys.stdin, sys.stdout, sys.stderr), os.getcwd()
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(b""), "utf-8")
    sys.stdout, sys.stderr = io.TextIOWrapper(out, "utf-8"), io.TextIOWrapper(err, "utf-8")
    status, trace = -1, ""
    os.chdir(cwd)
    try:
        with limited():
            streams.prepare()
            status = main(arguments)
    except SystemExit as error:
        status = int(error.code or 0)
    except (Exception, TooLong) as error:
        trace = last_of(error)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        written = [stream.getvalue().decode(errors="surrogateescape") for stream in (out, err)]
        sys.stdin, sys.stdout, sys.stderr = streams_before
        os.chdir(folder)
    return Outcome(status, *written), trace


def as_program(arguments: list[str], cwd: Path) -> tuple[Outcome, str]:
    """Runs a command as a program."""
    program = [sys.executable, "-m", "chithi", *arguments]
    try:
        done = subprocess.run(program, cwd=cwd, capture_output=True, timeout=WAIT, input=b"", check=False)
    except subprocess.TimeoutExpired:
        return Outcome(-1, "", ""), f"no answer in {WAIT} s"
    texts = [stream.decode(errors="surrogateescape") for stream in (done.stdout, done.stderr)]
    return Outcome(done.returncode, *texts), "".join(texts)[-2000:] if b"Traceback (most" in done.stderr else ""


def last_of(error: BaseException) -> str:
    """An error and the places of the program that it went through last, in one line."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/chithi/" in frame.filename]
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in frames[-4:])
    return f"{type(error).__name__}: {str(error)[:300]!r} at {places}"
