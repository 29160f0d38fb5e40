"""`chithi score`."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chithi import __version__
from chithi.commands import MISUSE, OK, PROBLEMS, CommandError, Console, add_command, positive

if TYPE_CHECKING:
    from chithi.commands import Subparsers
    from chithi.evaluation.scorer import OffsetError

LAYERS = ("speaker", "role", "directive", "request", "addressee")
STDIN = Path("-")


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    judge = add_command(
        commands, "score", run, "score predictions against the corpus", "--against OTHER compares two systems"
    )
    predictions_help = "a JSONL file of predictions, a folder of such files, or - for standard input"
    judge.add_argument("predictions", type=Path, metavar="PREDICTIONS", help=predictions_help)
    gold_help = "a split, or a file of statements, to hold the predictions against (default: test)"
    judge.add_argument("--gold", default="test", metavar="test|train|FILE", help=gold_help)
    originals_help = "a folder of articles that you hold; predictions are then of their paragraphs"
    judge.add_argument("--originals", type=Path, metavar="DIR", help=originals_help)
    against_help = "the predictions of another system, to compare with"
    judge.add_argument("--against", type=Path, metavar="OTHER", help=against_help)
    layers_help = "the layers to score (default: those that the predictions have)"
    judge.add_argument("--layers", nargs="+", choices=LAYERS, default=LAYERS, metavar="LAYER", help=layers_help)
    jobs_help = "processes that share the work (default: 1)"
    judge.add_argument("--jobs", type=positive, default=1, metavar="N", help=jobs_help)
    judge.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)")


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints the scores of predictions, or what is wrong with them."""
    from msgspec import to_builtins

    from chithi.evaluation.predictions import ScoreError
    from chithi.evaluation.score_table import tables
    from chithi.evaluation.scorer import OffsetError
    from chithi.evaluation.scoring import score
    from chithi.text.display import json_text

    if args.against == args.predictions == STDIN:
        raise CommandError("standard input can be read once: give one of the two as a file", MISUSE)
    if args.originals and args.gold not in ("test", "train"):
        raise CommandError("predictions on articles are held against a split: --gold test or train", MISUSE)
    try:
        with standard_input(console, args.predictions, args.against) as (predictions, against):
            options = {
                "originals": args.originals,
                "against": against,
                "layers": args.layers,
                "jobs": args.jobs,
                "progress": console.progress,
            }
            found = score(predictions, args.gold, args.corpus, **options)
    except OffsetError as error:
        return report(error, console)
    except ScoreError as error:
        raise CommandError(str(error), PROBLEMS) from error
    if args.format == "json":
        console.write(json_text(to_builtins(found)))
    else:
        console.out(*tables(found))
    return OK


@contextmanager
def standard_input(console: Console, *paths: Path) -> Iterator[list[Path]]:
    """The paths, with `-` replaced by a temporary file that holds standard input."""
    if STDIN not in paths:
        yield list(paths)
        return
    from chithi.records.replacing import temporary

    with temporary() as folder:
        held = folder / "stdin.jsonl"
        held.write_bytes(console.read())
        yield [held if path == STDIN else path for path in paths]


def report(error: "OffsetError", console: Console) -> int:
    """Prints wrong offsets as `chithi validate` does."""
    from chithi.validation.findings import Location, ValidationResult, problem
    from chithi.validation.reporters import text

    problems = [problem(Location(*place), "T401", finding, b"", name) for place, name, finding in error.findings]
    for line in text(ValidationResult(problems, files=1, records=error.read), __version__):
        console.write(line)
    return PROBLEMS
