"""The baseline `crf`: two linear-chain conditional random fields (Lafferty et al. 2001) over the config `tokens`.

One tags speakers, roles, citations and addressees, the other requests by their act. They are trained by python-crfsuite
with L-BFGS, which draws nothing at random.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chithi.corpus import Corpus
from chithi.evaluation.baselines.features import sentence_features
from chithi.evaluation.baselines.learned import learn, linked
from chithi.records.records import Statement
from chithi.rows.config import to_columns
from chithi.rows.configs import config_of

Row = dict[str, Any]  # of the config `tokens`
# The best of c1 0.05, 0.1, 0.3 and c2 0.03, 0.1, 0.3 by the mean exact F1 over the folds of train.
PARAMETERS = {"c1": 0.1, "c2": 0.1, "max_iterations": 100, "feature.possible_transitions": True}
EXTRA = "crf"


class Tagger:
    """A trained field for one column of tags."""

    def __init__(self, column: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        """Trains it on rows of the config `tokens`; `names` are the names of the tags."""
        import pycrfsuite

        self.column, self.names = column, names
        trainer = pycrfsuite.Trainer(verbose=False)
        trainer.set_params(PARAMETERS)
        for row in rows:
            trainer.append(features(row), [names[tag] for tag in row[column]])
        with TemporaryDirectory() as folder:
            path = str(Path(folder) / "model")
            trainer.train(path)
            self.tagger = pycrfsuite.Tagger()
            self.tagger.open_inmemory(Path(path).read_bytes())

    def spans(self, row: Row) -> Iterator[tuple[str, Row]]:
        """The spans in a row, each after the label of its tags in lower case."""
        start, label, end = 0, "", 0
        for n, tag in enumerate([*self.tagger.tag(features(row)), "O"]):
            if label and not (tag == f"I-{label}"):
                yield label.lower(), {"start": start, "end": end, "text": row["text"][start:end]}
                label = ""
            if tag != "O":
                if not label:
                    start, label = row["starts"][n], tag[2:]
                end = row["starts"][n] + len(row["tokens"][n])


def features(row: Row) -> list[list[str]]:
    """The features of the tokens in a row."""
    return sentence_features(row["tokens"], row["language"])


def predict(corpus: Corpus, train: Sequence[Statement], wanted: Sequence[Statement]) -> Iterator[Row]:
    """Predictions for the wanted statements, learned from those of train."""
    tokens = config_of("tokens")
    names = tokens.tags(corpus.schemas)
    rows = {row["id"]: row for records in tokens.filled(corpus).values()
            for row in tokens.rows(corpus, to_columns(records)).to_pylist()}  # fmt: skip
    learned = learn(train)
    entities, requests = (Tagger(column, names[column], [rows[one.id] for one in train]) for column in names)
    for statement in wanted:
        row = rows[statement.id]
        found: dict[str, list[Row]] = {name: [] for name in ("speaker", "role", "directive", "addressee")}
        for label, span in entities.spans(row):
            found[label].append(span)
        prediction = {
            "id": statement.id,
            "speaker": next(iter(found["speaker"]), None),
            "role": next(iter(found["role"]), None),
            "directives": found["directive"],
            "requests": [span | {"act": act} for act, span in requests.spans(row)],
            "addressees": found["addressee"],
        }
        yield linked(prediction, learned, row["language"])
