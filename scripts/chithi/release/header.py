"""The YAML header of the dataset card, for the Hub and its clients."""

from collections.abc import Collection, Iterable
from typing import Any

import pyarrow as pa
import yaml

from chithi.corpus import Corpus
from chithi.records.metadata import Metadata
from chithi.release.parquet import Manifest, Shard
from chithi.rows.config import Config
from chithi.text.licences import hub_licence, licence_address

DTYPES = {pa.string(): "string", pa.int32(): "int32", pa.int64(): "int64", pa.bool_(): "bool", pa.date32(): "date32"}
SIZES = (  # upper limit of the number of statements, name of the Hub's size category
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
)
CREATORS = {"model": "machine-generated", "program": "machine-generated", "person": "expert-generated"}
LICENCE = "LICENSE"
ENGLISH = "en"
ONE_LINE = 1 << 20  # longer than any value, so that none is folded


def header(corpus: Corpus, metadata: Metadata, manifest: Manifest, present: Collection[str]) -> str:
    """The header as YAML, between its two lines of hyphens. `present` are the other files of the dataset."""
    fields = {
        "pretty_name": metadata.title,
        **licence(metadata.licence, present),
        **languages(corpus),
        **creators(metadata),
        **tasks(corpus),
        "size_categories": [next(name for limit, name in SIZES if corpus.statements.height < limit)],
        **({"tags": metadata.tags} if metadata.tags else {}),
        "configs": [data_files(config, splits) for config, splits in manifest.files.items()],
        "dataset_info": [dataset_info(corpus, config, splits) for config, splits in manifest.files.items()],
    }
    return f"---\n{yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=ONE_LINE)}---\n"


def licence(identifier: str, present: Collection[str]) -> dict[str, str]:
    """The licence under the Hub's name, or as `other` with a name and, where there is one, a link to its text."""
    if name := hub_licence(identifier):
        return {"license": name}
    address = LICENCE if LICENCE in present else licence_address(identifier)
    own = {"license": "other", "license_name": identifier.lower().replace("+", "-or-later")}
    return own | ({"license_link": address} if address else {})


def text_languages(corpus: Corpus) -> list[str]:
    """The language tags of the texts, sorted; translations are left out."""
    return sorted(corpus.joined["language"].unique().drop_nulls())


def is_translated(corpus: Corpus) -> bool:
    """Whether any text has an English translation."""
    return corpus.statements["translation"].null_count() < corpus.statements.height


def languages(corpus: Corpus) -> dict[str, list[str]]:
    """The languages of texts and translations as base tags, and whether they are many or translated."""
    tags = {tag.split("-")[0] for tag in text_languages(corpus)}
    translated = is_translated(corpus)
    if translated:
        kinds = ["multilingual", "translation"] if len(tags) > 1 else ["translation"]
    else:
        kinds = ["multilingual" if len(tags) > 1 else "monolingual"]
    return {"language": sorted({*tags, ENGLISH} if translated else tags), "multilinguality": kinds}


def creators(metadata: Metadata) -> dict[str, list[str]]:
    """Who or what made the annotations, from the passes; nothing if there are none."""
    kinds = {CREATORS[making.made_by] for making in metadata.provenance.passes.values()}
    return {"annotations_creators": sorted(kinds)} if kinds else {}


def tasks(corpus: Corpus) -> dict[str, list[str]]:
    """The Hub's names of the tasks that the labels serve: spans are found, requests are sorted by act and topic."""
    statements = corpus.statements
    requests = statements["requests"].list.len().sum() > 0
    named = any(statements[key].null_count() < statements.height for key in ("speaker", "role"))
    spans = requests or named or statements["directives"].list.len().sum() > 0
    found = {
        "task_categories": ["token-classification"] * spans + ["text-classification"] * requests,
        "task_ids": ["named-entity-recognition"] * spans + ["multi-class-classification"] * requests,
    }
    return {key: names for key, names in found.items() if names}


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
