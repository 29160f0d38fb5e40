"""Puts predictions into the text that they are about: spans without offsets are looked up there."""

from collections.abc import Iterator

from msgspec import UNSET

from chithi.evaluation.annotations import Span
from chithi.evaluation.predictions import PredictedSpan, Prediction
from chithi.records.pointers import Pointer
from chithi.text.composition import composed
from chithi.text.display import shown
from chithi.text.tokens import cuts_token
from chithi.validation.findings import Finding
from chithi.validation.rules.spans import why_offsets_miss

NOWHERE = (-1, -1)  # the offsets of a span whose text stands nowhere: it counts as predicted, and matches nothing


class Grounded:
    """A text, into which predictions are put. `findings` are wrong offsets, `lost` counts spans that stand nowhere."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.findings: list[Finding] = []
        self.lost = 0
        self.taken: dict[str, list[Span]] = {}  # what each layer has had

    def put(self, prediction: Prediction, at: Pointer = ()) -> None:
        """Gives all spans of a prediction their offsets. `at` leads to the prediction in its line."""
        text = self.text
        for layer, pointer, span in prediction.spans():
            start, end = span.start, span.end
            if start is UNSET and end is UNSET:
                start, end = span.start, span.end = self.find(layer, span.text, text)
            elif start is UNSET or end is UNSET or text[max(0, start) : end] != span.text or end > len(text):
                self.findings.append(misplaced(span, text, (*at, *pointer)))
                continue
            self.taken.setdefault(layer, []).append((start, end))

    def find(self, layer: str, surface: str, text: str) -> Span:
        """The first occurrence of a span's words that is not taken, else the last; NOWHERE if there is none.

        Occurrences that cut a word come last.
        """
        words = composed(surface).strip()
        found = list(occurrences(text, words)) if words else []
        taken = self.taken.get(layer, [])
        self.lost += not found
        free = (at for at in found if not any(at[0] < end and start < at[1] for start, end in taken))
        return next(free, found[-1] if found else NOWHERE)


def occurrences(text: str, words: str) -> Iterator[Span]:
    """Where words occur in a text without overlap: first those between words, then those within."""
    within = []
    at = text.find(words)
    while at >= 0:
        span = at, at + len(words)
        if cuts_token(text, span[0]) or cuts_token(text, span[1]):
            within.append(span)
        else:
            yield span
        at = text.find(words, span[1])
    yield from within


def misplaced(span: PredictedSpan, text: str, pointer: Pointer) -> Finding:
    """What is wrong with the offsets of a span, as `chithi validate` says it."""
    if span.start is UNSET or span.end is UNSET:
        message, remedy = "a span has start and end, or neither", "leave both out, so that the text is looked up"
        return Finding(pointer, message, remedy, None, shown(span.text))
    message = why_offsets_miss(text, span.start, span.text)
    remedy = "correct the offsets, which count code points, or leave them out, so that the text is looked up"
    return Finding((*pointer, "start"), message, remedy, shown(text[span.start : span.end]), shown(span.text))
