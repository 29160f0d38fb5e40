"""How far two annotators agree on the places in the articles: python -m tests.anchor_agreement [--write FILE ...]

Compares the anchors that ship with those of a second annotator, who annotated two of the five articles blind, by
positions alone, so no article is needed. Prints a table, or writes it into the block `anchor-agreement` of files.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from chithi.evaluation.annotations import LAYERS
from chithi.evaluation.bootstrap import Counts, interval
from chithi.evaluation.measures import share
from chithi.records.layout import shipped
from chithi.records.records import Anchor
from chithi.views.figures import rendered

SECOND = Path(__file__).parent / "fixtures" / "second-anchors"
Places = dict[tuple[object, ...], tuple[int, int]]  # (layer, pointer) -> first position and the one behind the last
NOTE = """\
Two of the five articles were annotated a second time, by an annotator who saw the article, the statements and the
guidelines, and not the first annotator's places. F1 of the places, with 95 percent intervals:

"""


def anchors(path: Path) -> dict[str, Anchor]:
    """The anchors in a file, by statement."""
    found = [msgspec.json.decode(line, type=Anchor) for line in path.read_bytes().splitlines()]
    return {anchor.id: anchor for anchor in found}


def places(anchor: Anchor) -> Places:
    """The places of an anchor, by the layer and the slot of the statement."""
    return {(layer, *at): (place.start, place.start + place.length) for layer, at, place in anchor.places()}


def pairs() -> Iterator[tuple[Anchor, Anchor]]:
    """The anchors of both annotators, statement by statement."""
    for path in sorted(SECOND.glob("*.jsonl")):
        first, second = anchors(shipped("corpus") / "anchors" / path.name), anchors(path)
        yield from ((first[name], anchor) for name, anchor in second.items())


def counts(layer: str) -> dict[str, Counts]:
    """For each statement (places of both, those that agree, twice), int64, by exact and overlapping."""
    rows: dict[str, list[tuple[int, int]]] = {"exact": [], "overlapping": []}
    for both in pairs():
        one, two = ({at: span for at, span in places(each).items() if at[0] == layer} for each in both)
        common = [(one[at], two[at]) for at in one if at in two]
        exact = sum(a == b for a, b in common)
        overlapping = sum(max(a[0], b[0]) < min(a[1], b[1]) for a, b in common)
        rows["exact"].append((len(one) + len(two), 2 * exact))
        rows["overlapping"].append((len(one) + len(two), 2 * overlapping))
    return {how: np.array(found, np.int64) for how, found in rows.items()}


def cell(found: Counts) -> str:
    """F1 with its interval."""
    value, around = float(share(found.sum(axis=0)[None])[0]), interval(found, share)
    return f"{value:.2f} ({around.low:.2f}-{around.high:.2f})" if around else ""


def block() -> str:
    """The table."""
    lines = [["layer", "places, first and second", "exact", "overlapping"], ["---", "---:", "---:", "---:"]]
    for layer in LAYERS:
        sizes = [sum(at[0] == layer for both in pairs() for at in places(both[side])) for side in (0, 1)]
        found = counts(layer)
        lines.append([layer, f"{sizes[0]}, {sizes[1]}", cell(found["exact"]), cell(found["overlapping"])])
    return NOTE + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    """Prints or writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", nargs="+", type=Path, default=[], metavar="FILE")
    files = parser.parse_args().write
    text = block()
    for path in files:
        path.write_bytes(rendered(path.read_bytes(), {"anchor-agreement": text}))
    if not files:
        print(text, end="")


if __name__ == "__main__":
    main()
