"""Duplicates and near-duplicates: duplicates by the hash of the text, near-duplicates by sketches of shingles.

A shingle is a run of SHINGLE characters of a normalised text. The sketch of a text keeps the hashes of a share of its
shingles. Their content decides which ones, so texts that share shingles share sketch members (Broder 1997, On the
resemblance and containment of documents). The shorter a text, the larger the share; the sketch of a longer text is part
of what the sketch would be if it were shorter.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
from msgspec import field

from chithi.text.code_points import SPACE, Array, CodePoints
from chithi.text.folding import Folded, fold, normalised

SHINGLE = 8  # characters
# A shingle at the start of a word enters the sketch if a 16-bit hash of its letters is below SAMPLED: one in 3 does.
SAMPLED = (1 << 16) // 3
# In scripts without spaces, from UNSPACED (Thai) on, a shingle at any letter may enter: one in 3 * LETTERS does.
UNSPACED, LETTERS = 0x0E00, 2
# If fewer than FEW enter, one in 6 of the shingles at any letter enters as well; of a text under SHORT, all do.
FEW, AT_LETTERS, SHORT = 8, (1 << 16) // 6, 72
RESEMBLANCE = 0.5  # texts with at least this share of shingles in common are near-duplicates
# Of the smaller of two sketches of n members, near-duplicates share EXPECTED * n or more on average. Texts that share
# fewer by 3 standard deviations, DEVIATION * sqrt(n), are not compared in full.
EXPECTED, DEVIATION = 2 / 3, 3 * (2 / 9) ** 0.5
FOLLOWED = 8  # of the train texts that have a sketch member, at most so many count
COMPARED = 4  # a test text is compared in full with at most so many train texts, the likeliest first
AT_ONCE = 500  # texts of the test split that are looked up together
LENGTH = 32  # the bit of a digest from which on it is the length of the text
FILTER = 21  # bits of a sketch member by which `common` recognises it
# Odd multipliers; the first two are those of xxHash.
FIRST, SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
THIRD, FOURTH = np.uint16(0x9E37), np.uint16(0xB4F5)
# The bits of the first and the last 4 code points of a shingle that a text of 0, 1, ..., SHINGLE characters fills.
FILLED = [np.array([(1 << 16 * min(max(n - off, 0), 4)) - 1 for n in range(SHINGLE + 1)], np.uint64) for off in (0, 4)]


def shingles(text: str) -> set[str]:
    """The runs of SHINGLE characters of the normalised text. A shorter text is its only shingle; an empty one has none.

    >>> sorted(shingles("Rada Kraju!"))
    ['ada kraj', 'da kraju', 'rada kra']
    """
    plain = normalised(text)
    return {plain[i : i + SHINGLE] for i in range(max(1, len(plain) - SHINGLE + 1))} - {""}


def resemblance(one: set[str], two: set[str]) -> float:
    """The Jaccard index of two texts' shingles, from 0 to 1; 0 if there are none."""
    shared = len(one & two)
    return shared / (len(one) + len(two) - shared) if shared else 0.0


# These three take arrays, or columns of a DataFrame with functions for columns.
def share_enough(shared: Any, fewer: Any, sqrt: Callable[[Any], Any]) -> Any:
    """Whether texts share so many sketch members that they may be near-duplicates; `fewer` is the smaller sketch."""
    return shared >= EXPECTED * fewer - DEVIATION * sqrt(fewer)


def alike_in_length(shorter: Any, longer: Any, or_shingle: Callable[[Any], Any]) -> Any:
    """Whether the shorter of two texts has at least half as many shingles as the longer, as near-duplicates have.

    `or_shingle` gives a length, or SHINGLE if that is larger.
    """
    return or_shingle(shorter) - SHINGLE + 1 >= RESEMBLANCE * (or_shingle(longer) - SHINGLE + 1)


def close(shared: Any, one: Any, two: Any) -> Any:
    """How near texts seem to be that share sketch members, by the sizes of both sketches."""
    return shared * shared / (one * two)


class SketchIndex(msgspec.Struct):
    """Hashes and sketches of normalised texts. Texts are numbered in the order in which they were added.

    Each list holds one array for each `add`:
    digests: uint64, shape (texts,). members: uint32, shape (sketch members,), text by text.
    sizes: int64, shape (texts,), the number of members of each text.
    """

    digests: list[Array] = field(default_factory=list)
    members: list[Array] = field(default_factory=list)
    sizes: list[Array] = field(default_factory=list)

    def add(self, texts: Sequence[str], letters: CodePoints, decomposed: Iterable[int] = ()) -> None:
        """Adds texts, which are not kept. `letters` holds their code points, and may go on with other texts.

        `decomposed` has the numbers of those that are not in NFC.
        """
        if not texts:
            return
        folded = fold(texts, letters, decomposed)
        self.digests.append(digests_of(folded))
        members, owners = sketches(folded)
        self.members.append(members)
        self.sizes.append(np.bincount(owners, minlength=len(texts)))

    def merge(self, other: "SketchIndex") -> None:
        """Appends the texts of another index."""
        self.digests += other.digests
        self.members += other.members
        self.sizes += other.sizes

    def repeated(self) -> list[list[int]]:
        """Groups of texts that are probably equal in normalised form: the numbers of those that share a digest."""
        return repeated(joined(self.digests, np.uint64))

    def near_duplicates(
        self, in_test: Array, texts_of: Callable[[Iterable[int]], Mapping[int, str]]
    ) -> Iterator[tuple[int, int, float]]:
        """Each test text with a near-duplicate among the train texts, the nearest one, and their resemblance.

        `texts_of` gives the texts with certain numbers. in_test: bool, shape (texts,), True for texts of the test
        split, False for those of the train split.
        """
        pairs = list(self.likely_pairs(in_test))
        runs = {n: shingles(text) for n, text in texts_of(n for test, likely in pairs for n in (test, *likely)).items()}
        for test, likely in pairs:
            score, train = max((resemblance(runs[test], runs[n]), -n) for n in likely)
            if score >= RESEMBLANCE:
                yield test, -train, score

    def likely_pairs(self, in_test: Array) -> Iterator[tuple[int, list[int]]]:
        """For each test text that has any, the train texts that may be near-duplicates, the likeliest first."""
        members, owners = self.common(in_test)
        of_test = in_test[owners]
        test_members, test_owners = members[of_test], owners[of_test]
        order = np.argsort(members[~of_test], kind="stable")
        train_members, train_owners = members[~of_test][order], owners[~of_test][order]
        sizes, scored = np.concatenate([*self.sizes, test_owners[:0]]), self.equal(in_test)
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
            likely = share_enough(shared, np.minimum(sizes[texts], sizes[others]), np.sqrt)
            likely &= self.as_long(texts, others)
            closeness = close(shared, sizes[texts], sizes[others])[likely]
            for text, other, near in zip(
                texts[likely].tolist(), others[likely].tolist(), closeness.tolist(), strict=True
            ):
                scored.setdefault(text, []).append((-near, other))
        for text, rivals in scored.items():
            yield text, [other for _, other in sorted(rivals)[:COMPARED]]

    def as_long(self, texts: Array, others: Array) -> Array:
        """Whether one text of each pair has at least half as many shingles as the other, as near-duplicates have."""
        lengths = (joined(self.digests, np.uint64) >> np.uint64(LENGTH)).astype(np.int64)
        one, two = lengths[texts], lengths[others]
        found: Array = alike_in_length(np.minimum(one, two), np.maximum(one, two), lambda n: np.maximum(n, SHINGLE))
        return found

    def equal(self, in_test: Array) -> dict[int, list[tuple[float, int]]]:
        """For each test text that is probably equal to a train text, one such text, after a number for sorting."""
        hashes = joined(self.digests, np.uint64)
        train = np.flatnonzero(~in_test)
        train = train[np.argsort(hashes[train], kind="stable")]
        at = np.searchsorted(hashes[train], hashes[in_test])
        same = np.append(hashes[train], 0)[at] == hashes[in_test]
        pairs = zip(np.flatnonzero(in_test)[same].tolist(), train[at[same]].tolist(), strict=True)
        return {test: [(-np.inf, other)] for test, other in pairs}

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


def sketches(folded: Folded) -> tuple[Array, Array]:
    """The sketch members of texts, uint32, text by text, and the number of the text of each: int64."""
    sizes, end = folded.sizes, len(folded.points)
    units = np.zeros(end + SHINGLE, "<u2")
    units[:end] = folded.points
    chosen = units[1 : end + 1] * THIRD
    chosen ^= units[2 : end + 2] * FOURTH
    chosen ^= units[4 : end + 4]
    chosen *= THIRD
    opening = (units[:end] == SPACE) & (chosen < SAMPLED)
    if units.max() >= UNSPACED:
        opening |= (units[:end] >= UNSPACED) & (chosen < SAMPLED // LETTERS)
    starts = opening.nonzero()[0] + 1
    bounds = np.searchsorted(starts, np.append(folded.begins, end + 1))
    starts, owners = starts[bounds[0] :], np.repeat(np.arange(len(sizes)), np.diff(bounds))
    whole = starts + SHINGLE <= (folded.begins + sizes)[owners]
    starts, owners = starts[whole], owners[whole]
    few = (np.bincount(owners, minlength=len(sizes)) < FEW) | (sizes < SHORT)
    more, of_more = at_any_letter(folded, few, opening | (chosen < AT_LETTERS))
    starts, owners = np.append(starts[~few[owners]], more), np.append(owners[~few[owners]], of_more)
    order = np.argsort(owners, kind="stable")
    starts, owners = starts[order], owners[order]
    # A view of the code points as overlapping uint64 of 4 code points each; two of them are a shingle.
    grams = np.ndarray((end + SHINGLE // 2 + 1, 1), "<u8", units, strides=(2, 8))[:, 0]
    one, two = grams[starts], grams[starts + SHINGLE // 2]
    left = (folded.begins + sizes)[owners] - starts
    for n in np.flatnonzero(left < SHINGLE).tolist():
        one[n], two[n] = one[n] & FILLED[0][left[n]], two[n] & FILLED[1][left[n]]
    return ((one * FIRST ^ two * SECOND) * FIRST >> np.uint64(32)).astype(np.uint32), owners


def at_any_letter(folded: Folded, few: Array, chosen: Array) -> tuple[Array, Array]:
    """Where the shingles begin that enter the sketches of texts with few members, and the number of the text of each.

    few: bool, shape (texts,). chosen: bool, for each code point whether the shingle behind it is likely to enter.
    """
    texts = np.flatnonzero(few & (folded.sizes > 0))
    counts = np.maximum(folded.sizes[texts] - SHINGLE + 1, 1)
    owners = np.repeat(texts, counts)
    starts = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts) + folded.begins[owners]
    enter = chosen[starts - 1] | (folded.sizes < SHORT)[owners]
    return starts[enter], owners[enter]


def digests_of(folded: Folded) -> Array:
    """The digests of normalised texts, as `digests` makes them: uint64, shape (texts,)."""
    view = memoryview(folded.points.tobytes())
    begins, ends = (folded.begins * 2).tolist(), ((folded.begins + folded.sizes) * 2).tolist()
    checksums = [zlib.crc32(view[begin:end]) for begin, end in zip(begins, ends, strict=True)]
    return np.array(checksums, np.uint64) | folded.sizes.astype(np.uint64) << np.uint64(LENGTH)


def digests(texts: Sequence[str]) -> Array:
    """The CRC-32 and the length of each text as one number: uint64, shape (texts,).

    It is the same in every process, unlike `hash`. Among a million texts, hardly any pair shares one by chance.
    """
    checksums = np.fromiter(map(zlib.crc32, map(str.encode, texts)), np.uint64, len(texts))
    lengths = np.fromiter(map(len, texts), np.uint64, len(texts))
    return checksums | lengths << np.uint64(LENGTH)


def repeated(digests: Array) -> list[list[int]]:
    """Groups of indices with equal digests.

    >>> repeated(np.array([7, 5, 7]))
    [[0, 2]]
    """
    ordered = np.sort(digests)
    groups: dict[int, list[int]] = {digest: [] for digest in ordered[1:][ordered[1:] == ordered[:-1]].tolist()}
    for n, digest in enumerate(digests.tolist()) if groups else ():
        if digest in groups:
            groups[digest].append(n)
    return sorted(groups.values())


def joined(parts: list[Array], kind: Any) -> Array:
    """The parts as one array, which replaces them in the list, so that memory holds the values once."""
    if len(parts) != 1:
        parts[:] = [np.concatenate(parts) if parts else np.zeros(0, kind)]
    return parts[0]
