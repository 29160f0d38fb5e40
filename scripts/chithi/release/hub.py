"""Releases on the Hub: one commit of the built folder, a comparison with what the Hub serves, and a tag."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, get_token
from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoFile

from chithi.records.replacing import temporary
from chithi.release import diff
from chithi.release.checksums import SUMS

DATASET, MAIN = "dataset", "main"
NOT_OURS = {".gitattributes"}  # files of the Hub, which a release never deletes
RECORDS = [f"{config.name}/*.parquet" for config in diff.COMPARED]
UNCHANGED = "nothing was changed there"
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
}


class HubError(Exception):
    """A release cannot be made or read; the message says in one sentence why, and in which state the repo is."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the built folder."""

    size: int  # bytes
    sha256: str  # its id in LFS
    blob: str  # SHA-1, its id in git


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """What a release will do.

    files: path -> file of the built folder.
    base: the commit that the changes are against; None if there is no repo yet.
    changes: path -> "added", "changed" or "deleted".
    tagged: whether `base` already has the tag and holds the built folder, so that nothing is left to do.
    """

    repo: str
    tag: str
    files: dict[str, File]
    base: str | None
    changes: dict[str, str]
    tagged: bool = False

    def lines(self) -> Iterator[str]:
        """The plan as lines for people: one a file, and the sums."""
        for name in sorted(self.files.keys() | self.changes.keys()):
            size = f"{self.files[name].size:,}" if name in self.files else ""
            yield f"{self.changes.get(name, 'unchanged'):<10} {size:>12}  {name}"
        kinds = [self.changes.get(name, "unchanged") for name in self.files | self.changes]
        counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds)))
        yield f"{len(self.files)} files, {sum(file.size for file in self.files.values()):,} bytes: {counts}"


def read(folder: Path) -> dict[str, File]:
    """The files of the built folder by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): digested(path) for path in paths}


def digested(path: Path) -> File:
    """A file's size and digests."""
    size = path.stat().st_size
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        blob = hashlib.file_digest(file, lambda: hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)).hexdigest()
    return File(size, sha256, blob)


def plan(api: HfApi, repo: str, tag: str, files: dict[str, File]) -> ReleasePlan:
    """Plans a release by comparing the built files with the repo, which is not changed.

    Raises HubError if the release cannot be made, or if the tag exists with other content.
    """
    if not (api.token or get_token()):
        raise HubError(f"there is no token to write to {repo} with: set HF_TOKEN, or run `hf auth login`")
    with hub_errors(repo, UNCHANGED):
        try:
            api.auth_check(repo, repo_type=DATASET, write=True)
        except RepositoryNotFoundError as error:
            if isinstance(error, GatedRepoError):
                raise
            return ReleasePlan(repo, tag, files, None, dict.fromkeys(files, "added"))
        head, tagged = head_and_tag(api, repo, tag)
        served = tree(api, repo, tagged or head)
        changes = changes_between(files, served, listed_files(api, repo, head) if SUMS in served and not tagged else ())
    if tagged and changes:
        some = ", ".join(sorted(changes)[:3])
        raise HubError(f"{repo} has a {tag} already, with other content ({some} ...): release another version")
    return ReleasePlan(repo, tag, files, tagged or head, changes, bool(tagged))


def head_and_tag(api: HfApi, repo: str, tag: str) -> tuple[str, str | None]:
    """The commits of the main branch and of a tag, None for a tag that is not there."""
    refs = api.list_repo_refs(repo, repo_type=DATASET)
    tags = {ref.name: ref.target_commit for ref in refs.tags}
    return next(ref.target_commit for ref in refs.branches if ref.name == MAIN), tags.get(tag)


def tree(api: HfApi, repo: str, commit: str) -> dict[str, RepoFile]:
    """The files that the Hub has at a commit, by path."""
    entries = api.list_repo_tree(repo, recursive=True, revision=commit, repo_type=DATASET)
    return {entry.path: entry for entry in entries if isinstance(entry, RepoFile)}


def listed_files(api: HfApi, repo: str, commit: str) -> set[str]:
    """The paths that SHA256SUMS lists at a commit."""
    with temporary() as scratch:
        sums = download(api, repo, commit, scratch, [SUMS]) / SUMS
        return {line.partition("  ")[2] for line in sums.read_text(encoding="utf-8", errors="replace").splitlines()}


def changes_between(files: dict[str, File], served: dict[str, RepoFile], ours: Collection[str] = ()) -> dict[str, str]:
    """The changes that turn the served files into the built folder: path -> "added", "changed" or "deleted".

    Deleted are the files of older releases: those in `ours`, and all others in the folders of configs.
    """
    folders = {name.partition("/")[0] for name in files if "/" in name}
    stale = (name for name in served if name in ours or ("/" in name and name.partition("/")[0] in folders))
    return (
        {name: "added" for name in files if name not in served}
        | {name: "changed" for name, file in files.items() if name in served and not same_bytes(file, served[name])}
        | {name: "deleted" for name in stale if name not in files.keys() | NOT_OURS}
    )


def same_bytes(file: File, served: RepoFile) -> bool:
    """Whether the Hub has the same bytes of a file, by its digest in LFS or git."""
    return served.lfs.sha256 == file.sha256 if served.lfs else served.blob_id == file.blob


def release(api: HfApi, planned: ReleasePlan, folder: Path, private: bool = False) -> str:
    """Carries out a plan for the built folder, and returns the commit that holds the release.

    The steps are one commit, a comparison of the served files with the built ones, and the tag. The tag is set last
    because it is never moved. Steps that an earlier run has done are skipped. If this raises HubError, `main` has
    either the old or the new release, whole.
    """
    if planned.base is None:
        create(api, planned.repo, private)
        planned = plan(api, planned.repo, planned.tag, planned.files)
    if planned.base is None:
        raise HubError(f"{planned.repo} was created, but the Hub does not show it yet: run again")
    with temporary() as scratch:
        at = commit(api, planned, planned.base, folder, scratch / "before") if planned.changes else planned.base
        untagged = f"the files are there, but {planned.tag} is not: run again to complete the release"
        with hub_errors(planned.repo, "" if planned.tagged else untagged):
            check(api, planned, at, scratch / "after")
    if not planned.tagged:
        set_tag(api, planned, at)
    return at


def create(api: HfApi, repo: str, private: bool) -> None:
    """Creates the repo, if it still does not exist."""
    nowhere = f"the namespace {repo.partition('/')[0]} does not exist, or the token may not create datasets in it"
    with hub_errors(repo, "nothing was published", dict.fromkeys((403, 404), nowhere)):
        api.create_repo(repo, repo_type=DATASET, private=private, exist_ok=True)


def commit(api: HfApi, planned: ReleasePlan, base: str, folder: Path, scratch: Path) -> str:
    """Uploads the changed files, and makes one commit on top of `base`. Returns the new commit.

    The Hub refuses the commit if `base` is no longer the latest one.
    """
    additions = [CommitOperationAdd(name, folder / name) for name, kind in planned.changes.items() if kind != "deleted"]
    deletions = [CommitOperationDelete(name) for name, kind in planned.changes.items() if kind == "deleted"]
    with hub_errors(planned.repo, UNCHANGED):
        before = download(api, planned.repo, base, scratch, RECORDS)
        # With an empty list of patterns, a .gitignore in the repo cannot keep files out of the release.
        api.preupload_lfs_files(planned.repo, additions, repo_type=DATASET, free_memory=False, gitignore_content="")
    late = "another release came first, and nothing of this one was published"
    with hub_errors(
        planned.repo, "run again, which begins with a look at what is there", dict.fromkeys((409, 412), late)
    ):
        info = api.create_commit(
            planned.repo,
            [*additions, *deletions],
            commit_message=f"Release {planned.tag}",
            commit_description=described(before, folder),
            repo_type=DATASET,
            parent_commit=base,
        )
    return info.oid


def described(before: Path, folder: Path) -> str:
    """The changes since the release before, for the commit's message."""
    try:
        return diff.summary(diff.compare(before, folder))
    except diff.DiffError:
        counts = (f"{config.name}: {len(diff.read(folder, config)):,} records" for config in diff.COMPARED)
        return "The first release here.\n" + "\n".join(counts)


def check(api: HfApi, planned: ReleasePlan, at: str, scratch: Path) -> None:
    """Compares what the Hub serves at a commit with the built folder: the list of files, then the bytes.

    Raises HubError if anything differs.
    """
    wrong = changes_between(planned.files, tree(api, planned.repo, at), planned.changes)
    if not wrong:
        served = read(download(api, planned.repo, at, scratch, list(planned.files)))
        wrong = {name: "changed" for name, file in planned.files.items() if served.get(name) != file}
    if wrong:
        raise HubError(f"what it serves at {at[:8]} is not what was built ({', '.join(sorted(wrong)[:3])} ...)")


def set_tag(api: HfApi, planned: ReleasePlan, at: str) -> None:
    """Tags the commit that was made and compared. Raises HubError if the tag is not on it afterwards."""
    taken = f"{planned.tag} was set by somebody else meanwhile: run again to see whether it holds what was built"
    unsure = f"the files are there, but {planned.tag} may not be: run again to complete the release"
    with hub_errors(planned.repo, unsure, {409: taken}):
        api.create_tag(planned.repo, tag=planned.tag, revision=at, repo_type=DATASET)
        if head_and_tag(api, planned.repo, planned.tag)[1] != at:
            raise HubError(f"its {planned.tag} is not on {at[:8]}, the commit that was made and compared")


def download(api: HfApi, repo: str, revision: str, scratch: Path, patterns: list[str]) -> Path:
    """Downloads the files of a revision that match a pattern, and returns their folder.

    `scratch` is the cache; it has to be new, so that no old copies are used.
    """
    found = api.snapshot_download(
        repo, repo_type=DATASET, revision=revision, cache_dir=scratch, allow_patterns=patterns
    )
    return Path(found)


def download_release(api: HfApi, repo: str, revision: str, scratch: Path) -> Path:
    """Downloads the records of a release, or of any other revision, and returns their folder. Raises HubError."""
    with hub_errors(f"{repo}@{revision}", "nothing was compared"):
        return download(api, repo, revision, scratch, RECORDS)


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
    if isinstance(error, HubError):
        return str(error)
    if said := KINDS.get(type(error)):
        return said
    if isinstance(error, HfHubHTTPError):
        status = error.response.status_code
        return reasons.get(status, f"the Hub answered with {status} {error.server_message or ''}".rstrip())
    if error.__cause__:
        return reason(error.__cause__, {})  # such as an answer of the storage, to which the reasons do not apply
    said = next(iter(str(error).strip().splitlines()), type(error).__name__)
    if isinstance(error, LookupError | RuntimeError | ValueError):  # the client did not understand the answer
        return f"the Hub's client gave up ({said})"
    return f"the Hub gives no answer ({said}): check the network"
