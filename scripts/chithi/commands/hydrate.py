"""`chithi hydrate`."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import OK, PROBLEMS, CommandError, Console, add_command, read_corpus
from chithi.text.display import visible

if TYPE_CHECKING:
    from chithi.commands import Subparsers
    from chithi.corpus import Corpus
    from chithi.records.hydration import Hydrated, Hydration
    from chithi.rows.paragraphs import Original

OVER = "a paragraph's end lies within; see whether the file has its lines wrapped"
APART = "in another paragraph than most of the statement"
UNASKED = "addressee of a request that was not placed"
COUNTS = ("placed", "changed", "missing")
SHOWN = 20  # files that cannot be read, by name; the others are counted


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    hydrate = add_command(
        commands,
        "hydrate",
        run,
        "find the statements and their spans in articles that you hold",
        "--out FOLDER writes a dataset of the articles; chithi score --originals DIR scores predictions on them",
    )
    articles_help = "folder of articles: .txt, .html and .html.gz, whatever their names, also in subfolders"
    hydrate.add_argument("articles", type=Path, metavar="DIR", help=articles_help)
    out_help = "write their paragraphs there, as a dataset that may not be passed on (default: nothing is written)"
    hydrate.add_argument("--out", type=Path, metavar="FOLDER", help=out_help)
    hydrate.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)")


def run(args: argparse.Namespace, console: Console) -> int:
    """Recognises the articles in a folder, and prints for each what was placed, has changed or is missing."""
    from chithi.validation.usable import hydrate

    corpus = None if args.out is None else prepared(args, console)
    found = hydrate(args.articles, args.corpus, lambda files: console.progress(files, "files"))
    if not found.anchors:
        raise CommandError(f"{args.corpus} has no anchors: chithi anchor makes them", PROBLEMS)
    originals = originals_in(corpus, found) if corpus else []
    if args.format == "json":
        more = {"rows": in_rows(originals)} if corpus else {}
        told = {"reports": rows(found, args.articles), "files": found.files, **more}
        console.write(json.dumps(told, ensure_ascii=False))
    else:
        console.out(*table(found, args.articles))
    for note in notes(found):
        console.err(note)
    if corpus and found.articles:
        write(corpus, found, args, console)
        if args.format == "text":
            console.out(*stands(originals))
    return OK if found.articles else PROBLEMS


def prepared(args: argparse.Namespace, console: Console) -> "Corpus":
    """The corpus, once it is clear that the dataset may be written to its place. Raises CommandError if not."""
    from chithi.release import PublishError
    from chithi.release.originals import HYDRATOR
    from chithi.release.place import checked_place

    try:
        checked_place(args.out, HYDRATOR)
    except PublishError as error:
        raise CommandError(str(error), PROBLEMS) from error
    return read_corpus(args.corpus, console)


def originals_in(corpus: "Corpus", found: "Hydration") -> "list[Original]":
    """The articles in paragraphs."""
    from chithi.rows.originals import OriginalsConfig

    return OriginalsConfig(found).originals(corpus)


def write(corpus: "Corpus", found: "Hydration", args: argparse.Namespace, console: Console) -> None:
    """Writes the dataset, and says what is in it. With `--format json`, standard output has the counts alone."""
    from chithi.release import PublishError
    from chithi.release.originals import write_originals
    from chithi.rows.originals import OriginalsConfig
    from chithi.text.display import json_text

    try:
        with console.doing("writing the articles"):
            manifest = write_originals(corpus, OriginalsConfig(found), args.out)
    except PublishError as error:
        raise CommandError(str(error), PROBLEMS) from error
    if args.format == "text":
        counts = (f"{counted(count, 'paragraph')} in {split}" for split, count in manifest.rows["originals"].items())
        console.out("", f"{visible(str(args.out))}: {', '.join(counts)}; not to be passed on")
        console.out(f"load_dataset({json_text(args.out.as_posix(), None)})")


def rows(found: "Hydration", folder: Path) -> list[dict[str, object]]:
    """For each article that was found its report, its file and the numbers of spans."""
    return [
        {"report": report, "file": name(article.path, folder)} | {state: article.count(state) for state in COUNTS}
        for report, article in sorted(found.articles.items())
    ]


def name(path: Path, folder: Path) -> str:
    """The path of a file within the folder, with forward slashes."""
    return path.relative_to(folder).as_posix()


def table(found: "Hydration", folder: Path) -> list[str]:
    """The same as lines for people, the articles that were not found at the end."""
    lines = []
    for row in rows(found, folder):
        counts = ", ".join(f"{row[state]} {state}" for state in COUNTS)
        lines.append(f"{row['report']}: {counts} ({visible(str(row['file']))})")
    lines += [f"{report}: no article of it was found" for report in found.anchors if report not in found.articles]
    return [*lines, f"{counted(found.files, 'file')} read"]


def counted(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def in_rows(originals: Sequence["Original"]) -> dict[str, int]:
    """How many placed spans stand in the rows, why the others do not, and how many statements have no row."""
    return {
        "spans": sum(one.spans for one in originals),
        "over_paragraph_end": sum(one.over for one in originals),
        "apart": sum(one.apart for one in originals),
        "without_request": sum(one.unasked for one in originals),
        "statements_without_paragraph": sum(one.homeless for one in originals),
    }


def stands(originals: Sequence["Original"]) -> list[str]:
    """The same as lines for people."""
    found = in_rows(originals)
    placed = found["spans"] + sum(one.left_out for one in originals)
    why = {"over_paragraph_end": OVER, "apart": APART, "without_request": UNASKED}
    lines = [f"{found['spans']:,} of {counted(placed, 'placed span')} in the rows"]
    lines += [f"  {counted(found[key], 'span')} left out: {reason}" for key, reason in why.items() if found[key]]
    if found["statements_without_paragraph"]:
        lines.append(f"  {counted(found['statements_without_paragraph'], 'statement')} left out: no paragraph there")
    return lines


def of_article(article: "Hydrated") -> Iterator[str]:
    """What is odd about the file of an article."""
    name = visible(str(article.path))
    if article.own:
        yield f"{name}: has several articles: {article.report} is what stands from its first statement to its last"
    if article.twice:
        yield f"{name}: {article.report} stands there twice, so that places cannot be told: remove one copy"


def notes(found: "Hydration") -> list[str]:
    """What is to be known of the files that gave nothing."""
    lines = [
        f"{visible(str(path))}: holds {report}, too, "
        + ("but another file has more of it" if less else "and no more of it than the file that was taken")
        for path, report, less in found.others
    ]
    lines += [
        f"{visible(str(path))}: has other articles within {report}, so it was not used: save each in a file of its own"
        for path, report in found.mixed
    ]
    lines += [line for article in found.articles.values() for line in of_article(article)]
    lines += [f"{visible(str(path))}: {reason}" for path, reason in found.broken[:SHOWN]]
    if len(found.broken) > SHOWN:
        lines.append(f"{counted(len(found.broken) - SHOWN, 'further file')} cannot be read")
    for reason, count in Counter(reason for _, reason in found.lacking).items():
        lines.append(f"{counted(count, 'file')} may hold an article, but {reason}")
    return lines
