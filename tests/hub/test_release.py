"""Releases made and read with the Hub's own clients, against a small Hub on the loopback."""

import copy
import threading
import time
from collections.abc import Callable
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import HfApi

from chithi.release import hub as release
from chithi.release.checksums import SUMS
from chithi.release.hub import HubError

from .cases import FOREIGN, OF_THE_HUB, REFUSED, REPO, SLEEP, TAG, count, files, older, push, released
from .handler import CUT, INTERRUPT, LOST, READ, WRITE
from .repo import Repo
from .server import Hub

# httpx deprecates the way in which huggingface_hub sends a file.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def test_a_release_is_one_commit_with_its_tag(server: Hub, api: HfApi, folder: Path) -> None:
    repo = server.repos[REPO] = older(folder)
    plan = release.plan(api, REPO, TAG, folder)
    assert plan.changes == {
        "README.md": "changed",
        SUMS: "changed",
        "offices/registry-00000-of-00001.parquet": "added",
        "statements/train-00001-of-00002.parquet": "deleted",
        "tokens/train.parquet": "deleted",
    }
    lines = list(plan.lines())
    assert lines[-1].endswith(" bytes: 1 added, 2 changed, 2 deleted, 2 unchanged")
    assert lines[0].split() == ["changed", f"{(folder / 'README.md').stat().st_size:,}", "README.md"]
    assert release.release(api, plan, folder) == repo.head
    assert released(repo, folder)
    assert len(repo.commits) == 2
    assert repo.messages[repo.head] == f"Release v0.1.0\n\noffices: {count('offices'):,} added"
    assert repo.tags["v0.0.9"] == next(iter(repo.commits))


def test_the_first_release_creates_the_repo(server: Hub, api: HfApi, folder: Path) -> None:
    push(api, folder, private=True)
    repo = server.repos[REPO]
    assert repo.private
    assert len(repo.commits) == 2
    assert f"statements: {count('statements'):,} records" in repo.messages[repo.head]
    assert released(repo, folder, OF_THE_HUB)


def test_a_release_before_that_cannot_be_compared_is_told(server: Hub, api: HfApi, folder: Path) -> None:
    repo = server.repos[REPO] = older(folder)
    tree = repo.commits[repo.head]
    tree["statements/train-00001-of-00002.parquet"] = tree["statements/train-00000-of-00001.parquet"]
    push(api, folder)
    assert "The release before cannot be compared: statements/train-00001-of-00002.parquet" in repo.messages[repo.head]
    assert released(repo, folder)


def test_an_unchanged_release_is_not_made_again(server: Hub, api: HfApi, folder: Path) -> None:
    repo = server.repos[REPO] = older(folder)
    at = push(api, folder)
    server.heal()
    assert push(api, folder) == at
    assert [request for request in server.requests if not request.startswith(("GET", "HEAD"))] == []
    newer = repo.commit({**repo.commits[at], "README.md": (b"newer", False)}, "Release v0.2.0")
    assert push(api, folder) == at
    assert repo.head == newer
    assert len(repo.commits) == 3


def test_a_missing_tag_is_completed_without_a_commit(server: Hub, api: HfApi, folder: Path) -> None:
    repo = server.repos[REPO] = older(folder)
    push(api, folder)
    del repo.tags[TAG]
    push(api, folder)
    assert released(repo, folder)
    assert len(repo.commits) == 2


def test_a_tag_with_other_content_is_refused_before_anything_is_sent(server: Hub, api: HfApi, folder: Path) -> None:
    repo = server.repos[REPO] = older(folder)
    says = r"^owner/chithi has a v0\.0\.9 already, with other content .*: release another version$"
    with pytest.raises(HubError, match=says):
        push(api, folder, tag="v0.0.9")
    assert [request for request in server.requests if not request.startswith(("GET", "HEAD"))] == []
    assert len(repo.commits) == 1


def test_the_list_of_files_may_have_several_pages(server: Hub, api: HfApi, folder: Path) -> None:
    server.page = 2
    repo = server.repos[REPO] = older(folder)
    push(api, folder)
    assert released(repo, folder)


def test_a_gitignore_that_lies_there_leaves_nothing_out(server: Hub, api: HfApi, folder: Path) -> None:
    repo = server.repos[REPO] = older(folder)
    repo.commits[repo.head][".gitignore"] = b"*.parquet\n", False
    push(api, folder)
    assert released(repo, folder, FOREIGN | {".gitignore": b"*.parquet\n"})


def test_the_second_of_two_releases_stops(server: Hub, api: HfApi, folder: Path) -> None:
    repo = server.repos[REPO] = older(folder)
    server.before["commit"] = lambda: repo.commit({"README.md": (b"another release", False)}, "Release v0.1.1")
    says = "^owner/chithi: another release came first, and nothing of this one was published"
    with pytest.raises(HubError, match=says):
        push(api, folder)
    assert repo.contents() == {"README.md": b"another release"}
    assert repo.tags.keys() == {"v0.0.9"}


def test_the_tag_is_on_the_commit_that_was_made(server: Hub, api: HfApi, folder: Path) -> None:
    repo = server.repos[REPO] = older(folder)
    server.before["tag"] = lambda: repo.commit({"README.md": (b"the next release", False)}, "Release v0.1.1")
    at = push(api, folder)
    assert repo.head != at == repo.tags[TAG]
    assert repo.contents(TAG) == files(folder) | FOREIGN


def test_a_tag_that_did_not_come_to_be_is_told(
    server: Hub, api: HfApi, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.repos[REPO] = older(folder)
    monkeypatch.setattr(api, "create_tag", lambda *_, **__: None)
    with pytest.raises(HubError, match=r"its v0\.1\.0 is not on \w{8}, the commit that was made and compared"):
        push(api, folder)


def test_what_is_not_served_as_it_was_built_gets_no_tag(server: Hub, api: HfApi, folder: Path) -> None:
    repo = server.repos[REPO] = older(folder)
    server.mangle = True
    says = r"is not what was built \(README\.md .*v0\.1\.0 is not: run again to complete the release$"
    with pytest.raises(HubError, match=says):
        push(api, folder)
    assert repo.tags.keys() == {"v0.0.9"}
    server.heal()
    push(api, folder)
    assert released(repo, folder)


def test_a_file_that_did_not_go_is_found(server: Hub, api: HfApi, folder: Path) -> None:
    server.repos[REPO] = older(folder)
    server.keeps = "tokens/train.parquet"
    with pytest.raises(HubError, match=r"is not what was built \(tokens/train\.parquet "):
        push(api, folder)


def test_bytes_are_compared_and_not_the_list_alone(server: Hub, api: HfApi, folder: Path) -> None:
    repo = server.repos[REPO] = older(folder)
    plan = release.plan(api, REPO, TAG, folder)
    server.wrong_bytes = True
    with pytest.raises(HubError, match=r"v0\.1\.0 is not"):
        release.release(api, plan, folder)
    assert repo.tags.keys() == {"v0.0.9"}


def requests_of_release(server: Hub, folder: Path, before: Repo | None) -> list[str]:
    """The requests of a release on top of the repo `before`; of the first release if there is none."""
    server.reset()
    server.repos = {REPO: copy.deepcopy(before)} if before else {}
    push(HfApi(endpoint=server.url, token=WRITE), folder)
    return list(server.requests)


def wait_for_threads() -> None:
    """Waits for the client's threads to end: an interrupt does not reach them."""
    for thread in threading.enumerate():
        if thread.name.startswith(("ThreadPoolExecutor", "hub-request")):
            thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("first", [True, False], ids=["first", "later"])
@pytest.mark.parametrize(
    ("fault", "stays"), [(500, True), (CUT, True), (LOST, False), (LOST, True), (INTERRUPT, False)]
)
def test_a_fault_at_any_request_leaves_old_or_new(
    server: Hub, api: HfApi, folder: Path, fault: int | str, stays: bool, first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == INTERRUPT:
        monkeypatch.setattr(time, "sleep", SLEEP)
    before = None if first else older(folder)
    said: list[str] = []
    for number, request in enumerate(requests_of_release(server, folder, before)):
        server.reset()
        server.repos = {REPO: copy.deepcopy(before)} if before else {}
        server.faults, server.down_from = {number: fault}, number if stays else None
        try:
            push(api, folder)
        except HubError as error:
            said.append(str(error))
        except KeyboardInterrupt:
            said.append("interrupted")
            wait_for_threads()  # else their requests would be counted among those of the next run
        old = before.contents() if before else OF_THE_HUB
        new = files(folder) | (FOREIGN if before else OF_THE_HUB)
        if repo := server.repos.get(REPO):
            assert repo.contents() in (old, new), request
            assert {tag: repo.contents(tag) for tag in repo.tags if tag != "v0.0.9"} in ({}, {TAG: new}), request
        server.heal()
        push(api, folder)
        repo = server.repos[REPO]
        assert repo.contents() == repo.contents(TAG) == new, request
        assert repo.tags[TAG] == repo.head
        assert len(repo.commits) == 2, request
    assert len(said) > (number - 2 if stays else 3)
    assert [sentence for sentence in said if "\n" in sentence or WRITE in sentence] == []


def no_token(server: Hub, monkeypatch: pytest.MonkeyPatch) -> HfApi:
    monkeypatch.setattr(release, "get_token", lambda: None)
    return HfApi(endpoint=server.url)


def state(word: str) -> Callable[[Hub, pytest.MonkeyPatch], HfApi]:
    def put(server: Hub, _: pytest.MonkeyPatch) -> HfApi:
        server.repos[REPO].state = word
        return HfApi(endpoint=server.url, token=WRITE)

    return put


def with_token(token: str) -> Callable[[Hub, pytest.MonkeyPatch], HfApi]:
    return lambda server, _: HfApi(endpoint=server.url, token=token)


def unreachable(*_: object) -> HfApi:
    return HfApi(endpoint="http://127.0.0.1:1", token=WRITE)


def deleted(server: Hub, _: pytest.MonkeyPatch) -> HfApi:
    server.before["preupload"] = server.repos.clear
    return HfApi(endpoint=server.url, token=WRITE)


def failing(request: str, fault: int | str) -> Callable[[Hub, pytest.MonkeyPatch], HfApi]:
    def put(server: Hub, _: pytest.MonkeyPatch) -> HfApi:
        server.faults[request] = fault
        return HfApi(endpoint=server.url, token=WRITE)

    return put


@pytest.mark.parametrize(
    ("client", "says"),
    [
        (no_token, "there is no token to write to owner/chithi with: set HF_TOKEN, or run `hf auth login`"),
        (with_token(READ), "owner/chithi: the token may not do this: use one with write access"),
        (with_token("hf_wrong"), "owner/chithi: the Hub does not accept the token: set HF_TOKEN"),
        (unreachable, f"owner/chithi: the Hub gives no answer ({REFUSED}): check the network; nothing"),
        (state("gated"), "owner/chithi: access to it is gated: ask for it on its page"),
        (state("disabled"), "owner/chithi: the Hub has disabled it: its page says why; nothing was changed there"),
        (deleted, "owner/chithi: it is not there: deleted, renamed, or not to be seen with this token"),
        (failing("PUT", 403), "owner/chithi: the Hub answered with 403 injected; nothing was changed there"),
        (failing("PUT", CUT), "owner/chithi: the Hub gives no answer (Server disconnected"),
        (failing("auth-check", 429), "owner/chithi: the Hub asks for fewer requests: wait a while"),
        (failing("/tag/", 409), "owner/chithi: v0.1.0 was set by somebody else meanwhile"),
        (failing("/commit/", 503), "owner/chithi: the Hub answered with 503 injected; run again, which begins with"),
    ],
)
def test_a_failure_is_one_sentence(
    server: Hub,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    client: Callable[[Hub, pytest.MonkeyPatch], HfApi],
    says: str,
) -> None:
    server.repos[REPO] = older(folder)
    api = client(server, monkeypatch)
    with pytest.raises(HubError) as raised:
        push(api, folder)
    assert str(raised.value).startswith(says)
    assert "\n" not in str(raised.value)
    assert "hf_" not in str(raised.value)


def test_a_namespace_that_is_not_there_is_told(server: Hub, api: HfApi, folder: Path) -> None:
    says = "^nobody/chithi: the namespace nobody does not exist, or the token may not create datasets in it"
    with pytest.raises(HubError, match=says):
        push(api, folder, "nobody/chithi")
    assert server.repos == {}


# The commands run in processes of their own, because the Hub's clients read HF_ENDPOINT when they are imported.


def test_snapshot_download_gives_the_release(server: Hub, api: HfApi, folder: Path, tmp_path: Path) -> None:
    push(api, folder)
    got = huggingface_hub.snapshot_download(
        REPO, repo_type="dataset", revision=TAG, endpoint=server.url, cache_dir=tmp_path, token=False
    )
    assert files(Path(got)) == files(folder) | OF_THE_HUB
