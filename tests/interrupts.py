"""Runs a command again and again, each time disturbed at a later call that changes a file or a folder, and prints what was left.

    python interrupts.py DISTURBANCE SETTING

DISTURBANCE is SIGKILL, SIGTERM or SIGINT, sent just before the call, or PLANT, which then puts a file of somebody else at the place.
SETTING is a JSON object: `arguments` of the command, the `place` that it replaces, and a `state` to put there before each run. Every run
is a copy of this process, which has loaded all modules and models and started no thread yet.

A row of output, as JSON: the call, the exit status, what stands at the place afterwards as path -> SHA-256, what else lies beside it, and
the same after an undisturbed run.
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

CALLS = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.chmod",
    "os.truncate",
    "os.link",
    "os.symlink",
    "chithi.exchange",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
NEVER = 1 << 30


def child(arguments: list[str], number: int, disturb: Callable[[], object], told: Path) -> None:
    """Runs the command as the program would, disturbed at a call by its number; notes the call in `told`."""
    seen = itertools.count(1)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, chithi.cli.stop if name == signal.SIGTERM else signal.default_int_handler)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        changes = event in CALLS or (
            event == "open" and isinstance(args[0], str) and isinstance(args[2], int) and args[2] & WRITING
        )
        if changes and str(args[0]) not in (str(told), os.devnull) and next(seen) == number:
            told.write_text(f"{event} {Path(str(args[0])).name}")
            disturb()

    sys.addaudithook(hook)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os._exit(chithi.cli.main(arguments))


def run(arguments: list[str], number: int, disturb: Callable[[], object], told: Path) -> int:
    """The exit status of a run, that of a shell where a signal ended it."""
    if (pid := os.fork()) == 0:
        try:
            child(arguments, number, disturb, told)
        finally:
            os._exit(99)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status if status >= 0 else 128 - status


def contents(path: Path) -> dict[str, str]:
    """The files at a place, as path -> SHA-256."""
    files = (
        sorted(found for found in path.rglob("*") if not found.is_dir())
        if path.is_dir()
        else [path]
        if path.exists()
        else []
    )
    return {found.relative_to(path).as_posix(): hashlib.sha256(found.read_bytes()).hexdigest() for found in files}


def restore(state: Path, place: Path) -> None:
    """Puts a state at the place, and removes all else beside it."""
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
    place, state, told = Path(setting["place"]), Path(setting["state"]), Path(setting["state"]).with_name("told")
    number = getattr(signal, sys.argv[1], None)
    disturb = (
        (lambda: os.kill(os.getpid(), number))
        if number
        else (lambda: (place / "thesis.tex").write_text("years of work"))
    )
    for n in itertools.count(1):
        restore(state, place)
        told.unlink(missing_ok=True)
        row = {"status": run(setting["arguments"], n, disturb, told)}
        if not told.exists():
            break
        row |= {"call": told.read_text(), "place": contents(place), "beside": contents(place.parent)}
        row["folders"] = sorted(path.name for path in place.parent.iterdir())
        again = run(setting["arguments"], NEVER, disturb, told)
        row["again"] = {
            "status": again,
            "place": contents(place),
            "folders": sorted(path.name for path in place.parent.iterdir()),
        }
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
