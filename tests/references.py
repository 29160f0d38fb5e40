"""How well `chithi.parse_directives` finds the citations of the corpus, by language.

    python -m tests.references [train|test] [--misses]

A reference is right if its offsets are those of a citation of the text. Its id is right, wrong, or open, which is where
the registry does not settle it. `F1 + id` counts right offsets with the right id, `F1 settled` those whose id is right
or open. With `--misses` the citations that are not found, what is found beyond them, and the wrong ids are printed.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import chithi

COUNTS = ("gold", "found", "exact", "right", "wrong", "open")


class Result(NamedTuple):
    """The counts of each language and of all, and a line for each miss."""

    counts: dict[str, Counter[str]]
    misses: list[str]


def results(split: str, corpus: chithi.Corpus | None = None) -> Result:
    corpus = corpus or chithi.Corpus.read()
    reports = {report.id: report for report in corpus.records(chithi.Report)}
    directives = list(corpus.records(chithi.Directive))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    misses: list[str] = []
    for statement in corpus.records(chithi.Statement):
        report = reports[statement.report]
        if report.split == split:
            found = chithi.parse_directives(statement.text, report.language, directives)
            for name in (report.language, "all"):
                counts[name].update(counted(statement, found))
            misses += missed(statement, found)
    return Result(dict(sorted(counts.items(), key=lambda item: (item[0] == "all", item[0]))), misses)


def counted(statement: chithi.Statement, found: list[chithi.Reference]) -> Counter[str]:
    gold = {(one.start, one.end): one.id for one in statement.directives}
    ids = [(gold[one.start, one.end], one.id) for one in found if (one.start, one.end) in gold]
    outcomes = Counter("open" if told is None else "right" if told == right else "wrong" for right, told in ids)
    return Counter(gold=len(gold), found=len(found), exact=len(ids)) + outcomes


def missed(statement: chithi.Statement, found: list[chithi.Reference]) -> Iterator[str]:
    gold = {(one.start, one.end): one for one in statement.directives}
    told = {(one.start, one.end): one for one in found}
    for place in sorted(gold.keys() | told.keys()):
        one, other = gold.get(place), told.get(place)
        if one and other and other.id not in {one.id, None}:
            yield f"{statement.id}  wrong id  {shown(statement.text, *place)}  {other.id}, not {one.id}"
        elif not other and one:
            yield f"{statement.id}  missed    {shown(statement.text, *place)}  {one.id}"
        elif not one and other:
            yield f"{statement.id}  beyond    {shown(statement.text, *place)}  {other.id or other.number}"


def shown(text: str, start: int, end: int) -> str:
    return f"{text[max(0, start - 20) : start]}[{text[start:end]}]{text[end : end + 20]}"


def share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def row(name: str, c: Counter[str]) -> str:
    both = c["gold"] + c["found"]
    shares = [
        share(c["exact"], c["found"]),
        share(c["exact"], c["gold"]),
        share(2 * c["exact"], both),
        share(2 * c["right"], both),
        share(2 * (c["right"] + c["open"]), both),
    ]
    return f"{name:<9}" + "".join(f"{c[key]:>7}" for key in COUNTS) + "".join(f"{value:>11.3f}" for value in shares)


def main(arguments: list[str]) -> None:
    split = next((one for one in arguments if not one.startswith("-")), "train")
    counts, misses = results(split)
    measures = ("precision", "recall", "F1", "F1 + id", "F1 settled")
    lines = ["language " + "".join(f"{key:>7}" for key in COUNTS) + "".join(f"{name:>11}" for name in measures)]
    lines += [row(name, found) for name, found in counts.items()]
    lines += ["", *misses] if "--misses" in arguments else []
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
