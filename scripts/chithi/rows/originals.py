"""The config `originals`: the paragraphs of articles that somebody holds, with the statements in them.

It is never published. It is made from the articles in a folder, which may not be passed on.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from chithi.corpus import SPLITS, Corpus
from chithi.records.hydration import Hydration, Progress
from chithi.records.layout import ORIGINALS
from chithi.records.schemas import SHIPPED, Schemas
from chithi.rows.arrow import Columns, fields_of, from_numpy, table_of, to_numpy
from chithi.rows.config import Config
from chithi.rows.descriptions import OF_REPORTS
from chithi.rows.paragraphs import Original, originals_of
from chithi.rows.tags import acts_of, spans_of, tags_of
from chithi.rows.tokens import TokensConfig, tagged
from chithi.text.display import shown
from chithi.validation.usable import hydrate

SPANS = ("speaker", "role", "directives", "requests")
NOTICE = (
    "The text is that of press articles under copyright, as their holder's own files have it: "
    "use it as you may use those files, and pass it on to nobody."
)
FITTED = (
    "In articles, spans of several statements meet, and misprints join words. In the tags a span that cuts a token has "
    "all of that token, and of spans that overlap only the longest stands; `statements` has them all, to the letter."
)


class ArticlesError(ValueError):
    """A folder holds none of the articles that a corpus has anchors for."""


class OriginalsConfig(Config):
    """One row a paragraph of each article, those without any statement too."""

    name = ORIGINALS
    row_is = "a paragraph of an article, with the statements in it, as tokens and with tags, too"
    default = True  # of the folder that `chithi hydrate` writes, where it is the only one
    published = False
    described = OF_REPORTS | {
        "id": "Id of the report, and after .p the number of the paragraph.",
        "report": "Id of the report.",
        "paragraph": "Number of the paragraph in the text held, from 1; lines that are blank are not counted.",
        "text": (
            "The paragraph as the file has it, without the white space around it. Of a file with wrapped lines, and "
            "blank lines between paragraphs, it has spaces for the line feeds within it."
        ),
        "statements": (
            "The statements in the paragraph, in the order of the corpus: their spans there, with offsets in code "
            "points into its text. speaker_id is the actor who speaks, also where no mention stands there. Spans that "
            "could not be placed are left out."
        ),
    }
    described |= {name: TokensConfig.described[name] for name in ("tokens", "starts", "ner_tags", "request_tags")}

    def __init__(self, found: Hydration) -> None:
        self.found = found

    def originals(self, corpus: Corpus) -> list[Original]:
        """The articles that were found, in paragraphs. Raises CorpusError if anchors do not fit the statements."""
        return originals_of(corpus, self.found)

    def records(self, corpus: Corpus) -> dict[str, pl.DataFrame]:
        """The paragraphs of each split."""
        rows: dict[str, list[dict[str, object]]] = {split: [] for split in SPLITS}
        for original in self.originals(corpus):
            rows[original.report.split] += map(msgspec.to_builtins, original.paragraphs)
        schema = schema_of(corpus)
        return {split: pl.DataFrame(found, schema) for split, found in rows.items()}

    def rows(self, corpus: Corpus, records: Columns) -> pa.Table:
        """The paragraphs, with their tokens and tags."""
        parents = pc.list_parent_indices(records["statements"])
        spans = spans_of(fields_of(records["statements"].flatten()), acts_of(corpus.schemas))
        for found in spans.values():
            found[:, 0] = to_numpy(parents.take(from_numpy(found[:, 0].copy())))
        return table_of(records | tagged(records["text"], spans, widen=True))

    def tags(self, schemas: Schemas = SHIPPED) -> Mapping[str, tuple[str, ...]]:
        """The names of the tags."""
        return tags_of(schemas)

    def notes(self, schemas: Schemas = SHIPPED) -> str:
        """The definition of a token, and what becomes of spans that do not fit tokens, which articles may have."""
        return f"{TokensConfig().notes(schemas).rstrip()}\n\n{FITTED}\n"


def schema_of(corpus: Corpus) -> dict[str, pl.DataType]:
    """The columns of the paragraphs, with the types that the table of statements has."""
    known = corpus.statements.schema
    statement = {"id": pl.String(), "speaker_id": pl.String(), **{name: known[name] for name in SPANS}}
    texts = {name: pl.String() for name in ("id", "report", "event", "language")}
    listed = pl.List(pl.Struct(statement))
    return texts | {"paragraph": pl.Int32(), "text": pl.String(), "statements": listed}


def read_originals(corpus: Corpus, sources: Path | str, progress: Progress = lambda files: None) -> OriginalsConfig:
    """The config for the articles in a folder.

    Raises ArticlesError if none is recognised, CorpusError if the anchors cannot be read, OSError for the folder.
    """
    found = hydrate(Path(sources), corpus.folder, progress)
    if not found.anchors:
        raise ArticlesError(f"the corpus in {shown(str(corpus.folder))} has no anchors: chithi anchor makes them")
    if not found.articles:
        lacking = f"; {len(found.lacking):,} may hold one, but {found.lacking[0][1]}" if found.lacking else ""
        files = f"{found.files:,} file{'' if found.files == 1 else 's'}"
        raise ArticlesError(
            f"{shown(str(sources))} has none of the articles that the corpus has anchors for ({files} read{lacking})"
        )
    return OriginalsConfig(found)
