"""A dataset on the Hub, read within limits: its commits, tags, list of files, and the files themselves."""

import re
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi, get_session, hf_hub_url, hf_raise_for_status
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.hf_api import RepoFile
from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

from chithi.release.client import BUSY, SIZE, LimitError, Limits, asked_wait, limited
from chithi.release.failures import HubError, http, hub_errors
from chithi.release.files import File, digested
from chithi.text.display import shown

DATASET, MAIN = "dataset", "main"
PAUSES = 1, 2, 4  # seconds between the tries of a download
LONGEST_NAME, LONGEST_PATH = 255, 1024  # bytes of UTF-8
# Names that lead out of a folder on some system, and characters that no file name has on some system.
ODD = re.compile(r"\.{0,2}|.*[\\:\0-\x1f\x7f\ud800-\udfff].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Remote:
    """A dataset on the Hub."""

    api: HfApi
    repo: str
    limits: Limits

    def head_and_tag(self, tag: str) -> tuple[str, str | None]:
        """The commits of the main branch and of a tag, None for a tag that is not there."""
        refs = self.api.list_repo_refs(self.repo, repo_type=DATASET)
        tags = {ref.name: ref.target_commit for ref in refs.tags}
        return next(ref.target_commit for ref in refs.branches if ref.name == MAIN), tags.get(tag)

    def commit(self, revision: str) -> str:
        """The commit of a branch, a tag or another revision."""
        found = self.api.dataset_info(self.repo, revision=revision, timeout=self.limits.silence).sha
        if not found:
            raise HubError("the Hub does not say which commit it is")
        return found

    def tree(self, commit: str) -> dict[str, RepoFile]:
        """The files that the Hub has at a commit, by path. Raises HubError if a path or a size is out of order."""
        entries = self.api.list_repo_tree(self.repo, recursive=True, revision=commit, repo_type=DATASET)
        listed = list(islice(entries, self.limits.entries + 1))
        if len(listed) > self.limits.entries:
            raise LimitError(f"its list of files has more than {self.limits.entries:,} entries")
        found = {checked_path(entry.path): entry for entry in listed if isinstance(entry, RepoFile)}
        for path, entry in found.items():
            if not (isinstance(entry.size, int) and entry.size >= 0):
                raise HubError(f"its list of files has {shown(path)} with the size {shown(entry.size)}")
        return found

    def download(self, commit: str, files: Collection[RepoFile], folder: Path) -> Path:
        """Downloads files of a commit into a new folder, and compares each with its digest in the list of files.

        Returns the folder. Raises HubError if a file is not what the list says.
        """
        if (size := sum(file.size for file in files)) > self.limits.files:
            raise LimitError(f"its files have {size:,} bytes, more than the {self.limits.files:,} that are downloaded")
        folder.mkdir(parents=True)
        for file in files:
            place = folder / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            self.fetch(commit, file, place)
            if not same_bytes(digested(place), file):
                raise HubError(f"it serves {shown(file.path)} with other bytes than its list of files says")
        return folder

    def fetch(self, commit: str, file: RepoFile, place: Path) -> None:
        """Downloads a file. Tries again after failures that may pass."""
        for pause in PAUSES:
            try:
                self.fetch_once(commit, file, place)
            except http.TransportError:
                time.sleep(pause)
            except HfHubHTTPError as error:
                if error.response.status_code not in BUSY:
                    raise
                time.sleep(max(pause, asked_wait(error.response)))
            else:
                return
        self.fetch_once(commit, file, place)

    def fetch_once(self, commit: str, file: RepoFile, place: Path) -> None:
        """Downloads a file."""
        url = hf_hub_url(self.repo, file.path, repo_type=DATASET, revision=commit, endpoint=self.api.endpoint)
        client: Any = get_session()
        headers = build_hf_headers(token=self.api.token, library_name=self.api.library_name)
        with client.stream("GET", url, headers=headers, extensions={SIZE: file.size}) as response:
            hf_raise_for_status(response)
            with place.open("wb") as stream:
                stream.writelines(response.iter_raw())


@contextmanager
def reached(api: HfApi, repo: str, limits: Limits) -> Iterator[Remote]:
    """A dataset on the Hub; within the block, the Hub's client keeps to the limits."""
    with ExitStack() as stack:
        with hub_errors(repo, "nothing was sent"):
            stack.enter_context(limited(api.endpoint, limits))
        yield Remote(api, repo, limits)


def checked_path(path: object) -> str:
    """The path of a file in a repo. Raises HubError unless it leads to the same place below a folder on every system.

    >>> checked_path("statements/../../x")
    Traceback (most recent call last):
    chithi.release.failures.HubError: its list of files has a path that no file may have: 'statements/../../x'
    """
    if isinstance(path, str) and len(path) <= LONGEST_PATH and len(encoded(path)) <= LONGEST_PATH:
        names = path.split("/")
        if all(len(encoded(name)) <= LONGEST_NAME and not ODD.fullmatch(name) for name in names):
            return path
    raise HubError(f"its list of files has a path that no file may have: {shown(path)}")


def encoded(text: str) -> bytes:
    """The text in UTF-8, with lone surrogates, which only a broken list has, as they are."""
    return text.encode("utf-8", "surrogatepass")


def same_bytes(file: File, served: RepoFile) -> bool:
    """Whether the Hub has the same bytes of a file, by its digest in LFS or git."""
    return served.lfs.sha256 == file.sha256 if served.lfs else served.blob_id == file.blob
