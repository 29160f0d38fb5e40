"""`chithi prompt`."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import OK, Console, add_command, read_corpus
from chithi.commands.export import chosen
from chithi.text.display import visible

if TYPE_CHECKING:
    from chithi.commands import Subparsers

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    ask = add_command(
        commands,
        "prompt",
        run,
        "write what to send to a language model, a line a statement",
        "send each line to a model, and give the answers to chithi score",
    )
    ask.add_argument("--split", default="test", metavar="NAME", help="the split to predict (default: test)")
    ask.add_argument("--language", metavar="TAG", help="the statements in one language only, such as pl")
    ask.add_argument("--examples", type=number, default=5, metavar="N", help="examples from train (default: 5)")
    ask.add_argument("--seed", type=number, default=2025, metavar="N", help="draws the examples (default: 2025)")
    ask.add_argument("--schema", action="store_true", help="print the schema of the answers and exit")
    ask.add_argument("--out", type=Path, metavar="FILE", help="the file to write (default: standard output)")


def number(text: str) -> int:
    """Parses a number from 0 up."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 up")
    return int(text)


def run(args: argparse.Namespace, console: Console) -> int:
    """Writes prompts, or prints the schema of the answers."""
    import json

    from chithi.evaluation.extraction import extraction_schema
    from chithi.evaluation.instructions import doubts
    from chithi.evaluation.prompts import prompts
    from chithi.records.replacing import clear_leftovers, replace_file

    corpus = read_corpus(args.corpus, console)
    if args.schema:
        schema = {"$schema": DIALECT} | extraction_schema(corpus.schemas)
        console.data(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
        return OK
    for doubt in doubts(corpus):
        console.err(doubt)
    statements = chosen(corpus.joined, {"split": args.split, "language": args.language})
    found = prompts(corpus, statements["id"].to_list(), args.examples, args.seed)
    lines = (json.dumps(prompt, ensure_ascii=False) + "\n" for prompt in found)
    if args.out is None:
        for line in lines:
            console.data(line)
        return OK
    clear_leftovers(Path(os.path.realpath(args.out)).parent)
    replace_file(args.out, "".join(lines).encode())
    console.out(f"{visible(str(args.out))}: {statements.height:,} prompts written")
    return OK
