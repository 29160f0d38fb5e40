"""What to send to a language model: instructions from the guidelines, the extraction schema, examples from train."""

import json
import random
from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import islice
from typing import Any

from chithi.corpus import Corpus
from chithi.evaluation.extraction import extraction, extraction_schema
from chithi.evaluation.instructions import instructions
from chithi.records.layout import language_of
from chithi.records.records import Statement

TRAIN = "train"
EXAMPLES, SEED = 5, 2025


def prompts(
    corpus: Corpus, names: Sequence[str], examples: int = EXAMPLES, seed: int = SEED
) -> Iterator[dict[str, Any]]:
    """A prompt for each of some statements, given by their ids: `id`, `messages` and `response_format`.

    Messages and format are those of chat completions, as OpenAI's interface has them and most servers of models
    understand them. The examples are drawn from train by the seed: first those in the statement's language, and none on
    its event.
    """
    form = {"name": "extraction", "strict": True, "schema": extraction_schema(corpus.schemas)}
    system = {"role": "system", "content": instructions(corpus.folder)}
    statements = {statement.id: statement for statement in corpus.records(Statement)}
    train = [statements[name] for name in corpus.by_split[TRAIN]["id"]]
    shuffled = cache(partial(in_random_order, train, seed=seed))
    for name in names:
        statement = statements[name]
        others = (one for one in shuffled(language_of(statement.report)) if event_of(one) != event_of(statement))
        shown = [turn for example in islice(others, examples) for turn in turns(example)]
        messages = [system, *shown, {"role": "user", "content": statement.text}]
        yield {"id": name, "messages": messages, "response_format": {"type": "json_schema", "json_schema": form}}


def in_random_order(train: Sequence[Statement], language: str, seed: int) -> list[Statement]:
    """The statements in an order drawn for a language, those in that language first."""
    shuffled = random.Random(f"{seed} {language}").sample(train, len(train))  # noqa: S311 - no secret
    return sorted(shuffled, key=lambda statement: language_of(statement.report) != language)


def event_of(statement: Statement) -> str:
    """The event that a statement's report is on."""
    return statement.report.rpartition(".")[0]


def turns(statement: Statement) -> Iterator[dict[str, str]]:
    """An example as two messages: the text, and the answer to it."""
    yield {"role": "user", "content": statement.text}
    yield {"role": "assistant", "content": json.dumps(extraction(statement), ensure_ascii=False)}
