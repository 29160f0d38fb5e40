"""The HTTP client of the Hub, within limits: how many seconds and bytes a server may take, and who gets the token."""

import contextvars
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from huggingface_hub import constants, get_session, set_client_factory

from chithi.release.failures import HubError, http

SIZE = "chithi_size"  # the extension of a request that says how many bytes its answer may have
TOO_MANY = 429
BUSY = {408, TOO_MANY, 500, 502, 503, 504}  # answers after which the client may try again


class LimitError(HubError):
    """A server asks for more than the limits allow. The client does not try again."""


def silent(_: str) -> None:
    """Says nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server may cost, and who is told that it is busy. Times are in seconds, sizes in bytes."""

    silence: float = 60  # without a byte
    seconds: float = 120  # for a request and its answer, and more for those that carry files, by `rate`
    rate: int = 16 * 1024  # bytes a second: who is slower is given up
    wait: int = 60  # before another try, as the server asks for
    answer: int = 16 * 1024**2  # of an answer other than a file
    files: int = 4 * 1024**3  # of all files of a download
    entries: int = 100_000  # in the list of a repo's files
    pages: int = 1_000  # of lists
    repeats: int = 100  # of the same request
    say: Callable[[str], object] = silent  # gets a sentence for the user


LIMITS = Limits()


@contextmanager
def limited(endpoint: str, limits: Limits) -> Iterator[None]:
    """Makes huggingface_hub use a client within limits, which sends the token to the endpoint alone.

    Its transfers by xet are switched off, because they use a client of their own. Blocks must not be nested.
    """
    plain, xet = get_session(), constants.HF_HUB_DISABLE_XET

    def restored() -> Any:
        settings = {name: getattr(plain, name) for name in ("event_hooks", "follow_redirects", "timeout")}
        return type(plain)(**settings)

    hooks = Hooks(origin(http.URL(endpoint)), limits)
    constants.HF_HUB_DISABLE_XET = True
    set_client_factory(lambda: LimitedClient(hooks, plain.event_hooks["request"]))
    try:
        yield
    finally:
        constants.HF_HUB_DISABLE_XET = xet
        set_client_factory(restored)


def origin(url: Any) -> tuple[str, str, int | None]:
    """The scheme, host and port of a URL."""
    return url.scheme, url.host, url.port


class LimitedClient(http.Client):  # type: ignore[misc]
    """A client whose requests end in time, even if the server sends a byte now and then."""

    def __init__(self, hooks: "Hooks", others: list[Callable[..., Any]]) -> None:
        events = {"request": [*others, hooks.request], "response": [hooks.response]}
        super().__init__(event_hooks=events, follow_redirects=True)
        self.limits = hooks.limits

    def send(self, request: Any, **options: Any) -> Any:
        """Sends a request, and returns the answer. Raises LimitError if it does not come in time."""
        sent = int(request.headers.get("Content-Length", 0))
        seconds = self.limits.seconds + (sent + request.extensions.get(SIZE, 0)) / self.limits.rate
        waits = dict.fromkeys(("connect", "read", "write", "pool"), min(seconds, self.limits.silence))
        request.extensions = {**request.extensions, "timeout": waits, "deadline": time.monotonic() + seconds}
        send = super().send
        try:
            return in_time(lambda: send(request, **options), seconds)
        except http.TimeoutException as error:
            raise late(waits["read"]) from error


def in_time(send: Callable[[], Any], seconds: float) -> Any:
    """The response that `send` returns. Raises LimitError if that takes longer.

    A thread of its own waits for the response, because the client's own timeouts begin anew with every byte.
    """
    done: Future[Any] = Future()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            done.set_result(context.run(send))
        except BaseException as error:
            done.set_exception(error)

    Thread(target=run, name="hub-request", daemon=True).start()
    if not wait([done], seconds).done:
        done.add_done_callback(lambda _: done.exception() or done.result().close())
        raise late(seconds)
    return done.result()


def late(seconds: float) -> LimitError:
    """The error for an answer that did not come in time."""
    return LimitError(f"the Hub did not answer within {round(seconds, 1):,.10g} seconds: try again later")


class Hooks:
    """What is looked at before each request is sent, redirected ones too, and before each answer is read."""

    def __init__(self, home: tuple[str, str, int | None], limits: Limits) -> None:
        self.home = home
        self.limits = limits
        self.requests: Counter[tuple[str, str]] = Counter()
        self.pages = 0

    def request(self, request: Any) -> None:
        """Keeps the token from other hosts, and stops requests that go round in circles."""
        if origin(request.url) != self.home:
            request.headers.pop("Authorization", None)
        request.headers["Accept-Encoding"] = "identity"
        key = request.method, str(request.url)
        self.requests[key] += 1
        if self.requests[key] > self.limits.repeats:
            raise LimitError(f"the Hub lets its client ask the same more than {self.limits.repeats} times")

    def response(self, response: Any) -> None:
        """Bounds the answer, the wait that it asks for, and the number of pages that follow each other."""
        self.check_wait(response)
        if "next" in response.links:
            self.pages += 1
            if self.pages > self.limits.pages:
                raise LimitError(f"the Hub's list of files has more than {self.limits.pages:,} pages")
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise LimitError("the Hub sent a compressed answer, which it was not asked for")
        sent = response.request.extensions
        size = sent.get(SIZE, self.limits.answer) if response.is_success else self.limits.answer
        response.stream = Body(response.stream, size, sent["deadline"])

    def check_wait(self, response: Any) -> None:
        """Tells the user that the server is busy. Raises LimitError if it asks for too long a wait."""
        if response.status_code in BUSY:
            seconds = asked_wait(response)
            if seconds > self.limits.wait:
                raise LimitError(f"the Hub asks to wait for {seconds:,} seconds: run again then")
            pause = f", and asks to wait for {seconds} s" if seconds else ""
            self.limits.say(f"the Hub answers with {response.status_code}{pause}")


def asked_wait(response: Any) -> int:
    """The seconds that an answer asks to wait before another try; 0 if it does not."""
    asked = [response.headers.get("Retry-After", "").strip()]
    if response.status_code == TOO_MANY:
        asked += re.findall(r";\s*r\s*=\s*0\s*;\s*t\s*=\s*(\d+)", response.headers.get("RateLimit", ""))
    return max((int(text[:9]) for text in asked if text.isascii() and text.isdigit()), default=0)


class Body(http.SyncByteStream):  # type: ignore[misc]
    """The body of an answer, which ends in time and has a largest size."""

    def __init__(self, stream: Any, size: int, deadline: float) -> None:
        self.stream, self.size, self.deadline = stream, size, deadline

    def __iter__(self) -> Iterator[bytes]:
        left = self.size
        for chunk in self.stream:
            left -= len(chunk)
            if left < 0:
                raise LimitError(f"the Hub sends more than the {self.size:,} bytes that are due")
            if time.monotonic() > self.deadline:
                raise LimitError("the Hub sends its answer too slowly: try again later")
            yield chunk

    def close(self) -> None:
        """Closes the connection, or gives it back."""
        self.stream.close()
