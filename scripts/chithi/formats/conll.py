"""Columns in the style of CoNLL-2003: one token a line, with its tags, and an empty line between statements.

The format is that of Tjong Kim Sang and De Meulder (2003), without parts of speech and chunks. The columns are the
token, its BIO tag for speakers, roles, directives and addressees, and its BIO tag for requests. They are separated by
tabs. As in CoNLL-U, lines that begin with `# id = ` and `# text = ` come before the tokens.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from chithi.corpus import Corpus
from chithi.formats.format import TextFormat, plain_line
from chithi.rows.config import to_columns
from chithi.rows.tokens import KEPT, TAGGED, TokensConfig

BATCH = 1000  # statements that are tagged together


class Conll(TextFormat):
    """Tokens with their BIO tags, for taggers and their scorers."""

    name = "conll"
    carries = "tokens with BIO tags of spans and of requests"

    def write(self, corpus: Corpus, statements: pl.DataFrame) -> Iterator[str]:
        """The statements in columns. Raises FormatError for control characters, and for white space except spaces."""
        config = TokensConfig()
        names = config.tags(corpus.schemas)
        for batch in statements.select(*KEPT, *TAGGED).iter_slices(BATCH):
            for row in config.rows(corpus, to_columns(batch)).to_pylist():
                yield block(row, names)


def block(row: dict[str, Any], names: Mapping[str, tuple[str, ...]]) -> str:
    """The lines of one row of the config tokens, with an empty line at the end. `names` are those of the tags."""
    text = plain_line(row["text"], row["id"], "conll")
    tags = [[of_column[tag] for tag in row[column]] for column, of_column in names.items()]
    lines = map("\t".join, zip(row["tokens"], *tags, strict=True))
    return "\n".join([f"# id = {row['id']}", f"# text = {text}", *lines, "", ""])
