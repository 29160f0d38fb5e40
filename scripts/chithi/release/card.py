"""The dataset card: a YAML header for the Hub and its clients, and a page for people, from the template `card.md`."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from chithi.corpus import Corpus
from chithi.release.parquet import Manifest, Shard
from chithi.rows.config import Config
from chithi.views.figures import example, inline_markup

PAGE = Path(__file__).with_name("card.md")
DTYPES = {pa.string(): "string", pa.int32(): "int32", pa.int64(): "int64", pa.bool_(): "bool", pa.date32(): "date32"}
SIZES = (  # upper limit of the number of statements, name of the Hub's size category
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)


def card(corpus: Corpus, manifest: Manifest, blocks: dict[str, str], version: str) -> str:
    """README.md of a dataset. `blocks` are the generated parts by the names of their placeholders in `card.md`."""
    header = yaml.safe_dump(metadata(corpus, manifest), sort_keys=False, allow_unicode=True, width=1000)
    shown = example(corpus)
    page = PAGE.read_text(encoding="utf-8").format(
        version=version,
        rows=manifest.options.rows_a_shard,
        configs="\n".join(config_lines(manifest.files)),
        notes="\n".join(filter(None, (config.notes(corpus.schemas) for config in manifest.files))),
        example=inline_markup(shown),
        translation=shown.translation or shown.text,
        name=shown.id,
        **blocks,
    )
    return f"---\n{header}---\n\n{page}"


def config_lines(files: dict[Config, dict[str, list[Shard]]]) -> list[str]:
    """The rows of the table of configs. Adjoining configs with the same description and splits share one."""
    lines = []
    for (row_is, splits), alike in groupby(files, lambda config: (config.row_is, tuple(files[config]))):
        names = ", ".join(f"`{config.name}`" + " (default)" * config.default for config in alike)
        lines.append(f"| {names} | {row_is} | {', '.join(splits)} |")
    return lines


def metadata(corpus: Corpus, manifest: Manifest) -> dict[str, Any]:
    """The YAML header."""
    count = corpus.statements.height
    return {
        "pretty_name": "ChiThi",
        "license": "cc-by-4.0",
        "language": sorted({"en", *(tag.split("-")[0] for tag in corpus.reports["language"])}),
        "multilinguality": ["multilingual"],
        "annotations_creators": ["machine-generated"],
        "language_creators": ["machine-generated"],
        "source_datasets": ["original"],
        "task_categories": ["token-classification", "text-classification"],
        "task_ids": ["named-entity-recognition", "multi-class-classification"],
        "size_categories": [next(name for limit, name in SIZES if count < limit)],
        "tags": ["span-annotation", "directives", "requests", "political-science", "press-reports", "vietnam"],
        "configs": [data_files(config, splits) for config, splits in manifest.files.items()],
        "dataset_info": [dataset_info(corpus, config, splits) for config, splits in manifest.files.items()],
    }


def data_files(config: Config, splits: Iterable[str]) -> dict[str, Any]:
    """The entry of a config under `configs`: the paths of its files by split."""
    files = [{"split": split, "path": f"{config.name}/{split}-*"} for split in splits]
    return {"config_name": config.name, "data_files": files, **({"default": True} if config.default else {})}


def dataset_info(corpus: Corpus, config: Config, splits: dict[str, list[Shard]]) -> dict[str, Any]:
    """The entry of a config under `dataset_info`: its columns, and the sizes of its splits."""
    every = [shard for shards in splits.values() for shard in shards]
    tags = config.tags(corpus.schemas)
    return {
        "config_name": config.name,
        "features": [feature(column, tags.get(column.name)) for column in config.schema],
        "splits": [
            {
                "name": split,
                "num_bytes": sum(shard.unpacked for shard in shards),
                "num_examples": sum(shard.rows for shard in shards),
            }
            for split, shards in splits.items()
        ],
        "download_size": sum(shard.size for shard in every),
        "dataset_size": sum(shard.unpacked for shard in every),
    }


def feature(column: pa.Field, names: tuple[str, ...] | None = None) -> dict[str, Any]:
    """A column in the notation of the header, which every version of `datasets` since 2.14 reads.

    names: the names of the tags, if the column holds tags. A list of structs is a `list`, because `sequence` would turn
    it into a struct of lists. Other lists are a `sequence`, because only that gives the names of tags
    (`features["ner_tags"].feature.names`) in all versions.
    """
    return {"name": column.name, **feature_type(column.type, names)}


def feature_type(kind: pa.DataType, names: tuple[str, ...] | None = None) -> dict[str, Any]:
    """A type in the notation of the header; `names` as for `feature`."""
    if pa.types.is_struct(kind):
        return {"struct": [feature(inner) for inner in kind]}
    if pa.types.is_list(kind):
        inner = feature_type(kind.value_type, names)
        return {"list": inner["struct"]} if "struct" in inner else {"sequence": inner.get("dtype", inner)}
    if names:
        return {"class_label": {"names": {str(n): name for n, name in enumerate(names)}}}
    return {"dtype": DTYPES[kind]}
