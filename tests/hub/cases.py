"""What the tests of releases share: an older release, pushing, and what a release has to hold."""

import errno
import time
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq
from huggingface_hub import HfApi

from chithi.corpus import Corpus
from chithi.records.layout import shipped
from chithi.release import hub as release
from chithi.release.checksums import SUMS

from .repo import Repo

SLEEP = time.sleep
REPO, TAG = "owner/chithi", "v0.1.0"
REFUSED = f"[Errno {errno.ECONNREFUSED}] Connection refused"
OF_THE_HUB = {".gitattributes": b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"}
FOREIGN = OF_THE_HUB | {"logo.svg": b"<svg/>"}


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def older(folder: Path) -> Repo:
    """A repo with an older release.

    Against the built folder, two files are changed, one is missing and two are stale; those in FOREIGN are not ours.
    """
    contents = files(folder) | FOREIGN
    repo, tree = Repo(), {path: (content, path.endswith(".parquet")) for path, content in contents.items()}
    del tree["offices/registry-00000-of-00001.parquet"]
    tree["README.md"] = b"---\n---\nan older card", False
    tree["statements/train-00001-of-00002.parquet"] = without_rows(
        folder / "statements" / "train-00000-of-00001.parquet"
    )
    tree["tokens/train.parquet"] = b"stale", True
    tree[SUMS] = b"0  tokens/train.parquet\n0  README.md\n0  .gitattributes\n", False
    repo.tags["v0.0.9"] = repo.commit(tree, "Release v0.0.9")
    return repo


def without_rows(path: Path) -> tuple[bytes, bool]:
    """A Parquet file with the same columns and no rows, kept in LFS."""
    stream = BytesIO()
    pq.write_table(pq.read_table(path).slice(0, 0), stream)
    return stream.getvalue(), True


def push(api: HfApi, folder: Path, repo: str = REPO, tag: str = TAG, private: bool = False) -> str:
    return release.release(api, release.plan(api, repo, tag, folder), folder, private)


def released(repo: Repo, folder: Path, foreign: dict[str, bytes] = FOREIGN) -> bool:
    return repo.contents() == repo.contents(TAG) == files(folder) | foreign and repo.tags[TAG] == repo.head


def count(config: str) -> int:
    """The number of records that the corpus has of a config."""
    return Corpus.read(shipped("corpus")).table(config).height
