"""Two annotations of the same statements, and which of their spans belong together."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from chithi.records.layout import ANNOTATORS
from chithi.records.spans import spans

Record = dict[str, Any]


class AgreementError(Exception):
    """The passes cannot be compared; the message says why."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One statement as two annotators have it."""

    one: Record
    two: Record

    def spans(self, layer: str) -> tuple[list[Record], list[Record]]:
        """The spans of a layer in both passes, each once, in the order of the text."""
        found = []
        for record in (self.one, self.two):
            of_layer = {(s["start"], s["end"]): s for name, _, s in spans(record) if name == layer}
            found.append([span for _, span in sorted(of_layer.items())])
        return found[0], found[1]


def read_pairs(corpus: Path, passes: tuple[str, str] | None = None) -> list[Pair]:
    """The statements that stand in both passes under annotators/, by default the only two. Raises AgreementError where there are none."""
    folder = corpus / ANNOTATORS
    names = passes or tuple(sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else ())
    try:
        first, second = names
    except ValueError:
        raise AgreementError(f"{folder} holds {len(names)} passes: name the two to compare with --passes ONE TWO") from None
    one, two = read_pass(folder / first), read_pass(folder / second)
    if not (common := [name for name in one if name in two]):
        raise AgreementError(f"no statement stands in both passes, {first} and {second}")
    for name in common:
        if one[name]["text"] != two[name]["text"]:
            raise AgreementError(f"the passes have different texts of {name}: agreement is about one text")
    return [Pair(one[name], two[name]) for name in common]


def read_pass(folder: Path) -> dict[str, Record]:
    """The statements of a pass by id. Raises AgreementError where the folder does not exist."""
    if not folder.is_dir():
        raise AgreementError(f"{folder}: no such pass")
    lines = (line for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().split(b"\n") if line)
    return {record["id"]: record for record in map(orjson.loads, lines)}


def match_counts(pair: Pair, layer: str) -> list[int]:
    """Spans of the first pass, of the second, exact matches, and of each pass those that overlap one of the other."""
    one, two = pair.spans(layer)
    exact = sum((a["start"], a["end"]) in {(b["start"], b["end"]) for b in two} for a in one)
    return [len(one), len(two), exact, sum(any(overlap(a, b) for b in two) for a in one), sum(any(overlap(a, b) for a in one) for b in two)]


def overlap(a: Record, b: Record) -> int:
    """The number of characters that two spans share."""
    return max(0, int(min(a["end"], b["end"])) - int(max(a["start"], b["start"])))


def matches(pair: Pair, layer: str) -> list[tuple[Record, Record]]:
    """Spans of both passes that overlap most, each used once."""
    one, two = pair.spans(layer)
    ranked = sorted(((overlap(a, b), -n, -m) for n, a in enumerate(one) for m, b in enumerate(two)), reverse=True)
    taken: list[tuple[int, int]] = []
    for shared, n, m in ranked:
        if shared and all(-n != i and -m != j for i, j in taken):
            taken.append((-n, -m))
    return [(one[n], two[m]) for n, m in sorted(taken)]
