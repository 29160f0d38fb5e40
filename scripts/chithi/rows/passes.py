"""The config `passes`: the annotators' single passes behind the statements."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from chithi.corpus import Corpus
from chithi.records.layout import annotator_files
from chithi.rows.arrow import Columns, select
from chithi.rows.config import Identified
from chithi.rows.descriptions import OF_STATEMENTS
from chithi.rows.statements import StatementsConfig


class PassesConfig(StatementsConfig):
    """One row a statement in a pass: the columns of `statements`, and the annotator."""

    name = "passes"
    row_is = "a statement as one annotator's pass has it, joined with the registries"
    key = ("annotator", "id")
    described = OF_STATEMENTS | {
        "annotator": "Name of the pass: the folder of the corpus's annotators/ with its files."
    }
    default = False

    def records(self, corpus: Corpus) -> dict[str, pl.DataFrame]:
        """The statements of all passes, each in the split of its report."""
        return corpus.passes_by_split

    def kept(self, records: Columns) -> Columns:
        """What `statements` keeps, and the annotator."""
        return super().kept(records) | select(records, "annotator")

    def files(self, corpus: Path) -> list[Path]:
        """The files of all passes."""
        return annotator_files(corpus)

    def keys(self, file: Path, records: Iterable[Identified]) -> Iterator[str]:
        """The ids of the statements after the name of the pass."""
        return (f"{file.parent.name}/{record.id}" for record in records)
