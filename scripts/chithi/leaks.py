"""Texts that stand more than once, or nearly so: exact ones by their hash, near-duplicates by sketches of their shingles.

A shingle is a run of SHINGLE characters. The sketch of a text keeps the hashes of a fixed share of its shingles, chosen by the hash
itself, so that texts that share shingles share sketch members (Broder 1997, On the resemblance and containment of documents).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chithi.batch import SPACE, Array, Letters

SHINGLE = 8  # characters
SAMPLE = 2  # bits; of the shingles that start a word, one in 4 enters the sketch
UNSPACED = 0x0E00  # in scripts without spaces, from Thai on, one letter in 8 counts as the start of a word
RESEMBLANCE = 0.5  # share of shingles in common from which two texts count as near-duplicates
LIKELY = 0.2  # share of sketch members in common from which two texts are compared in full
FOLLOWED = 8  # train texts with one and the same sketch member that are followed up
FIRST, SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)  # odd multipliers, as in xxHash


def normalised(text: str) -> str:
    """A text as its lower-case letters and digits, single spaces between words; what is left is what makes a duplicate."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def shingles(text: str) -> set[str]:
    """The runs of SHINGLE characters of the normalised text."""
    plain = normalised(text)
    return {plain[i : i + SHINGLE] for i in range(max(1, len(plain) - SHINGLE + 1))}


def resemblance(one: str, two: str) -> float:
    """The Jaccard index of the two texts' shingles, from 0 to 1."""
    a, b = shingles(one), shingles(two)
    return len(a & b) / len(a | b)


@dataclass(slots=True)
class Texts:
    """Hashes and sketches of any number of texts, each known by its number: the order in which they were added."""

    count: int = 0
    digests: list[Array] = field(default_factory=list)
    members: list[Array] = field(default_factory=list)
    owners: list[Array] = field(default_factory=list)

    def add(self, texts: Sequence[str], letters: Letters) -> None:
        """Adds texts, whose letters may be followed by those of others; they themselves are not kept."""
        self.digests.append(np.fromiter(map(hash, texts), np.int64, len(texts)))
        end = int(letters.begins[len(texts) - 1] + letters.sizes[len(texts) - 1])
        units = np.zeros(end + SHINGLE, "<u2")
        units[:end] = letters.points[:end]
        opening = units[:end] == SPACE
        if units.max() >= UNSPACED:
            opening |= (units[:end] >= UNSPACED) & (units[:end] & 7 == 1)
        starts = np.flatnonzero(opening)
        grams = np.ndarray((end + SHINGLE // 2 + 1, 1), "<u8", units, strides=(2, 8))[:, 0]
        hashes = (grams[starts + 1] * FIRST ^ grams[starts + 1 + SHINGLE // 2] * SECOND) * FIRST
        chosen = np.flatnonzero(hashes >> np.uint64(64 - SAMPLE) == 0)
        self.members.append(hashes[chosen])
        counts = np.diff(np.searchsorted(starts[chosen], [*letters.begins[: len(texts)] - 1, end]))
        self.owners.append(np.repeat(np.arange(self.count, self.count + len(texts), dtype=np.int32), counts))
        self.count += len(texts)

    def merge(self, other: "Texts") -> None:
        """Adds the texts of another, behind one's own."""
        self.digests += other.digests
        self.members += other.members
        self.owners += [owners + self.count for owners in other.owners]
        self.count += other.count

    def repeated(self) -> Iterator[list[int]]:
        """Groups of texts that are the same."""
        digests = joined(self.digests, np.int64)
        order = np.argsort(digests, kind="stable")
        same = np.flatnonzero(digests[order][1:] == digests[order][:-1])
        for run in np.split(same, np.flatnonzero(np.diff(same) > 1) + 1) if same.size else ():
            yield sorted(int(n) for n in order[run[0] : run[-1] + 2])

    def likely_pairs(self, in_test: Array) -> Iterator[tuple[int, list[int]]]:
        """For texts of the test split (True in `in_test`) the train texts that may be near-duplicates, likeliest first."""
        members, owners = joined(self.members, np.uint64), joined(self.owners, np.int32)
        test = in_test[owners] if owners.size else np.zeros(0, bool)
        values, asking = np.unique(members[test], return_inverse=True)
        if not values.size:
            return
        known = np.minimum(np.searchsorted(values, members), len(values) - 1)
        train = np.flatnonzero(~test & (values[known] == members))
        if not train.size:
            return
        train = train[np.argsort(known[train], kind="stable")]
        starts = np.searchsorted(known[train], np.arange(len(values) + 1))
        # The first FOLLOWED train texts of every value, then all pairs of a test text with those of its values.
        places = starts[:-1, None] + np.arange(FOLLOWED)
        there = (places < starts[1:, None])[asking]
        pairs = (owners[test].astype(np.int64)[:, None] * self.count + owners[train][np.minimum(places, len(train) - 1)][asking])[there]
        pairs, shared = np.unique(pairs, return_counts=True)
        texts, others = np.divmod(pairs, max(self.count, 1))
        sizes = np.bincount(owners, minlength=self.count)
        likely = shared >= LIKELY * (sizes[texts] + sizes[others] - shared)
        found: dict[int, list[tuple[int, int]]] = {}
        for text, other, n in zip(texts[likely].tolist(), others[likely].tolist(), shared[likely].tolist(), strict=True):
            found.setdefault(text, []).append((-n, other))
        for text, scored in found.items():
            yield text, [other for _, other in sorted(scored)[:FOLLOWED]]


def joined(parts: list[Array], kind: Any) -> Array:
    """The parts as one array, which may be empty and takes their place, so that nothing is held twice."""
    if len(parts) != 1:
        parts[:] = [np.concatenate(parts) if parts else np.zeros(0, kind)]
    return parts[0]
