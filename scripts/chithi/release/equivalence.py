"""Whether two builds say the same though their bytes differ, as they do after an upgrade of pyarrow."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from huggingface_hub.hf_api import RepoFile

from chithi.release.checksums import SUMS, digest, rendered
from chithi.release.client import Limits
from chithi.release.diff import Record, difference, headline, key_of
from chithi.release.files import File
from chithi.release.stored import StoredError, rows
from chithi.rows.config import Config
from chithi.rows.configs import CONFIGS
from chithi.text.display import shown

BY_NAME = {config.name: config for config in CONFIGS}
# The lines of a text that follow from the bytes of Parquet files, or from how pyarrow lays rows out in memory.
FOLLOWS = {
    "README.md": re.compile(rb"^ *(?:- )?(?:num_bytes|download_size|dataset_size): \d+\n", re.MULTILINE),
    "croissant.json": re.compile(rb'^ *"(?:contentSize": "\d+ B|sha256": "[0-9a-f]{64})",?\n', re.MULTILINE),
}


def is_comparable(name: str, served: RepoFile, limits: Limits) -> bool:
    """Whether a file that a Hub serves may say the same in other bytes: Parquet, or a text that follows from it."""
    return config_of(name) is not None or (name in {SUMS, *FOLLOWS} and served.size <= limits.answer)


def config_of(name: str) -> Config | None:
    """The config whose rows a file of a build holds; None if it holds none."""
    folder, _, file = name.rpartition("/")
    return BY_NAME.get(folder) if file.endswith(".parquet") else None


def differences(old: Path, new: Path, names: list[str], files: Mapping[str, File]) -> Iterator[str]:
    """What differs between the files of these names in two folders, a phrase each; nothing if they say the same.

    Parquet files have to have the columns of their config and the same rows in the same order. Of a text, the lines in
    FOLLOWS may differ. SHA256SUMS has to list the bytes of the old files. `files` are all of the new build.
    """
    for name in names:
        if config := config_of(name):
            if phrase := other_rows(old, new, name, config):
                yield phrase
        elif name != SUMS and says(old, name) != says(new, name):
            yield name
    digests = {path: file.sha256 for path, file in files.items()} | {path: digest(old / path) for path in names}
    expected = rendered({path: digests[path] for path in sorted(digests) if path != SUMS})
    if names and (SUMS not in names or (old / SUMS).read_bytes() != expected.encode()):
        yield f"{SUMS} is not that of its files"


def says(folder: Path, name: str) -> bytes:
    """A text without the lines that follow from the bytes of Parquet files."""
    return FOLLOWS[name].sub(b"", (folder / name).read_bytes())


def other_rows(old: Path, new: Path, name: str, config: Config) -> str:
    """How the rows of a Parquet file differ; empty if they are the same."""
    try:
        before, after = (keyed_rows(folder / name, config) for folder in (old, new))
    except StoredError as error:
        return f"{name} {error}"
    if found := difference(name, before, after):
        return headline(found)
    return "" if list(before) == list(after) else f"{name}: rows in another order"


def keyed_rows(path: Path, config: Config) -> dict[str, Record]:
    """The rows of a Parquet file by key, in their order. Raises StoredError if they are not rows of the config."""
    found: dict[str, Record] = {}
    for row in rows(path, schema=config.schema):
        if (key := key_of(row, config)) in found:
            raise StoredError(f"has {shown(key)} twice")
        found[key] = row
    return found
