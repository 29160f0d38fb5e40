"""Runs a command again and again, disturbs each run at a later call than the last, and prints what is left.

    python interrupts.py DISTURBANCE SETTING

The calls are those that change a file or a folder. DISTURBANCE is SIGKILL, SIGTERM or SIGINT, which is sent just
before the call, or PLANT, which puts a file of somebody else at the place just before the call. SETTING is a JSON
object: `arguments` of the command, the `place` that it replaces, and a `state` that is put there before each run.
Every run is a fork of this process, which has loaded all modules and models and has not started a thread.

The output has one row a run, as JSON: the call, the events of the calls before it, the exit status, the files at the
place and in its folder afterwards (path -> SHA-256), the names in its folder, and the status, files and names after a
further, undisturbed run. Two runs need not make the same calls: threads that meet in a folder may both make it.
"""

import hashlib
import itertools
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chithi.cli
import chithi.release.build
import chithi.validation.formatting
from chithi.text.language import other_language
from chithi.text.tokens import tokenizer

CALLS = {f"os.{name}" for name in "mkdir rename remove rmdir chmod truncate link symlink".split()} | {"chithi.exchange"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
NEVER = 1 << 30


def opens_for_writing(event: str, args: tuple[Any, ...]) -> bool:
    """Whether an audit event opens a path, not a descriptor, for writing."""
    return event == "open" and isinstance(args[0], str) and isinstance(args[2], int) and bool(args[2] & WRITING)


def child(arguments: list[str], number: int, disturb: Callable[[], object], log: Path) -> None:
    """Runs the command as the program does, disturbs call `number` (from 1), and writes the calls up to it to `log`."""
    numbers = itertools.count(1)  # threads take numbers, too
    before: list[str] = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, chithi.cli.stop if name == signal.SIGTERM else signal.default_int_handler)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if not (event in CALLS or opens_for_writing(event, args)) or str(args[0]) in (str(log), os.devnull):
            return
        if next(numbers) == number:
            log.write_text(json.dumps({"call": f"{event} {Path(str(args[0])).name}", "before": before}))
            disturb()
        before.append(event)

    sys.addaudithook(hook)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os._exit(chithi.cli.main(arguments))


def run(arguments: list[str], number: int, disturb: Callable[[], object], log: Path) -> int:
    """The exit status of a run; 128 plus the signal's number, as in a shell, if a signal ended it."""
    if (pid := os.fork()) == 0:
        try:
            child(arguments, number, disturb, log)
        finally:
            os._exit(99)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status if status >= 0 else 128 - status


def contents(path: Path) -> dict[str, str]:
    """The files at a place, as path -> SHA-256."""
    if not path.exists():
        return {}
    files = sorted(found for found in path.rglob("*") if not found.is_dir()) if path.is_dir() else [path]
    return {found.relative_to(path).as_posix(): hashlib.sha256(found.read_bytes()).hexdigest() for found in files}


def names(folder: Path) -> list[str]:
    """The names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def disturbance(name: str, place: Path) -> Callable[[], object]:
    """Sends this process the signal of that name; for PLANT, writes a file into the place."""
    if name == "PLANT":
        return lambda: (place / "thesis.tex").write_text("years of work")
    return lambda: os.kill(os.getpid(), getattr(signal, name))


def restore(state: Path, place: Path) -> None:
    """Puts a state at the place, and removes everything beside it."""
    shutil.rmtree(place.parent)
    place.parent.mkdir()
    if state.is_dir():
        shutil.copytree(state, place)
    elif state.exists():
        shutil.copyfile(state, place)


def main() -> None:
    tokenizer()
    other_language("A text in English, to load what tells languages apart.", "en")
    setting = json.loads(sys.argv[2])
    place, state, log = Path(setting["place"]), Path(setting["state"]), Path(setting["state"]).with_name("log")
    disturb = disturbance(sys.argv[1], place)
    for n in itertools.count(1):
        restore(state, place)
        log.unlink(missing_ok=True)
        row: dict[str, Any] = {"status": run(setting["arguments"], n, disturb, log)}
        if not log.exists():
            break
        row |= json.loads(log.read_text()) | {"place": contents(place), "beside": contents(place.parent)}
        row["folders"] = names(place.parent)
        again = run(setting["arguments"], NEVER, disturb, log)
        row["again"] = {"status": again, "place": contents(place), "folders": names(place.parent)}
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
