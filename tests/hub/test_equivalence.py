"""A tag that holds the same release in other bytes, as other versions of pyarrow write them."""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from huggingface_hub import HfApi

from chithi.corpus import Corpus
from chithi.release import hub as release
from chithi.release.build import build
from chithi.release.checksums import SUMS, sums
from chithi.release.hub import HubError, Limits

from ..councils import COUNCILS
from .cases import OF_THE_HUB, REPO, TAG, files
from .repo import Repo
from .server import Hub
from .test_program import CHITHI, environment, run

OTHER_WRITERS: dict[str, dict[str, Any]] = {
    "compression": {"compression": "snappy"},
    "groups": {"row_group_size": 2},
    "format": {"version": "1.0", "data_page_version": "2.0", "write_statistics": False, "use_dictionary": False},
    "lists": {"use_compliant_nested_type": False},
    "schema": {"store_schema": False},
}
Change = Callable[[pa.Table], pa.Table]
STATEMENTS = "statements/train-00000-of-00001.parquet"
REQUESTS = "requests/train-00000-of-00001.parquet"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with all configs."""
    out = tmp_path_factory.mktemp("councils") / "councils"
    build(Corpus.read(COUNCILS), out, "0.1.0")
    return out


def rewritten(folder: Path, target: Path, changes: dict[str, Change] | None = None, **settings: Any) -> Path:
    """A copy of a dataset with Parquet files as another program writes them. What is told of their bytes is true."""
    shutil.copytree(folder, target)
    card, described = target / "README.md", target / "croissant.json"
    for path in target.rglob("*.parquet"):
        name = path.relative_to(target).as_posix()
        table, before = pq.read_table(path), path.read_bytes()
        pq.write_table((changes or {}).get(name, lambda table: table)(table), path, **settings)
        after = path.read_bytes()
        assert after != before
        text = described.read_text(encoding="utf-8")
        text = text.replace(hashlib.sha256(before).hexdigest(), hashlib.sha256(after).hexdigest())
        text = re.sub(rf'("contentUrl": "{name}",\s*"contentSize": ")\d+ B', rf"\g<1>{len(after)} B", text)
        described.write_text(text, encoding="utf-8")
    text = card.read_text(encoding="utf-8")
    for key in ("num_bytes", "dataset_size", "download_size"):
        text = re.sub(rf"(?<={key}: )\d+", lambda match: str(int(match[0]) + 7), text)
    card.write_text(text, encoding="utf-8")
    write_sums(target)
    return target


def write_sums(folder: Path) -> None:
    (folder / SUMS).unlink()
    (folder / SUMS).write_text(sums(folder), encoding="utf-8")


def tagged(server: Hub, folder: Path) -> Repo:
    """The repo of the Hub with a folder under the tag."""
    repo = server.repos[REPO] = Repo()
    contents = files(folder) | OF_THE_HUB
    repo.tags[TAG] = repo.commit({name: (content, name.endswith(".parquet")) for name, content in contents.items()}, "")
    return repo


def refusal(api: HfApi, folder: Path, limits: Limits | None = None) -> str:
    """What differs, in the words of the refusal."""
    with pytest.raises(HubError) as raised:
        release.plan(api, REPO, TAG, folder, limits or Limits())
    found = re.fullmatch(
        r"owner/chithi has a v0\.1\.0 already, with other content \((.+)\): release another version", str(raised.value)
    )
    assert found, raised.value
    return found[1]


def asked_only(server: Hub) -> bool:
    return all(request.startswith(("GET", "HEAD")) for request in server.requests)


@pytest.mark.parametrize("writer", OTHER_WRITERS)
def test_the_same_rows_in_other_bytes_are_no_other_release(
    server: Hub, api: HfApi, folder: Path, tmp_path: Path, writer: str
) -> None:
    repo = tagged(server, rewritten(folder, tmp_path / "old", **OTHER_WRITERS[writer]))
    plan = release.plan(api, REPO, TAG, folder)
    parquet = {name for name in plan.files if name.endswith(".parquet")}
    assert plan.equivalent == parquet | {"README.md", "croissant.json", SUMS}
    assert (plan.changes, plan.tagged) == ({}, True)
    assert list(plan.lines())[-1].endswith(
        f": {len(plan.equivalent)} equivalent, {len(plan.files) - len(plan.equivalent)} unchanged"
    )
    assert release.release(api, plan, folder) == repo.head == repo.tags[TAG]
    assert asked_only(server)
    assert len(repo.commits) == 1


def set_text(table: pa.Table) -> pa.Table:
    at = table.column_names.index("text")
    return table.set_column(at, "text", pa.array(["Other.", *table["text"].to_pylist()[1:]]))


def as_large(table: pa.Table) -> pa.Table:
    return table.set_column(0, "id", table["id"].cast(pa.large_string()))


def twice(table: pa.Table) -> pa.Table:
    return pa.concat_tables([table, table])


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        (STATEMENTS, set_text, f"{STATEMENTS}: 1 changed (/text 1)"),
        (REQUESTS, set_text, f"{REQUESTS}: 1 changed (/text 1)"),
        (STATEMENTS, lambda table: table.slice(1), f"{STATEMENTS}: 1 added"),
        (STATEMENTS, lambda table: table.take(list(range(len(table)))[::-1]), f"{STATEMENTS}: rows in another order"),
        (STATEMENTS, twice, f"{STATEMENTS} has 'waterdrecht-council-2025-03.en.01' twice"),
        (STATEMENTS, as_large, f"{STATEMENTS} has other columns ('id')"),
        (STATEMENTS, lambda table: table.drop_columns(["place"]), f"{STATEMENTS} has other columns ('place')"),
        (REQUESTS, lambda table: table.select(table.column_names[::-1]), f"{REQUESTS} has other columns ("),
    ],
)
def test_other_rows_or_columns_are_another_release(
    server: Hub, api: HfApi, folder: Path, tmp_path: Path, name: str, change: Change, says: str
) -> None:
    tagged(server, rewritten(folder, tmp_path / "old", {name: change}, compression="snappy"))
    assert refusal(api, folder).startswith(says)
    assert asked_only(server)


def edited(name: str, old: str, new: str) -> Callable[[Path], object]:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        write_sums(folder)

    return edit


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (edited("README.md", "num_examples: ", "num_examples: 1"), "README.md"),
        (edited("README.md", "\n---\n", "\n---\n\nMore.\n"), "README.md"),
        (edited("croissant.json", '"version": "', '"version": "1'), "croissant.json"),
        (edited("LICENSE", " ", "  "), "LICENSE"),
        (lambda folder: (folder / SUMS).write_text("0  README.md\n"), f"{SUMS} is not that of its files"),
        (lambda folder: (folder / STATEMENTS).write_bytes(b"PAR1"), f"{STATEMENTS} cannot be read ("),
        (lambda folder: (folder / STATEMENTS).rename(folder / "statements/train-00000-of-00002.parquet"), STATEMENTS),
    ],
)
def test_other_texts_or_files_are_another_release(
    server: Hub, api: HfApi, folder: Path, tmp_path: Path, spoil: Callable[[Path], object], says: str
) -> None:
    old = rewritten(folder, tmp_path / "old", compression="snappy")
    spoil(old)
    tagged(server, old)
    assert says in refusal(api, folder)


def test_a_list_of_sums_that_is_not_that_of_the_tag_is_told(
    server: Hub, api: HfApi, folder: Path, tmp_path: Path
) -> None:
    old = rewritten(folder, tmp_path / "old", compression="snappy")
    shutil.copy(folder / SUMS, old / SUMS)
    tagged(server, old)
    assert refusal(api, folder) == f"{SUMS} is not that of its files"


def test_the_comparison_keeps_to_the_limits(server: Hub, api: HfApi, folder: Path, tmp_path: Path) -> None:
    tagged(server, rewritten(folder, tmp_path / "old", compression="snappy"))
    few, short = Limits(files=9_999), Limits(answer=(folder / "croissant.json").stat().st_size - 1_000)
    assert re.fullmatch(r"files of [\d,]+ bytes, more than the 9,999 that are compared", refusal(api, folder, few))
    assert not any("/resolve/" in request for request in server.requests)
    assert refusal(api, folder, short).startswith("croissant.json")
    assert not any("croissant.json" in request for request in server.requests)


def test_a_tag_that_cannot_be_read_is_a_failure(server: Hub, api: HfApi, folder: Path, tmp_path: Path) -> None:
    tagged(server, rewritten(folder, tmp_path / "old", compression="snappy"))
    server.faults["resolve/"] = 403
    with pytest.raises(HubError, match=r"^owner/chithi: the token may not do this"):
        release.plan(api, REPO, TAG, folder)


@pytest.mark.slow
def test_a_push_after_an_upgrade_says_that_only_bytes_differ(running: Hub, tmp_path: Path) -> None:
    running.reset()
    out, env = tmp_path / "out", environment(running, tmp_path / "home")
    publish = [*CHITHI, "publish", "--corpus", str(COUNCILS), "--out", str(out), "--push", REPO, "--tag", TAG]
    assert run(publish, env).returncode == 0
    repo = tagged(running, rewritten(out, tmp_path / "old", compression="snappy"))
    again = run(publish, env)
    assert (again.returncode, again.stderr, len(repo.commits)) == (0, "", 1)
    count = len([*out.rglob("*.parquet")]) + 3
    said = f"released already: {TAG} is commit {repo.head}, and what is served says what was built: {count} files "
    assert f"{said}differ in bytes, but in no row\n" in again.stdout
