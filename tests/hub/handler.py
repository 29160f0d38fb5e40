"""The routes of the Hub of the tests, and what it answers."""

import base64
import hashlib
import json
import re
import time
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from .answers import NO_REPO, Answer, blob, entry, refused
from .repo import ATTRIBUTES, Repo, Tree

if TYPE_CHECKING:
    from .server import Hub

CUT, LOST, INTERRUPT = "cut", "lost", "interrupt"
WRITE, READ = "hf_writewritewritewrite", "hf_readreadreadread"


class Handler(BaseHTTPRequestHandler):
    """Finds the route of a request and writes its answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Hub"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.query = {key: values[0] for key, values in parse_qs(url.query).items()}
        body = self.body = self.read_body()
        route = next((r for r in ROUTES if self.command in r[0].split("|") and r[1].fullmatch(url.path)), None)
        if route is None:  # clients ask for things that a Hub need not have
            self.write(refused(404, "", f"no route for {self.command} {url.path}"))
            return
        fault = self.server.fault(f"{self.command} {unquote(url.path)}")
        self.server.seen.append((self.headers["Host"].partition(":")[0], self.headers.get("Authorization", "")))
        if trick := self.server.trick(f"{self.command} {unquote(self.path)}"):
            if answer := trick(self):
                self.write(answer)
            self.close_connection = answer is None
            return
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
