"""`chithi anchor`."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chithi.commands import MISUSE, OK, PROBLEMS, CommandError, Console, add_command, read_corpus
from chithi.records import layout
from chithi.text.display import visible

if TYPE_CHECKING:
    from chithi.commands import Subparsers
    from chithi.corpus import Corpus
    from chithi.records.records import Anchor, Report, Statement


def add_parser(commands: "Subparsers") -> None:
    """Adds the command's parser."""
    anchor = add_command(
        commands,
        "anchor",
        run,
        "say where statements stand in articles that you hold, without a word",
        "chithi hydrate DIR places the spans in other extractions of the articles",
    )
    anchor.add_argument("articles", type=Path, metavar="DIR", help="the folder of the articles")
    from_help = "make the anchors from the annotators' working form, <report>.jsonl; without it, check those there are"
    anchor.add_argument("--from", dest="marks", type=Path, metavar="FOLDER", help=from_help)


def run(args: argparse.Namespace, console: Console) -> int:
    """Makes the anchors of a corpus, or checks those that it has."""
    return check(args, console) if args.marks is None else make(args, console)


def check(args: argparse.Namespace, console: Console) -> int:
    """Prints how many places of each report are found in its article."""
    from chithi.commands.hydrate import notes
    from chithi.records.hydration import PLACED
    from chithi.validation.usable import hydrate

    found = hydrate(args.articles, args.corpus, lambda files: console.progress(files, "files"))
    if not found.anchors:
        raise CommandError(f"{args.corpus} has no anchors: make them with --from", PROBLEMS)
    bad = False
    for report, anchors in found.anchors.items():
        total = sum(1 for anchor in anchors for _ in anchor.places())
        article = found.articles.get(report)
        placed = article.count(PLACED) if article else 0
        bad |= article is None or placed < total
        where = visible(str(article.path)) if article else "no article of it was found"
        console.out(f"{report}: {placed} of {total} placed ({where})")
        for statement in article.statements if article else ():
            for span in statement.spans:
                if span.state != PLACED:
                    console.out(f"  {statement.id}: {'/'.join(map(str, span.pointer))} {span.state}")
    for note in notes(found):
        console.err(note)
    return PROBLEMS if bad else OK


def make(args: argparse.Namespace, console: Console) -> int:
    """Writes the anchors of all reports in the working form, or, if anything is wrong, of none."""
    from chithi.records.records import Report, Statement
    from chithi.records.working_form import WorkingError

    corpus = read_corpus(args.corpus, console)
    paths = sorted(path for path in args.marks.iterdir() if path.suffix == ".jsonl")
    if not paths:
        raise CommandError(f"{args.marks} has no file <report>.jsonl in the working form", MISUSE)
    statements: dict[str, list[Statement]] = {}
    for statement in corpus.records(Statement):
        statements.setdefault(statement.report, []).append(statement)
    reports = {report.id: report for report in corpus.records(Report)}
    try:
        with console.doing("looking for the articles"):
            made = made_of(paths, reports, statements, args.articles)
    except WorkingError as error:
        raise CommandError(str(error), PROBLEMS) from error
    write(corpus, made)
    for report, anchors in made.items():
        console.out(f"{report}: {sum(1 for anchor in anchors for _ in anchor.places())} places written")
    return OK


def made_of(
    paths: Sequence[Path],
    reports: Mapping[str, "Report"],
    statements: Mapping[str, Sequence["Statement"]],
    folder: Path,
) -> dict[str, list["Anchor"]]:
    """The anchors of each report in the working form. Raises WorkingError if one cannot be made."""
    from chithi.records.article_search import Articles
    from chithi.records.working_form import WorkingError, anchored, read_marks

    articles = Articles(folder)
    made = {}
    for path in paths:
        if path.stem not in reports or path.stem not in statements:
            raise WorkingError(path, None, "the corpus has no report of this name with statements: rename the file")
        marks = read_marks(path, statements[path.stem])
        text = articles.find(reports[path.stem], marks, statements[path.stem])
        if text is None:
            raise WorkingError(path, None, nowhere(folder, articles.unused))
        made[path.stem] = anchored(path, marks, statements[path.stem], text)
    return made


def nowhere(folder: Path, unused: Mapping[Path, str]) -> str:
    """That no file holds an article, why some could not be read, and what to do."""
    count = len(unused)
    reasons = "; ".join(sorted(set(unused.values())))
    passed = f" ({count:,} file{'s' if count > 1 else ''} not read: {reasons})" if unused else ""
    remedy = "save the text of the article there, as it was when it was marked"
    return f"no file in {visible(str(folder))} holds the article of this report{passed}: {remedy}"


def write(corpus: "Corpus", made: Mapping[str, Sequence["Anchor"]]) -> None:
    """Writes the files of some reports' anchors, all or none. Whatever else lies in the folder stays.

    Raises OSError if one cannot be replaced; those before it are then as they were.
    """
    import msgspec

    from chithi.records.canonical import canonical
    from chithi.records.replacing import clear_leftovers, replace_files

    files = {
        f"{report}.jsonl": b"".join(canonical(msgspec.to_builtins(anchor), layout.ANCHORS) for anchor in anchors)
        for report, anchors in made.items()
    }
    clear_leftovers(corpus.folder)
    replace_files(corpus.folder / layout.ANCHORS, files)
