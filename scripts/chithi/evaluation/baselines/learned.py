"""What train tells about the words of spans: which ids and labels they had there most often."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chithi.records.records import Statement

Labels = Any  # an id, a list of ids, an act or a topic
LINKED = {
    "speaker": "id",
    "role": "offices",
    "directive": "id",
    "addressee": "actors",
}  # layer -> what leads to entries


@dataclass
class Learned:
    """Counts over the statements of train.

    links: layer -> words, in lower case -> how often each id, or each list of ids, went with them.
    topics: how often requests had each topic.
    """

    links: dict[str, dict[str, Counter[tuple[str, ...]]]]
    topics: Counter[str] = field(default_factory=Counter)

    def link(self, layer: str, surface: str) -> Labels:
        """The ids that most often went with words; none for words that train has not."""
        counts = self.links[layer].get(surface.casefold())
        ids = min(counts.items(), key=lambda found: (-found[1], found[0]))[0] if counts else ()
        return list(ids) if LINKED[layer] != "id" else next(iter(ids), None)

    def surfaces(self, layer: str) -> list[str]:
        """The words that were spans of a layer, the longest first."""
        return sorted(self.links[layer], key=lambda words: (-len(words), words))


def learn(statements: Iterable[Statement]) -> Learned:
    """Learns from the statements of train."""
    learned = Learned({layer: defaultdict(Counter) for layer in LINKED})
    for statement in statements:
        for layer, _, span in statement.spans():
            if layer in LINKED:
                ids: Any = getattr(span, LINKED[layer])
                learned.links[layer][span.text.casefold()][(ids,) if LINKED[layer] == "id" else tuple(ids)] += 1
        learned.topics.update(request.topic for request in statement.requests)
    return learned


def linked(prediction: dict[str, Any], learned: Learned) -> dict[str, Any]:
    """A prediction whose spans have the ids that train suggests, and whose requests have their addressees.

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
        request.setdefault("topic", max(learned.topics, key=lambda topic: learned.topics[topic], default=None))
        request["addressee"] = addressee_of(request, addressees)
    return prediction


def addressee_of(request: dict[str, Any], addressees: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The addressee that a request gets, of some spans in the order of the text."""
    within = [span for span in addressees if request["start"] <= span["start"] and span["end"] <= request["end"]]
    before = [span for span in addressees if span["end"] <= request["start"]]
    return next(iter([*within[:1], *before[-1:], *addressees[:1]]), None)
