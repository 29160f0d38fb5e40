"""What train tells about the words of spans: which ids and labels they had there most often."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chithi.evaluation.annotations import Annotated
from chithi.records.records import Statement
from chithi.text.tokens import token_spans

Labels = Any  # an id, a list of ids, an act or a topic
LINKED = {"speaker": "id", "role": "offices", "directive": "id", "addressee": "actors"}  # layer -> what leads to entries


@dataclass
class Learned:
    """Counts over the statements of train.

    links: layer -> words, in lower case -> how often each id, or each list of ids, went with them.
    topics: a classifier of the words of requests.
    """

    links: dict[str, dict[str, Counter[tuple[str, ...]]]] = field(default_factory=dict)
    topics: Any = None

    def link(self, layer: str, surface: str) -> Labels:
        """The ids that most often went with words; none for words that train has not."""
        counts = self.links[layer].get(surface.casefold())
        ids = list(min(counts, key=lambda found: (-counts[found], found))) if counts else []
        return ids if LINKED[layer] != "id" else next(iter(ids), None)

    def topic(self, request: str, language: str) -> str:
        """The most probable topic of a request."""
        return str(self.topics.classify(topic_features(request, language)))

    def surfaces(self, layer: str) -> list[str]:
        """The words that were spans of a layer, the longest first."""
        return sorted(self.links[layer], key=lambda words: (-len(words), words))


def learn(statements: Iterable[Statement]) -> Learned:
    """Learns from the statements of train."""
    from nltk import NaiveBayesClassifier

    learned = Learned({layer: defaultdict(Counter) for layer in LINKED})
    requests = []
    for statement in statements:
        for layer, _, span in statement.spans():
            if layer in LINKED:
                ids = getattr(span, LINKED[layer])
                learned.links[layer][span.text.casefold()][(ids,) if isinstance(ids, str) else tuple(ids)] += 1
        tag = statement.report.rpartition(".")[2]
        requests += [(topic_features(request.text, tag), request.topic) for request in statement.requests]
    learned.topics = NaiveBayesClassifier.train(requests)
    return learned


def topic_features(request: str, language: str) -> dict[str, bool]:
    """The words of a request, in lower case, each with its language."""
    return {f"{language} {request[start:end].casefold()}": True for start, end in token_spans(request)}


def linked(prediction: dict[str, Any], learned: Learned, language: str) -> dict[str, Any]:
    """A prediction whose spans have the ids and topics that train suggests, and whose requests have their addressees.

    `addressees` of the prediction are spans by themselves. A request gets the one within it, else the last one before
    it, else the first one behind it.
    """
    for layer, key in (("speaker", "speaker"), ("role", "role"), ("directive", "directives")):
        spans = prediction[key] if isinstance(prediction[key], list) else [prediction[key]]
        for span in filter(None, spans):
            span.setdefault(LINKED[layer], learned.link(layer, span["text"]))
    addressees = prediction.pop("addressees")
    for span in addressees:
        span["actors"] = learned.link("addressee", span["text"])
    for request in prediction["requests"]:
        request["topic"] = learned.topic(request["text"], language)
        request["addressee"] = addressee_of(request, addressees)
    return prediction


def addressee_of(request: dict[str, Any], addressees: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The addressee that a request gets, of some spans in the order of the text."""
    within = [span for span in addressees if request["start"] <= span["start"] and span["end"] <= request["end"]]
    before = [span for span in addressees if span["end"] <= request["start"]]
    return next(iter([*within[:1], *before[-1:], *addressees[:1]]), None)
