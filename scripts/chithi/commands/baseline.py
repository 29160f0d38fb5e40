"""`chithi baseline`."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import OK, PROBLEMS, CommandError, Console, add_command, read_corpus, unknown
from chithi.text.display import visible

if TYPE_CHECKING:
    from chithi.commands import Subparsers

NAMES = ("rules", "crf")


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    base = add_command(
        commands,
        "baseline",
        run,
        "write the predictions of a baseline, to score or to compare with",
        "chithi score FILE scores what it writes",
    )
    base.add_argument("name", choices=NAMES, help="rules: references, words of train, verbs; crf: two trained taggers")
    base.add_argument("--split", default="test", metavar="NAME", help="the split to predict (default: test)")
    base.add_argument("--out", type=Path, metavar="FILE", help="the file to write (default: standard output)")


def run(args: argparse.Namespace, console: Console) -> int:
    """Writes predictions."""
    import json

    from chithi.evaluation.baselines import BaselineError, predictions
    from chithi.records.replacing import clear_leftovers, replace_file

    corpus = read_corpus(args.corpus, console)
    if args.split not in (there := corpus.joined["split"].unique().sort()):
        raise unknown("split", args.split, there)
    try:
        with console.doing("learning"):
            found = list(predictions(args.name, corpus, args.split))
    except ModuleNotFoundError as error:
        raise CommandError(f"the baseline needs {error.name}: pip install 'chithi[{args.name}]'", PROBLEMS) from error
    except BaselineError as error:
        raise CommandError(str(error), PROBLEMS) from error
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found)
    if args.out is None:
        console.data(lines)
        return OK
    clear_leftovers(Path(os.path.realpath(args.out)).parent)
    replace_file(args.out, lines.encode())
    console.out(f"{visible(str(args.out))}: {len(found):,} predictions written")
    return OK
