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
From request number `down_from` on, all requests get the fault of that number.
"""

import base64
import hashlib
import json
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

CUT, LOST, INTERRUPT = "cut", "lost", "interrupt"
WRITE, READ = "hf_writewritewritewrite", "hf_readreadreadread"
Tree = dict[str, tuple[bytes, bool]]  # path -> content, whether LFS has it
ATTRIBUTES = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"


@dataclass
class Repo:
    """A dataset: its commits (oid -> tree, oldest first), their messages (by oid), and its tags (name -> oid)."""

    commits: dict[str, Tree] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    private: bool = False
    state: str = ""  # gated or disabled

    def commit(self, tree: Tree, message: str) -> str:
        oid = hashlib.sha1(f"{len(self.commits)} {message} {sorted(tree)}".encode()).hexdigest()
        self.commits[oid], self.messages[oid] = tree, message
        return oid

    @property
    def head(self) -> str:
        return list(self.commits)[-1]

    def at(self, revision: str) -> str | None:
        """The commit that a branch, a tag or an oid names; None if there is none."""
        revision = {"main": self.head, "refs/heads/main": self.head, **self.tags}.get(revision, revision)
        return revision if revision in self.commits else None

    def contents(self, revision: str = "main") -> dict[str, bytes]:
        return {path: content for path, (content, _) in self.commits[self.at(revision) or ""].items()}


def interrupt_main_thread() -> None:
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


class Hub(ThreadingHTTPServer):
    """The server and its state."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.store = f"http://localhost:{self.server_port}/lfs"  # another host, as with the Hub
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
        self.before: dict[str, Callable[[], object]] = {}  # route -> what happens before its first request is answered

    def heal(self) -> None:
        self.requests, self.faults, self.down_from, self.mangle, self.wrong_bytes = [], {}, None, False, False

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


@dataclass
class Answer(Exception):  # noqa: N818
    """The answer to a request."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)


def refused(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"error": message}, {"X-Error-Code": code, "X-Error-Message": message})


NO_REPO = refused(404, "RepoNotFound", "Repository not found")


class Handler(BaseHTTPRequestHandler):
    """Finds the route of a request and writes its answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Hub

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.query = {key: values[0] for key, values in parse_qs(url.query).items()}
        body = self.read_body()
        route = next((r for r in ROUTES if self.command in r[0].split("|") and r[1].fullmatch(url.path)), None)
        if route is None:  # clients ask for things that a Hub need not have
            self.write(refused(404, "", f"no route for {self.command} {url.path}"))
            return
        fault = self.server.fault(f"{self.command} {unquote(url.path)}")
        if fault == CUT:
            self.close_connection = True
            return
        if isinstance(fault, int):
            self.write(Answer(fault, {"error": "injected"}))
            return
        try:
            with self.server.lock:
                parts = {key: unquote(value or "") for key, value in route[1].fullmatch(url.path).groupdict().items()}
                self.server.before.pop(route[2], lambda: None)()
                answer = getattr(self, route[2])(body, **parts)
        except Answer as raised:
            answer = raised
        if fault == INTERRUPT:
            self.server.interrupt()
            time.sleep(0.05)
        if fault == LOST:
            self.close_connection = True
            return
        self.write(answer)

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815

    def read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def write(self, answer: Answer) -> None:
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        headers = {"Content-Length": str(len(body))} | answer.headers
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    @property
    def token(self) -> str:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in ("", WRITE, READ):
            raise refused(401, "", "Invalid credentials in Authorization header")
        return token

    def may_write(self) -> None:
        if not self.token:
            raise refused(401, "", "Unauthorized")
        if self.token != WRITE:
            raise refused(403, "", "You don't have the required permissions")

    def repo(self, name: str, write: bool = False) -> Repo:
        token, found = self.token, self.server.repos.get(name)
        if found is None or (found.private and not token):
            raise NO_REPO if token else refused(401, "RepoNotFound", "Repository not found")
        if found.state == "gated":
            raise refused(403, "GatedRepo", "Access to this dataset is restricted")
        if found.state == "disabled":
            raise refused(403, "", "Access to this resource is disabled.")
        if write:
            self.may_write()
        return found

    def tree(self, name: str, revision: str) -> tuple[str, Tree]:
        found = self.repo(name)
        if (oid := found.at(revision or "main")) is None:
            raise refused(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return oid, found.commits[oid]

    # The routes.

    def create(self, body: bytes) -> Answer:
        asked = json.loads(body)
        name = f"{asked['organization']}/{asked['name']}"
        self.may_write()
        if asked["organization"] != "owner":
            where = f"under the namespace {asked['organization']!r}"
            raise refused(403, "", f"You don't have the rights to create a dataset {where}")
        url = {"url": f"{self.server.url}/datasets/{name}"}
        if name in self.server.repos:
            return Answer(409, url | {"error": "You already created this dataset repo"})
        private = asked.get("visibility") == "private" or bool(asked.get("private"))
        repo = self.server.repos[name] = Repo(private=private)
        repo.commit({".gitattributes": (ATTRIBUTES, False)}, "initial commit")
        return Answer(body=url)

    def validate_yaml(self, body: bytes) -> Answer:
        if not json.loads(body)["content"].startswith("---\n"):
            return Answer(400, {"errors": [{"message": "no metadata"}], "warnings": []})
        return Answer(body={"errors": [], "warnings": []})

    def auth_check(self, body: bytes, repo: str, write: str) -> Answer:
        self.repo(repo, bool(write))
        return Answer(body={})

    def info(self, body: bytes, repo: str, revision: str) -> Answer:
        oid, tree = self.tree(repo, revision)
        siblings = [{"rfilename": path} for path in tree]
        state = {"private": self.repo(repo).private, "gated": False, "disabled": False}
        found = {"id": repo, "_id": "0", "author": "owner", "sha": oid, "siblings": siblings, **state}
        return Answer(body=found | {"downloads": 0, "likes": 0, "tags": []})

    def list_tree(self, body: bytes, repo: str, revision: str, folder: str) -> Answer:
        _, tree = self.tree(repo, revision)
        inside = {path for path in tree if not folder or path.startswith(folder + "/")}
        if folder and not inside:
            raise refused(404, "EntryNotFound", f"{folder} does not exist")
        folders = {path.rsplit("/", n)[0] for path in inside for n in range(1, path.count("/") + 1)} - {folder}
        depth = folder.count("/") + bool(folder)
        deep = self.query.get("recursive", "").lower() == "true"
        below = (path for path in inside | folders if path.startswith(folder))
        paths = sorted(path for path in below if deep or path.count("/") == depth)
        start = int(self.query.get("cursor", 0))
        page = paths[start : start + self.server.page]
        more = f"{self.server.url}{urlsplit(self.path).path}?recursive={deep}&cursor={start + len(page)}"
        link = {"Link": f'<{more}>; rel="next"'} if start + len(page) < len(paths) else {}
        return Answer(body=[entry(path, tree) for path in page], headers=link)

    def paths_info(self, body: bytes, repo: str, revision: str) -> Answer:
        _, tree = self.tree(repo, revision)
        asked = parse_qs(body.decode())["paths"] if not body.startswith(b"{") else json.loads(body)["paths"]
        return Answer(body=[entry(p, tree) for p in asked if p in tree or any(q.startswith(p + "/") for q in tree)])

    def refs(self, body: bytes, repo: str) -> Answer:
        found = self.repo(repo)
        branches = [{"name": "main", "ref": "refs/heads/main", "targetCommit": found.head}]
        tags = [{"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": oid} for tag, oid in found.tags.items()]
        return Answer(body={"branches": branches, "converts": [], "tags": tags})

    def preupload(self, body: bytes, repo: str, revision: str) -> Answer:
        tree, asked = self.repo(repo, write=True).contents(), json.loads(body)
        ignored = asked.get("gitIgnore", tree.get(".gitignore", b"").decode()).split()
        files = [
            {
                "path": file["path"],
                "uploadMode": "lfs" if file["path"].endswith(".parquet") else "regular",
                "shouldIgnore": any(fnmatch(file["path"], pattern) for pattern in ignored),
            }
            for file in asked["files"]
        ]
        return Answer(body={"files": files})

    def batch(self, body: bytes, repo: str) -> Answer:
        self.repo(repo, write=True)
        objects = json.loads(body)["objects"]
        for item in objects:
            if item["oid"] not in self.server.objects:
                put = {"href": f"{self.server.store}/{item['oid']}"}
                item["actions"] = {"upload": put, "verify": {"href": f"{self.server.url}/{repo}/verify"}}
        return Answer(body={"transfer": "basic", "objects": objects})

    def put_object(self, body: bytes, oid: str) -> Answer:
        if self.headers.get("Authorization"):
            raise refused(400, "", "the storage gets no token")
        if hashlib.sha256(body).hexdigest() != oid:
            raise refused(400, "", "not the bytes that were announced")
        self.server.objects[oid] = body
        return Answer()

    def verify(self, body: bytes, repo: str) -> Answer:
        asked = json.loads(body)
        stored = self.server.objects.get(asked["oid"])
        return Answer(200 if stored is not None and len(stored) == asked["size"] else 404, {})

    def commit(self, body: bytes, repo: str, revision: str) -> Answer:
        found = self.repo(repo, write=True)
        header, *operations = (json.loads(line) for line in body.splitlines())
        if header["value"].get("parentCommit", found.head) != found.head:
            raise refused(412, "", "A commit has happened since. Please refresh and try again.")
        tree = dict(found.commits[found.head])
        for operation in operations:
            value = operation["value"]
            if operation["key"] == "file":
                tree[value["path"]] = base64.b64decode(value["content"]), False
            elif operation["key"] == "lfsFile":
                if value["oid"] not in self.server.objects:
                    raise refused(400, "", "an LFS object is missing")
                tree[value["path"]] = self.server.objects[value["oid"]], True
            elif value["path"] != self.server.keeps:
                del tree[value["path"]]
        if self.server.mangle:
            tree["README.md"] = tree["README.md"][0] + b"\n", False
        oid = found.commit(tree, header["value"]["summary"] + "\n\n" + header["value"]["description"])
        url = f"{self.server.url}/datasets/{repo}/commit/{oid}"
        return Answer(body={"success": True, "commitOid": oid, "commitUrl": url})

    def tag(self, body: bytes, repo: str, revision: str) -> Answer:
        found, tag = self.repo(repo, write=True), json.loads(body)["tag"]
        if tag in found.tags:
            raise refused(409, "", "Tag reference exists already")
        if (oid := found.at(revision)) is None:
            raise refused(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        found.tags[tag] = oid
        return Answer(body={})

    def resolve(self, body: bytes, repo: str, revision: str, path: str) -> Answer:
        oid, tree = self.tree(repo, revision)
        if path not in tree:
            raise Answer(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": oid})
        content, lfs = tree[path]
        digest = hashlib.sha256(content).hexdigest() if lfs else blob(content)
        etag = f'"{digest}"'
        linked = {"X-Repo-Commit": oid, "X-Linked-Size": str(len(content)), "X-Linked-ETag": etag, "ETag": etag}
        if lfs:
            return Answer(302, b"", linked | {"Location": f"{self.server.store}/{digest}"})
        return self.ranged(content[::-1] if self.server.wrong_bytes else content, linked)

    def get_object(self, body: bytes, oid: str) -> Answer:
        trees = [tree for repo in self.server.repos.values() for tree in repo.commits.values()]
        stored = [content for tree in trees for content, lfs in tree.values() if lfs]
        content = next(content for content in stored if hashlib.sha256(content).hexdigest() == oid)
        return self.ranged(content, {"ETag": f'"{oid}"'})

    def ranged(self, content: bytes, headers: dict[str, str]) -> Answer:
        headers = headers | {"Accept-Ranges": "bytes"}
        if match := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            start, end = int(match[1]), min(int(match[2] or len(content)), len(content) - 1)
            headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
            return Answer(206, content[start : end + 1], headers)
        return Answer(200, content, headers | ({"Content-Length": str(len(content))} if self.command == "HEAD" else {}))


def blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def entry(path: str, tree: Tree) -> dict[str, Any]:
    """A line of a tree."""
    if path not in tree:
        return {"type": "directory", "path": path, "oid": "0" * 40, "size": 0}
    content, lfs = tree[path]
    found = {"type": "file", "path": path, "oid": blob(content), "size": len(content)}
    if not lfs:
        return found
    digest = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n".encode()
    return found | {"oid": blob(pointer), "lfs": {"oid": digest, "size": len(content), "pointerSize": len(pointer)}}


REPO, REV = r"(?P<repo>[^/]+/[^/]+)", r"(?P<revision>[^/]+)"
ROUTES = [
    (methods, re.compile(pattern), name)
    for methods, pattern, name in (
        ("POST", r"/api/repos/create", "create"),
        ("POST", r"/api/validate-yaml", "validate_yaml"),
        ("GET", rf"/api/datasets/{REPO}/auth-check(?P<write>/write)?", "auth_check"),
        ("GET", rf"/api/datasets/{REPO}(/revision/{REV})?", "info"),
        ("GET", rf"/api/datasets/{REPO}/tree/{REV}(/(?P<folder>.+))?", "list_tree"),
        ("POST", rf"/api/datasets/{REPO}/paths-info/{REV}", "paths_info"),
        ("GET", rf"/api/datasets/{REPO}/refs", "refs"),
        ("POST", rf"/api/datasets/{REPO}/preupload/{REV}", "preupload"),
        ("POST", rf"/datasets/{REPO}\.git/info/lfs/objects/batch", "batch"),
        ("PUT", r"/lfs/(?P<oid>\w+)", "put_object"),
        ("GET|HEAD", r"/lfs/(?P<oid>\w+)", "get_object"),
        ("POST", rf"/{REPO}/verify", "verify"),
        ("POST", rf"/api/datasets/{REPO}/commit/{REV}", "commit"),
        ("POST", rf"/api/datasets/{REPO}/tag/{REV}", "tag"),
        ("GET|HEAD", rf"/datasets/{REPO}/resolve/{REV}/(?P<path>.+)", "resolve"),
    )
]
