"""How many near-duplicates are found, by the length of the text and by what was changed in it.

    python -m tests.recall [SEED]

Texts of the corpus, cut to certain numbers of words, are the train split; the same texts with a change are the test
split. Of the pairs whose resemblance is 0.5 or more, all should be found. The table gives the share that is, and the
number of such pairs.
"""

import json
import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np

from chithi.records.layout import shipped, statement_files
from chithi.text.code_points import CodePoints
from chithi.text.duplicates import RESEMBLANCE, SketchIndex, resemblance, shingles

LENGTHS = {"1-5": (1, 5), "6-20": (6, 20), "21-50": (21, 50), "50+": (51, 120)}
UNSPACED = "\u0e00-\u0eff\u3005-\u30ff\u3400-\u9fff"
WORD = re.compile(rf"[{UNSPACED}]{{1,2}}|[^{UNSPACED}\s]+")
Words = list[str]
Draw = random.Random


def words_of(text: str) -> Words:
    """The words of a text with what follows them; in scripts without spaces, pairs of letters."""
    starts = [m.start() for m in WORD.finditer(text)]
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def another(draw: Draw, words: Words, others: Words) -> str:
    """A word of another text, with the space that a word has here."""
    return draw.choice(others).strip() + (" " if words[0].endswith(" ") else "")


def one_word(draw: Draw, words: Words, others: Words) -> Words:
    at = draw.randrange(len(words))
    return [*words[:at], another(draw, words, others), *words[at + 1 :]]


def without_a_word(draw: Draw, words: Words, others: Words) -> Words:
    at = draw.randrange(len(words))
    return words[:at] + words[at + 1 :]


def half(draw: Draw, words: Words, others: Words) -> Words:
    """A third to a half of the words in a row are others: more would be another text."""
    count = draw.randint(len(words) // 3, (len(words) + 1) // 2)
    at = draw.choice([0, len(words) - count])
    return [*words[:at], *(another(draw, words, others) for _ in range(count)), *words[at + count :]]


def scattered(draw: Draw, words: Words, others: Words) -> Words:
    """Every word is another one with a chance of one in eight."""
    return [another(draw, words, others) if draw.random() < 1 / 8 else word for word in words]


def on_text(change: Callable[[str], str]) -> Callable[[Draw, Words, Words], Words]:
    return lambda draw, words, others: [change("".join(words))]


CHANGES: dict[str, Callable[[Draw, Words, Words], Words]] = {
    "none": on_text(str),
    "capitals": on_text(str.upper),
    "NFD": on_text(lambda text: unicodedata.normalize("NFD", text)),
    "NFKC": on_text(lambda text: unicodedata.normalize("NFKC", text)),
    "no punctuation": on_text(lambda text: re.sub(r"[,.;:!?()«»„“”\"'’–—-]", "", text)),
    "punctuation": on_text(lambda text: f"«{text.replace(' ', ', ')}»!"),
    "one word": one_word,
    "a word less": without_a_word,
    "some words": scattered,
    "half of the words": half,
}


def corpus_texts() -> list[str]:
    lines = (line for path in statement_files(shipped("corpus")) for line in path.read_bytes().splitlines())
    return [json.loads(line)["text"] for line in lines]


def originals(texts: Iterable[str], low: int, high: int, draw: Draw) -> list[Words]:
    """The texts, cut to a number of words from `low` to `high`; shorter ones are joined until they have as many."""
    found, joined = [], Words()
    for text in texts:
        words = [*words_of(text), " "] if len(joined) else words_of(text)
        joined = joined + words if low > len(joined) else words
        if len(joined) >= low:
            at, count = draw.randrange(len(joined) - low + 1), draw.randint(low, high)
            found.append(joined[at : at + count])
    return found


def recall(seed: int) -> dict[tuple[str, str], tuple[int, int]]:
    """By length and change: how many of the changed texts were found, and how many should be."""
    draw, texts, cells = random.Random(seed), corpus_texts(), Counter[tuple[str, str, bool]]()
    for length, (low, high) in LENGTHS.items():
        train = originals(texts, low, high, draw)
        changed = [
            (name, n, "".join(change(draw, words, draw.choice(train))))
            for name, change in CHANGES.items()
            for n, words in enumerate(train)
        ]
        every = ["".join(words) for words in train] + [text for _, _, text in changed]
        found = found_in(every, len(train))
        runs = list(map(shingles, every))
        for at, (name, n, _) in enumerate(changed, len(train)):
            if resemblance(runs[at], runs[n]) >= RESEMBLANCE:
                cells[length, name, at in found] += 1
    return {
        (length, name): (cells[length, name, True], cells[length, name, True] + cells[length, name, False])
        for length in LENGTHS
        for name in CHANGES
    }


def found_in(texts: list[str], first: int) -> set[int]:
    """The texts from number `first` on that have a near-duplicate before it."""
    index, size = SketchIndex(), 1000
    for at in range(0, len(texts), size):
        block = texts[at : at + size]
        decomposed = [n for n, text in enumerate(block) if not unicodedata.is_normalized("NFC", text)]
        index.add(block, CodePoints(block), decomposed)
    in_test = np.arange(len(texts)) >= first
    return {test for test, _, _ in index.near_duplicates(in_test, lambda numbers: {n: texts[n] for n in numbers})}


def table(cells: dict[tuple[str, str], tuple[int, int]]) -> str:
    """The cells as a table, one line a change."""
    lines = [f"{'change':<18}" + "".join(f"{length + ' words':>20}" for length in LENGTHS)]
    for name in CHANGES:
        row = [cells[length, name] for length in LENGTHS]
        lines.append(f"{name:<18}" + "".join(f"{shown(*cell):>20}" for cell in row))
    return "\n".join([*lines, "", f"all: {shown(*map(sum, zip(*cells.values(), strict=True)))}"])


def shown(found: int, there: int) -> str:
    return f"{found / there:.4f} of {there}" if there else "-"


if __name__ == "__main__":
    sys.stdout.write(table(recall(int(sys.argv[1]) if sys.argv[1:] else 7)) + "\n")
