"""What the hashes of the anchors give away: an attack on them, with the articles to see how far it came.

`python -m tests.attack --sources DIR [--corpus DIR] [--beam N]` plays somebody who has the corpus, its anchors, other
articles of the language, and no article. A model of runs of up to nine letters, trained on all texts of the language in
the corpus, on the other articles, and ten times on the report's own restatements, guesses each paragraph letter by
letter; of the guesses that it holds to be likely, those are kept whose hashes fit.

- blind: the paragraph is guessed from its beginning. Words in a row that are guessed rightly, three or more, are
  counted where no text of the corpus or of the other articles has them in a row; with the hashes, and without them.
- chain: the attacker is given all letters before a window or a place, and guesses on to the end of it: how often the
  likeliest guess that fits is right, with the hash and without it. If this succeeded often, one hash would lead to the
  next. For comparison, hashes of 12 letters at every eighth letter, as another format might have them.
- phrases: all runs of words of the same texts that have the length and the hash of a place.
"""

import argparse
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from chithi.corpus import Corpus
from chithi.records.layout import primary, shipped
from chithi.records.records import Anchor, Report, Statement
from chithi.records.windows import WINDOW, Article
from chithi.text.fingerprints import BASE, fingerprint, mixed
from chithi.text.stream import Stream
from chithi.validation.usable import read_anchors

Array = np.ndarray[Any, Any]
ORDER = 8  # letters that the model looks back
HINT = 10  # times that the restatements of the report count
FEWEST = 3  # words in a row that count as recovered


class Hash(NamedTuple):
    start: int
    end: int
    value: int


class Model:
    """Letters after letters, interpolated after Witten and Bell. A state is the longest context that has been seen.

    logs: float32, after: int32, both of shape (states, letters).
    """

    def __init__(self, streams: Iterable[str], alphabet: str) -> None:
        self.alphabet = {c: n for n, c in enumerate(alphabet)}
        counts: list[Counter[str]] = [Counter() for _ in range(ORDER + 1)]
        for stream in streams:
            for size in range(ORDER + 1):
                counts[size].update(stream[n : n + size + 1] for n in range(len(stream) - size))
        ids: dict[str, int] = {}
        below: dict[str, int] = {}
        letters = len(alphabet)
        probabilities = [np.full((1, letters), 1 / letters)]
        logs, after = [], []
        for size, grams in enumerate(counts):
            contexts = sorted({gram[:-1] for gram in grams})
            rows = {context: n for n, context in enumerate(contexts)}
            seen = np.zeros((len(contexts), letters), np.float32)
            for gram, count in grams.items():
                seen[rows[gram[:-1]], self.alphabet[gram[-1]]] = count
            lower = probabilities[0] if size == 0 else probabilities[-1][[below[c[1:]] for c in contexts]]
            kinds = (seen > 0).sum(1, keepdims=True)
            found = (seen + kinds * lower) / (seen.sum(1, keepdims=True) + kinds)
            probabilities.append(found)
            below = rows
            logs.append(np.log2(found).astype(np.float32))
            base = sum(map(len, after))
            ids |= {context: base + n for context, n in rows.items()}
            fall = [ids[c[1:]] for c in contexts] if size else None
            after.append(np.zeros((len(contexts), letters), np.int32) if fall is None else np.concatenate(after)[fall])
            for gram in contexts if size else ():
                parent = gram[:-1]
                level = after[len(parent)]
                level[ids[parent] - sum(map(len, after[: len(parent)])), self.alphabet[gram[-1]]] = ids[gram]
            if size:  # what the level below leads to has become longer
                after[-1] = np.concatenate(after[:-1])[fall]
        self.logs, self.after = np.concatenate(logs), np.concatenate(after)

    def coded(self, stream: str) -> Array:
        return np.array([self.alphabet[c] for c in stream], np.int64)

    def state(self, context: Array) -> int:
        found = 0
        for letter in context[-2 * ORDER :].tolist():
            found = int(self.after[found, letter])
        return found

    def bits(self, coded: Array) -> float:
        """The cross-entropy of a stream in bits a letter."""
        state, total = 0, 0.0
        for letter in coded.tolist():
            total -= float(self.logs[state, letter])
            state = int(self.after[state, letter])
        return total / len(coded)


def guess(
    model: Model, points: Array, context: Array, start: int, end: int, hashes: Sequence[Hash], beam: int
) -> Array | None:
    """The likeliest letters from `start` to `end` that fit the hashes; None if none of the guesses fits one of them."""
    states, weights = np.array([model.state(context)]), np.zeros(1, np.float32)
    letters = np.zeros((1, end - start), np.int8)
    sums: dict[Hash, Array] = {}
    opening = {h.start: [x for x in hashes if x.start == h.start] for h in hashes}
    for at in range(start, end):
        for opened in opening.get(at, ()):
            sums[opened] = np.zeros(len(states), np.uint64)
        total = (weights[:, None] + model.logs[states]).ravel()
        best = np.argpartition(-total, beam)[:beam] if len(total) > beam else np.arange(len(total))
        rows, next_letters = best // model.logs.shape[1], best % model.logs.shape[1]
        weights, states = total[best], model.after[states[rows], next_letters]
        letters = letters[rows]
        letters[:, at - start] = next_letters
        sums = {h: found[rows] * np.uint64(BASE) + points[next_letters] for h, found in sums.items()}
        for closed in [h for h in sums if h.end == at + 1]:
            fits = mixed(sums.pop(closed)) == closed.value
            if not fits.any():
                return None
            weights, states, letters = weights[fits], states[fits], letters[fits]
            sums = {h: found[fits] for h, found in sums.items()}
    found: Array = letters[weights.argmax()]
    return found


class Target:
    """One article, and what an attacker has to guess it with."""

    def __init__(
        self, report: str, text: str, anchors: Sequence[Anchor], known: Sequence[str], hints: Sequence[str]
    ) -> None:
        self.report, self.stream, self.anchors = report, Stream(text), anchors
        self.known = [Stream(each).string for each in [*known, *hints]]
        self.texts = [*known, *hints]
        trained = [*self.known, *(Stream(hint).string for hint in hints for _ in range(HINT - 1))]
        alphabet = "".join(sorted(set("".join(trained)) | set(self.stream.string)))
        self.model = Model(trained, alphabet)
        self.points = np.array([ord(c) for c in alphabet], np.uint64)
        self.letters = self.model.coded(self.stream.string)
        article = Article(report, anchors)
        windows = zip(article.positions.tolist(), article.hashes.tolist(), strict=True)
        self.windows = [Hash(position, position + WINDOW, value) for position, value in windows]
        places = {(p.start, p.start + p.length, p.check) for a in anchors for _, _, p in a.places()}
        self.places = [Hash(*each) for each in sorted(places)]
        self.paragraphs = sorted({(a.start, a.start + a.length) for a in anchors})

    def words(self, start: int, end: int) -> list[tuple[int, int]]:
        """The words of a part of the article, as runs of the stream."""
        spans = (self.stream.position(*match.span()) for match in re.finditer(r"[^\W_]+", self.stream.text))
        return [(at, at + count) for at, count in spans if count and start <= at and at + count <= end]

    def runs(self, start: int, end: int, right: Array) -> list[str]:
        """Words in a row that were guessed and that no known text has in a row."""
        found, row = [], []
        for first, behind in [*self.words(start, end), (end, end)]:
            if behind > first and right[first - start : behind - start].all():
                row.append((first, behind))
                continue
            if len(row) >= FEWEST:
                run = self.stream.string[row[0][0] : row[-1][1]]
                if not any(run in text for text in self.known):
                    found.append(run)
            row = []
        return found

    def blind(self, beam: int, with_hashes: bool) -> tuple[int, int, list[str]]:
        """Letters guessed rightly, paragraphs that came to their end, and runs of words recovered."""
        good, ended, runs = 0, 0, []
        for start, end in self.paragraphs:
            inside = (
                [h for h in [*self.windows, *self.places] if start <= h.start and h.end <= end] if with_hashes else []
            )
            stop = end
            while True:  # where no guess fits a hash, the attacker has what comes before
                found = guess(
                    self.model, self.points, self.letters[:0], start, stop, [h for h in inside if h.end <= stop], beam
                )
                if found is not None:
                    break
                stop = sorted({h.end for h in inside if h.end <= stop})[-1] - 1
            ended += stop == end
            right = np.zeros(end - start, bool)
            right[: stop - start] = found == self.letters[start:stop]
            good += int(right.sum())
            runs += self.runs(start, end, right)
        return good, ended, runs

    def chain(self, hashes: Sequence[Hash], beam: int, with_hashes: bool) -> tuple[list[Hash], int]:
        """Hashes up to which all is guessed rightly, given all before; and how many have a guess that fits."""
        ordered = sorted(hashes, key=lambda h: h.end)
        right, fitting = [], 0
        for before, h in zip([None, *ordered], ordered, strict=False):
            start = min(h.start, before.end) if before and before.end < h.end else h.start
            start = max(start, *(first for first, _ in self.paragraphs if first <= h.start))
            wanted = [h] if with_hashes and start <= h.start else []
            found = guess(self.model, self.points, self.letters[:start], start, h.end, wanted, beam)
            fitting += found is not None
            right += [h] if found is not None and (found == self.letters[start : h.end]).all() else []
        return right, fitting

    def is_new(self, h: Hash) -> bool:
        """Whether something has FEWEST words or more, and stands in no known text."""
        run = self.stream.string[h.start : h.end]
        return len(self.words(h.start, h.end)) >= FEWEST and not any(run in text for text in self.known)

    def dense(self, size: int = 12, step: int = 8) -> list[Hash]:
        """Hashes that overlap, of the first three paragraphs with a window."""
        starts = [at for first, end in self.paragraphs[:3] for at in range(first, end - size, step)]
        return [Hash(at, at + size, fingerprint(self.stream.letters[at : at + size])) for at in starts]

    def phrases(self) -> tuple[int, int, int, int]:
        """Places; those that a known text has; those for which one known phrase alone fits, rightly and wrongly."""
        candidates: dict[tuple[int, int], set[str]] = {}
        wanted = {h.end - h.start for h in self.places}
        for text in self.texts:
            stream = Stream(text)
            words = [stream.position(*match.span()) for match in re.finditer(r"[^\W_]+", text)]
            for n, (first, _) in enumerate(words):
                for last, count in words[n : n + 40]:
                    if (size := last + count - first) in wanted:
                        key = size, fingerprint(stream.letters[first : first + size])
                        candidates.setdefault(key, set()).add(stream.string[first : first + size])
        known = confirmed = wrong = 0
        for h in self.places:
            true = self.stream.string[h.start : h.end]
            fit = candidates.get((h.end - h.start, h.value), set())
            known += true in fit
            confirmed += fit == {true}
            wrong += len(fit) == 1 and fit != {true}
        return len(self.places), known, confirmed, wrong

    def evidence(self) -> tuple[float, float, float]:
        """Bits a letter: what the model needs, what the hashes give in the paragraphs, and the most in 100 letters."""
        letters = sum(end - start for start, end in self.paragraphs)
        given = np.zeros(len(self.letters))
        for h in [*self.windows, *self.places]:
            given[h.start : h.end] += 16 / (h.end - h.start)
        most = np.convolve(given, np.full(100, 1 / 100), "valid").max()
        inside = np.concatenate([self.letters[start:end] for start, end in self.paragraphs])
        return self.model.bits(inside), float(given.sum() / letters), float(most)


def targets(corpus: Corpus, folder: Path) -> Iterable[Target]:
    """The articles of a corpus that a folder holds, each with what is known without it."""
    reports = {report.id: report for report in corpus.records(Report)}
    texts: dict[str, list[str]] = {}
    for statement in corpus.records(Statement):
        texts.setdefault(statement.report, []).append(statement.text)
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in sorted(folder.glob("*.txt"))}
    articles = {name: hashes[r.sha256].read_text("utf-8") for name, r in reports.items() if r.sha256 in hashes}
    for report, anchors in read_anchors(corpus.folder).items():
        if report in articles:
            same = [name for name in texts if primary(reports[name].language) == primary(reports[report].language)]
            known = [text for name in same if name != report for text in texts[name]]
            known += [articles[name] for name in same if name != report and name in articles]
            yield Target(report, articles[report], anchors, known, texts[report])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sources", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, default=shipped("corpus"))
    parser.add_argument("--beam", type=int, default=4096)
    args = parser.parse_args()
    print(f"beam {args.beam}, order {ORDER}, windows of {WINDOW} letters")
    for target in targets(Corpus.read(args.corpus), args.sources):
        need, given, most = target.evidence()
        size = f"{len(target.letters)} letters, {len(target.windows)} windows, {len(target.places)} places"
        print(f"\n{target.report}: {size}")
        print(
            f"  bits a letter: the model needs {need:.2f}, the hashes give {given:.2f}, {most:.2f} in the densest 100"
        )
        for way, with_hashes in (("with", True), ("without", False)):
            good, ended, runs = target.blind(args.beam, with_hashes)
            paragraphs = f"{ended} of {len(target.paragraphs)} paragraphs to the end"
            print(f"  blind {way} hashes: {good} letters right, {paragraphs}, {len(runs)} runs of words", *runs)
        kinds = {"windows": target.windows, "places": target.places, "12 letters, 8 apart": target.dense()}
        for kind, hashes in kinds.items():
            right, fitting = target.chain(hashes, args.beam, True)
            bare, _ = target.chain(hashes, args.beam, False)
            new = sum(map(target.is_new, right))
            told = f"{len(right)} of {len(hashes)} right with the hash, {new} of them new"
            print(f"  chain over {kind}: {told}, {fitting} with a guess that fits; {len(bare)} right without")
        count, known, confirmed, wrong = target.phrases()
        of = f"{known} of {count} places have words of the known texts"
        print(f"  phrases: {of}, {confirmed} confirmed, {wrong} wrongly")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
