"""Exports that somebody or something has changed, and what an import makes of them.

There are three kinds of mutations. What an annotator may do has to be in the records, or to be told. What a tool does
by itself (ids, order, layout) changes nothing. Damage may do anything, but an import must end well. An import that
fails writes nothing. `python -m tests.import_mutations [COUNT [FORMAT ...]]` counts what came of COUNT mutations of
each format, by default 200, and prints those that went wrong.
"""

import contextlib
import io
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from chithi.cli import main

from . import beyond, mutated_brat, mutated_inception, mutated_label_studio
from .imports import FORMATS, back

MODULES: dict[str, Any] = {
    "brat": mutated_brat,
    "label-studio": mutated_label_studio,
    "inception": mutated_inception,
}
MOST = 4  # lines that differ where two statements have changed, each with the old one
CHANGES, SAME, DAMAGES = "changes", "same", "damages"


def mutate(source: str, folder: Path, rng: Random) -> tuple[str, str]:
    """Mutates an export in place. Returns the kind of the mutation, and its name."""
    module = MODULES[source]
    kind = rng.choices((CHANGES, SAME, DAMAGES), (6, 2, 2))[0]
    mutation = rng.choice(getattr(module, kind.upper()))
    mutation(folder, rng)
    return kind, mutation.__name__


def outcome(source: str, export: Path, corpus: Path, seed: int, work: Path) -> tuple[str, str, str]:
    """What an import makes of a mutated export: the mutation, what came of it, and what is wrong with that."""
    rng = Random(f"{source} {seed}")
    mutated = Path(shutil.copytree(export, work / "mutated"))
    kind, name = mutate(source, mutated, rng)
    out, told, failed = io.StringIO(), io.StringIO(), ""
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
        code = back(source, mutated, work / "records", corpus)
    came = "told" if code == 1 else "the same" if equal(work / "records", corpus) else "in the records"
    if code not in (0, 1) or (code == 1) == (work / "records").exists():
        failed = f"exit {code}: {told.getvalue()}"
    elif code == 1 and ": " not in out.getvalue():
        failed = "no finding"
    elif kind == SAME and came != "the same":
        failed = f"{came}: {out.getvalue()}"
    elif kind == CHANGES and came == "in the records" and len(differing(work / "records", corpus)) > MOST:
        failed = "a change in one place is in many records"
    elif kind == CHANGES and came == "the same":
        came = "told beside the records" if told.getvalue() else came
        failed = "" if told.getvalue() else "a silent loss"
    return f"{kind}: {name}", came, failed


def equal(records: Path, corpus: Path) -> bool:
    """Whether the imported files are those of the corpus."""
    return not differing(records, corpus)


def differing(records: Path, corpus: Path) -> set[bytes]:
    """The imported records that are not those of the corpus, and those of the corpus that were not imported."""
    found, expected = (
        {line for path in folder.iterdir() for line in path.read_bytes().splitlines()}
        for folder in (records, corpus / "statements")
    )
    return found ^ expected


def run(source: str, seeds: range) -> tuple[Counter[tuple[str, str]], list[str]]:
    """What came of some mutations of a format, and those that went wrong, each with its seed."""
    counts: Counter[tuple[str, str]] = Counter()
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = beyond.write(folder / "corpus")
        with contextlib.redirect_stdout(io.StringIO()):
            assert main(["export", "--to", source, "--corpus", str(corpus), "--out", str(folder / "export")]) == 0
        for seed in seeds:
            (work := folder / f"{seed}").mkdir()
            mutation, came, failed = outcome(source, folder / "export", corpus, seed, work)
            counts[mutation, came] += 1
            if failed:
                wrong.append(f"{source} {seed}, {mutation}: {failed}")
            shutil.rmtree(work)
    return counts, wrong


def report(count: int, sources: list[str]) -> int:
    """Prints what came of mutations. Returns 1 if any went wrong."""
    bad = False
    for source in sources:
        counts, wrong = run(source, range(count))
        total = Counter[str]()
        for (_, came), number in counts.items():
            total[came] += number
        print(f"{source}: {count} mutations of {len({name for name, _ in counts})} kinds:", end=" ")
        print(", ".join(f"{number} {came}" for came, number in total.most_common()) + f"; {len(wrong)} went wrong")
        print(*wrong, sep="\n", end="\n" if wrong else "")
        bad |= bool(wrong)
    return int(bad)


if __name__ == "__main__":
    sys.exit(report(int((sys.argv[1:] or ["200"])[0]), sys.argv[2:] or list(FORMATS)))
