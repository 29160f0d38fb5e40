"""Articles in disguise: a page's text that knows of each character where in the article it comes from."""

import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from chithi.text.stream import letters_of

Origin = tuple[int, int] | None  # paragraph and offset in the article; None for what is not the article's
Traced = list[tuple[str, Origin]]  # characters of one line of a page
Edit = Callable[[list[Traced], random.Random, "Marked"], list[Traced]]


class Marked(NamedTuple):
    paragraph: int
    start: int
    end: int


def traced(paragraphs: Sequence[str]) -> list[Traced]:
    return [[(c, (n, at)) for at, c in enumerate(text)] for n, text in enumerate(paragraphs)]


def foreign(text: str) -> Traced:
    return [(c, None) for c in text]


def plain(line: Traced) -> str:
    return "".join(c for c, _ in line)


def page_of(lines: Iterable[Traced]) -> Traced:
    page: Traced = []
    for line in lines:
        page += [*line, ("\n", None)]
    return page


def is_right(page: Traced, start: int, end: int, span: Marked, paragraph: str) -> bool:
    """Whether a slice of the page has all letters of a span of the article in order, and no others."""
    found = [origin for c, origin in page[start:end] if letters_of(c)]
    wanted = [(span.paragraph, at) for at in range(span.start, span.end) if letters_of(paragraph[at])]
    return list(dict.fromkeys(found)) == wanted and None not in found


MENU = (
    "Trang chủ | Thời sự | Chính trị | Kinh tế",
    "Home News Politics Economy",
    "© 2026 All rights reserved. Contact us",
)
CAPTION = "Photo: delegates at the session (archive picture of the editors)"
WORDS = "mango river lantern bicycle seven umbrella harbour violet".split()


def words_in(line: Traced) -> list[tuple[int, int]]:
    return [(m.start(), m.end()) for m in re.finditer(r"\w{3,}", plain(line))]


def sentences_in(line: Traced) -> list[tuple[int, int]]:
    return [(m.start(), m.end()) for m in re.finditer(r"[^.!?。]{20,}[.!?。]?", plain(line))]


def mapped(change: Callable[[str], str]) -> Edit:
    return lambda lines, rng, spans: [[(d, o) for c, o in line for d in change(c)] for line in lines]


def exact(lines, rng, spans):
    return lines


def joined(lines, rng, spans):
    return [[pair for line in lines for pair in [*line, (" ", None)]]]


def split(lines, rng, spans):
    return [line[start:end] for line in lines for start, end in sentences_in(line)] or lines


def wrapped(lines, rng, spans):
    return [line[at : at + 60] for line in lines for at in range(0, len(line), 60)]


def reordered(lines, rng, spans):
    return rng.sample(lines, len(lines))


def half_missing(lines, rng, spans):
    return [line for n, line in enumerate(lines) if n % 2]


def boilerplate_around(lines, rng, spans):
    return [*map(foreign, MENU), *lines, *map(foreign, MENU)]


def boilerplate_between(lines, rng, spans):
    return [each for n, line in enumerate(lines) for each in (line, foreign(f"{MENU[n % 3]} {n} {rng.choice(WORDS)}"))]


def with_caption(lines, rng, spans):
    cut = [rng.choice([n for n, (c, _) in enumerate(line) if c == " "] or [0]) for line in lines]
    return [[*line[:at], *foreign(f"\n{CAPTION}\n"), *line[at:]] for line, at in zip(lines, cut, strict=True)]


def teaser(lines, rng, spans):
    return [foreign(plain(lines[0])), foreign(MENU[0]), *lines]


def teaser_below(lines, rng, spans):
    return [*lines, foreign(MENU[0]), foreign(plain(lines[0]))]


def teaser_and_boilerplate(lines, rng, spans):
    return teaser(boilerplate_between(lines, rng, spans), rng, spans)


def quotes_and_dashes(lines, rng, spans):
    other = {'"': "„", "“": '"', "”": '"', "-": "–", "–": "—", " ": "\u00a0", ",": " ,", "'": "’", ".": " . "}
    return mapped(lambda c: other.get(c, c))(lines, rng, spans)


def ligatures(lines, rng, spans):
    found = []
    for line in lines:
        new: Traced = []
        for c, o in line:
            if c == "i" and new and new[-1][0] == "f" and rng.random() < 0.9:
                new[-1] = ("f\u200d", new[-1][1])
            new.append((c, o))
        found.append([(d, o) for c, o in new for d in c])
    return found


def changed_word(lines, rng, spans, same=False):
    found = []
    for line in lines:
        if words := words_in(line):
            start, end = rng.choice(words)
            word = rng.choice(WORDS)
            if same:
                word = (word * 9)[: end - start]
            found.append([*line[:start], *foreign(word), *line[end:]])
        else:
            found.append(line)
    return found


def same_length_word(lines, rng, spans):
    return changed_word(lines, rng, spans, same=True)


def two_changed_words(lines, rng, spans):
    return changed_word(changed_word(lines, rng, spans), rng, spans)


def deleted_word(lines, rng, spans):
    found = []
    for line in lines:
        if words := words_in(line):
            start, end = rng.choice(words)
            found.append(line[:start] + line[end:])
        else:
            found.append(line)
    return found


def deleted_run(lines, rng, spans):
    found = []
    for line in lines:
        start, end = sorted(rng.randrange(len(line) + 1) for _ in range(2))
        found.append(line[:start] + line[end:])
    return found


def inserted_word(lines, rng, spans):
    found = []
    for line in lines:
        if words := words_in(line):
            start, _ = rng.choice(words)
            found.append([*line[:start], *foreign(rng.choice(WORDS) + " "), *line[start:]])
        else:
            found.append(line)
    return found


def repeated_sentence(lines, rng, spans):
    found = []
    for line in lines:
        found.append(line)
        if sentences := [each for each in sentences_in(line) if each != (0, len(line))]:
            start, end = rng.choice(sentences)
            found.insert(rng.randrange(len(found) + 1), foreign(plain(line[start:end])))
    return found


def doubled(lines, rng, spans):
    return [*lines, *[foreign(plain(line)) for line in lines]]


def changed_in_spans(lines, rng, spans):
    gone = {(s.paragraph, rng.randrange(s.start, s.end)) for s in spans}
    return [
        [("x" if o in gone and letters_of(c) and c != "x" else c, None if o in gone else o) for c, o in line]
        for line in lines
    ]


def cut_off(lines, rng, spans):
    return [[*line[:200], ("…", None)] for line in lines]


def everything(lines, rng, spans):
    for edit in (changed_word, with_caption, repeated_sentence, boilerplate_between, teaser, nfd, quotes_and_dashes):
        lines = edit(lines, rng, spans)
    return lines


nfd = mapped(lambda c: unicodedata.normalize("NFD", c))
nfkc = mapped(lambda c: unicodedata.normalize("NFKC", c))
upper = mapped(str.upper)
soft_hyphens = mapped(lambda c: f"{c}\u00ad" if c in "aeiou" else c)

DISGUISES: dict[str, Edit] = {
    "exact": exact,
    "paragraphs joined": joined,
    "paragraphs split": split,
    "lines wrapped": wrapped,
    "paragraphs re-ordered": reordered,
    "every second paragraph missing": half_missing,
    "boilerplate around": boilerplate_around,
    "boilerplate between": boilerplate_between,
    "a caption in each paragraph": with_caption,
    "first paragraph as a teaser above": teaser,
    "first paragraph repeated below": teaser_below,
    "teaser and boilerplate between": teaser_and_boilerplate,
    "NFD": nfd,
    "NFKC": nfkc,
    "upper case": upper,
    "soft hyphens": soft_hyphens,
    "other quotes, dashes and spaces": quotes_and_dashes,
    "joiners in ligatures": ligatures,
    "a changed word in each paragraph": changed_word,
    "a changed word of the same length": same_length_word,
    "two changed words": two_changed_words,
    "a deleted word": deleted_word,
    "a deleted run": deleted_run,
    "an inserted word": inserted_word,
    "a sentence of each paragraph elsewhere, too": repeated_sentence,
    "the whole article twice": doubled,
    "a letter of each span changed": changed_in_spans,
    "paragraphs cut off": cut_off,
    "many of these together": everything,
}
