"""What the Hub of the tests answers with."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from .repo import Tree


@dataclass
class Answer(Exception):  # noqa: N818
    """The answer to a request."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)


def refused(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"error": message}, {"X-Error-Code": code, "X-Error-Message": message})


NO_REPO = refused(404, "RepoNotFound", "Repository not found")


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
