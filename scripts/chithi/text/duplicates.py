"""Texts that stand more than once, or nearly so: exact ones by their hash, near-duplicates by sketches of their shingles.

A shingle is a run of SHINGLE characters. The sketch of a text keeps the hashes of a fixed share of its shingles, chosen by what they
are, so that texts that share shingles share sketch members (Broder 1997, On the resemblance and containment of documents).
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
from msgspec import field

from chithi.text.code_points import SPACE, Array, CodePoints

SHINGLE = 8  # characters
SAMPLED = (1 << 16) // 3  # of the shingles that start a word, one in 3 enters the sketch: where a 16-bit hash of its letters is below
UNSPACED, LETTERS = 0x0E00, 2  # in scripts without spaces, from Thai on, any letter may start a word, one in 2 does
RESEMBLANCE = 0.5  # share of shingles in common from which two texts count as near-duplicates
LIKELY = 0.25  # share of sketch members in common from which two texts are compared in full
FOLLOWED = 8  # train texts with one and the same sketch member that are followed up
COMPARED = 3  # train texts, likeliest first, that a test text is compared with in full
AT_ONCE = 500  # texts of the test split that are followed up together
FILTER = 21  # bits of a sketch member by which those that one split alone has are told, but for a few, before the others are sorted
# Odd multipliers, the first two as in xxHash.
FIRST, SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
THIRD, FOURTH = np.uint16(0x9E37), np.uint16(0xB4F5)


def normalised(text: str) -> str:
    """A text as its lower-case letters and digits, single spaces between words; what is left is what makes a duplicate."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def shingles(text: str) -> set[str]:
    """The runs of SHINGLE characters of the normalised text."""
    plain = normalised(text)
    return {plain[i : i + SHINGLE] for i in range(max(1, len(plain) - SHINGLE + 1))}


def resemblance(one: set[str], two: set[str]) -> float:
    """The Jaccard index of two texts' shingles, from 0 to 1."""
    shared = len(one & two)
    return shared / (len(one) + len(two) - shared)


class SketchIndex(msgspec.Struct):
    """Hashes and sketches of any number of texts, each known by its number: the order in which they were added."""

    digests: list[Array] = field(default_factory=list)
    members: list[Array] = field(default_factory=list)  # of the sketches, text by text; as many arrays as there are of sizes
    sizes: list[Array] = field(default_factory=list)  # how many members each text has

    def add(self, texts: Sequence[str], letters: CodePoints) -> None:
        """Adds texts, whose letters may be followed by those of others; they themselves are not kept."""
        if not texts:
            return
        self.digests.append(digests(texts))
        end = int(letters.begins[len(texts) - 1] + letters.sizes[len(texts) - 1])
        units = np.zeros(end + SHINGLE, "<u2")
        units[:end] = letters.points[:end]
        mixed = (units[1 : end + 1] * THIRD ^ units[2 : end + 2] * FOURTH ^ units[4 : end + 4]) * THIRD
        opening = (units[:end] == SPACE) & (mixed < SAMPLED)
        if units.max() >= UNSPACED:
            opening |= (units[:end] >= UNSPACED) & (mixed < SAMPLED // LETTERS)
        starts = opening.nonzero()[0]
        grams = np.ndarray((end + SHINGLE // 2 + 1, 1), "<u8", units, strides=(2, 8))[:, 0]
        hashes = (grams[starts + 1] * FIRST ^ grams[starts + 1 + SHINGLE // 2] * SECOND) * FIRST
        self.members.append((hashes >> 32).astype(np.uint32))
        self.sizes.append(np.diff(np.searchsorted(starts, np.append(letters.begins[: len(texts)] - 1, end))))

    def merge(self, other: "SketchIndex") -> None:
        """Adds the texts of another, behind one's own."""
        self.digests += other.digests
        self.members += other.members
        self.sizes += other.sizes

    def repeated(self) -> list[list[int]]:
        """Groups of texts that may be the same."""
        return repeated(joined(self.digests, np.uint64))

    def likely_pairs(self, in_test: Array) -> Iterator[tuple[int, list[int]]]:
        """For texts of the test split (True in `in_test`) the train texts that may be near-duplicates, likeliest first."""
        members, owners = self.common(in_test)
        asking = in_test[owners]
        asked, asks = members[asking], owners[asking]
        order = np.argsort(members[~asking], kind="stable")
        answered, answers = members[~asking][order], owners[~asking][order]
        sizes, scored = np.concatenate([*self.sizes, asks[:0]]), dict[int, list[tuple[int, int]]]()
        begins = np.flatnonzero(np.diff(asks, prepend=-1))
        for start, end in pairwise([*begins[::AT_ONCE].tolist(), len(asks)]):
            # Every member of a test text with the first FOLLOWED train texts that have it, then how many members a pair of texts shares.
            first, behind = (np.searchsorted(answered, asked[start:end], side=side) for side in ("left", "right"))
            places = first[:, None] + np.arange(FOLLOWED)
            there = places < behind[:, None]
            pairs = np.repeat(asks[start:end] * len(in_test), there.sum(axis=1)) + answers[places[there]]
            pairs.sort()
            last = np.flatnonzero(np.diff(pairs, append=-1))
            texts, others = np.divmod(pairs[last], len(in_test))
            shared = np.diff(last, prepend=-1)
            likely = shared >= LIKELY * (sizes[texts] + sizes[others] - shared)
            for text, other, n in zip(texts[likely].tolist(), others[likely].tolist(), shared[likely].tolist(), strict=True):
                scored.setdefault(text, []).append((-n, other))
        for text, rivals in scored.items():
            yield text, [other for _, other in sorted(rivals)[:COMPARED]]

    def common(self, in_test: Array) -> tuple[Array, Array]:
        """Members that texts of both splits have, each with its text; a few that only one split has may be among them."""
        asked, answered = np.zeros(1 << FILTER, bool), np.zeros(1 << FILTER, bool)
        for members, tested in zip(self.members, self.of_members(in_test), strict=True):
            places = members >> np.uint32(32 - FILTER)
            asked[places[tested]] = answered[places[~tested]] = True
        in_both = asked & answered
        found, owned = [np.zeros(0, np.uint32)], [np.zeros(0, np.int64)]
        for members, owners in zip(self.members, self.of_members(np.arange(len(in_test))), strict=True):
            shared = np.flatnonzero(in_both[members >> np.uint32(32 - FILTER)])
            found.append(members[shared])
            owned.append(owners[shared])
        return np.concatenate(found), np.concatenate(owned)

    def of_members(self, values: Array) -> Iterator[Array]:
        """A value for each text as one for each of its members, array by array."""
        at = 0
        for sizes in self.sizes:
            yield np.repeat(values[at : at + len(sizes)], sizes)
            at += len(sizes)


def digests(texts: Sequence[str]) -> Array:
    """The CRC-32 and the length of each text, the same in every process: uint64. Of a million texts hardly any share theirs by chance."""
    checksums, sizes = (np.fromiter(column, np.uint64, len(texts)) for column in (map(zlib.crc32, map(str.encode, texts)), map(len, texts)))
    return checksums | sizes << np.uint64(32)


def repeated(digests: Array) -> list[list[int]]:
    """Groups of numbers whose digests are the same."""
    ordered = np.sort(digests)
    doubled = ordered[1:][ordered[1:] == ordered[:-1]]
    groups: dict[int, list[int]] = {}
    for n in np.flatnonzero(np.isin(digests, doubled)).tolist() if doubled.size else ():
        groups.setdefault(int(digests[n]), []).append(n)
    return list(groups.values())


def joined(parts: list[Array], kind: Any) -> Array:
    """The parts as one array, which may be empty and takes their place, so that nothing is held twice."""
    if len(parts) != 1:
        parts[:] = [np.concatenate(parts) if parts else np.zeros(0, kind)]
    return parts[0]
