"""Answers that no Hub gives: endless, slow, too large, or leading elsewhere."""

import gzip
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from .answers import Answer
from .handler import Handler


def never(handler: Handler) -> None:
    """No answer."""
    handler.server.over.wait(60)


def drip(start: bytes, pause: float = 0.05) -> Callable[[Handler], None]:
    """The start of an answer, and then a letter now and then: `pause` is in seconds."""

    def answer(handler: Handler) -> None:
        with suppress(OSError):  # the client has gone
            handler.wfile.write(start)
            while not handler.server.over.wait(pause):
                handler.wfile.write(b"a")

    return answer


slow_status = drip(b"")
slow_headers = drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")
slow_body = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")


def informed(handler: Handler) -> None:
    """Informational answers without end."""
    with suppress(OSError):
        while not handler.server.over.wait(0.01):
            handler.wfile.write(b"HTTP/1.1 102 Processing\r\n\r\n")


def endless(handler: Handler) -> None:
    """A body without end."""
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not handler.server.over.is_set():
            handler.wfile.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


def bomb(handler: Handler) -> Answer:
    """A body that is small on its way and large when it is unpacked."""
    return Answer(body=gzip.compress(b" " * 100_000_000), headers={"Content-Encoding": "gzip"})


def circle(handler: Handler) -> Answer:
    """A redirect to the same place."""
    return Answer(302, b"", {"Location": handler.path})


def spiral(handler: Handler) -> Answer:
    """A redirect to a place that redirects on."""
    return Answer(302, b"", {"Location": f"{handler.path}{'&' if '?' in handler.path else '?'}x"})


def busy(status: int, **headers: str) -> Callable[[Handler], Answer]:
    """A server that wants fewer requests, or later ones."""
    return lambda _: Answer(status, {"error": "busy"}, {name.replace("_", "-"): text for name, text in headers.items()})


def once(trick: Callable[[Handler], Answer]) -> Callable[[Handler], Answer | None]:
    """A trick for the first request; those that follow are answered as they should be."""

    def answer(handler: Handler) -> Answer | None:
        handler.server.tricks = {}
        return trick(handler)

    return answer


def listing(*entries: Any, pages: str = "", host: str = "") -> Callable[[Handler], Answer]:
    """A list of files with these entries; every page has a next one: "new", or the "same"."""
    numbers = count()

    def answer(handler: Handler) -> Answer:
        path, number = urlsplit(handler.path).path, next(numbers)
        url = f"{host or handler.server.url}{path}?cursor={number if pages == 'new' else 0}"
        page = [{**entry, "path": f"{number}{entry['path']}"} if pages == "new" else entry for entry in entries]
        return Answer(body=page, headers={"Link": f'<{url}>; rel="next"'} if pages else {})

    return answer


def named(path: Any, size: Any = 4) -> dict[str, Any]:
    """A file in a list of files."""
    return {"type": "file", "path": path, "oid": "0" * 40, "size": size}


def elsewhere(handler: Handler) -> Answer:
    """A redirect to another host."""
    handler.server.tricks = {}
    return Answer(307, b"", {"Location": f"http://localhost:{handler.server.server_port}{handler.path}"})
