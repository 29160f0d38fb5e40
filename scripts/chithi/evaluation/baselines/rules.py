"""The baseline `rules`: references, the words that train has for names and offices, and verbs of asking.

It learns surfaces and ids from train, reads the verbs of each language from the table of acts in the guidelines, and
takes as a request what stands between such a verb and the end of its sentence; in languages that put the verb last,
what stands before it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from chithi.corpus import Corpus
from chithi.evaluation.baselines.learned import Learned, learn, linked
from chithi.evaluation.grounding import occurrences
from chithi.records.files import read_regular
from chithi.records.layout import language_of, primary
from chithi.records.records import Directive, Statement
from chithi.records.references import parse_directives
from chithi.records.schemas import enum_of
from chithi.text.edges import at_edges
from chithi.text.tokens import UNSPACED, is_word

GUIDELINES = "GUIDELINES.md"
ROW = re.compile(r"^\| [^|]*\(([a-z, ]+)\) \|(.*)\|$", re.MULTILINE)  # languages, then a cell for each act
VERB_LAST = {"ja", "ko", "hi", "ur", "bn"}
ENDINGS = ("する", "める", "じる", "하다", "다", "ना", "نا")  # of dictionary forms
STEM, CUT = 4, 3  # a verb's stem is the word without its last 3 letters, and has at least 4
SENTENCE = re.compile(r"[^.!?;。！？；।؟؛۔]+(?:\.(?=\S)[^.!?;]*)*")

Spans = dict[str, Any]


class Verb(NamedTuple):
    """A stem of a verb of asking, and the act that it tells."""

    stem: str
    act: str


def verbs_of(corpus: Corpus) -> dict[str, list[Verb]]:
    """The verbs of asking of each language, from the table of acts in the guidelines; the longest stems first."""
    path = corpus.folder / GUIDELINES
    text = read_regular(path).decode() if path.exists() else ""
    acts = enum_of("statements", "requests", "act", schemas=corpus.schemas)
    found: dict[str, list[Verb]] = {}
    for languages, cells in ROW.findall(text):
        for act, cell in zip(acts, cells.split("|"), strict=False):
            words = (re.sub(r"\([^)]*\)", "", word).strip() for word in re.split(r"[,;、，；،]", cell))
            verbs = [Verb(stem(word), act) for word in words if word]
            for language in languages.split(", "):
                found.setdefault(language, []).extend(verbs)
    return {language: sorted(set(verbs), key=lambda verb: (-len(verb.stem), verb)) for language, verbs in found.items()}


def stem(word: str) -> str:
    """What the forms of a verb begin with.

    >>> stem("zasugerować"), stem("求める"), stem("đề nghị"), stem("must")
    ('zasugero', '求', 'đề nghị', 'must')
    """
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return word.removesuffix(ending)
    alone = " " in word or re.search(UNSPACED, word)
    return word if alone else word[: max(STEM, len(word) - CUT)]


def predict(corpus: Corpus, train: Sequence[Statement], wanted: Sequence[Statement]) -> Iterator[Spans]:
    """Predictions for the wanted statements, learned from those of train."""
    learned, verbs = learn(train), verbs_of(corpus)
    known = {directive for statement in train for directive in (one.id for one in statement.directives)}
    directives = [entry for entry in corpus.records(Directive) if entry.id in known]
    edges = corpus.metadata.edges.get("request", {}) if corpus.metadata else {}
    for statement in wanted:
        tag = language_of(statement.report)
        text = statement.text
        speaker, role = (first(learned, layer, text) for layer in ("speaker", "role"))
        found = parse_directives(text, tag, directives)
        addressees = [first(learned, "addressee", text)]
        mentions = [span for span in (speaker, role, *addressees) if span]
        prediction = {
            "id": statement.id,
            "speaker": speaker,
            "role": role,
            "directives": [span(text, one.start, one.end) | {"id": one.id} for one in found],
            "requests": list(requests(text, verbs.get(primary(tag), []), mentions, primary(tag) in VERB_LAST, edges.get(tag, ()))),
            "addressees": [one for one in addressees if one],
        }
        yield linked(prediction, learned, tag)


def span(text: str, start: int, end: int) -> Spans:
    """A span of a text."""
    return {"start": start, "end": end, "text": text[start:end]}


def first(learned: Learned, layer: str, text: str) -> Spans | None:
    """The longest words of a text that train has as a span of a layer, where they stand first between words."""
    lower = text.lower()
    if len(lower) != len(text):
        return None
    for surface in learned.surfaces(layer):
        if surface in lower:
            for start, end in occurrences(lower, surface):
                return span(text, start, end)
    return None


def requests(
    text: str, verbs: Sequence[Verb], mentions: Iterable[Spans], verb_last: bool, edges: Sequence[str]
) -> Iterator[Spans]:
    """The requests of a text: at most one a sentence, by its first verb of asking."""
    for sentence in SENTENCE.finditer(text):
        lower = sentence[0].lower()
        hits = [(at.start(), -len(verb.stem), verb) for verb in verbs for at in re.finditer(re.escape(verb.stem), lower)
                if re.match(UNSPACED, verb.stem) or at.start() == 0 or not is_word(lower[at.start() - 1])]  # fmt: skip
        if not hits:
            continue
        at, _, verb = min(hits)
        inside = [one for one in mentions if sentence.start() <= one["start"] < sentence.end()]
        if verb_last:
            start, end = max((one["end"] for one in inside if one["end"] <= sentence.start() + at), default=sentence.start()), sentence.start() + at
        else:
            start, end = sentence.start() + word_end(lower, at + len(verb.stem)), sentence.end()
            start = max([start, *(one["end"] for one in inside if start <= one["start"] < start + 3)])
        if trimmed := trim(text, start, end, edges):
            yield span(text, *trimmed) | {"act": verb.act}


def word_end(text: str, at: int) -> int:
    """The offset behind the word that an offset stands in."""
    while at < len(text) and is_word(text[at]) and not re.match(UNSPACED, text[at]):
        at += 1
    return at


def trim(text: str, start: int, end: int, edges: Sequence[str]) -> tuple[int, int] | None:
    """A span without signs, spaces and words that may not stand at its edges; None if nothing is left."""
    while True:
        while start < end and not is_word(text[start]):
            start += 1
        while start < end and not is_word(text[end - 1]):
            end -= 1
        cut = next((word for word in at_edges(text[start:end], tuple(edges)) if text[start:end].lower().startswith(word)), None)
        if start >= end:
            return None
        if cut is None:
            return start, end
        start += len(cut)
