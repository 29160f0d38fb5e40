"""The table of the benchmark: python -m tests.baselines [--write FILE ...]

Prints the exact F1 of the baselines and of annotator b, or writes the table into the block `baselines` of files. The
fields are trained for it, so it takes a minute.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import chithi
from chithi.evaluation.baselines import BASELINES, predictions
from chithi.evaluation.scoring import Scored
from chithi.records.layout import ANNOTATORS
from chithi.views.figures import rendered

COLUMNS = ("mean", "speaker", "role", "directive", "request", "addressee", "tuple")
CEILING = "annotator b"
NOTE = """\
Exact F1 on test, with 95 percent intervals. `rules` and `crf` are `chithi baseline rules` and `chithi baseline crf`,
tuned on the folds of train alone. The row of annotator b is a ceiling, not a system: it is the second pass, from which
the gold was adjudicated.

"""


def systems(corpus: chithi.Corpus) -> Iterator[tuple[str, Scored]]:
    """The scores of each system on test."""
    for name in BASELINES:
        yield f"`{name}`", chithi.score(predictions(name, corpus), corpus=corpus.folder)
    if (passes := corpus.folder / ANNOTATORS / "b").is_dir():
        yield CEILING, chithi.score(passes, corpus=corpus.folder)


def block(corpus: chithi.Corpus) -> str:
    """The table, and under it the signature that all scores share."""
    found = dict(systems(corpus))
    rows = [[name, *(cell(scored, layer) for layer in COLUMNS)] for name, scored in found.items()]
    signatures = sorted({scored.signature for scored in found.values()})
    lines = [["system", *COLUMNS], ["---", *["---:"] * len(COLUMNS)], *rows]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return NOTE + table + "".join(f"\n`{signature}`\n" for signature in signatures)


def cell(scored: Scored, layer: str) -> str:
    """The exact F1 of a layer with its interval, to two decimals."""
    for score in scored.scores:
        if (score.layer, score.attribute, score.measure, score.group) == (layer, None, "f1", "all"):
            return f"{score.value:.2f} ({score.low:.2f}-{score.high:.2f})"  # the exact score comes before the other
    return ""


def main() -> None:
    """Prints or writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", nargs="+", type=Path, default=[], metavar="FILE")
    files = parser.parse_args().write
    text = block(chithi.Corpus.read())
    for path in files:
        path.write_bytes(rendered(path.read_bytes(), {"baselines": text}))
    if not files:
        print(text, end="")


if __name__ == "__main__":
    main()
