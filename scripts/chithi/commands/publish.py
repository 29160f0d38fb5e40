"""`chithi publish`."""

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from chithi import __version__
from chithi.commands import MISUSE, OK, PROBLEMS, REPOSITORY, CommandError, Console, add_command, read_corpus
from chithi.commands.validate import print_result
from chithi.records.layout import METADATA
from chithi.records.metadata import FILL_IN, unfilled
from chithi.records.pointers import json_pointer
from chithi.release import PublishError, no_metadata
from chithi.text.display import json_text

if TYPE_CHECKING:
    from huggingface_hub import HfApi

    from chithi.commands import Subparsers
    from chithi.validation.findings import ValidationResult

UNREADABLE = "load_dataset cannot read from this folder"


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    build = add_command(
        commands,
        "publish",
        run,
        "validate the corpus and build the dataset",
        "load the dataset with the line that it prints; --push OWNER/NAME releases it",
    )
    out_help = "where to build it (default: build/<name>, with the name in corpus.json)"
    build.add_argument("--out", type=Path, metavar="DIR", help=out_help)
    load_help = "also load it with datasets and compare all of it; a push always does"
    build.add_argument("--load", action="store_true", help=load_help)
    push_help = "release it on the Hub: one commit, compared, and tagged"
    build.add_argument("--push", type=repository, metavar="OWNER/NAME", help=push_help)
    tag_help = "the release's tag (default: v<version>, with the version in corpus.json)"
    build.add_argument("--tag", type=version_tag, metavar="vX.Y.Z", help=tag_help)
    build.add_argument("--private", action="store_true", help="make the repo private if it has yet to be created")
    build.add_argument("--dry-run", action="store_true", help="print what would be pushed, without asking the Hub")


def repository(text: str) -> str:
    """Parses the id of a repo on the Hub."""
    if not REPOSITORY.fullmatch(text) or "--" in text or ".." in text:
        raise argparse.ArgumentTypeError(f"{text!r} is not the name of a repo: write OWNER/NAME")
    return text


def version_tag(text: str) -> str:
    """Parses the tag of a release."""
    if not re.fullmatch(r"v(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", text, re.ASCII):
        hint = "write vX.Y.Z, without leading zeros, such as v1.0.0"
        raise argparse.ArgumentTypeError(f"{text!r} is not a version: {hint}")
    return text


def run(args: argparse.Namespace, console: Console) -> int:
    """Validates the corpus, builds the dataset, and releases it if asked to."""
    from chithi.records.processes import processes

    if not args.push and (args.tag or args.private or args.dry_run):
        raise CommandError("--tag, --private and --dry-run belong to --push OWNER/NAME", MISUSE)
    refuse_originals(args)
    if args.corpus.is_dir() and not os.path.lexists(args.corpus / METADATA):
        raise CommandError(str(no_metadata(args.corpus)), PROBLEMS)
    with processes(1) as pool:
        validation = pool.submit(validated, args.corpus)
        with console.doing("validating the corpus"):
            # Meanwhile this process loads modules and the tokenizer. It reads the corpus only once it has proved valid.
            from chithi.release.build import build
            from chithi.release.comparison import is_pattern
            from chithi.text.tokens import token_spans

            token_spans("any")  # NLTK compiles the pattern at the first call, in 0.16 s
            result = validation.result()
        if print_result(result, console) != OK:
            raise CommandError("nothing was published: the corpus has problems", PROBLEMS)
    corpus = read_corpus(args.corpus, console)
    try:
        if corpus.metadata is None:  # removed meanwhile
            raise no_metadata(args.corpus)
        if places := unfilled(corpus.metadata):
            names = ", ".join(map(json_pointer, places))
            remedy = "write what is true of your corpus there"
            raise CommandError(f"{METADATA} is to be filled in at {names}: {remedy}", PROBLEMS)
        lacking = unwritten_texts(args, console)
        out, tag = args.out or Path("build", corpus.metadata.name), args.tag or f"v{corpus.metadata.version}"
        with console.doing("building the dataset"):
            manifest = build(corpus, out, tag[1:], load=bool(args.load or args.push))
    except PublishError as error:
        raise CommandError(str(error), PROBLEMS) from error
    for each in lacking:
        console.err(each)
    print_rows(manifest.rows, console)
    console.out(f"\nload_dataset({json_text(out.as_posix(), None)})")
    if is_pattern(os.path.abspath(out)):
        console.out(f"{UNREADABLE}: move it to a path in UTF-8 without [ ] * ? and ::")
    return push(args, out, tag, console) if args.push else OK


def refuse_originals(args: argparse.Namespace) -> None:
    """Raises CommandError if the corpus or the place is a folder of articles, which nobody may publish."""
    from chithi.release.held import is_of_originals, refusal

    for folder in filter(None, (args.corpus, args.out)):
        if is_of_originals(folder):
            raise CommandError(refusal(folder), PROBLEMS)


def unwritten_texts(args: argparse.Namespace, console: Console) -> list[str]:
    """Which of the texts that belong to a dataset are still to be written, one line each.

    If there are placeholders in what is to be released, prints the lines and raises CommandError.
    """
    from chithi.release.unwritten import unwritten

    found = list(unwritten(args.corpus))
    lines = [each.says for each in found]
    if args.push and any(each.placeholders for each in found):
        console.err(*lines)
        raise CommandError(f"nothing was released: write what is true of your corpus where {FILL_IN} stands", PROBLEMS)
    return lines


def print_rows(rows: dict[str, dict[str, int]], console: Console) -> None:
    """Prints the numbers of rows, given as config -> split -> number."""
    console.out(f"\n{'config':<12} {'split':<6} {'rows':>8}")
    for config, splits in rows.items():
        for split, count in splits.items():
            console.out(f"{config:<12} {split:<6} {count:>8,}")


def validated(corpus: Path) -> "ValidationResult":
    """Validates a corpus on all cores."""
    from chithi.validation.engine import validate

    return validate(corpus, jobs=os.cpu_count() or 1)


def push(args: argparse.Namespace, out: Path, tag: str, console: Console) -> int:
    """Releases the built folder, or prints what it would release."""
    from chithi.release import hub

    console.out(f"\n{args.push} {tag}{': dry run, nothing is sent or asked' if args.dry_run else ''}")
    if args.dry_run:
        files = hub.read(out)
        console.out(*hub.ReleasePlan(args.push, tag, files, None, dict.fromkeys(files, "built")).lines())
        return OK
    try:
        limits = hub.Limits(say=console.say)
        api = hub_client(console)
        with console.doing("comparing with the Hub"):
            plan = hub.plan(api, args.push, tag, out, limits)
        console.out(*plan.lines(), flush=True)
        at = hub.release(api, plan, out, args.private, limits)
    except hub.HubError as error:
        raise CommandError(str(error), PROBLEMS) from error
    done = "released already" if plan.tagged else "released"
    served = "what is served is what was built"
    if plan.equivalent:
        served = f"what is served says what was built: {len(plan.equivalent)} files differ in bytes, but in no row"
    console.out(f"{done}: {tag} is commit {at}, and {served}")
    console.out(f'\nload_dataset("{args.push}", revision="{tag}")')
    return OK


def hub_client(console: Console) -> "HfApi":
    """The client of the Hub, with the token of HF_TOKEN or of `hf auth login`.

    It shows progress on terminals only, and logs no errors, because chithi reports them.
    """
    from huggingface_hub import HfApi, logging
    from huggingface_hub.utils import disable_progress_bars, tqdm  # type: ignore[attr-defined]

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    tqdm.monitor_interval = 0  # its thread for slow bars might warn of one that an interrupt has removed
    if not console.terminal:
        disable_progress_bars()
    return HfApi(library_name="chithi", library_version=__version__)
