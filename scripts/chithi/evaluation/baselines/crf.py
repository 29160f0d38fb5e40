"""The baseline `crf`: two linear-chain conditional random fields (Lafferty et al. 2001, ICML) over the config `tokens`.

One tags speakers, roles, citations and addressees, the other requests by their act; a third one gives requests their
topics. They are trained by python-crfsuite with L-BFGS, which draws nothing at random.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chithi.corpus import Corpus
from chithi.evaluation.baselines.features import sentence_features
from chithi.evaluation.baselines.learned import learn, linked
from chithi.records.records import Statement
from chithi.rows.config import to_columns
from chithi.rows.configs import config_of
from chithi.text.tokens import token_spans

OUTSIDE = "O"  # the tag of a token in no span
Row = dict[str, Any]  # of the config `tokens`
Items = list[list[str]]  # of a sequence: the features of each item
# The best of c1 and c2 in 0.03, 0.1 and 0.3 by the mean exact F1 over the folds of train (`python -m tests.tuning`).
PARAMETERS = {"c1": 0.1, "c2": 0.03, "max_iterations": 100, "feature.possible_transitions": True}


class Field:
    """A trained field: it gives each item of a sequence, a list of features, a label."""

    def __init__(self, sequences: Iterable[tuple[Items, list[str]]], parameters: Mapping[str, float]) -> None:
        """Trains it on sequences and their labels. Raises ModuleNotFoundError without python-crfsuite."""
        import pycrfsuite

        trainer = pycrfsuite.Trainer(verbose=False)
        trainer.set_params(parameters)
        self.tagger = None  # without sequences: crfsuite would crash on its own empty model
        for items, labels in sequences:
            trainer.append(items, labels)
            self.tagger = pycrfsuite.Tagger()
        if self.tagger:
            with TemporaryDirectory() as folder:
                path = Path(folder) / "model"
                trainer.train(str(path))
                self.model = path.read_bytes()  # the tagger reads from these bytes as long as it lives
            self.tagger.open_inmemory(self.model)

    def labels(self, items: Items) -> list[str]:
        """The most probable labels; OUTSIDE for all if there was nothing to train it on."""
        return list(self.tagger.tag(items)) if self.tagger else [OUTSIDE] * len(items)


def spans(row: Row, tags: Iterable[str]) -> Iterator[tuple[str, Row]]:
    """The spans that BIO tags of the tokens in a row tell, each after its label in lower case."""
    start, label, end = 0, "", 0
    for n, tag in enumerate([*tags, OUTSIDE]):
        if label and tag != f"I-{label}":
            yield label.lower(), {"start": start, "end": end, "text": row["text"][start:end]}
            label = ""
        if tag != OUTSIDE:
            if not label:
                start, label = row["starts"][n], tag[2:]
            end = row["starts"][n] + len(row["tokens"][n])


def features(row: Row) -> Items:
    """The features of the tokens in a row."""
    return sentence_features(row["tokens"], row["language"])


def words(text: str) -> Items:
    """A request as a sequence of one item, whose features are its words: a field is then a logistic regression."""
    return [["bias", *sorted({text[start:end].casefold() for start, end in token_spans(text)})]]


def predict(
    corpus: Corpus,
    train: Sequence[Statement],
    wanted: Sequence[Statement],
    parameters: Mapping[str, float] = PARAMETERS,
) -> Iterator[Row]:
    """Predictions for the wanted statements, learned from those of train."""
    tokens = config_of("tokens")
    names = tokens.tags(corpus.schemas)
    rows = {row["id"]: row for records in tokens.filled(corpus).values()
            for row in tokens.rows(corpus, to_columns(records)).to_pylist()}  # fmt: skip
    learned = learn(train)
    seen = [rows[one.id] for one in train]
    entities, requests = (
        Field(((features(row), [names[column][tag] for tag in row[column]]) for row in seen), parameters)
        for column in names
    )
    asked = (request for statement in train for request in statement.requests)
    topics = Field(((words(request.text), [request.topic]) for request in asked), parameters)
    for statement in wanted:
        row = rows[statement.id]
        found: dict[str, list[Row]] = {name: [] for name in ("speaker", "role", "directive", "addressee")}
        items = features(row)
        for label, span in spans(row, entities.labels(items)):
            found[label].append(span)
        prediction = {
            "id": statement.id,
            "speaker": next(iter(found["speaker"]), None),
            "role": next(iter(found["role"]), None),
            "directives": found["directive"],
            "requests": [
                span | {"act": act, "topic": topics.labels(words(span["text"]))[0]}
                for act, span in spans(row, requests.labels(items))
            ],
            "addressees": found["addressee"],
        }
        yield linked(prediction, learned)
