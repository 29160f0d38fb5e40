"""`chithi agreement`."""

import argparse
from typing import TYPE_CHECKING

from chithi.commands import OK, PROBLEMS, CommandError, Console, add_command

if TYPE_CHECKING:
    from chithi.commands import Subparsers
    from chithi.evaluation.agreement import Disagreement


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    agree = add_command(
        commands,
        "agreement",
        run,
        "agreement between two annotators' passes",
        "--list shows each disagreement in its text",
    )
    passes_help = "the passes to compare; the only two if not given"
    agree.add_argument("--passes", nargs=2, metavar=("ONE", "TWO"), help=passes_help)
    agree.add_argument("--by-language", action="store_true", help="the measures for each language, too")
    agree.add_argument("--list", action="store_true", help="print what the passes disagree on, one by one")
    agree.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)")


def run(args: argparse.Namespace, console: Console) -> int:
    """Prints the agreement of two passes, or a list of their disagreements."""
    from dataclasses import asdict

    from chithi.evaluation import agreement
    from chithi.evaluation.passes import AgreementError, count_alone, read_pairs
    from chithi.text.display import json_text, visible

    try:
        passes = tuple(args.passes) if args.passes else None
        pairs, alone = read_pairs(args.corpus, passes), count_alone(args.corpus, passes)
    except AgreementError as error:
        raise CommandError(str(error), PROBLEMS) from error
    found: list[agreement.Disagreement] | list[agreement.Measurement]
    if args.list:
        found = list(agreement.disagreements(pairs))
        lines = list(map(shown, found))
    else:
        with console.doing("drawing samples"):
            found = measured = agreement.measurements(pairs, args.by_language)
        single = [f"{count} in the pass {visible(name)} only" for name, count in alone.items() if count]
        lines = ["; ".join([f"{len(pairs)} statements annotated twice", *single]), "", agreement.table(measured)]
    if args.format == "json":
        console.write(json_text([asdict(row) for row in found]))
        return OK
    console.out(*lines)
    return OK


def shown(d: "Disagreement") -> str:
    """A disagreement as four lines."""
    return f"{d.statement} {d.layer}\n    one: {d.one or '-'}\n    two: {d.two or '-'}\n    in:  {d.text}"
