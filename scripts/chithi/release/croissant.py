"""croissant.json: a description of the dataset in Croissant 1.1 with RAI, for search engines and loaders."""

import json
from typing import Any

import pyarrow as pa

from chithi.corpus import Corpus
from chithi.records.schemas import Schemas
from chithi.release.parquet import Manifest, Shard
from chithi.rows.config import Config

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
DESCRIPTION = (
    "Press reports on Vietnamese party and government working sessions, annotated record by record: who spoke, "
    "in which office, citing which directive, and asking whom for what. The texts are restatements written by a"
    " language model, no quotations."
)
CITATION = (
    "@misc{chithi, author={{The ChiThi developers}}, title={{ChiThi}: a corpus of press reports on Vietnamese "
    "party and government working sessions}, note={Version VERSION}}"
)
KEYWORDS = ["span annotation", "directives", "requests", "political science", "press reports", "Vietnam"]
SPLIT = r"(?:.*/)?(\w+)-\d{5}-of-\d{5}\.parquet"
# The long answers are in DATASHEET.md.
RAI = {
    "dataCollection": (
        "Press reports on Vietnamese party and government working sessions were chosen because they carry "
        "directives and requests. Each text restates one passage of a report in words of its own; no sentence "
        "of a report is copied."
    ),
    "dataCollectionType": ["Document analysis", "Others"],
    "dataAnnotationProtocol": (
        "One record is one act of speaking, with spans for speaker, role, cited documents, requests and "
        "addressees, ids into common registries, and an ISO 24617-2 function and a Comparative Agendas topic "
        "for each request. The guidelines of the corpus are the codebook; every record passes a validator."
    ),
    "machineAnnotationTools": [
        "A language model, which wrote the texts and translations and annotated them record by record",
    ],
    "annotatorDemographics": "No human annotators; no native speaker has reviewed the records.",
    "dataLimitations": (
        "Machine-written restatements of reports that were themselves often machine-translated: the language is"
        " not that of native journalists."
    ),
    "dataBiases": (
        "The reports were chosen for what they say on directives and requests, and are no sample of the press. "
        "What they attribute to a speaker is their own account."
    ),
    "dataUseCases": [
        "Extracting and linking speakers, offices, cited documents and requests across languages",
        "Classifying requests by communicative function and policy topic",
        "Not: evidence of what a person said, nor quotation",
    ],
    "dataSocialImpact": (
        "It makes directives and requests comparable across languages. Taken for quotations, the texts would "
        "put words into the mouths of real people."
    ),
    "personalSensitiveInformation": "Names and public offices of officials, as the press reported them.",
    "dataReleaseMaintenancePlan": "Versioned releases. On errors and wishes for removal see DATASHEET.md, Maintenance.",
}


def croissant(corpus: Corpus, manifest: Manifest, version: str) -> str:
    """The text of croissant.json. Paths in it are relative to its folder."""
    described: Node = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": "ChiThi",
        "description": DESCRIPTION,
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "version": version,
        "creator": {"@type": "sc:Organization", "name": "The ChiThi developers"},
        "citeAs": CITATION.replace("VERSION", version),
        "inLanguage": sorted({*corpus.reports["language"].to_list(), "en"}),
        "keywords": KEYWORDS,
        "isLiveDataset": False,
        **{f"rai:{key}": value for key, value in RAI.items()},
        "distribution": [
            *(file_object(shard) for _, shards in manifest for shard in shards),
            *(file_set(config) for config in manifest.files),
        ],
        "recordSet": [
            *(record_set(config, corpus.schemas) for config in manifest.files),
            *(tag_names(*tags) for config in manifest.files for tags in config.tags(corpus.schemas).items()),
        ],
    }
    return json.dumps(described, ensure_ascii=False, indent=2) + "\n"


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


def record_set(config: Config, schemas: Schemas) -> Node:
    """The node of a config's records. If the config has several splits, each record has a field for its split."""
    fields = [
        field(config, (column.name,), column.type) | described(config.describe(column.name, schemas))
        for column in config.schema
    ]
    if len(config.splits) > 1:
        source = extracted(config, {"fileProperty": "fullpath"}) | {"transform": {"regex": SPLIT}}
        fields.append(named("cr:Field", f"{config.name}/split") | {"dataType": "sc:Text", "source": source})
    key = [{"@id": f"{config.name}/{column}"} for column in config.key]
    return named("cr:RecordSet", config.name) | {"key": key if len(key) > 1 else key[0], "field": fields}


def described(description: str | None) -> Node:
    """The part of a node that describes it."""
    return {"description": description} if description else {}


def field(config: Config, path: tuple[str, ...], kind: pa.DataType) -> Node:
    """The node of a column, or of a field in its structs. `path` is the column and the names of fields."""
    found = named("cr:Field", "/".join((config.name, *path)))
    if pa.types.is_list(kind):
        found |= {"isArray": True, "arrayShape": "-1"}
        kind = without_lists(kind.value_type)
    if pa.types.is_struct(kind):
        return found | {"subField": [field(config, (*path, part.name), part.type) for part in kind]}
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
