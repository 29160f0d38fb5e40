"""Releases on the Hub: one commit of the built folder, a comparison with what the Hub serves, and a tag."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, get_token
from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError
from huggingface_hub.hf_api import RepoFile

from chithi.records.replacing import temporary
from chithi.release import diff
from chithi.release.checksums import SUMS
from chithi.release.client import LIMITS, Limits
from chithi.release.equivalence import differences, is_comparable
from chithi.release.failures import HubError, hub_errors
from chithi.release.files import File, read
from chithi.release.held import holds_originals, refusal
from chithi.release.remote import DATASET, MAIN, Remote, reached, same_bytes
from chithi.text.display import brief, visible

__all__ = ["HubError", "Limits", "ReleasePlan", "download_release", "plan", "read", "release"]

NOT_OURS = {".gitattributes"}  # files of the Hub, which a release never deletes
UNCHANGED = "nothing was changed there"


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """What a release will do.

    files: path -> file of the built folder.
    base: the commit that the changes are against; None if there is no repo yet.
    changes: path -> "added", "changed" or "deleted".
    tagged: whether `base` already has the tag and holds the built folder, so that nothing is left to do.
    equivalent: the paths that `base` has with other bytes, which say the same as those of the built folder.
    """

    repo: str
    tag: str
    files: dict[str, File]
    base: str | None
    changes: dict[str, str]
    tagged: bool = False
    equivalent: frozenset[str] = frozenset()

    def lines(self) -> Iterator[str]:
        """The plan as lines for people: one a file, and the sums."""
        for name in sorted(self.files.keys() | self.changes.keys()):
            size = f"{self.files[name].size:,}" if name in self.files else ""
            yield f"{self.kind(name):<10} {size:>12}  {visible(name)}"
        kinds = [self.kind(name) for name in self.files | self.changes]
        counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds)))
        yield f"{len(self.files)} files, {sum(file.size for file in self.files.values()):,} bytes: {counts}"

    def kind(self, name: str) -> str:
        """What a release does with a file, or how it is there."""
        return self.changes.get(name, "equivalent" if name in self.equivalent else "unchanged")


def plan(api: HfApi, repo: str, tag: str, folder: Path, limits: Limits = LIMITS) -> ReleasePlan:
    """Plans a release by comparing the built folder with the repo, which is not changed.

    Raises HubError if the release cannot be made, if the folder holds articles, which may not be passed on, or if the
    tag exists with other content. Content is compared by rows
    where bytes differ: another version of pyarrow writes other bytes.
    """
    files = read(folder)
    if holds_originals(files):
        raise HubError(refusal(folder))
    if not (api.token or get_token()):
        raise HubError(f"there is no token to write to {repo} with: set HF_TOKEN, or run `hf auth login`")
    with reached(api, repo, limits) as remote:
        return planned_for(remote, tag, folder, files)


def planned_for(remote: Remote, tag: str, folder: Path, files: dict[str, File]) -> ReleasePlan:
    """The plan of a release of the built folder, which holds these files."""
    repo = remote.repo
    with hub_errors(repo, UNCHANGED):
        try:
            remote.api.auth_check(repo, repo_type=DATASET, write=True)
        except RepositoryNotFoundError as error:
            if isinstance(error, GatedRepoError):
                raise
            return ReleasePlan(repo, tag, files, None, dict.fromkeys(files, "added"))
        head, tagged = remote.head_and_tag(tag)
        served = remote.tree(tagged or head)
        changes = changes_between(files, served, () if tagged else listed_files(remote, head, served))
        found = ReleasePlan(repo, tag, files, tagged or head, changes)
        differ = content_changes(remote, found, served, folder) if tagged else []
    if differ:
        some = brief("; ".join(differ))
        raise HubError(f"{repo} has a {tag} already, with other content ({some}): release another version")
    return replace(found, changes={}, tagged=True, equivalent=frozenset(changes)) if tagged else found


def content_changes(remote: Remote, planned: ReleasePlan, served: dict[str, RepoFile], folder: Path) -> list[str]:
    """What of a plan's changes is more than other bytes, a phrase each. The files that may say the same are downloaded.

    `served` are the files of the plan's base.
    """
    limits, base = remote.limits, planned.base or MAIN
    changed = [name for name, kind in planned.changes.items() if kind == "changed"]
    names = sorted(name for name in changed if is_comparable(name, served[name], limits))
    differ = sorted(planned.changes.keys() - set(names))
    if (size := sum(served[name].size for name in names)) > limits.files:
        return [*differ, f"files of {size:,} bytes, more than the {limits.files:,} that are compared"]
    with temporary() as scratch:
        old = remote.download(base, [served[name] for name in names], scratch / "tagged")
        return [*differ, *differences(old, folder, names, planned.files)]


def listed_files(remote: Remote, commit: str, served: dict[str, RepoFile]) -> set[str]:
    """The paths that SHA256SUMS lists at a commit; none if it is not among the files served."""
    if not (found := served.get(SUMS)) or found.size > remote.limits.answer:
        return set()
    with temporary() as scratch:
        sums = remote.download(commit, [found], scratch / "sums") / SUMS
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


def release(
    api: HfApi,
    planned: ReleasePlan,
    folder: Path,
    private: bool = False,
    limits: Limits = LIMITS,
) -> str:
    """Carries out a plan for the built folder, and returns the commit that holds the release.

    The steps are one commit, a comparison of the served files with the built ones, and the tag. The tag is set last
    because it is never moved. Steps that an earlier run has done are skipped. If this raises HubError, `main` has
    either the old or the new release, whole.
    """
    with reached(api, planned.repo, limits) as remote:
        if planned.base is None:
            create(remote, private)
            planned = planned_for(remote, planned.tag, folder, planned.files)
        if planned.base is None:
            raise HubError(f"{planned.repo} was created, but the Hub does not show it yet: run again")
        with temporary() as scratch:
            at = commit(remote, planned, folder, scratch / "before") if planned.changes else planned.base
            untagged = f"the files are there, but {planned.tag} is not: run again to complete the release"
            with hub_errors(planned.repo, "" if planned.tagged else untagged):
                check(remote, planned, at, scratch / "after")
        if not planned.tagged:
            set_tag(remote, planned, at)
    return at


def create(remote: Remote, private: bool) -> None:
    """Creates the repo, if it still does not exist."""
    owner = remote.repo.partition("/")[0]
    nowhere = f"the namespace {owner} does not exist, or the token may not create datasets in it"
    with hub_errors(remote.repo, "nothing was published", dict.fromkeys((403, 404), nowhere)):
        remote.api.create_repo(remote.repo, repo_type=DATASET, private=private, exist_ok=True)


def commit(remote: Remote, planned: ReleasePlan, folder: Path, scratch: Path) -> str:
    """Uploads the changed files, and makes one commit on top of the plan's base. Returns the new commit.

    The Hub refuses the commit if the base is no longer the latest one.
    """
    api, base = remote.api, planned.base or MAIN
    additions = [CommitOperationAdd(name, folder / name) for name, kind in planned.changes.items() if kind != "deleted"]
    deletions = [CommitOperationDelete(name) for name, kind in planned.changes.items() if kind == "deleted"]
    with hub_errors(planned.repo, UNCHANGED):
        description = described(remote.download(base, records(remote.tree(base)), scratch), folder)
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
            commit_description=description,
            repo_type=DATASET,
            parent_commit=base,
        )
    return info.oid


def records(served: dict[str, RepoFile]) -> list[RepoFile]:
    """The files of a release that hold records."""
    folders = {config.name for config in diff.COMPARED}
    return [
        entry
        for path, entry in served.items()
        if path.endswith(".parquet") and path.count("/") == 1 and path.partition("/")[0] in folders
    ]


def described(before: Path, folder: Path) -> str:
    """The changes since the release before, for the commit's message."""
    if any(before.iterdir()):
        try:
            return diff.summary(diff.compare(before, folder, ("the release before", "this release")))
        except diff.DiffError as error:
            return f"The release before cannot be compared: {error}"
    counts = (f"{config.name}: {len(diff.read(folder, config)):,} records" for config in diff.COMPARED)
    return "The first release here.\n" + "\n".join(counts)


def check(remote: Remote, planned: ReleasePlan, at: str, scratch: Path) -> None:
    """Compares what the Hub serves at a commit with the built folder: the list of files, then the bytes.

    Files that the plan has found to be equivalent are left out. Raises HubError if anything differs.
    """
    tree, files = remote.tree(at), planned.files
    wrong = {
        n: kind for n, kind in changes_between(files, tree, planned.changes).items() if n not in planned.equivalent
    }
    if not wrong:
        expected = {name: file for name, file in files.items() if name not in planned.equivalent}
        served = read(remote.download(at, [tree[name] for name in expected], scratch))
        wrong = {name: "changed" for name, file in expected.items() if served.get(name) != file}
    if wrong:
        some = brief(", ".join(sorted(wrong)[:3]))
        raise HubError(f"what it serves at {brief(at[:8])} is not what was built ({some} ...)")


def set_tag(remote: Remote, planned: ReleasePlan, at: str) -> None:
    """Tags the commit that was made and compared. Raises HubError if the tag is not on it afterwards."""
    taken = f"{planned.tag} was set by somebody else meanwhile: run again to see whether it holds what was built"
    unsure = f"the files are there, but {planned.tag} may not be: run again to complete the release"
    with hub_errors(planned.repo, unsure, {409: taken}):
        remote.api.create_tag(planned.repo, tag=planned.tag, revision=at, repo_type=DATASET)
        if remote.head_and_tag(planned.tag)[1] != at:
            raise HubError(f"its {planned.tag} is not on {brief(at[:8])}, the commit that was made and compared")


def download_release(api: HfApi, repo: str, revision: str, scratch: Path, limits: Limits = LIMITS) -> Path:
    """Downloads the records of a release, or of any other revision, into a new folder, and returns it.

    Raises HubError if that fails, or if it holds no release.
    """
    with reached(api, repo, limits) as remote, hub_errors(f"{repo}@{revision}", "nothing was compared"):
        found = records(remote.tree(at := remote.commit(revision)))
        default = next(config.name for config in diff.COMPARED if config.default)
        if not any(entry.path.startswith(f"{default}/") for entry in found):
            raise HubError(f"it holds no release: {default}/*.parquet is missing")
        return remote.download(at, found, scratch)
