"""BIO tags of a statement's tokens, which give its spans back; whole columns at a time."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chithi.records.layout import STATEMENTS
from chithi.records.schemas import schema_of
from chithi.records.spans import LAYERS
from chithi.rows.arrow import Columns, Numbers, bounds, column, numbers, parts, strings
from chithi.text.code_points import SPACE
from chithi.text.tokens import token_spans

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
    lengths = numbers(pc.utf8_length(coded.dictionary))
    word_starts = bounds(lengths + 1)
    first_token = np.searchsorted(token_starts, word_starts).astype(np.int32)
    token_starts -= np.repeat(word_starts[:-1], counts := np.diff(first_token))
    # The tokens of all words one behind the other: of each its number among those of the distinct words, and where its word begins.
    code = numbers(coded.indices)
    sizes = counts[code]
    begins = bounds(sizes)
    chosen = np.repeat(first_token[code] - begins[:-1], sizes) + np.arange(begins[-1], dtype=np.int32)
    at = bounds(lengths[code])
    starts = np.repeat(at[:-1] - np.repeat(at[first_word[:-1]], np.diff(first_word)), sizes) + token_starts[chosen]
    tokens = strings([joined[start:end] for start, end in found]).take(column(chosen))
    offsets = column(begins[first_word])
    return pa.ListArray.from_arrays(offsets, tokens), pa.ListArray.from_arrays(offsets, column(starts))


def encode_bio(line: Numbers, begins: Numbers, spans: Numbers) -> Numbers:
    """The tags of all tokens; `line` and `begins` say where the tokens and the texts begin, counted through all texts.

    `spans` are as `spans_of` gives them, and do not overlap.
    """
    row, opening, start, end = spans.T
    first, last = (np.searchsorted(line, begins[row] + at.astype(np.int32)) for at in (start, end))
    change = np.zeros(len(line) + 1, np.int8)
    np.add.at(change, first, opening.astype(np.int8) + 1)
    np.subtract.at(change, last, opening.astype(np.int8) + 1)
    tags = np.cumsum(change[:-1], dtype=np.int8)
    tags[first] = opening
    return tags


def decode_bio(rows: Columns) -> dict[str, Numbers]:
    """The spans that the columns of tags stand for, as `spans_of` gives them. Takes the columns of the config tokens."""
    tokens, starts = rows["tokens"].flatten(), numbers(rows["starts"].flatten())
    offsets, found = bounds(numbers(pc.list_value_length(rows["starts"]))), {}
    for name in TAGS:
        tags = numbers(rows[name].flatten())
        inside = np.flatnonzero(tags)
        opens = np.flatnonzero(tags[inside] & 1)
        first, last = inside[opens], inside[np.append(opens, len(inside))[1:] - 1]
        ends = starts[last] + numbers(pc.utf8_length(tokens.take(column(last))))
        found[name] = np.column_stack([np.searchsorted(offsets, first, side="right") - 1, tags[first], starts[first], ends])
    return found


def spans_of(rows: Columns) -> dict[str, Numbers]:
    """The spans behind each column of tags: one a row, of four numbers, in their order in the texts. Takes the columns of statements.

    The numbers are that of the statement among these, that of the tag that begins the span, and the offsets of its start and end. An
    addressee that several requests share is one span.
    """
    every, (directives, requests) = np.arange(len(rows["text"])), (rows["directives"], rows["requests"])
    citing, asking = (numbers(pc.list_parent_indices(lists)) for lists in (directives, requests))
    request = parts(requests.flatten())
    layers = [
        located(every, rows["speaker"], begin("speaker")),
        located(every, rows["role"], begin("role")),
        located(citing, directives.flatten(), begin("directive")),
        np.unique(located(asking, request["addressee"], begin("addressee")), axis=0),
    ]
    act = numbers(pc.index_in(request["act"], strings(list(ACTS))))
    found = {"ner_tags": np.concatenate(layers), "request_tags": located(asking, requests.flatten(), 2 * act + 1)}
    return {name: spans[np.lexsort((spans[:, 2], spans[:, 0]))] for name, spans in found.items()}


def begin(layer: str) -> int:
    """The number of the tag that begins a span of a layer."""
    return TAGS["ner_tags"].index(f"B-{layer.upper()}")


def located(row: Numbers, spans: pa.StructArray, tag: int | Numbers) -> Numbers:
    """Spans as `spans_of` gives them, nulls aside; `row` says which statement each belongs to."""
    start, end = (parts(spans)[key] for key in ("start", "end"))
    there = numbers(pc.indices_nonzero(start.is_valid()))
    return np.column_stack([row[there], np.broadcast_to(tag, row.shape)[there], numbers(start.drop_null()), numbers(end.drop_null())])


def token_columns(rows: Columns) -> Columns:
    """The columns tokens, starts, ner_tags and request_tags of statements. Takes their texts and what `spans_of` makes of them."""
    tokens, starts = tokenized(rows["text"])
    begins = bounds(numbers(pc.utf8_length(rows["text"])) + 1)
    line = np.repeat(begins[:-1], numbers(pc.list_value_length(starts))) + numbers(starts.flatten())
    tags = {name: column(encode_bio(line, begins, rows[name])).cast(pa.int64()) for name in TAGS}
    return {"tokens": tokens, "starts": starts} | {name: pa.ListArray.from_arrays(starts.offsets, of) for name, of in tags.items()}
