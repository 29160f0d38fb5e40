"""croissant.json: a description of the dataset in Croissant 1.1 with RAI, for search engines and loaders."""

import json
from typing import Any

import pyarrow as pa

from chithi.corpus import Corpus
from chithi.records.metadata import Metadata
from chithi.release.header import ENGLISH, is_translated, text_languages
from chithi.release.parquet import Manifest, Shard
from chithi.rows.config import Config
from chithi.text.licences import licence_address
from chithi.views.about import citation, maker

Node = dict[str, Any]

TERMS = (
    "arrayShape citeAs column containedIn equivalentProperty extract field fileObject fileProperty fileSet "
    "format includes isArray isLiveDataset jsonPath key md5 parentField path recordSet references regex "
    "repeated replace samplingRate separator source subField transform"
)
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in TERMS.split()},
}
TYPES = {
    pa.string(): "sc:Text",
    pa.int32(): "cr:Int32",
    pa.int64(): "cr:Int64",
    pa.bool_(): "sc:Boolean",
    pa.date32(): "sc:Date",
}
SPLIT = r"(?:.*/)?(\w+)-\d{5}-of-\d{5}\.parquet"
PERSON = "person"  # what a pass is made by that is no tool
CREATOR = ["sc:Person", "sc:Organization"]  # which of the two an author is, corpus.json does not say


def croissant(corpus: Corpus, metadata: Metadata, manifest: Manifest, version: str) -> str:
    """The text of croissant.json. Paths in it are relative to its folder."""
    dataset: Node = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": metadata.title,
        "description": metadata.description,
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "license": licence_address(metadata.licence) or metadata.licence,
        "version": version,
        "creator": [{"@type": CREATOR, "name": author} for author in metadata.authors],
        "citeAs": citation(metadata, version),
        **({"url": metadata.homepage} if metadata.homepage else {}),
        "inLanguage": sorted({*text_languages(corpus), *([ENGLISH] if is_translated(corpus) else [])}),
        **({"keywords": metadata.tags} if metadata.tags else {}),
        "isLiveDataset": False,
        **{f"rai:{key}": value for key, value in responsible_ai(metadata).items()},
        "distribution": [
            *(file_object(shard) for _, shards in manifest for shard in shards),
            *(file_set(config) for config in manifest.files),
        ],
        "recordSet": [
            *(record_set(config, corpus) for config in manifest.files),
            *(tag_names(*tags) for config in manifest.files for tags in config.tags(corpus.schemas).items()),
        ],
    }
    return json.dumps(dataset, ensure_ascii=False, indent=2) + "\n"


def responsible_ai(metadata: Metadata) -> Node:
    """The properties for responsible AI: those that follow from the provenance, and those that corpus.json gives."""
    told = metadata.provenance
    machines = [f"{maker(made)} (pass {name})" for name, made in sorted(told.passes.items()) if made.made_by != PERSON]
    derived = {
        "dataCollection": told.text,
        "dataAnnotationProtocol": told.labels,
        "machineAnnotationTools": machines,
        "dataLimitations": metadata.limits,
    }
    return {key: value for key, value in derived.items() if value} | metadata.rai


def file_object(shard: Shard) -> Node:
    """The node of one file."""
    return {
        "@type": "cr:FileObject",
        "@id": shard.path,
        "name": shard.path,
        "contentUrl": shard.path,
        "contentSize": f"{shard.size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": shard.sha256,
    }


def file_set(config: Config) -> Node:
    """The node of all files of a config."""
    return {
        "@type": "cr:FileSet",
        "@id": f"{config.name}-files",
        "name": f"{config.name}-files",
        "encodingFormat": "application/x-parquet",
        "includes": f"{config.name}/*.parquet",
    }


def record_set(config: Config, corpus: Corpus) -> Node:
    """The node of a config's records. If the config has several splits, each record has a field for its split."""
    fields = [field(config, corpus, (column.name,), column.type) for column in config.schema]
    if len(config.splits) > 1:
        source = extracted(config, {"fileProperty": "fullpath"}) | {"transform": {"regex": SPLIT}}
        fields.append(named("cr:Field", f"{config.name}/split") | {"dataType": "sc:Text", "source": source})
    key = [{"@id": f"{config.name}/{column}"} for column in config.key]
    return named("cr:RecordSet", config.name) | {"key": key if len(key) > 1 else key[0], "field": fields}


def field(config: Config, corpus: Corpus, path: tuple[str, ...], kind: pa.DataType) -> Node:
    """The node of a column, or of a field in its structs. `path` is the column and the names of fields."""
    found = named("cr:Field", "/".join((config.name, *path)))
    if len(path) == 1 and (description := config.describe(path[0], corpus.schemas)):
        found["description"] = description
    if pa.types.is_list(kind):
        found |= {"isArray": True, "arrayShape": "-1"}
        kind = without_lists(kind.value_type)
    if pa.types.is_struct(kind):
        return found | {"subField": [field(config, corpus, (*path, part.name), part.type) for part in kind]}
    source = extracted(config, {"column": path[0]})
    if path[1:]:
        source["transform"] = [{"jsonPath": part} for part in path[1:]]
    return found | {"dataType": TYPES[kind], "source": source}


def without_lists(kind: pa.DataType) -> pa.DataType:
    """The type of an item of a list without its lists of structs: mlcroissant cannot read those within a list."""
    if not pa.types.is_struct(kind):
        return kind
    parts = (part for part in kind if not (pa.types.is_list(part.type) and pa.types.is_struct(part.type.value_type)))
    return pa.struct([(part.name, without_lists(part.type)) for part in parts])


def extracted(config: Config, what: Node) -> Node:
    """The source of a field: what to extract from each file of a config."""
    return {"fileSet": {"@id": f"{config.name}-files"}, "extract": what}


def tag_names(column: str, names: tuple[str, ...]) -> Node:
    """The node with the names of a column's tags by number."""
    types = {"number": "cr:Int64", "name": "sc:Text"}
    keys = [named("cr:Field", f"{column}/{key}") | {"dataType": kind} for key, kind in types.items()]
    data = [{f"{column}/number": number, f"{column}/name": name} for number, name in enumerate(names)]
    key = {"@id": f"{column}/number"}
    return named("cr:RecordSet", column) | {"dataType": "sc:Enumeration", "key": key, "field": keys, "data": data}


def named(kind: str, name: str) -> Node:
    """A node with a name, which is also its id."""
    return {"@type": kind, "@id": name, "name": name}
