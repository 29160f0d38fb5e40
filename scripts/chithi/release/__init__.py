"""The published folder: built, described, compared, released."""


class PublishError(Exception):
    """The dataset cannot be published; the message says why in one sentence."""
