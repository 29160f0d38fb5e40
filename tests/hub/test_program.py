"""Releases by `chithi publish --push`, and what every client then reads."""

import json
import os
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import datasets
import pytest

from chithi import cli
from chithi.commands.publish import version_tag
from chithi.records.layout import shipped

from ..councils import COUNCILS
from .cases import OF_THE_HUB, REPO, TAG, files, older
from .handler import INTERRUPT, READ, WRITE
from .server import Hub

# httpx deprecates the way in which huggingface_hub sends a file.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


CHITHI = [sys.executable, "-m", "chithi"]


def environment(server: Hub, home: Path, token: str | None = WRITE) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    settings = {"HF_ENDPOINT": server.url, "HF_HOME": str(home)}
    settings |= dict.fromkeys(("HF_HUB_DISABLE_XET", "HF_HUB_DISABLE_TELEMETRY"), "1")
    return inherited | settings | ({"HF_TOKEN": token} if token else {})


def run(command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


LOAD = """
import json, sys
from datasets import load_dataset
repo, configs = sys.argv[1], sys.argv[2:]
def load(*config, **options):
    return {split: list(rows) for split, rows in load_dataset(repo, *config, **options).items()}
found = {config: load(config, revision="v0.1.0") for config in configs}
assert load() == found["statements"]
for config in configs:
    assert load(config, streaming=True) == found[config], config
print(json.dumps(found, default=str))
"""


@pytest.mark.slow
def test_a_release_and_every_client(running: Hub, built: Path, tmp_path: Path) -> None:
    running.reset()
    env, out = environment(running, tmp_path / "home"), tmp_path / "out"
    publish = [*CHITHI, "publish", "--out", str(out), "--push", REPO, "--tag", TAG]
    first = run(publish, env)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.endswith(f'\n\nload_dataset("{REPO}", revision="{version_tag("v0.1.0")}")\n')
    repo = running.repos[REPO]
    assert repo.contents(TAG) == files(out) | OF_THE_HUB

    (tmp_path / "login").mkdir()
    (tmp_path / "login" / "token").write_text(WRITE)
    again = run(publish, environment(running, tmp_path / "login", None))
    assert (again.returncode, again.stderr, len(repo.commits)) == (0, "", 2)
    assert "released already: v0.1.0" in again.stdout
    assert WRITE not in first.stdout + again.stdout

    configs = sorted({path.parent.name for path in out.glob("*/*.parquet")})
    loaded = run([sys.executable, "-c", LOAD, REPO, *configs], environment(running, tmp_path / "reader", None))
    assert loaded.returncode == 0, loaded.stderr
    for config, splits in json.loads(loaded.stdout).items():
        built_here = datasets.load_dataset(str(out), config)
        expected = {split: rows.to_list() for split, rows in built_here.items()}
        assert splits == json.loads(json.dumps(expected, default=str)), config

    program = Path(sys.executable).with_name("hf")
    arguments = [REPO, "--repo-type", "dataset", "--revision", TAG, "--local-dir", str(tmp_path / "got")]
    got = run([str(program), "download", *arguments], environment(running, tmp_path / "hf", None))
    assert got.returncode == 0, got.stderr
    fetched = files(tmp_path / "got").items()
    assert {name: content for name, content in fetched if not name.startswith(".")} == files(out)

    same = run([*CHITHI, "diff", str(out), f"{REPO}@{TAG}"], environment(running, tmp_path / "diff", None))
    assert (same.returncode, same.stdout, same.stderr) == (0, "no record differs\n", "")
    none = run([*CHITHI, "diff", str(out), f"{REPO}@v9.9.9"], environment(running, tmp_path / "diff", None))
    assert none.returncode == 2
    assert none.stderr == f"chithi: {REPO}@v9.9.9: it has no such revision; nothing was compared\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "request_",
    ["POST /api/repos/create", "preupload", "PUT ", "/commit/main", "GET /datasets/", "/tag/"],
)
def test_ctrl_c_leaves_old_or_new_and_no_folder(running: Hub, tmp_path: Path, request_: str) -> None:
    running.reset()
    (tmp_path / "tmp").mkdir()
    env = environment(running, tmp_path / "home") | {"TMPDIR": str(tmp_path / "tmp")}
    command = [*CHITHI, "publish", "--corpus", str(COUNCILS), "--out", str(tmp_path / "place" / "out")]
    command += ["--push", REPO, "--tag", TAG]
    program = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    running.interrupt, running.faults = partial(program.send_signal, signal.SIGINT), {request_: INTERRUPT}
    _, err = program.communicate(timeout=300)
    assert (program.returncode, err) == (130, "chithi: interrupted\n")
    assert all(path.name.startswith(".chithi-") for path in (tmp_path / "tmp").iterdir())
    running.heal()
    done = run(command, env)
    assert (done.returncode, done.stderr) == (0, "")
    assert running.repos[REPO].contents(TAG) == files(tmp_path / "place" / "out") | OF_THE_HUB
    assert len(running.repos[REPO].commits) == 2
    assert [path.name for path in (tmp_path / "tmp").iterdir() if path.name.startswith(".chithi-")] == []
    assert [path.name for path in (tmp_path / "place").iterdir()] == ["out"]


@pytest.mark.slow
def test_a_dry_run_asks_nothing(running: Hub, tmp_path: Path) -> None:
    running.reset()
    out = tmp_path / "out"
    version = json.loads((shipped("corpus") / "corpus.json").read_text(encoding="utf-8"))["version"]
    command = [*CHITHI, "publish", "--out", str(out), "--push", REPO, "--dry-run"]
    done = run(command, environment(running, tmp_path, None))
    assert (done.returncode, done.stderr, running.requests) == (0, "", [])
    assert f"owner/chithi v{version}: dry run, nothing is sent or asked" in done.stdout
    for name, content in files(out).items():
        assert re.search(rf"^built +{len(content):,}  {re.escape(name)}$", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("token", [READ, pytest.param(None, marks=pytest.mark.slow)])
def test_a_refusal_is_exit_1(running: Hub, folder: Path, tmp_path: Path, token: str | None) -> None:
    running.reset()
    running.repos[REPO] = older(folder)
    command = [*CHITHI, "publish", "--out", str(tmp_path / "out"), "--push", REPO]
    done = run(command, environment(running, tmp_path, token))
    assert done.returncode == 1
    assert re.fullmatch(r"chithi: [^\n]*token[^\n]*\n", done.stderr)
    assert READ not in done.stdout + done.stderr
    assert len(running.repos[REPO].commits) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--push", "chithi"],
        ["--push", "a/b/c"],
        ["--push", REPO, "--tag", "1.0"],
        ["--push", REPO, "--tag", "v٣.١.٢"],
        ["--push", REPO, "--tag", "v01.2.3"],
        ["--push", REPO, "--tag", "v1.2.00"],
        ["--push", "../x"],
    ],
)
def test_names_and_tags_are_checked_before_anything_is_built(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["publish", "--out", str(tmp_path / "out"), *arguments])
    assert stop.value.code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", [["--tag", "v0.1.0"], ["--private"], ["--dry-run"]])
def test_options_of_a_push_need_one(option: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["publish", "--out", str(tmp_path / "out"), *option]) == 2
    assert "--push OWNER/NAME" in capsys.readouterr().err
