"""Failures of the Hub, of its client and of the network, each described in one sentence."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from huggingface_hub.errors import DisabledRepoError, GatedRepoError, HfHubHTTPError, RevisionNotFoundError

from chithi.text.display import brief

# The HTTP library of huggingface_hub: httpx or, in newer versions, httpx2.
http: Any = import_module(HfHubHTTPError.__bases__[0].__module__.partition(".")[0])

REASONS = {
    401: "the Hub does not accept the token: set HF_TOKEN to a valid one, or run `hf auth login`",
    403: "the token may not do this: use one with write access to it",
    404: "it is not there: deleted, renamed, or not to be seen with this token",
    429: "the Hub asks for fewer requests: wait a while",
}
KINDS: dict[type[BaseException], str] = {
    GatedRepoError: "access to it is gated: ask for it on its page, with the account of the token",
    DisabledRepoError: "the Hub has disabled it: its page says why",
    RevisionNotFoundError: "it has no such revision",
    http.TooManyRedirects: "the Hub redirects the request again and again",
}


class HubError(Exception):
    """A release cannot be made or read; the message says in one sentence why, and in which state the repo is."""


@contextmanager
def hub_errors(subject: str, state: str, reasons: Mapping[int, str] | None = None) -> Iterator[None]:
    """Turns every exception of the Hub's client into a HubError: one sentence with the reason and the repo's state.

    The client raises exceptions of many unrelated classes. `reasons` are those of this step by HTTP status; they take
    precedence over REASONS.
    """
    try:
        yield
    except Exception as error:
        why = reason(error, REASONS | dict(reasons or {}))
        raise HubError(f"{subject}: {why}" + (f"; {state}" if state else "")) from error


def reason(error: BaseException, reasons: Mapping[int, str]) -> str:
    """The reason why a step failed, from the error or its cause."""
    said = KINDS.get(type(error)) or brief(str(error)) or type(error).__name__
    if isinstance(error, HubError) or type(error) in KINDS:
        return said
    if isinstance(error, HfHubHTTPError):
        status = error.response.status_code
        return reasons.get(status, brief(f"the Hub answered with {status} {error.server_message or ''}"))
    if isinstance(error, http.RequestError):
        return f"the Hub gives no answer ({said}): check the network"
    if error.__cause__:
        return reason(error.__cause__, {})  # such as an answer of the storage, to which the reasons do not apply
    if isinstance(error, OSError):
        return error.strerror or said
    return f"the Hub's client gave up ({said})"  # it did not understand the answer
