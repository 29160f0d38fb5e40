"""Statements joined with their reports, and with what their reports tell of the speakers elsewhere."""

from collections.abc import Sequence
from hashlib import blake2b

import polars as pl

REPORT_COLUMNS = ("event", "language", "published", "held", "place")  # published with each statement
TRAIN = "train"  # the split that has folds
FOLDS = 5


def fold_of(event: str) -> int:
    """The fold of an event for cross-validation, from 0 to 4. It depends on nothing but the id of the event.

    >>> fold_of("day"), fold_of("month"), fold_of("none")
    (2, 4, 1)
    """
    return int.from_bytes(blake2b(event.encode(), digest_size=8).digest(), "big") % FOLDS


def with_reports(statements: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """Statements with `REPORT_COLUMNS`, `split` and `fold` of their reports; `fold` is null outside train."""
    events = reports["event"].unique().to_list()
    folds = pl.DataFrame({"event": events, "fold": map(fold_of, events)}, {"event": pl.String, "fold": pl.Int32})
    fold = pl.when(pl.col("split") == TRAIN).then("fold")
    found = reports.join(folds, on="event", how="left").select("split", *REPORT_COLUMNS, fold=fold, report="id")
    return statements.join(found, on="report", how="left", maintain_order="left")


def with_offices(
    statements: pl.DataFrame, actors: pl.DataFrame, offices: pl.DataFrame, levels: Sequence[str]
) -> pl.DataFrame:
    """Statements with `offices_in_report` and `speaker_level`. The levels are given from the highest to the lowest.

    `offices_in_report` are the ids of all offices that the report gives the speaker, in the order in which it first
    names them; [] without a speaker. `speaker_level` is the level of the speaker's entry; where that has none, as with
    a person, the highest level of these offices. If the statements are of several passes, each is read by itself.
    """
    speaker = ["report", "speaker_id"] + ["annotator"] * ("annotator" in statements.columns)
    statements = statements.with_columns(speaker_id=pl.col("speaker").struct.field("id"))
    ranks = pl.DataFrame({"level": levels, "rank": range(len(levels))}, {"level": pl.String, "rank": pl.Int32})
    ranked = offices.select("level", office="id").join(ranks, on="level", how="left")
    named = statements.select(*speaker, office=pl.col("role").struct.field("offices"))
    named = named.drop_nulls("speaker_id").explode("office")
    named = named.join(ranked.select("office", "rank"), on="office", how="left", maintain_order="left")
    found = named.group_by(speaker, maintain_order=True).agg(
        pl.col("office").drop_nulls().unique(maintain_order=True).alias("offices_in_report"), pl.col("rank").min()
    )
    found = found.join(ranks.rename({"level": "of_office"}), on="rank", how="left")
    found = found.join(actors.select("level", speaker_id="id"), on="speaker_id", how="left")
    found = found.select(*speaker, "offices_in_report", speaker_level=pl.coalesce("level", "of_office"))
    joined = statements.join(found, on=speaker, how="left", maintain_order="left").drop("speaker_id")
    return joined.with_columns(pl.col("offices_in_report").fill_null([]))
