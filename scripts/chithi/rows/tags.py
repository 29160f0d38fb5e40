"""Encoding of spans as BIO tags of tokens, and decoding, on whole columns.

Spans are arrays of int64, shape (spans, 4), in the order of the texts. The four numbers are the index of the
statement, the number of the B tag, and the start and end in code points.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chithi.records.layout import STATEMENTS
from chithi.records.schemas import SHIPPED, Schemas, enum_of
from chithi.rows.arrow import Array, Columns, fields_of, from_numpy, run_bounds, strings, to_numpy

LAYERS = ("speaker", "role", "directive", "addressee")  # these may lie within requests, which have tags of their own
COLUMNS = ("ner_tags", "request_tags")


class TagError(ValueError):
    """Spans cannot be written as tags, because nobody validated them."""


def bio(labels: Iterable[str]) -> tuple[str, ...]:
    """The tags by number: O is 0, B tags are odd, and each I tag is the number after its B tag.

    >>> bio(["role"])
    ('O', 'B-ROLE', 'I-ROLE')
    """
    return "O", *(f"{place}-{label.upper()}" for label in labels for place in "BI")


def acts_of(schemas: Schemas) -> tuple[str, ...]:
    """The acts that a corpus's schema lists, in its order."""
    return enum_of(STATEMENTS, "requests", "act", schemas=schemas)


@cache
def tags_of(schemas: Schemas = SHIPPED) -> dict[str, tuple[str, ...]]:
    """The names of the tags, as column -> names."""
    return {"ner_tags": bio(LAYERS), "request_tags": bio(acts_of(schemas))}


def spans_of(statements: Columns, acts: Iterable[str]) -> dict[str, Array]:
    """The spans of statements, as column of tags -> spans. An addressee that requests share is one span.

    acts: the acts in the order of their tags. Raises TagError for another act.
    """
    every = np.arange(len(statements["speaker"]))
    directives, requests = statements["directives"], statements["requests"]
    citing, asking = (to_numpy(pc.list_parent_indices(lists)) for lists in (directives, requests))
    request = fields_of(requests.flatten())
    addressees = in_order(located(asking, request["addressee"], first_tag("addressee")))
    layers = [
        located(every, statements["speaker"], first_tag("speaker")),
        located(every, statements["role"], first_tag("role")),
        located(citing, directives.flatten(), first_tag("directive")),
        addressees[differs_from_last(addressees)],
    ]
    act = pc.index_in(request["act"], strings(list(acts)))
    if act.null_count:
        raise TagError("the act of a request is none of those that the schema lists")
    asked = located(asking, requests.flatten(), 2 * to_numpy(act) + 1)
    return {"ner_tags": in_order(np.concatenate(layers)), "request_tags": in_order(asked)}


def in_order(spans: Array) -> Array:
    """Sorts spans by statement and start."""
    return spans[np.lexsort((spans[:, 2], spans[:, 0]))]


def differs_from_last(rows: Array) -> Array:
    """Whether each row of an array of shape (rows, columns) differs from the one before; bool, shape (rows,)."""
    return np.append(True, (rows[1:] != rows[:-1]).any(axis=1))[: len(rows)]


def first_tag(layer: str) -> int:
    """The number of a layer's B tag."""
    return 2 * LAYERS.index(layer) + 1


def located(statement: Array, spans: pa.StructArray, tag: int | Array) -> Array:
    """The spans that are not null as an array of shape (spans, 4).

    statement: the index of the statement of each span. tag: the number of the B tag, one for all or one each.
    """
    start, end = (fields_of(spans)[key] for key in ("start", "end"))
    there = to_numpy(pc.indices_nonzero(start.is_valid()))
    tags = np.broadcast_to(tag, statement.shape)[there]
    return np.column_stack([statement[there], tags, to_numpy(start.drop_null()), to_numpy(end.drop_null())])


def on_tokens(spans: Array, token_starts: Array, token_ends: Array, text_starts: Array) -> Array:
    """The spans widened to whole tokens, without those that overlap a longer one.

    Of equally long spans, that with the lower tag stays, then that which comes first. The starts and ends are positions
    in the texts as one sequence of code points, as for `encode_bio`.
    """
    before = text_starts[spans[:, 0]]
    first = np.searchsorted(token_ends, before + spans[:, 2], side="right")
    last = np.searchsorted(token_starts, before + spans[:, 3]) - 1
    there = first <= last
    first, last, before = first[there], last[there], before[there]
    wide = np.column_stack([spans[there, :2], token_starts[first] - before, token_ends[last] - before])
    taken: dict[int, list[tuple[int, int]]] = {}
    kept = []
    for row, tag, start, end in wide[np.lexsort((wide[:, 2], wide[:, 1], wide[:, 2] - wide[:, 3]))].tolist():
        others = taken.setdefault(row, [])
        if all(end <= at or stop <= start for at, stop in others):
            others.append((start, end))
            kept.append((row, tag, start, end))
    return in_order(np.array(kept, np.int64).reshape(-1, 4))


def encode_bio(token_starts: Array, text_starts: Array, spans: Array) -> Array:
    """The tags of all tokens, int16, shape (tokens,), for spans that do not overlap.

    token_starts, text_starts: positions in the texts as one sequence of code points, ascending. A binary search finds
    the tokens at which spans begin and end. Raises TagError for spans that lie outside of their texts or overlap.
    """
    statement, tag, start, end = spans.T
    sizes = np.diff(text_starts)[statement] - 1
    if (start < 0).any() or (end <= start).any() or (end > sizes).any():
        raise TagError("a span lies outside of its text")
    if ((statement[1:] == statement[:-1]) & (start[1:] < end[:-1])).any():
        raise TagError("two spans of one layer overlap")
    first, last = (np.searchsorted(token_starts, text_starts[statement] + at.astype(np.int32)) for at in (start, end))
    change = np.zeros(len(token_starts) + 1, np.int16)
    np.add.at(change, first, tag.astype(np.int16) + 1)
    np.subtract.at(change, last, tag.astype(np.int16) + 1)
    tags = np.cumsum(change[:-1], dtype=np.int16)
    tags[first] = tag
    return tags


def decode_bio(rows: Columns) -> dict[str, Array]:
    """The spans in the columns of the config `tokens`, as column of tags -> spans."""
    tokens, starts = rows["tokens"].flatten(), to_numpy(rows["starts"].flatten())
    offsets, found = run_bounds(to_numpy(pc.list_value_length(rows["starts"]))), {}
    for name in COLUMNS:
        tags = to_numpy(rows[name].flatten())
        inside = np.flatnonzero(tags)
        opens = np.flatnonzero(tags[inside] & 1)
        first, last = inside[opens], inside[np.append(opens, len(inside))[1:] - 1]
        ends = starts[last] + to_numpy(pc.utf8_length(tokens.take(from_numpy(last))))
        statement = np.searchsorted(offsets, first, side="right") - 1
        found[name] = np.column_stack([statement, tags[first], starts[first], ends])
    return found
