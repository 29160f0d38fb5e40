"""The baseline `rules`: references, the words that train has for names and offices, and verbs of asking.

It learns surfaces and ids from train, reads the verbs of each language from the table of acts in the guidelines, and
takes as a request what stands between such a verb and the end of its sentence; in languages that put the verb last,
what stands before it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from chithi.corpus import Corpus
from chithi.corpus.guidelines import read_guidelines
from chithi.evaluation.baselines.learned import Learned, learn, linked
from chithi.evaluation.grounding import occurrences
from chithi.records.layout import language_of, primary
from chithi.records.records import Directive, Statement
from chithi.records.references import parse_directives
from chithi.records.schemas import enum_of
from chithi.text.edges import at_edges
from chithi.text.tokens import UNSPACED, cuts_token, is_word

ROW = re.compile(
    r"^\| [^|(]*\(([a-z]{2,3}(?:, [a-z]{2,3})*)\) \|(.*)\|$", re.MULTILINE
)  # languages, then a cell for each act
VERB_LAST = {"ja", "ko", "hi", "ur", "bn"}
ENDINGS = ("する", "める", "じる", "하다", "다", "ना", "نا")  # of dictionary forms
NEAR = 3  # letters between a verb and a mention that follows it
STEM, CUT = 4, 3  # a verb's stem is the word without its last 3 letters, and has at least 4
SENTENCE = re.compile(r"[^.!?;。！？；।؟؛۔]+(?:\.(?=\S)[^.!?;]*)*")

Spans = dict[str, Any]


class Verb(NamedTuple):
    """A stem of a verb of asking, and the act that it tells."""

    stem: str
    act: str


class Hit(NamedTuple):
    """Where the stem of a verb of asking stands, and the act that it tells."""

    start: int
    end: int
    act: str


def verbs_of(corpus: Corpus) -> dict[str, list[Verb]]:
    """The verbs of asking of each language, from the table of acts in the guidelines; the longest stems first."""
    text = read_guidelines(corpus.folder)
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
    learned, asking = learn(train), Asking(corpus)
    directives = list(corpus.records(Directive))
    for statement in wanted:
        text, tag = statement.text, language_of(statement.report)
        speaker, role, addressee = (first(learned, layer, text) for layer in ("speaker", "role", "addressee"))
        mentions = [mention for mention in (speaker, role, addressee) if mention]
        cited = parse_directives(text, tag, directives)
        prediction = {
            "id": statement.id,
            "speaker": speaker,
            "role": role,
            "directives": [span(text, one.start, one.end) | {"id": one.id} for one in cited],
            "requests": list(asking.requests(text, tag, mentions)),
            "addressees": [addressee] if addressee else [],
        }
        yield linked(prediction, learned)


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


class Asking:
    """The verbs of asking of each language, and the words that may not stand at the edge of a request."""

    def __init__(self, corpus: Corpus) -> None:
        """Reads both from a corpus: its guidelines and corpus.json."""
        self.verbs = verbs_of(corpus)
        self.edges = corpus.metadata.edges.get("request", {}) if corpus.metadata else {}

    def requests(self, text: str, tag: str, mentions: Sequence[Spans]) -> Iterator[Spans]:
        """The requests of a text: at most one a sentence, by its first verb of asking.

        What is asked for follows the verb and the mentions of who speaks and who is asked, or lies between these and a
        verb that comes last.
        """
        for sentence in SENTENCE.finditer(text):
            if not (hit := self.first_verb(sentence[0].lower(), primary(tag))):
                continue
            start, end = sentence.span()
            at, behind = start + hit.start, start + word_end(sentence[0], hit.end)
            inside = [one for one in mentions if start <= one["start"] < end]
            if primary(tag) in VERB_LAST:
                found = max([start, *(one["end"] for one in inside if one["end"] <= at)]), at
            else:
                found = max([behind, *(one["end"] for one in inside if behind <= one["start"] <= behind + NEAR)]), end
            if trimmed := trim(text, *found, tuple(self.edges.get(tag, ()))):
                yield span(text, *trimmed) | {"act": hit.act}

    def first_verb(self, sentence: str, language: str) -> Hit | None:
        """The first verb of asking of a sentence in lower case; of several there, the longest."""
        hits = (
            Hit(at, at + len(verb.stem), verb.act)
            for verb in self.verbs.get(language, ())
            for at in places(sentence, verb.stem)
        )
        return min(hits, key=lambda hit: (hit.start, -hit.end), default=None)


def places(sentence: str, stem: str) -> Iterator[int]:
    """Where a stem stands at the start of a word."""
    at = sentence.find(stem)
    while at >= 0:
        if not cuts_token(sentence, at):
            yield at
        at = sentence.find(stem, at + 1)


def word_end(text: str, at: int) -> int:
    """The offset behind the word that an offset stands in."""
    while at < len(text) and is_word(text[at]) and not re.match(UNSPACED, text[at]):
        at += 1
    return at


def trim(text: str, start: int, end: int, edges: tuple[str, ...]) -> tuple[int, int] | None:
    """A span without signs and spaces at its edges, and without words that may not open it; None if nothing is left."""
    while start < end:
        if not is_word(text[start]):
            start += 1
        elif not is_word(text[end - 1]):
            end -= 1
        elif cut := next((word for word in at_edges(text[start:end], edges) if opens(text[start:end], word)), None):
            start += len(cut)
        else:
            return start, end
    return None


def opens(text: str, word: str) -> bool:
    """Whether a text begins with a word, in any case."""
    return text[: len(word)].lower() == word
