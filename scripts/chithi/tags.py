"""BIO tags of a statement's tokens, which give its spans back; whole columns at a time."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from chithi.batch import SPACE
from chithi.schemas import schema_of
from chithi.spans import LAYERS
from chithi.tables import STATEMENTS
from chithi.tokens import token_spans

Numbers = np.ndarray[Any, np.dtype[Any]]

ACTS = tuple(schema_of(STATEMENTS)["properties"]["requests"]["items"]["properties"]["act"]["enum"])


def bio(layers: Iterable[str]) -> tuple[str, ...]:
    """The names of a column's tags by number: 0 is O, odd ones begin a span, the even ones behind them continue it."""
    return "O", *(f"{place}-{layer.upper()}" for layer in layers for place in "BI")


TAGS = {"ner_tags": bio(LAYERS), "request_tags": bio(ACTS)}  # column -> names of its tags


def tokenized(texts: pa.StringArray) -> tuple[pa.ListArray, pa.ListArray]:
    """The tokens of each text and the offsets at which they start, as two columns of lists. Takes an array that is no slice of another.

    No token holds a space, so the tokenizer sees each distinct run of characters up to a space once, however often it occurs.
    """
    _, ends, letters = texts.buffers()
    text_ends = np.frombuffer(ends, np.int32)[: len(texts) + 1]
    cut = np.zeros(text_ends[-1] + 1, bool)
    cut[1:] = np.frombuffer(letters or b"", np.uint8)[: text_ends[-1]] == SPACE
    cut[text_ends] = True
    word_ends = cut.nonzero()[0].astype(np.int32)
    words = pa.StringArray.from_buffers(len(word_ends) - 1, pa.py_buffer(word_ends), letters)
    first_word = np.searchsorted(word_ends, text_ends)
    coded = words.dictionary_encode()
    joined = " ".join(coded.dictionary.to_pylist())
    found = token_spans(joined)
    token_starts = np.array([start for start, _ in found], np.int32)
    word_starts = bounds(numbers(pc.utf8_length(coded.dictionary)) + 1)
    first_token = np.searchsorted(token_starts, word_starts).astype(np.int32)
    token_starts -= np.repeat(word_starts[:-1], counts := np.diff(first_token))
    # The tokens of all words one behind the other: of each its number among those of the distinct words, and where its word begins.
    code = numbers(coded.indices)
    sizes = counts[code]
    begins = bounds(sizes)
    chosen = np.repeat(first_token[code] - begins[:-1], sizes) + np.arange(begins[-1], dtype=np.int32)
    at = bounds(numbers(pc.utf8_length(words)))
    starts = np.repeat(at[:-1] - np.repeat(at[first_word[:-1]], np.diff(first_word)), sizes) + token_starts[chosen]
    of_distinct = pl.Series([joined[start:end] for start, end in found], dtype=pl.String).to_arrow().cast(pa.string())
    tokens, offsets = of_distinct.take(column(chosen)), column(begins[first_word])
    return pa.ListArray.from_arrays(offsets, tokens), pa.ListArray.from_arrays(offsets, column(starts))


def numbers(column: pa.Array) -> Numbers:
    """A column of numbers, none of them null, as an array of the same bytes; its own `to_numpy` would load pandas first."""
    return np.from_dlpack(column)


def column(values: Numbers) -> pa.Array:
    """The same the other way round; `pyarrow.array` would load pandas first."""
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, pa.py_buffer(values)])


def bounds(sizes: Numbers) -> Numbers:
    """Where each of several runs begins when they stand one behind the other, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)


def tagged(line: Numbers, begins: Numbers, spans: pl.DataFrame) -> Numbers:
    """The tags of all tokens; `line` and `begins` say where the tokens and the texts begin, counted through all texts.

    `spans` has row (of the text), tag (the number of its B), start and end (within the text), and no overlaps.
    """
    begin, opening = begins[spans["row"].to_numpy()], spans["tag"].to_numpy().astype(np.int8)
    first, last = (np.searchsorted(line, begin + spans[key].to_numpy().astype(np.int32)) for key in ("start", "end"))
    change = np.zeros(len(line) + 1, np.int8)
    np.add.at(change, first, opening + 1)
    np.subtract.at(change, last, opening + 1)
    tags = np.cumsum(change[:-1], dtype=np.int8)
    tags[first] = opening
    return tags


def decoded(rows: pa.Table) -> dict[str, pl.DataFrame]:
    """The spans that the columns of tags stand for, as `spans_of` gives them. Takes the config tokens, in one chunk."""
    tokens, starts = (rows[name].chunk(0) for name in ("tokens", "starts"))
    at, offsets, found = numbers(starts.flatten()), bounds(numbers(pc.list_value_length(starts))), {}
    for name in TAGS:
        tags = numbers(rows[name].chunk(0).flatten())
        inside = np.flatnonzero(tags)
        opens = tags[inside] & 1 == 1
        closes = np.flatnonzero(np.append(opens[1:] | (np.diff(inside) > 1), True))  # whose next token does not continue the span
        first, tag = inside[opens], tags[inside[opens]]
        last = inside[closes[np.searchsorted(closes, np.flatnonzero(opens))]]
        ends = at[last].astype(np.int64) + numbers(pc.utf8_length(tokens.flatten().take(column(last))))
        row = np.searchsorted(offsets, first, side="right") - 1
        found[name] = pl.DataFrame({"row": row, "tag": tag, "start": at[first].astype(np.int64), "end": ends})
    return found


def spans_of(statements: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The spans behind each column of tags, as `tagged` takes them; an addressee that several requests share is one span."""
    rows = statements.select("speaker", "role", directive="directives", request="requests").with_row_index("row")
    requests = (
        rows.select("row", "request").explode("request").select("row", "request", addressee=pl.col("request").struct.field("addressee"))
    )
    layers = {
        "speaker": rows,
        "role": rows,
        "directive": rows.select("row", "directive").explode("directive"),
        "addressee": requests.unique(["row", "addressee"], maintain_order=True),
    }
    act = {act: begin(act, "request_tags") for act in ACTS}
    found = {
        "ner_tags": pl.concat(located(rows, layer, pl.lit(begin(layer, "ner_tags"))) for layer, rows in layers.items()),
        "request_tags": located(requests, "request", pl.col("request").struct.field("act").replace_strict(act)),
    }
    return {column: spans.sort("row", "start") for column, spans in found.items()}


def begin(label: str, column: str) -> int:
    """The number of the tag that begins a span."""
    return TAGS[column].index(f"B-{label.upper()}")


def located(rows: pl.DataFrame, span: str, tag: pl.Expr) -> pl.DataFrame:
    """The spans in a column of rows, nulls aside, as `tagged` takes them."""
    place = pl.col(span).struct
    found = rows.filter(pl.col(span).is_not_null())
    return found.select(
        pl.col("row").cast(pl.Int64), tag.cast(pl.Int64).alias("tag"), *(place.field(key).cast(pl.Int64) for key in ("start", "end"))
    )


def token_columns(statements: pl.DataFrame) -> dict[str, pa.ListArray]:
    """The columns tokens, starts, ner_tags and request_tags of statements."""
    texts = statements["text"].to_arrow().cast(pa.string())
    tokens, starts = tokenized(texts)
    begins = bounds(numbers(pc.utf8_length(texts)) + 1)
    line = np.repeat(begins[:-1], numbers(pc.list_value_length(starts)))
    line += numbers(starts.flatten())
    tags = {name: column(tagged(line, begins, spans)).cast(pa.int64()) for name, spans in spans_of(statements).items()}
    return {"tokens": tokens, "starts": starts} | {name: pa.ListArray.from_arrays(starts.offsets, of) for name, of in tags.items()}
