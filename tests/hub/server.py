"""A small Hub for the tests, on the loopback: datasets, their commits, tags and LFS objects, kept in memory.

Covered: creating a repo; the checks of access and of the card's YAML; preupload; LFS by the basic transfer
(batch, PUT, verify); commits with a parent, deleted files and folders; tags and refs; info, tree (paged),
paths-info and resolve (HEAD, GET, ranges, the redirect of LFS files) at a branch, a tag or a commit; read and
write tokens; private, gated and disabled repos.
Not covered: models and spaces, branches other than main, pull requests, xet, multipart uploads, rate limits, the
viewer.

Faults: `faults` maps the number of a request (from 0, in the order of arrival), or a part of its line, to a fault:
an integer   the server answers with this status
CUT          the server closes the connection and does nothing
LOST         the server does what was asked and closes the connection without an answer
INTERRUPT    the server does what was asked and calls `interrupt`, which sends SIGINT to this process's main thread
`tricks` maps a part of a request's line to a function that answers it as no Hub would.
From request number `down_from` on, all requests get the fault of that number.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

from .answers import Answer
from .handler import Handler
from .repo import Repo

Trick = Callable[[Handler], Answer | None]


def interrupt_main_thread() -> None:
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


class Hub(ThreadingHTTPServer):
    """The server and its state."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.elsewhere = f"http://localhost:{self.server_port}"
        self.store = f"{self.elsewhere}/lfs"  # another host, as with the Hub
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.objects: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.faults: dict[int | str, int | str] = {}
        self.down_from: int | None = None
        self.page = 1000  # entries on a page of a list of files
        self.mangle = False  # whether a commit changes README.md
        self.wrong_bytes = False  # whether files are served with their bytes reversed
        self.keeps = ""  # the path of a file that no commit deletes
        self.interrupt: Callable[[], object] = interrupt_main_thread
        self.tricks: dict[str, Trick] = {}  # a part of a request's line -> what is answered instead
        self.seen: list[tuple[str, str]] = []  # the host that each request names, and its token
        self.over = threading.Event()  # set when a trick that goes on for ever has to end
        self.before: dict[str, Callable[[], object]] = {}  # route -> what happens before its first request is answered

    def trick(self, request: str) -> "Trick | None":
        return next((trick for part, trick in self.tricks.items() if part in request), None)

    def heal(self) -> None:
        self.requests, self.faults, self.down_from, self.mangle, self.wrong_bytes = [], {}, None, False, False
        self.tricks = {}

    def fault(self, request: str) -> int | str | None:
        """Records a request, and returns its fault; None if it has none."""
        with self.lock:
            number = len(self.requests)
            self.requests.append(request)
            if self.down_from is not None and number > self.down_from:
                number = self.down_from
            for key, kind in self.faults.items():
                if key == number or (isinstance(key, str) and key in request):
                    return kind
            return None

    def handle_error(self, *_: object) -> None:
        """Prints nothing: these tests close connections on purpose."""


@contextmanager
def hub() -> Iterator[Hub]:
    """A running Hub."""
    with Hub() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
