"""CoNLL-2003 style columns: a token a line, with its tags, and an empty line between statements.

The columns are those of Tjong Kim Sang and De Meulder (2003), less those that the corpus has nothing for: the
token, then its BIO tag among the spans that name somebody or something, then its BIO tag among the requests.
They are separated by tabs. As in CoNLL-U, a line that begins with `# id = ` or `# text = ` comes before the tokens.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

import polars as pl

from chithi.corpus import Corpus
from chithi.formats.format import Format, FormatError
from chithi.rows.config import to_columns
from chithi.rows.tokens import KEPT, TAGGED, TokensConfig
from chithi.text.display import shown

BATCH = 1000  # statements that are tagged at once


class Conll(Format):
    """Tokens with their BIO tags, for taggers and their scorers."""

    name = "conll"
    carries = "tokens with BIO tags of spans and of requests"

    def write(self, corpus: Corpus, statements: pl.DataFrame) -> Iterator[str]:
        """The statements as columns. Raises FormatError for a text with a line end or a tab."""
        config = TokensConfig()
        texts = dict(statements.select("id", "text").iter_rows())
        for batch in statements.select(*KEPT, *TAGGED).iter_slices(BATCH):
            for row in config.rows(corpus, to_columns(batch)).to_pylist():
                yield block(row, texts[row["id"]])


def block(row: dict[str, Any], text: str) -> str:
    """The lines of one row of the config tokens, and the empty line behind them."""
    if unfit := [c for c in text if c != " " and (c.isspace() or unicodedata.category(c) == "Cc")]:
        raise FormatError(f"conll cannot carry {shown(unfit[0])}, which stands in the text of {shown(row['id'])}")
    tags = [[TokensConfig.tags[name][tag] for tag in row[name]] for name in TokensConfig.tags]
    lines = map("\t".join, zip(row["tokens"], *tags, strict=True))
    return "\n".join([f"# id = {row['id']}", f"# text = {text}", *lines, "", ""])
