"""Hashes of two bytes of runs of a stream: the same in every process, on every machine and in any language.

The hash of letters c1 ... cn, which are code points, is made of 64-bit integers without sign:

    h = 0
    for each letter c:  h = h * BASE + c   (modulo 2**64)
    h = (h xor h >> 32) * MIX              (modulo 2**64)
    the hash is h >> 48
"""

from functools import cache

import numpy as np

from chithi.text.code_points import Array

BASE, MIX = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93
WORD = 1 << 64


@cache
def powers(count: int) -> Array:
    """BASE to the power of count - 1, ..., 1, 0, modulo 2**64: uint64."""
    return np.array([pow(BASE, n, WORD) for n in range(count - 1, -1, -1)], np.uint64)


def mixed(sums: Array) -> Array:
    """The hashes, uint16, of the sums that the letters give: uint64."""
    found: Array = (((sums ^ (sums >> np.uint64(32))) * np.uint64(MIX)) >> np.uint64(48)).astype(np.uint16)
    return found


def fingerprint(letters: Array) -> int:
    """The hash of a run of letters, uint64.

    >>> fingerprint(np.array([ord(c) for c in "chithi"], np.uint64))
    40586
    """
    return int(mixed((letters * powers(len(letters))).sum(keepdims=True))[0])


def window_sums(letters: Array, length: int) -> Array:
    """For each run of `length` letters, by its position, the sum of which `mixed` makes its hash: uint64.

    The runs are doubled, so that 24 letters take five multiplications each.
    """
    if len(letters) < length:
        return np.zeros(0, np.uint64)
    sums, size = letters, 1
    for bit in bin(length)[3:]:
        sums = sums[: len(sums) - size] * np.uint64(pow(BASE, size, WORD)) + sums[size:]
        size *= 2
        if bit == "1":
            sums = sums[:-1] * np.uint64(BASE) + letters[size : size + len(sums) - 1]
            size += 1
    return sums
