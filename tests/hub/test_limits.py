"""A Hub that is slow, endless or hostile: chithi gives up in one sentence, and keeps the token and its files in."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import HfApi

from chithi.release import hub as release
from chithi.release.hub import HubError, Limits

from . import tricks
from .answers import Answer, refused
from .cases import FOREIGN, REPO, TAG, files, older
from .handler import WRITE, Handler
from .server import Hub, Trick

# httpx deprecates the way in which huggingface_hub sends a file.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

CHITHI = [sys.executable, "-m", "chithi"]
SOON = Limits(silence=0.4, seconds=0.8, rate=10**9)
SMALL = Limits(answer=50_000, pages=20, entries=200, repeats=30)
SLOW = r"the Hub (did not answer within 0\.[48] seconds|sends its answer too slowly): try again later"


@pytest.fixture(autouse=True)
def end_of_tricks(running: Hub) -> Iterator[None]:
    yield
    running.over.set()


def push(server: Hub, folder: Path, limits: Limits) -> str:
    api = HfApi(endpoint=server.url, token=WRITE)
    plan = release.plan(api, REPO, TAG, folder, limits)
    return release.release(api, plan, folder, False, limits)


def failure(server: Hub, folder: Path, limits: Limits) -> str:
    """The sentence with which a release fails."""
    with pytest.raises(HubError) as raised:
        push(server, folder, limits)
    said = str(raised.value)
    assert said.isprintable()
    assert WRITE not in said
    return said


@pytest.mark.parametrize(
    ("request_", "trick"),
    [
        pytest.param("auth-check", tricks.never, marks=pytest.mark.slow),
        pytest.param("/tree/", tricks.slow_status, marks=pytest.mark.slow),
        pytest.param("/refs", tricks.slow_headers, marks=pytest.mark.slow),
        ("/refs", tricks.informed),
        ("/tree/", tricks.slow_body),
        ("/resolve/", tricks.never),
        pytest.param("/resolve/", tricks.slow_headers, marks=pytest.mark.slow),
        pytest.param("/resolve/", tricks.slow_body, marks=pytest.mark.slow),
        pytest.param("preupload", tricks.never, marks=pytest.mark.slow),
        pytest.param("/batch", tricks.slow_headers, marks=pytest.mark.slow),
        pytest.param("PUT ", tricks.never, marks=pytest.mark.slow),
        pytest.param("/verify", tricks.slow_body, marks=pytest.mark.slow),
        ("/commit/", tricks.never),
        pytest.param("/tag/", tricks.slow_status, marks=pytest.mark.slow),
    ],
)
def test_a_server_that_does_not_answer_in_time_is_given_up(
    server: Hub, folder: Path, request_: str, trick: Trick
) -> None:
    repo = server.repos[REPO] = older(folder)
    before, new = repo.contents(), files(folder) | FOREIGN
    server.tricks[request_] = trick
    assert re.match(rf"owner/chithi: {SLOW}", failure(server, folder, SOON))
    assert len([line for line in server.requests if request_ in line]) <= 5  # the uploads run at the same time
    assert repo.contents() in (before, new)
    assert repo.tags.keys() == {"v0.0.9"}


@pytest.mark.parametrize(
    ("request_", "trick", "says"),
    [
        ("/tree/", tricks.busy(429, Retry_After="86400"), "the Hub asks to wait for 86,400 seconds: run again then"),
        ("/tree/", tricks.busy(503, retry_after="9" * 5000), "the Hub asks to wait for 999,999,999 seconds"),
        ("/batch", tricks.busy(429, RateLimit='"api";r=0;t=301'), "the Hub asks to wait for 301 seconds"),
        ("/resolve/", tricks.busy(500, Retry_After="61"), "the Hub asks to wait for 61 seconds"),
        ("/tree/", tricks.listing(pages="new"), "the Hub's list of files has more than 20 pages"),
        ("/tree/", tricks.listing(pages="same"), "the Hub's list of files has more than 20 pages"),
        ("/tree/", tricks.listing(*map(tricks.named, "abcdefghijklmno"), pages="new"), "more than 200 entries"),
        ("/refs", tricks.circle, "the Hub redirects the request again and again"),
        ("/refs", tricks.spiral, "the Hub redirects the request again and again"),
        ("/tree/", tricks.endless, "the Hub sends more than the 50,000 bytes that are due"),
        ("/refs", tricks.bomb, "the Hub sent a compressed answer, which it was not asked for"),
        ("README.md", tricks.endless, "the Hub sends more than the "),
        ("/refs", lambda _: Answer(body=[]), "the Hub's client gave up ("),
        ("/refs", lambda _: Answer(500, [1]), "the Hub's client gave up ("),
        ("/refs", lambda _: Answer(body=b"[" * 40_000), "the Hub's client gave up ("),
        ("/batch", lambda _: Answer(body={"objects": [{}]}), "the Hub's client gave up ("),
    ],
)
def test_an_answer_without_bounds_is_refused(server: Hub, folder: Path, request_: str, trick: Trick, says: str) -> None:
    repo = server.repos[REPO] = older(folder)
    server.tricks[request_] = trick
    assert says in failure(server, folder, SMALL)
    assert repo.tags.keys() == {"v0.0.9"}
    assert len(server.requests) < 120


def test_a_repo_that_is_never_created_is_given_up(server: Hub, folder: Path) -> None:
    text = "Cannot create repo: another conflicting operation is in progress"
    server.tricks["repos/create"] = lambda _: Answer(409, {"error": text, "url": ""})
    assert "more than 30 times; nothing was published" in failure(server, folder, SMALL)


def test_a_short_wait_is_told(server: Hub, folder: Path) -> None:
    server.repos[REPO] = older(folder)
    server.tricks["/batch"] = tricks.once(tricks.busy(429, Retry_After="7"))
    said: list[str] = []
    push(server, folder, Limits(say=said.append))
    assert said == ["the Hub answers with 429, and asks to wait for 7 s"]


def verified_elsewhere(handler: Handler) -> Answer:
    """Where to upload: a file is to be verified by another host."""
    answer = handler.batch(handler.body, REPO)
    for item in answer.body["objects"]:
        if "actions" in item:
            item["actions"]["verify"]["href"] = f"http://localhost:{handler.server.server_port}/{REPO}/verify"
    return answer


@pytest.mark.parametrize(
    ("request_", "trick"),
    [
        ("/tree/", lambda handler: tricks.once(tricks.listing(pages="same", host=handler.server.elsewhere))(handler)),
        ("/tree/", tricks.elsewhere),
        ("/refs", tricks.elsewhere),
        ("README.md", tricks.elsewhere),
        ("/commit/", tricks.elsewhere),
        ("/batch", verified_elsewhere),
    ],
    ids=["link", "redirected list", "redirected refs", "redirected file", "redirected commit", "verify"],
)
def test_the_token_goes_to_the_endpoint_alone(server: Hub, folder: Path, request_: str, trick: Trick) -> None:
    server.repos[REPO] = older(folder)
    server.tricks[request_] = trick
    with suppress(HubError):  # the other host may refuse what has no token
        push(server, folder, Limits())
    hosts = {host for host, _ in server.seen}
    assert hosts == {"127.0.0.1", "localhost"}
    assert {token for host, token in server.seen if host == "localhost"} == {""}
    assert f"Bearer {WRITE}" in {token for host, token in server.seen if host == "127.0.0.1"}


def download(server: Hub, scratch: Path, limits: Limits = SMALL) -> Path:
    return release.download_release(HfApi(endpoint=server.url, token=WRITE), REPO, "main", scratch, limits)


OUTSIDE = ["../../../x", "/chithi-outside", "..\\..\\x", "a/b"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_header_leads_out_of_the_folder(server: Hub, folder: Path, tmp_path: Path, name: str) -> None:
    repo = server.repos[REPO] = older(folder)
    scratch = tmp_path / "a" / "b" / "c" / "scratch"

    def answer(handler: Handler) -> Answer:
        path = handler.path.partition("/resolve/")[2].partition("/")[2]
        content = repo.contents()[path]
        return Answer(200, content, dict.fromkeys(("ETag", "X-Linked-ETag", "X-Repo-Commit", "Content-Location"), name))

    server.tricks["/resolve/"] = answer
    found = download(server, scratch)
    assert found == scratch
    expected = {path: content for path, content in repo.contents().items() if path.startswith("statements/")}
    assert files(tmp_path) == {f"a/b/c/scratch/{path}": content for path, content in expected.items()}
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))
    assert not Path("/chithi-outside").exists()


def test_no_commit_leads_out_of_the_folder(server: Hub, folder: Path, tmp_path: Path) -> None:
    server.repos[REPO] = older(folder)
    server.tricks[f"/api/datasets/{REPO}/revision/"] = lambda _: Answer(body={"id": REPO, "sha": "../../../x"})
    with pytest.raises(HubError, match="it has no such revision"):
        download(server, tmp_path / "a" / "b" / "scratch")
    assert files(tmp_path) == {}


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("statements/../../x.parquet", "'statements/../../x.parquet'"),
        ("../x", "'../x'"),
        ("/statements/x.parquet", "'/statements/x.parquet'"),
        ("statements\\..\\x.parquet", "'statements\\..\\x.parquet'"),
        ("", "''"),
        ("statements//x.parquet", "'statements//x.parquet'"),
        ("./statements/x.parquet", "'./statements/x.parquet'"),
        ("statements/x\0.parquet", "'statements/x<U+0000>.parquet'"),
        ("statements/\x1b[31m\n::error::x.parquet", "'statements/<U+001B>[31m<U+000A>::error::x.parquet'"),
        ("C:/x.parquet", "'C:/x.parquet'"),
        ("C:x.parquet", "'C:x.parquet'"),
        ("statements/\ud800.parquet", "'statements/<U+D800>.parquet'"),
        ("statements/" + "x" * 300, "xxx"),
        ("statements/" * 200 + "x", "statements/"),
        (7, "7"),
        (None, "null"),
        (["statements/x.parquet"], "['statements/x.parquet']"),
    ],
)
def test_paths_are_checked_before_anything_is_downloaded(
    server: Hub, folder: Path, tmp_path: Path, path: Any, shown: str
) -> None:
    server.repos[REPO] = older(folder)
    server.tricks["/tree/"] = tricks.listing(tricks.named("statements/train.parquet"), tricks.named(path))
    with pytest.raises(HubError) as raised:
        download(server, tmp_path / "a" / "scratch")
    said = str(raised.value)
    assert said.startswith("owner/chithi@main: its list of files has a path that no file may have: ")
    assert shown in said
    assert said.isprintable()
    assert len(said) < 400
    assert not any("/resolve/" in line for line in server.requests)
    assert files(tmp_path) == {}


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (tricks.named("statements/x.parquet", 10**15), "its files have 1,000,000,000,000,000 bytes, more than the "),
        (tricks.named("statements/x.parquet", -1), "its list of files has 'statements/x.parquet' with the size -1"),
        (tricks.named("statements/x.parquet", "4"), "its list of files has 'statements/x.parquet' with the size '4'"),
        (tricks.named("statements/x.parquet", None), "its list of files has 'statements/x.parquet' with the size null"),
        (tricks.named("README.md"), "it holds no release: statements/*.parquet is missing"),
    ],
)
def test_sizes_are_checked_before_anything_is_downloaded(
    server: Hub, folder: Path, tmp_path: Path, entry: dict[str, Any], says: str
) -> None:
    server.repos[REPO] = older(folder)
    server.tricks["/tree/"] = tricks.listing(entry)
    with pytest.raises(HubError, match=re.escape(says)):
        download(server, tmp_path / "scratch")
    assert not any("/resolve/" in line for line in server.requests)


def test_a_file_is_what_the_list_says(server: Hub, folder: Path, tmp_path: Path) -> None:
    server.repos[REPO] = older(folder)
    server.tricks["/resolve/"] = lambda _: Answer(200, b"something else")
    says = "it serves 'statements/.*' with other bytes than its list of files says; nothing was compared$"
    with pytest.raises(HubError, match=says):
        download(server, tmp_path / "scratch")


def test_a_file_that_comes_at_the_second_try_is_taken(server: Hub, folder: Path, tmp_path: Path) -> None:
    server.repos[REPO] = older(folder)
    server.tricks["/resolve/"] = tricks.once(tricks.busy(503))
    assert files(download(server, tmp_path / "scratch"))


def diff(server: Hub, home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`chithi diff` in a process of its own, as the Hub's clients read HF_ENDPOINT when they are imported."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    env = inherited | {"HF_ENDPOINT": server.url, "HF_HOME": str(home), "HF_TOKEN": WRITE} | settings
    return subprocess.run([*CHITHI, "diff", *arguments], env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("trick", "says"),
    [
        (lambda _: refused(418, "", "tea\x1b[31m " + "x" * 5000), "the Hub answered with 418 tea"),
        (lambda _: Answer(418, {"error": "a\n::error::b\x1b]0;title\x07"}), "the Hub answered with 418 a"),
        (tricks.busy(429, Retry_After="86400"), "the Hub asks for fewer requests|asks to wait for 86,400 seconds"),
    ],
)
def test_what_the_hub_says_is_shown_on_one_line(
    running: Hub, folder: Path, tmp_path: Path, trick: Callable[[Handler], Answer], says: str
) -> None:
    running.reset()
    running.repos[REPO] = older(folder)
    running.tricks["/api/"] = trick
    done = diff(running, tmp_path / "home", str(folder), f"{REPO}@main")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.match(rf"chithi: owner/chithi@main: .*({says})", done.stderr)
    assert done.stderr.endswith("; nothing was compared\n")
    assert done.stderr[:-1].isprintable()
    assert len(done.stderr) < 650


@pytest.mark.parametrize(("setting", "value"), [("HF_ENDPOINT", "nowhere"), ("ALL_PROXY", "nowhere://x")])
def test_a_wrong_setting_is_told(running: Hub, folder: Path, tmp_path: Path, setting: str, value: str) -> None:
    done = diff(running, tmp_path / "home", str(folder), f"{REPO}@main", **{setting: value})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("chithi: owner/chithi")
