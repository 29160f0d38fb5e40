"""Duplicates and near-duplicates: duplicates by the hash of the text, near-duplicates by sketches of shingles.

A shingle is a run of SHINGLE characters. The sketch of a text keeps the hashes of a fixed share of its shingles. Their
content decides which ones, so texts that share shingles share sketch members (Broder 1997, On the resemblance and
containment of documents).
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
# A shingle at the start of a word enters the sketch if a 16-bit hash of its letters is below SAMPLED: one in 3 does.
SAMPLED = (1 << 16) // 3
# In scripts without spaces, from UNSPACED (Thai) on, a shingle at any letter may enter: one in 3 * LETTERS does.
UNSPACED, LETTERS = 0x0E00, 2
RESEMBLANCE = 0.5  # texts with at least this share of shingles in common are near-duplicates
LIKELY = 0.25  # texts with at least this share of sketch members in common are compared in full
FOLLOWED = 8  # of the train texts that have a sketch member, at most so many count
COMPARED = 3  # a test text is compared in full with at most so many train texts, the likeliest first
AT_ONCE = 500  # texts of the test split that are looked up together
FILTER = 21  # bits of a sketch member by which `common` recognises it
# Odd multipliers; the first two are those of xxHash.
FIRST, SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
THIRD, FOURTH = np.uint16(0x9E37), np.uint16(0xB4F5)


def normalised(text: str) -> str:
    """A text as lower-case letters and digits, with single spaces between words; duplicates are equal in this form.

    >>> normalised("Học tập, và LÀM THEO!")
    'học tập và làm theo'
    """
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def shingles(text: str) -> set[str]:
    """The runs of SHINGLE characters of the normalised text; a shorter text is its only shingle."""
    plain = normalised(text)
    return {plain[i : i + SHINGLE] for i in range(max(1, len(plain) - SHINGLE + 1))}


def resemblance(one: set[str], two: set[str]) -> float:
    """The Jaccard index of two texts' shingles, from 0 to 1."""
    shared = len(one & two)
    return shared / (len(one) + len(two) - shared)


class SketchIndex(msgspec.Struct):
    """Hashes and sketches of texts. Texts are numbered in the order in which they were added.

    Each list holds one array for each `add`:
    digests: uint32, shape (texts,). members: uint32, shape (sketch members,), text by text.
    sizes: int64, shape (texts,), the number of members of each text.
    """

    digests: list[Array] = field(default_factory=list)
    members: list[Array] = field(default_factory=list)
    sizes: list[Array] = field(default_factory=list)

    def add(self, texts: Sequence[str], letters: CodePoints) -> None:
        """Adds texts, which are not kept. `letters` holds their code points, and may go on with other texts."""
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
        # A view of the code points as overlapping uint64 of 4 code points each; two of them are a shingle.
        grams = np.ndarray((end + SHINGLE // 2 + 1, 1), "<u8", units, strides=(2, 8))[:, 0]
        hashes = (grams[starts + 1] * FIRST ^ grams[starts + 1 + SHINGLE // 2] * SECOND) * FIRST
        self.members.append((hashes >> 32).astype(np.uint32))
        self.sizes.append(np.diff(np.searchsorted(starts, np.append(letters.begins[: len(texts)] - 1, end))))

    def merge(self, other: "SketchIndex") -> None:
        """Appends the texts of another index."""
        self.digests += other.digests
        self.members += other.members
        self.sizes += other.sizes

    def repeated(self) -> list[list[int]]:
        """Groups of texts that are probably equal: the numbers of those that share a digest."""
        return repeated(joined(self.digests, np.uint64))

    def likely_pairs(self, in_test: Array) -> Iterator[tuple[int, list[int]]]:
        """For each test text that has any, the train texts that may be near-duplicates, the likeliest first.

        in_test: bool, shape (texts,), True for texts of the test split, False for those of the train split.
        """
        members, owners = self.common(in_test)
        of_test = in_test[owners]
        test_members, test_owners = members[of_test], owners[of_test]
        order = np.argsort(members[~of_test], kind="stable")
        train_members, train_owners = members[~of_test][order], owners[~of_test][order]
        sizes, scored = np.concatenate([*self.sizes, test_owners[:0]]), dict[int, list[tuple[int, int]]]()
        begins = np.flatnonzero(np.diff(test_owners, prepend=-1))
        for start, end in pairwise([*begins[::AT_ONCE].tolist(), len(test_owners)]):
            # Pair each member of a test text with the first FOLLOWED train texts that have it. Then count the members
            # that each pair of texts shares.
            first, stop = (np.searchsorted(train_members, test_members[start:end], side) for side in ("left", "right"))
            indices = first[:, None] + np.arange(FOLLOWED)
            same = indices < stop[:, None]
            pairs = np.repeat(test_owners[start:end] * len(in_test), same.sum(axis=1)) + train_owners[indices[same]]
            pairs.sort()
            last = np.flatnonzero(np.diff(pairs, append=-1))
            texts, others = np.divmod(pairs[last], len(in_test))
            shared = np.diff(last, prepend=-1)
            likely = shared >= LIKELY * (sizes[texts] + sizes[others] - shared)
            for text, other, count in np.column_stack([texts, others, shared])[likely].tolist():
                scored.setdefault(text, []).append((-count, other))
        for text, rivals in scored.items():
            yield text, [other for _, other in sorted(rivals)[:COMPARED]]

    def common(self, in_test: Array) -> tuple[Array, Array]:
        """The sketch members that texts of both splits have, and the number of the text of each.

        Members are compared by their first FILTER bits, so a few that only one split has are included. This leaves far
        fewer members to sort.
        """
        seen_in_test, seen_in_train = np.zeros(1 << FILTER, bool), np.zeros(1 << FILTER, bool)
        for members, of_test in zip(self.members, self.of_members(in_test), strict=True):
            cells = members >> np.uint32(32 - FILTER)
            seen_in_test[cells[of_test]] = seen_in_train[cells[~of_test]] = True
        in_both = seen_in_test & seen_in_train
        found, owned = [np.zeros(0, np.uint32)], [np.zeros(0, np.int64)]
        for members, owners in zip(self.members, self.of_members(np.arange(len(in_test))), strict=True):
            shared = np.flatnonzero(in_both[members >> np.uint32(32 - FILTER)])
            found.append(members[shared])
            owned.append(owners[shared])
        return np.concatenate(found), np.concatenate(owned)

    def of_members(self, values: Array) -> Iterator[Array]:
        """Repeats the value of each text for each of its sketch members, array by array."""
        at = 0
        for sizes in self.sizes:
            yield np.repeat(values[at : at + len(sizes)], sizes)
            at += len(sizes)


def digests(texts: Sequence[str]) -> Array:
    """The CRC-32 and the length of each text as one number: uint64, shape (texts,).

    It is the same in every process, unlike `hash`. Among a million texts, hardly any pair shares one by chance.
    """
    checksums = np.fromiter(map(zlib.crc32, map(str.encode, texts)), np.uint64, len(texts))
    lengths = np.fromiter(map(len, texts), np.uint64, len(texts))
    return checksums | lengths << np.uint64(32)


def repeated(digests: Array) -> list[list[int]]:
    """Groups of indices with equal digests.

    >>> repeated(np.array([7, 5, 7]))
    [[0, 2]]
    """
    ordered = np.sort(digests)
    doubled = ordered[1:][ordered[1:] == ordered[:-1]]
    groups: dict[int, list[int]] = {}
    for n in np.flatnonzero(np.isin(digests, doubled)).tolist() if doubled.size else ():
        groups.setdefault(int(digests[n]), []).append(n)
    return list(groups.values())


def joined(parts: list[Array], kind: Any) -> Array:
    """The parts as one array, which replaces them in the list, so that memory holds the values once."""
    if len(parts) != 1:
        parts[:] = [np.concatenate(parts) if parts else np.zeros(0, kind)]
    return parts[0]
