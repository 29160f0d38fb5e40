"""The charts of a corpus, by name: those of its card, of README, and of `chithi stats --chart`."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import polars as pl

from chithi.corpus import SPLITS, Corpus
from chithi.records.schemas import enum_of
from chithi.text.language_names import language_name
from chithi.views.chart import SERIES, bars, columns, matrix
from chithi.views.counts import (
    NOT_TOLD,
    asked_by,
    by_language,
    cross,
    in_places,
    levels_of,
    tally,
    who_asks_whom,
    year_of,
)

Rows = list[tuple[str, list[int]]]


class Chart(NamedTuple):
    """A chart: its title, and the text of its SVG."""

    title: str
    svg: str


def charts(corpus: Corpus) -> dict[str, Chart]:
    """The charts of a corpus by name. A chart that would show nothing is left out."""
    drawn = {name: draw(corpus) for name, draw in CHARTS.items()}
    return {name: found for name, found in drawn.items() if found}


def levels_chart(corpus: Corpus) -> Chart | None:
    """Who asks whom, by level; None without requests."""
    found = who_asks_whom(corpus)
    if not found:
        return None
    header = list(next(iter(found.values())))
    rows = [(level, [*values.values()]) for level, values in found.items()]
    title = "Who asks whom: requests by level"
    return Chart(title, matrix(title, ("who asks", "who is asked"), header, rows))


def documents_chart(corpus: Corpus) -> Chart | None:
    """The citations by year and kind of document; None if no citation has a year."""
    cited = corpus.joined.select("directives", year=year_of()).explode("directives").drop_nulls()
    cited = cited.select("year", id=pl.col("directives").struct.field("id"))
    cited = cited.join(corpus.directives.select("id", "kind"), on="id", how="left").drop_nulls("kind")
    if cited.is_empty():
        return None
    kinds = list(tally(cited["kind"]))
    if len(kinds) > SERIES:
        cited = cited.with_columns(
            pl.when(pl.col("kind").is_in(kinds[: SERIES - 1])).then("kind").otherwise(pl.lit("others"))
        )
        kinds = [*kinds[: SERIES - 1], "others"]
    found = cross(cited, "year", "kind", kinds)
    rows = [(year, [*found.get(year, dict.fromkeys(kinds, 0)).values()]) for year in years(list(found))]
    return chart("Documents cited, by year of the event", kinds, rows, columns)


def acts_chart(corpus: Corpus) -> Chart | None:
    """The requests by level of who asks, and by act; None without requests."""
    requests = asked_by(corpus).with_columns(pl.col("level").fill_null(NOT_TOLD))
    acts = in_places(requests["act"], enum_of("statements", "requests", "act", schemas=corpus.schemas))
    found = cross(requests, "level", "act", acts)
    rows = [(level, [*found[level].values()]) for level in in_places(found, (*levels_of(corpus), NOT_TOLD))]
    return chart("Requests by level of who asks, and by act", acts, rows)


def languages_chart(corpus: Corpus) -> Chart | None:
    """The statements by language, and by split if there are several; None if there are none."""
    splits = [split for split in SPLITS if corpus.by_split[split].height]
    at = [SPLITS.index(split) + 2 for split in splits]
    rows = [(language_name(str(row[0])), [int(row[n]) for n in at]) for row in by_language(corpus)[:-1]]
    rows.sort(key=lambda row: -sum(row[1]))
    return chart("Statements by language" + " and split" * (len(splits) > 1), splits, rows)


def chart(
    title: str, series: Sequence[str], rows: Rows, draw: Callable[[str, Sequence[str], Rows], str] = bars
) -> Chart | None:
    """A chart of several series; None if all are empty."""
    return Chart(title, draw(title, series, rows)) if any(any(values) for _, values in rows) else None


def years(found: Sequence[str]) -> list[str]:
    """The years from the first to the last; where that would be too many, those that are found."""
    first, last = int(min(found)), int(max(found))
    return [str(year) for year in range(first, last + 1)] if last - first < MANY_YEARS else sorted(found)


MANY_YEARS = 30
CHARTS: dict[str, Callable[[Corpus], Chart | None]] = {
    "levels": levels_chart,
    "documents": documents_chart,
    "acts": acts_chart,
    "languages": languages_chart,
}
