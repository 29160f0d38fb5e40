"""A dataset on the Hub of the tests."""

import hashlib
from dataclasses import dataclass, field

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
