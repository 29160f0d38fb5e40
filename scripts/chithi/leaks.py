"""Near-duplicate texts across the splits, found by sketches of byte 8-grams and confirmed by their exact resemblance."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

GRAM = 8  # bytes of a shingle
SAMPLE = 16  # one shingle in so many enters a text's sketch
RESEMBLANCE = 0.5  # share of shingles in common from which two texts count as near-duplicates
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 divided by the golden ratio (Knuth's multiplicative hashing)
RAREST = 6  # sketch members by which a text looks for its like


def normalised(text: str) -> str:
    """A text as its lower-case letters and digits, single spaces between words; what is left is what makes a duplicate."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def shingles(text: str) -> set[bytes]:
    """The byte 8-grams of the normalised text."""
    data = normalised(text).encode()
    return {data[i : i + GRAM] for i in range(max(1, len(data) - GRAM + 1))}


def resemblance(one: str, two: str) -> float:
    """The Jaccard index of the two texts' shingles, from 0 to 1 (Broder 1997, On the resemblance and containment of documents)."""
    a, b = shingles(one), shingles(two)
    return len(a & b) / len(a | b)


def sketch(text: str) -> list[int]:
    """The hashes of the text's shingles that SAMPLE divides: the same for the same shingle in every text (Broder's mod-m sketch)."""
    data = normalised(text).encode().ljust(GRAM)
    grams = np.ndarray(len(data) - GRAM + 1, "<u8", data, strides=(1,))
    hashes = (grams * MULTIPLIER) >> np.uint64(24)
    return [int(h) for h in np.unique(hashes[hashes % SAMPLE == 0])]


def near_duplicates(train: Sequence[str], test: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Pairs of indices (test, train) of texts whose resemblance is at least RESEMBLANCE, the closest train text of each test text."""
    index: dict[int, list[int]] = {}
    for n, text in enumerate(train):
        for value in sketch(text):
            index.setdefault(value, []).append(n)
    for n, text in enumerate(test):
        rarest = sorted((index[value] for value in sketch(text) if value in index), key=len)[:RAREST]
        likely = Counter(i for texts in rarest for i in texts).most_common(RAREST)
        scored = [(resemblance(text, train[i]), i) for i, _ in likely]
        best, i = max(scored, default=(0.0, -1))
        if best >= RESEMBLANCE:
            yield n, i, best
