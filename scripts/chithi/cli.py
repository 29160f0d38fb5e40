"""The commands: parse the command line, call, print. Only this module prints, exits or reads the environment."""

import argparse
import gc
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from chithi import __version__
from chithi.tables import registry_files, shipped, statement_files

if TYPE_CHECKING:
    from huggingface_hub import HfApi

    from chithi.validate import Verdict

OK, PROBLEMS, MISUSE = 0, 1, 2
STDIN = "stdin.jsonl"
REPOSITORY = re.compile(r"\w[\w.-]*/\w[\w.-]*", re.ASCII)


def program() -> NoReturn:
    """The program `chithi`, with a process of its own: it loads nothing that it does not need, and ends without tidying up memory."""
    # numpy's linear algebra, which nothing here uses, would else start threads that keep the other cores busy waiting for work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # NLTK would load scipy, where there is one, for statistics that nothing here uses either.
    sys.modules.setdefault("scipy", None)  # type: ignore[arg-type]
    gc.disable()  # nothing here makes so many cycles that looking for them would pay
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) == signal.SIG_DFL:  # nohup, for one, has it ignored
            signal.signal(number, stop)
    status = main()
    sys.stderr.flush()
    os._exit(status)


class Stopped(KeyboardInterrupt):
    """A signal that ends the program, as Ctrl-C does; `number` is the signal's."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


def stop(number: int, frame: object) -> NoReturn:
    """The handler of signals that end the program: whatever is being written is cleared away on the way out."""
    raise Stopped(number)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns 0 where all is well, 1 where problems were found, 2 where the command or a path was no good."""
    given = parser().parse_args(arguments)
    try:
        status = int(given.run(given))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # The reader has gone (`chithi validate | head`); nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEMS
    except KeyboardInterrupt as interrupt:
        return fail("interrupted", 128 + getattr(interrupt, "number", signal.SIGINT))
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
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files to check, - for standard input; the corpus if none")
    check.add_argument("--format", choices=("text", "json", "github", "sarif"), default="text", help="how to print (default: text)")
    check.add_argument("--jobs", type=positive, default=1, metavar="N", help="processes that share the work (default: 1)")
    check.add_argument("--sources", type=Path, metavar="DIR", help="folder of the articles' text files, to hold the statements against")
    check.add_argument("--explain", type=str.upper, metavar="CODE", help="print what a rule is about, and stop")
    check.add_argument("--list", action="store_true", help="print the table of all rules, and stop")
    shape = command("format", run_format, "put files into canonical form and fill in the offsets of spans")
    shape.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files to format; all of the corpus if none is given")
    shape.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a file would change")
    build = command("publish", run_publish, "validate the corpus and build the dataset")
    build.add_argument("--out", type=Path, metavar="DIR", default=Path("build/chithi"), help="where to build it (default: build/chithi)")
    build.add_argument("--load", action="store_true", help="load it with datasets, too, and compare all of it; a push always does")
    build.add_argument("--push", type=repository, metavar="OWNER/NAME", help="release it on the Hub: one commit, compared, and tagged")
    build.add_argument("--tag", type=version_tag, metavar="vX.Y.Z", help=f"the release's tag (default: v{__version__})")
    build.add_argument("--private", action="store_true", help="make a repo that has to be created a private one")
    build.add_argument("--dry-run", action="store_true", help="print what would be pushed, and send and ask nothing")
    differ = commands.add_parser("diff", help="compare the records of two releases", description=run_diff.__doc__, allow_abbrev=False)
    differ.add_argument("old", metavar="A", help="a release: a built folder, or OWNER/NAME@REVISION on the Hub")
    differ.add_argument("new", metavar="B", help="the release to compare it with")
    differ.add_argument("--format", choices=("text", "json"), default="text", help="how to print the differences (default: text)")
    differ.set_defaults(run=run_diff)
    agree = command("agreement", run_agreement, "agreement between two annotators' passes")
    agree.add_argument("--passes", nargs=2, metavar=("ONE", "TWO"), help="the passes to compare; the only two if not given")
    agree.add_argument("--by-language", action="store_true", help="the measures for each language, too")
    agree.add_argument("--list", action="store_true", help="print what the passes disagree on, one by one")
    agree.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)")
    count = command("stats", run_stats, "count statements, requests and citations")
    count.add_argument("--format", choices=("text", "json"), default="text", help="how to print the counts (default: text)")
    count.add_argument("--leaks", action="store_true", help="what the splits share, and what the test split has that train has not")
    count.add_argument("--plot", type=Path, metavar="FILE", help="draw the statements by language and split as SVG")
    count.add_argument("--write", nargs="+", type=Path, metavar="FILE", help="write the figures into the generated blocks of these files")
    return top


def positive(text: str) -> int:
    """A number of processes."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)


def repository(text: str) -> str:
    """The id of a repo on the Hub."""
    if not REPOSITORY.fullmatch(text) or "--" in text or ".." in text:
        raise argparse.ArgumentTypeError(f"{text!r} is not the name of a repo: write OWNER/NAME")
    return text


def version_tag(text: str) -> str:
    """The tag of a release."""
    if not re.fullmatch(r"v\d+\.\d+\.\d+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a version: write vX.Y.Z, such as v{__version__}")
    return text


def run_validate(given: argparse.Namespace) -> int:
    """`chithi validate`."""
    from chithi import reporters
    from chithi.rules import RULES
    from chithi.rules.table import rule_table
    from chithi.validate import validate

    if given.list:
        print(rule_table(), end="")
        return OK
    if given.explain:
        if given.explain not in RULES:
            return fail(f"no rule {given.explain}: `chithi validate --list` names them all", MISUSE)
        print(reporters.explanation(RULES[given.explain]))
        return OK
    import msgspec

    with standard_input(given.paths) as paths:
        verdict = validate(given.corpus, paths, given.jobs, progress(), given.sources)
        verdict.problems = [msgspec.structs.replace(p, path="-") if Path(p.path).name == STDIN else p for p in verdict.problems]
    return print_verdict(verdict, given.format)


@contextmanager
def standard_input(paths: list[Path]) -> Iterator[list[Path]]:
    """The paths, with what comes in on standard input put into a file, where `-` asks for it."""
    if Path("-") not in paths:
        yield paths
        return
    from chithi.replacing import temporary

    with temporary() as folder:
        path = folder / STDIN
        path.write_bytes(sys.stdin.buffer.read())
        yield [path if given == Path("-") else given for given in paths]


def progress() -> Callable[[int], None]:
    """Prints the number of records done to a terminal, once a second; elsewhere nothing."""
    last = [time.monotonic()]

    def show(records: int) -> None:
        if time.monotonic() - last[0] > 1:
            last[0] = time.monotonic()
            print(f"\r{records:,} records\033[K\r", end="", file=sys.stderr, flush=True)

    return show if sys.stderr.isatty() else lambda records: None


def print_verdict(verdict: "Verdict", form: str = "text") -> int:
    """Prints the problems and the summary; the exit code says whether there were any."""
    from chithi import reporters

    if form == "text" and sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        lines = reporters.text(verdict, __version__, reporters.coloured)
    else:
        lines = reporters.REPORTERS[form](verdict, __version__)
    for line in lines:
        print(line)
    return PROBLEMS if verdict.problems else OK


def run_format(given: argparse.Namespace) -> int:
    """`chithi format`."""
    from chithi.format import format_file
    from chithi.replacing import clear_leftovers
    from chithi.reporters import paragraph, plain

    paths = given.paths or [*registry_files(given.corpus), *statement_files(given.corpus)]
    bad = False
    if not given.check:
        for folder in sorted({path.resolve().parent for path in paths if path.exists()}):
            clear_leftovers(folder)
    for path in paths:
        result = format_file(path)
        for problem in result.problems:
            print(paragraph(problem, plain))
        if result.changed and not result.problems:
            if not given.check:
                result.write()
            print(f"{path}: {'would be' if given.check else 'was'} formatted")
        bad |= bool(result.problems or (given.check and result.changed))
    return PROBLEMS if bad else OK


def run_publish(given: argparse.Namespace) -> int:
    """`chithi publish`."""
    from chithi.processes import elsewhere

    if not given.push and (given.tag or given.private or given.dry_run):
        return fail("--tag, --private and --dry-run belong to --push OWNER/NAME", MISUSE)
    tag = given.tag or f"v{__version__}"
    with elsewhere(partial(validated, given.corpus)) as verdict:
        # Meanwhile this process loads what it needs; it reads no file of the corpus before that is known to be valid.
        from chithi.corpus import read
        from chithi.publish import PublishError, build
        from chithi.tokens import tokenizer

        tokenizer()
        if print_verdict(verdict()) != OK:
            return fail("nothing was published: the corpus has problems", PROBLEMS)
    try:
        rows = build(read(given.corpus), given.out, tag[1:], load=bool(given.load or given.push))
    except PublishError as error:
        return fail(str(error), PROBLEMS)
    print(f"\n{'config':<12} {'split':<6} {'rows':>8}")
    for config, splits in rows.items():
        for split, count in splits.items():
            print(f"{config:<12} {split:<6} {count:>8,}")
    print(f'\nload_dataset("{given.out.as_posix()}")')
    return push(given, tag) if given.push else OK


def validated(corpus: Path) -> "Verdict":
    """What is to be said of a corpus, looked at with all cores."""
    from chithi.validate import validate

    return validate(corpus, jobs=os.cpu_count() or 1)


def push(given: argparse.Namespace, tag: str) -> int:
    """Releases the built folder, or says what it would release."""
    from chithi import hub

    print(f"\n{given.push} {tag}{': dry run, nothing is sent or asked' if given.dry_run else ''}")
    files = hub.read(given.out)
    if given.dry_run:
        print(*hub.Plan(given.push, tag, files, None, dict.fromkeys(files, "built")).lines(), sep="\n")
        return OK
    try:
        plan = hub.plan(api := hub_client(), given.push, tag, files)
        print(*plan.lines(), sep="\n", flush=True)
        at = hub.release(api, plan, given.out, given.private)
    except hub.HubError as error:
        return fail(str(error), PROBLEMS)
    print(f"{'released already' if plan.tagged else 'released'}: {tag} is commit {at}, and what is served is what was built")
    print(f'\nload_dataset("{given.push}", revision="{tag}")')
    return OK


def hub_client() -> "HfApi":
    """The Hub's client, with the token of HF_TOKEN or of its own login; its bars are for terminals, and its failures are told here."""
    from huggingface_hub import HfApi, logging
    from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    if not sys.stderr.isatty():
        disable_progress_bars()
    return HfApi(library_name="chithi", library_version=__version__)


def run_diff(given: argparse.Namespace) -> int:
    """Compares the records of two releases, label by label. Exit codes as diff has them: 0 the same, 1 different, 2 not comparable."""
    from chithi import diff
    from chithi.replacing import temporary

    with temporary() as scratch:
        try:
            found = diff.compare(release(given.old, scratch / "old"), release(given.new, scratch / "new"))
        except diff.DiffError as error:
            return fail(str(error), MISUSE)
    for line in diff.WRITERS[given.format](found):
        print(line)
    return PROBLEMS if any(found) else OK


def release(name: str, scratch: Path) -> Path:
    """The folder of a release: a folder as it is, a revision on the Hub fetched into `scratch`."""
    from chithi.diff import DiffError

    if Path(name).is_dir():
        return Path(name)
    repo, _, revision = name.partition("@")
    if not (revision and REPOSITORY.fullmatch(repo)):
        raise DiffError(f"{name} is no folder: name one, or a revision on the Hub as OWNER/NAME@REVISION")
    from chithi import hub

    try:
        return hub.fetched(hub_client(), repo, revision, scratch)
    except hub.HubError as error:
        raise DiffError(str(error)) from error


def run_agreement(given: argparse.Namespace) -> int:
    """`chithi agreement`."""
    import json
    from dataclasses import asdict

    from chithi import agreement

    try:
        pairs = agreement.read_pairs(given.corpus, tuple(given.passes) if given.passes else None)
    except agreement.AgreementError as error:
        return fail(str(error), PROBLEMS)
    found: list[agreement.Disagreement] | list[agreement.Figure]
    if given.list:
        found = list(agreement.disagreements(pairs))
        lines = [f"{d.statement} {d.layer}\n    one: {d.one or '-'}\n    two: {d.two or '-'}\n    in:  {d.text}" for d in found]
    else:
        found = figures = agreement.figures(pairs, given.by_language)
        lines = [f"{len(pairs)} statements annotated twice", "", agreement.table(figures)]
    if given.format == "json":
        lines = [json.dumps([asdict(row) for row in found], ensure_ascii=False, indent=1)]
    print("\n".join(lines))
    return OK


def run_stats(given: argparse.Namespace) -> int:
    """`chithi stats`."""
    import json

    from chithi import stats
    from chithi.corpus import read
    from chithi.replacing import replace_file

    corpus = read(given.corpus)
    if given.write and corpus.statements.is_empty():
        return fail("the corpus has no statements: no figures were written", PROBLEMS)
    if given.write:
        for path in stats.stale(given.write, blocks := stats.figures(corpus)):
            replace_file(path, stats.filled(path.read_text(encoding="utf-8"), blocks).encode())
            print(f"{path}: figures written")
    if given.plot:
        replace_file(given.plot, stats.pictures(corpus)["statements.svg"].encode())
        print(f"{given.plot}: drawn")
    if given.write or given.plot:
        return OK
    counts = stats.leaks(corpus) if given.leaks else stats.counts(corpus)
    if given.format == "json":
        print(json.dumps(counts, ensure_ascii=False, indent=2))
        return OK
    for heading, values in counts.items():
        print(heading)
        for value, count in values.items():
            print(f"  {count:>7,}  {value}" if isinstance(count, int) else f"  {count:>7.3f}  {value}")
    return OK


if __name__ == "__main__":
    program()
