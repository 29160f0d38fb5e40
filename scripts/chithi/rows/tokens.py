"""The config `tokens`: statements as tokens with BIO tags."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from chithi.corpus import Corpus, CorpusError
from chithi.records.layout import STATEMENTS
from chithi.records.schemas import SHIPPED, Schemas
from chithi.rows.arrow import Array, Columns, columns_of, from_numpy, run_bounds, select, strings, table_of, to_numpy
from chithi.rows.config import Config
from chithi.rows.descriptions import OF_REPORTS
from chithi.rows.tags import COLUMNS, TagError, acts_of, decode_bio, encode_bio, on_tokens, spans_of, tags_of
from chithi.text.code_points import SPACE
from chithi.text.display import visible
from chithi.text.tokens import token_spans

KEPT = ("id", "report", "event", "language", "text")  # columns of statements that the rows keep
TAGGED = ("speaker", "role", "directives", "requests")  # columns of statements whose spans become tags
NOTES = Path(__file__).with_name("tokens.md")


class TokensConfig(Config):
    """One row a statement: its text, its tokens, where they start in it, and their tags."""

    name = "tokens"
    row_is = "a statement as tokens, with the offsets at which they start, and tags"
    described = OF_REPORTS | {
        "tokens": "The tokens of the text, in order; the spaces between them are left out.",
        "starts": "Offset of each token's first character in the text, counted in Unicode code points from 0.",
        "ner_tags": "BIO tag of each token for speaker, role, cited documents and addressees, as a number with a name.",
        "request_tags": "BIO tag of each token for requests by their act, as a number with a name.",
    }
    slow = True

    def records(self, corpus: Corpus) -> dict[str, pl.DataFrame]:
        """The statements of each split, with the columns that tokens and tags come from."""
        return {split: statements.select(*KEPT, *TAGGED) for split, statements in corpus.by_split.items()}

    def rows(self, corpus: Corpus, records: Columns) -> pa.Table:
        """The statements as tokens."""
        try:
            return table_of(select(records, *KEPT) | token_columns(records, acts_of(corpus.schemas)))
        except TagError as error:
            report, statement = first_untagged(records, acts_of(corpus.schemas))
            path = corpus.folder / STATEMENTS / f"{report}.jsonl"
            raise CorpusError(path, None, f"{statement}: {error}") from error

    def roundtrips(self, corpus: Corpus, rows: pa.Table, records: Columns) -> bool:
        """Whether the tags give every span back exactly."""
        if not rows.select(KEPT).equals(table_of(select(records, *KEPT))):
            return False
        expected, found = spans_of(records, acts_of(corpus.schemas)), decode_bio(columns_of(rows))
        return all(np.array_equal(found[name], expected[name]) for name in COLUMNS)

    def tags(self, schemas: Schemas = SHIPPED) -> Mapping[str, tuple[str, ...]]:
        """The names of the tags."""
        return tags_of(schemas)

    def notes(self, schemas: Schemas = SHIPPED) -> str:
        """The definition of a token, the names of the tags, and the way from tags to characters."""
        names = {column: ", ".join(f"`{tag}`" for tag in tags) for column, tags in self.tags(schemas).items()}
        return NOTES.read_text(encoding="utf-8").format(**names)


def token_columns(statements: Columns, acts: Sequence[str]) -> Columns:
    """The columns `tokens`, `starts` (code points), `ner_tags` and `request_tags` of statements.

    acts: the acts in the order of their tags.
    """
    return tagged(statements["text"], spans_of(statements, acts))


def tagged(texts: pa.StringArray, spans: Mapping[str, Array], *, widen: bool = False) -> Columns:
    """The columns of tokens and tags of texts with these spans, given by column of tags as `spans_of` gives them.

    widen: whether spans may cut tokens and overlap; then `on_tokens` makes them fit.
    """
    tokens, starts = tokenize(texts)
    text_starts = run_bounds(to_numpy(pc.utf8_length(texts)) + 1)
    token_starts = np.repeat(text_starts[:-1], to_numpy(pc.list_value_length(starts))) + to_numpy(starts.flatten())
    if widen:
        token_ends = token_starts + to_numpy(pc.utf8_length(tokens.flatten()))
        spans = {name: on_tokens(found, token_starts, token_ends, text_starts) for name, found in spans.items()}
    encoded = {name: encode_bio(token_starts, text_starts, found) for name, found in spans.items()}
    tags = {name: from_numpy(numbers).cast(pa.int64()) for name, numbers in encoded.items()}
    lists = {name: pa.ListArray.from_arrays(starts.offsets, values) for name, values in tags.items()}
    return {"tokens": tokens, "starts": starts} | lists


def tokenize(texts: pa.StringArray) -> tuple[pa.ListArray, pa.ListArray]:
    """The tokens of each text and their starts in code points. The array must not be a slice of another array.

    No token holds a space. So texts are cut into words, which end with a space, and the tokenizer gets each distinct
    word once: the 100,000 statements of the benchmark have 3.8 million words, of which 11,000 are distinct.
    """
    words, first_word = words_of(texts)
    coded = words.dictionary_encode()
    joined = " ".join(coded.dictionary.to_pylist())
    found = token_spans(joined)
    token_starts = np.array([start for start, _ in found], np.int32)
    lengths = to_numpy(pc.utf8_length(coded.dictionary))
    word_starts = run_bounds(lengths + 1)
    first_token = np.searchsorted(token_starts, word_starts).astype(np.int32)
    token_starts -= np.repeat(word_starts[:-1], counts := np.diff(first_token))  # now within the word
    # From distinct words to all words: the tokens of each, and its start in its text.
    code = to_numpy(coded.indices)
    sizes = counts[code]
    begins = run_bounds(sizes)
    chosen = np.repeat(first_token[code] - begins[:-1], sizes) + np.arange(begins[-1], dtype=np.int32)
    at = run_bounds(lengths[code])
    starts = np.repeat(at[:-1] - np.repeat(at[first_word[:-1]], np.diff(first_word)), sizes) + token_starts[chosen]
    tokens = strings([joined[start:end] for start, end in found]).take(from_numpy(chosen))
    offsets = from_numpy(begins[first_word])
    return pa.ListArray.from_arrays(offsets, tokens), pa.ListArray.from_arrays(offsets, from_numpy(starts))


def words_of(texts: pa.StringArray) -> tuple[pa.StringArray, Array]:
    """The words of the texts, each up to and with a space, and the index of each text's first word.

    The indices have shape (texts + 1,); the last one is the number of words.
    """
    _, ends, letters = texts.buffers()
    text_ends = np.frombuffer(ends, np.int32)[: len(texts) + 1]
    cut = np.zeros(text_ends[-1] + 1, bool)
    cut[1:] = np.frombuffer(letters or b"", np.uint8)[: text_ends[-1]] == SPACE
    cut[text_ends] = True
    word_ends = cut.nonzero()[0].astype(np.int32)
    words = pa.StringArray.from_buffers(len(word_ends) - 1, pa.py_buffer(word_ends), letters)
    return words, np.searchsorted(word_ends, text_ends)


def first_untagged(records: Columns, acts: tuple[str, ...]) -> tuple[str, str]:
    """The report and the id of the first statement whose spans cannot be tagged, shown. One is known to be there."""
    for n in range(len(records["id"])):
        one = {name: column.take(pa.array([n])) for name, column in records.items()}  # slices cannot be tokenized
        try:
            token_columns(one, acts)
        except TagError:
            break
    return visible(one["report"][0].as_py()), visible(one["id"][0].as_py())
