"""Who asks whom, as a directed graph in GraphML, which Gephi, visone, igraph and networkx read.

A node is an actor who asks or is asked. An edge leads from who asks to who is asked; its `weight` is the number of
requests, and `act_...` and `topic_...` say how many of them have an act or a topic. A request to several actors counts
for each of them. Requests without a speaker or an addressee have no edge; the graph's own data count them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from chithi.corpus import Corpus
from chithi.formats.format import FormatError, TextFormat
from chithi.formats.spans import typed_statements
from chithi.records.schemas import enum_of
from chithi.text.display import shown

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
OF_NODES = {"label": "string", "name": "string", "name_original": "string", "kind": "string", "level": "string",
            "asks": "int", "asked": "int"}  # fmt: skip
OF_GRAPH = {"requests": "int", "without_speaker": "int", "without_addressee": "int"}
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # characters that no XML may hold
Edges = dict[tuple[str, str], Counter[str]]


class Graphml(TextFormat):
    """Who asks whom, with weights by act and topic."""

    name = "graphml"
    carries = "who asks whom, with weights by act and topic"

    def write(self, corpus: Corpus, statements: pl.DataFrame) -> Iterator[str]:
        """The graph, element by element."""
        edges, counted = edges_of(statements)
        weights = dict.fromkeys(("weight", *weights_of(corpus)), "int")
        yield HEAD
        for place, names in (("graph", OF_GRAPH), ("node", OF_NODES), ("edge", weights)):
            for name, kind in names.items():
                yield f'  <key id="{place}-{name}" for="{place}" attr.name="{name}" attr.type="{kind}"/>\n'
        yield '  <graph id="requests" edgedefault="directed">\n'
        yield from data("graph", counted, "    ")
        for actor, values in nodes_of(corpus, statements, edges).items():
            yield f"    <node id={attribute(actor)}>\n"
            yield from data("node", values, "      ")
            yield "    </node>\n"
        for number, ((source, target), found) in enumerate(sorted(edges.items()), 1):
            ends = f"source={attribute(source)} target={attribute(target)}"
            yield f'    <edge id="e{number}" {ends}>\n'
            yield from data("edge", {name: found[name] for name in weights}, "      ")
            yield "    </edge>\n"
        yield "  </graph>\n</graphml>\n"


def weights_of(corpus: Corpus) -> list[str]:
    """The names of the weights, one for each act and each topic of the corpus's schema."""
    return [f"{kind}_{value}" for kind in ("act", "topic") for value in enum_of_requests(corpus, kind)]


def enum_of_requests(corpus: Corpus, field: str) -> tuple[str, ...]:
    """The values that the corpus's schema allows in a field of requests."""
    return enum_of("statements", "requests", field, schemas=corpus.schemas)


def edges_of(statements: pl.DataFrame) -> tuple[Edges, dict[str, int]]:
    """The edges with their weights, and what is counted of the graph as a whole."""
    edges: Edges = {}
    counted = dict.fromkeys(OF_GRAPH, 0)
    for statement in typed_statements(statements):
        for request in statement.requests:
            counted["requests"] += 1
            counted["without_speaker"] += statement.speaker is None
            counted["without_addressee"] += request.addressee is None
            asking = [statement.speaker.id] if statement.speaker else []
            asked = request.addressee.actors if request.addressee else []
            for pair in product(asking, asked):
                weights = edges.setdefault(pair, Counter())
                weights.update(("weight", f"act_{request.act}", f"topic_{request.topic}"))
    return edges, counted


def nodes_of(corpus: Corpus, statements: pl.DataFrame, edges: Edges) -> dict[str, dict[str, Any]]:
    """The attributes of the actors at the ends of edges, sorted by id."""
    asks, asked = Counter[str](), Counter[str]()
    for (source, target), weights in edges.items():
        asks[source] += weights["weight"]
        asked[target] += weights["weight"]
    entries = {row["id"]: row for row in corpus.actors.iter_rows(named=True)}
    levels = levels_of(corpus, statements)
    found = {}
    for actor in sorted(asks.keys() | asked.keys()):
        entry = entries.get(actor, {})
        named = {"label": entry.get("name_en", actor), "name": entry.get("name_en", actor)}
        known = {name: entry.get(name) for name in ("name_original", "kind")} | {"level": levels.get(actor)}
        found[actor] = named | known | {"asks": asks[actor], "asked": asked[actor]}
    return found


def levels_of(corpus: Corpus, statements: pl.DataFrame) -> dict[str, str]:
    """The level of each actor: its own, or the highest at which a person speaks in these statements."""
    ranks = {level: rank for rank, level in enumerate(enum_of("offices", "level", schemas=corpus.schemas))}
    spoken = statements.select(pl.col("speaker").struct.field("id"), "speaker_level").drop_nulls().unique()
    of_people = [(actor, level) for actor, level in spoken.iter_rows() if level in ranks]
    highest = sorted(of_people, key=lambda pair: ranks[pair[1]], reverse=True)
    own = corpus.actors.select("id", "level").drop_nulls()
    return dict(highest) | dict(own.iter_rows())


def data(place: str, values: dict[str, Any], indent: str) -> Iterator[str]:
    """Values as elements, without those that are null."""
    for name, value in values.items():
        if value is not None:
            yield f'{indent}<data key="{place}-{name}">{escape(allowed(str(value)))}</data>\n'


def attribute(value: str) -> str:
    """A text as the value of an attribute, in quotes."""
    return quoteattr(allowed(value))


def allowed(text: str) -> str:
    """The text, if XML can hold it. Raises FormatError for control characters and half characters."""
    if unfit := NOT_XML.search(text):
        raise FormatError(f"graphml cannot carry {shown(unfit[0])}, which stands in {shown(text)}")
    return text
