"""What a language model is told first: the task, and the rules of the guidelines; and what is amiss in these rules."""

import re
from collections.abc import Iterator
from pathlib import Path

from chithi.corpus import Corpus
from chithi.corpus.guidelines import GUIDELINES, read_guidelines
from chithi.records.metadata import FILL_IN, placeholders
from chithi.records.schemas import enum_of
from chithi.text.display import visible

MARKED = re.compile(r"<!-- instructions -->\n(.*?)<!-- /instructions -->", re.DOTALL)
SHOWN = re.compile(r"^ *- [✓✗].*\n(?: +[^ \n].*\n)*|\s*[✓✗].*$", re.MULTILINE)
ACTS = re.compile(r"^\| *act *\|.*\n\|[ :|\r-]+\n((?:\|.*(?:\n|$))+)", re.MULTILINE)  # a table, a line for each act
TASK = """\
You annotate texts. Answer with one JSON object of the given schema: who speaks in the text, in which office, citing
which documents, and asking whom for what. Copy the words of every span from the text letter by letter, in the order of
the text, and add nothing that does not stand there. Give null or an empty list where there is nothing.
"""


def instructions(folder: Path) -> str:
    """The task, and the rules of a corpus's guidelines without their examples, which may be from test.

    What kind of texts they are is for the rules to say. Raises OSError or CorpusError if they cannot be read.
    """
    rules = "\n".join(text for _, text in blocks(read_guidelines(folder)))
    return f"{TASK}\n{SHOWN.sub('', rules)}".strip() + "\n"


def blocks(guidelines: str) -> list[tuple[int, str]]:
    """The rules, each block with the number of its first line.

    They are what stands between the marks `<!-- instructions -->` and `<!-- /instructions -->`; without any, all of the
    guidelines.
    """
    found = [(guidelines.count("\n", 0, match.start(1)) + 1, match[1]) for match in MARKED.finditer(guidelines)]
    return found or [(1, guidelines)]


def doubts(corpus: Corpus) -> Iterator[str]:
    """What a model should not be told: placeholders, and acts that the schema does not have. One line each."""
    acts = enum_of("statements", "requests", "act", schemas=corpus.schemas)
    place = visible(str(corpus.folder / GUIDELINES))
    for first, text in blocks(read_guidelines(corpus.folder)):
        for line in placeholders(text):
            yield f"{place}:{first + line - 1}: still to be filled in, and models are told so: {FILL_IN}"
        for line, act in acts_of(text):
            if act not in acts:
                there = ", ".join(map(visible, acts))
                yield f"{place}:{first + line - 1}: the schema has no act {visible(act)}, only {there}"


def acts_of(text: str) -> Iterator[tuple[int, str]]:
    """The acts in the first column of a table that is headed `act`, each with the number of its line."""
    for table in ACTS.finditer(text):
        first = text.count("\n", 0, table.start(1)) + 1
        for line, row in enumerate(table[1].splitlines(), first):
            for act in re.findall(r"`([^`]+)`", row.split("|")[1]):
                yield line, act
