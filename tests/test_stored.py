"""`chithi diff` with folders that are odd, and with Parquet files that no release has."""

import datetime
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chithi.cli import main
from chithi.release import diff
from chithi.release.stored import Bounds

Captured = pytest.CaptureFixture[str]
NAME = "train-00000-of-00001.parquet"
DEFAULT = next(config for config in diff.COMPARED if config.default)


def stored(folder: Path, table: Any, config: str = "statements", **options: Any) -> Path:
    """A folder with one file of a release."""
    (folder / config).mkdir(parents=True, exist_ok=True)
    found = table if isinstance(table, pa.Table) else pa.table(table)
    pq.write_table(found, folder / config / NAME, **options)
    return folder


@pytest.mark.parametrize("name", ["a[bc]", "a*", "?", "[!x]", "{a,b}", "a\\b", "~", "$HOME", "a b%20c#d"])
def test_a_folder_is_not_a_pattern(tmp_path: Path, name: str, capsys: Captured) -> None:
    stored(tmp_path / "ab", {"id": ["neighbour"]})
    stored(tmp_path / "ac", {"id": ["neighbour"]})
    stored(tmp_path / "a", {"id": ["neighbour"]})
    odd, same = stored(tmp_path / name, {"id": ["mine"]}), stored(tmp_path / "same", {"id": ["mine"]})
    assert main(["diff", str(odd), str(same)]) == 0
    assert main(["diff", str(odd), str(tmp_path / "ab")]) == 1
    assert "  removed mine\n" in capsys.readouterr().out
    shutil.rmtree(odd / "statements")
    assert main(["diff", str(odd), str(same)]) == 2
    assert "holds no release: statements/*.parquet is missing" in capsys.readouterr().err


def test_a_file_with_an_odd_name_is_read(tmp_path: Path) -> None:
    one = stored(tmp_path / "one", {"id": ["x"]})
    (one / "statements" / NAME).rename(one / "statements" / "train-[0]*?.parquet")
    assert main(["diff", str(one), str(stored(tmp_path / "two", {"id": ["x"]}))]) == 0


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"id": ["x", "y", "x"]}, "has 'x', which stands there or in another file already"),
        ({"id": [["x"], ["y"]]}, "has a row whose id is ['x'], not a text"),
        ({"id": [1, 2]}, "has a row whose id is 1, not a text"),
        ({"id": ["x", None]}, "has a row whose id is null, not a text"),
        ({"text": ["x"]}, "cannot be read as records of a release: it lacks the column id"),
        (
            {"id": ["x"], "a\x1b[1m": [datetime.date(2024, 1, 1)]},
            "has a column 'a<U+001B>[1m' of the type 'date32[day]'",
        ),
        ({"id": ["x"], "when": [datetime.datetime(2024, 1, 1)]}, "has a column 'when' of the type 'timestamp[us]'"),
        ({"id": ["x"], "n": [float("nan")]}, "has a column 'n' of the type 'double', which no release has"),
        ({"id": ["x"], "b": [b"\xff"]}, "has a column 'b' of the type 'binary'"),
        ({"id": ["x"], "d": [[{"day": datetime.date(2024, 1, 1)}]]}, "has a column 'd' of the type 'list<"),
        ({"id": pa.array([b"\xff"]).cast(pa.string(), safe=False)}, "cannot be read ("),
        (pa.table([["x"], ["y"]], names=["id", "id"]), "has two columns called 'id'"),
    ],
)
def test_rows_of_no_release_are_refused(tmp_path: Path, built: Path, table: Any, says: str, capsys: Captured) -> None:
    odd = stored(tmp_path / "odd", table)
    for arguments in ([str(odd), str(built)], [str(built), str(odd)], [str(odd), str(odd)]):
        assert main(["diff", *arguments]) == 2
        out, err = capsys.readouterr()
        assert err.startswith(f"chithi: statements/{NAME} of {odd} {says}")
        assert (out, err.count("\n"), err[:-1].isprintable()) == ("", 1, True)


@pytest.mark.parametrize("kind", ["fifo", "folder", "text", "cut", "missing"])
def test_what_is_no_parquet_file_is_refused(tmp_path: Path, built: Path, kind: str, capsys: Captured) -> None:
    odd = stored(tmp_path / "odd", {"id": ["x"]})
    path = odd / "statements" / NAME
    content = path.read_bytes()
    path.unlink()
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "missing":
        path.symlink_to(tmp_path / "nowhere")
    else:
        path.write_bytes(b"text" if kind == "text" else content[: len(content) // 2] + content[-8:])
    assert main(["diff", str(built), str(odd)]) == 2
    assert capsys.readouterr().err.startswith(f"chithi: statements/{NAME} of {odd} cannot be read (")


def test_odd_columns_are_compared(tmp_path: Path, capsys: Captured) -> None:
    def table(*values: Any) -> dict[str, Any]:
        return {"id": ["x\n  added y"], "lists": [[[[1], [2]], list(values)]], "spans": [[{"text": {"a": values[0]}}]]}

    one, two = stored(tmp_path / "one", table([3])), stored(tmp_path / "two", table([4]))
    assert main(["diff", str(one), str(one)]) == 0
    assert main(["diff", str(one), str(two)]) == 1
    assert "  changed x<U+000A>  added y\n" in capsys.readouterr().out
    assert main(["diff", str(one), str(two), "--format", "json"]) == 1


def test_an_empty_table_is_compared(tmp_path: Path, capsys: Captured) -> None:
    empty = stored(tmp_path / "empty", {"id": pa.array([], pa.string())})
    assert main(["diff", str(empty), str(stored(tmp_path / "one", {"id": ["x"]}))]) == 1
    assert capsys.readouterr().out == "statements: 1 added\n  added x\n"


def test_long_lists_are_compared(tmp_path: Path) -> None:
    one = stored(tmp_path / "one", {"id": ["x"], "tags": [["a"] * 20_000]})
    two = stored(tmp_path / "two", {"id": ["x"], "tags": [["b", *["a"] * 20_000]]})
    assert main(["diff", str(one), str(two)]) == 1


@pytest.mark.parametrize(
    "table",
    [
        {"id": pa.array([None] * 30_000_000, pa.string())},
        {"id": ["x"], "tags": pa.array([[None] * 30_000_000], pa.list_(pa.string()))},
        {"id": list(map(str, range(1200))), "text": ["x" * 1_000_000] * 1200},
    ],
    ids=["rows", "items", "texts"],
)
@pytest.mark.slow
def test_a_bomb_is_refused(tmp_path: Path, table: dict[str, Any], capsys: Captured) -> None:
    bomb = stored(tmp_path / "bomb", table, compression="zstd")
    assert (bomb / "statements" / NAME).stat().st_size < 1_500_000
    assert main(["diff", str(bomb), str(bomb)]) == 2
    assert re.search(r"more than (the )?[\d,]+", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"id": [str(i) for i in range(2000)]}, "holds 2,000 values, more than the 1,000 that are compared"),
        ({"id": ["x"], "tags": [["a"] * 2000]}, "holds 2,001 values, more than the 1,000 that are compared"),
        ({"id": ["x" * 200_000]}, "bytes, more than the 100,000 that are compared"),
        ({"id": [f"{i}" for i in range(500)], "same": ["y" * 1000] * 500}, "unpacks to more than 100,000 bytes"),
    ],
    ids=["rows", "items", "text", "dictionary"],
)
def test_bounds_hold_for_what_is_said_and_for_what_is_unpacked(tmp_path: Path, table: Any, says: str) -> None:
    odd = stored(tmp_path / "odd", table)
    with pytest.raises(diff.DiffError, match=says):
        diff.read(odd, DEFAULT, Bounds(values=1000, size=100_000))
