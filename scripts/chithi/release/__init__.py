"""The published folder: build, card, Croissant, comparison, and release on the Hub."""


class PublishError(Exception):
    """The dataset cannot be published; the message says why in one sentence."""
