"""The published folder: build, card, Croissant, comparison, and release on the Hub."""

from pathlib import Path

from chithi.records.layout import METADATA
from chithi.text.display import shown


class PublishError(Exception):
    """The dataset cannot be published; the message says why in one sentence."""


def no_metadata(folder: Path) -> PublishError:
    """The error for a corpus that does not say what it is."""
    fields = "name, title, description, version, licence, authors and the other fields of schema/corpus.schema.json"
    return PublishError(
        f"{shown(str(folder / METADATA))} is missing, and the card and the dataset's name come from it: "
        f"write it, with {fields}; nothing was published"
    )
