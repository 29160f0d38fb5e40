"""Classes of characters, for tests of whole columns of code points at once.

A character outside the runs that are known to be harmless is SUSPICIOUS, and leads to a closer check.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

SIGN, LATIN, OTHER, ALONE, TOKEN, MARK, SUSPICIOUS = 0, 1, 2, 4, 8, 16, 128
# Letters and signs that no rule about characters reports. Each pair is the first and the last character of a run.
# A LATIN letter may not stand beside an OTHER letter. An ALONE letter may stand beside any, and so may a TOKEN, which
# is a token by itself.
PLAIN = {
    SIGN: " !\"#$%&'()*+,-./0123456789:;<=>?[]_§°«»·¿¡–—‘’“”„…№،؛؟。、「」『』（），：；！？《》・〜ºª۔",
    LATIN: "AZ az ÀÖ Øö øɏ Ạỹ".split(),
    OTHER: "ΆΆ ΈΊ ΌΌ ΎΡ Σώ ЁЁ Ая ёё ЄЄ ІЇ єє ії Ґґ ءغ في پپ چچ ڈڈ ڑڑ ژژ ٹٹ کک گگ ںں ھھ ہہ یی ےے".split(),
    ALONE: "את अह ऽऽ ॐॐ ।॥ অঌ এঐ ওন পর লল শহ ৎৎ".split(),
    TOKEN: "กะ าำ เๆ ぁゔ 々〇 ァヺ ーー 一鿿 가힣".split(),
}
# Combining marks of the scripts above, in hexadecimal. NFC keeps most of them, for want of a precomposed form.
MARKS = (
    "300-34e 350-36f 591-5bd 5bf 5c1-5c2 5c4-5c5 5c7 610-61a 64b-65f 670"
    " 900-903 93a-93c 93e-94f 981-983 9bc 9be-9c4 9c7-9c8 9cb-9cd e31 e34-e3a e47-e4e"
)
# Characters that show nothing, or stand for one that is lost, though Unicode takes them for marks, letters or signs.
HIDDEN = {*"\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\ufffd", *map(chr, range(0xFE00, 0xFE10))}
LOOSE, BREAK, POINT = 1, 2, 4
# A span neither begins nor ends with a LOOSE sign, and does not end with two POINTs. A span that ends beside a BREAK
# cuts neither a word nor a letter.
AT_EDGES = {LOOSE: " ,;:،؛。、", BREAK: " ,.;:!?()«»„“”\"'’–—-/،؛؟", POINT: "."}


def character_classes() -> Array:
    """The class of every code point of the Basic Multilingual Plane: uint8, shape (65536,)."""
    classes = np.full(0x10000, SUSPICIOUS, np.uint8)
    for kind, letters in PLAIN.items():
        for pair in letters:
            classes[ord(pair[0]) : ord(pair[-1]) + 1] = kind
    for run in MARKS.split():
        first, _, last = run.partition("-")
        classes[int(first, 16) : int(last or first, 16) + 1] = MARK
    return classes


def edge_classes() -> Array:
    """The meaning of every code point at the edge of a span: uint8, shape (65536,), bits of TOKEN, MARK, AT_EDGES."""
    classes = CLASSES & (TOKEN | MARK)
    classes[CLASSES == SUSPICIOUS] = MARK  # it may be a mark, as may a code point beyond those with classes
    for kind, signs in AT_EDGES.items():
        classes[list(map(ord, signs))] |= kind
    return classes


CLASSES = character_classes()
EDGES = edge_classes()
