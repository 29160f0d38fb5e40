"""The commands: parse the command line, call, print. Only this module prints, exits or reads the environment."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chithi import __version__
from chithi.tables import registry_files, shipped, statement_files

if TYPE_CHECKING:
    from chithi.validate import Verdict

OK, PROBLEMS, MISUSE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns 0 where all is well, 1 where problems were found, 2 where the command or a path was no good."""
    given = parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except BrokenPipeError:
        # The reader has gone (`chithi validate | head`); nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEMS
    except KeyboardInterrupt:
        return fail("interrupted", 130)
    except OSError as error:
        return fail(f"{error.filename or 'input or output'}: {error.strerror or error}", MISUSE)


def fail(message: str, code: int) -> int:
    """Says on stderr why a command failed, and gives the exit code back."""
    print(f"chithi: {message}", file=sys.stderr)
    return code


def here(path: Path) -> Path:
    """A path as seen from the current directory, where it lies below that."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def parser() -> argparse.ArgumentParser:
    """The command line: one subparser a command, whose `run` does it."""
    top = argparse.ArgumentParser(prog="chithi", description="Checks, formats and publishes the ChiThi corpus.", allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"chithi {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run: object, says: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".", allow_abbrev=False)
        added.add_argument(
            "--corpus", type=Path, metavar="DIR", default=here(shipped("corpus")), help="another corpus than the one that ships"
        )
        added.set_defaults(run=run)
        return added

    check = command("validate", run_validate, "check a corpus, or single files of it")
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files to check; the whole corpus if none is given")
    shape = command("format", run_format, "put files into canonical form and fill in the offsets of spans")
    shape.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files to format; all of the corpus if none is given")
    shape.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a file would change")
    build = command("publish", run_publish, "validate the corpus and build the dataset")
    build.add_argument("--out", type=Path, metavar="DIR", default=Path("build/chithi"), help="where to build it (default: build/chithi)")
    count = command("stats", run_stats, "count statements, requests and citations")
    count.add_argument("--format", choices=("text", "json"), default="text", help="how to print the counts (default: text)")
    count.add_argument("--write", nargs="+", type=Path, metavar="FILE", help="write the figures into the generated blocks of these files")
    return top


def run_validate(given: argparse.Namespace) -> int:
    """`chithi validate`."""
    from chithi.validate import validate

    return print_verdict(validate(given.corpus, given.paths))


def print_verdict(verdict: "Verdict") -> int:
    """Prints the problems and the summary; the exit code says whether there were any."""
    for problem in verdict.problems:
        print(problem)
    count = len(verdict.problems)
    found = "no problems" if count == 0 else "1 problem" if count == 1 else f"{count} problems"
    tolerated = f", {verdict.tolerated} tolerated" if verdict.tolerated else ""
    print(f"{found} in {verdict.records} records of {verdict.files} files{tolerated}")
    return PROBLEMS if count else OK


def run_format(given: argparse.Namespace) -> int:
    """`chithi format`."""
    from chithi.format import format_file, write

    paths = given.paths or [*registry_files(given.corpus), *statement_files(given.corpus)]
    results = [format_file(path) for path in paths]
    for result in results:
        for problem in result.problems:
            print(problem)
        if result.changed and not result.problems:
            print(f"{result.path}: {'would be' if given.check else 'was'} formatted")
            if not given.check:
                write(result.path, result.after)
    bad = any(result.problems or (given.check and result.changed) for result in results)
    return PROBLEMS if bad else OK


def run_publish(given: argparse.Namespace) -> int:
    """`chithi publish`."""
    from chithi.validate import validate

    verdict = validate(given.corpus)
    if print_verdict(verdict) != OK:
        return fail("nothing was published: the corpus has problems", PROBLEMS)
    from chithi.corpus import read
    from chithi.publish import PublishError, build

    try:
        rows = build(read(given.corpus), given.out, __version__)
    except PublishError as error:
        return fail(str(error), PROBLEMS)
    print(f"\n{'config':<12} {'split':<6} {'rows':>8}")
    for config, splits in rows.items():
        for split, count in splits.items():
            print(f"{config:<12} {split:<6} {count:>8,}")
    print(f'\nload_dataset("{given.out.as_posix()}")')
    return OK


def run_stats(given: argparse.Namespace) -> int:
    """`chithi stats`."""
    import json

    from chithi import stats
    from chithi.corpus import read
    from chithi.format import write

    corpus = read(given.corpus)
    for path in stats.stale(given.write or [], blocks := stats.figures(corpus)):
        write(path, stats.filled(path.read_text(encoding="utf-8"), blocks).encode())
        print(f"{path}: figures written")
    if given.write:
        return OK
    counts = stats.counts(corpus)
    if given.format == "json":
        print(json.dumps(counts, ensure_ascii=False, indent=2))
        return OK
    for heading, values in counts.items():
        print(heading)
        for value, count in values.items():
            print(f"  {count:>7,}  {value}")
    return OK


if __name__ == "__main__":
    sys.exit(main())
