"""The dataset card: YAML for the Hub's clients, and a page for their users, with generated figures."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import pyarrow as pa
import yaml

from chithi.corpus import Corpus
from chithi.release.parquet import ROWS_A_SHARD, Shard
from chithi.rows.configs import REGISTRIES
from chithi.rows.tags import TAGS
from chithi.views.figures import example, inline_markup

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"))


def feature(column: pa.Field) -> dict[str, Any]:
    """A column in the words of the card's YAML, which every version of `datasets` since 2.14 reads.

    A list of structs is a `list`, since `sequence` would turn it into a struct of lists; other lists are a `sequence`, since only
    that leads to the names of tags (`features["ner_tags"].feature.names`) in all versions.
    """
    return {"name": column.name, **typed(column.type, TAGS.get(column.name))}


def typed(kind: pa.DataType, names: tuple[str, ...] | None = None) -> dict[str, Any]:
    """A type in the same words; `names` are those of its numbers, where it is one of tags."""
    if pa.types.is_struct(kind):
        return {"struct": [feature(inner) for inner in kind]}
    if pa.types.is_list(kind):
        inner = typed(kind.value_type, names)
        return {"list": inner["struct"]} if "struct" in inner else {"sequence": inner.get("dtype", inner)}
    if names:
        return {"class_label": {"names": {str(n): name for n, name in enumerate(names)}}}
    return {"dtype": {pa.string(): "string", pa.int32(): "int32", pa.bool_(): "bool"}[kind]}


def metadata(corpus: Corpus, shards: Sequence[Shard]) -> dict[str, Any]:
    """The YAML header of a dataset with these files, which stand config by config and split by split."""
    infos, configs = [], []
    for config, of_config in groupby(shards, attrgetter("config")):
        files = list(of_config)
        splits = [
            {"name": split, "num_bytes": sum(s.unpacked for s in parts), "num_examples": sum(s.rows for s in parts)}
            for split, parts in ((split, list(parts)) for split, parts in groupby(files, attrgetter("split")))
        ]
        infos.append(
            {
                "config_name": config,
                "features": [feature(column) for column in files[0].schema],
                "splits": splits,
                "download_size": sum(shard.size for shard in files),
                "dataset_size": sum(shard.unpacked for shard in files),
            }
        )
        data_files = [{"split": split["name"], "path": f"{config}/{split['name']}-*"} for split in splits]
        configs.append({"config_name": config, "data_files": data_files, **({"default": True} if config == "statements" else {})})
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
        "configs": configs,
        "dataset_info": infos,
    }


def card(corpus: Corpus, figures: dict[str, str], header: dict[str, Any], version: str) -> str:
    """README.md of the published dataset, with the generated blocks that `figures` are."""
    dumped = yaml.safe_dump(header, sort_keys=False, allow_unicode=True, width=1000)
    shown = example(corpus)
    blocks = figures | {"example": inline_markup(shown), "translation": shown["translation"] or shown["text"], "name": shown["id"]}
    blocks |= {column: ", ".join(f"`{name}`" for name in names) for column, names in TAGS.items()}
    return f"---\n{dumped}---\n\n" + PAGE.format(
        version=version, rows=ROWS_A_SHARD, registries=", ".join(f"`{r}`" for r in REGISTRIES), **blocks
    )


PAGE = """\
# ChiThi

ChiThi (Vietnamese *chỉ thị*, "directive") is a multilingual corpus of press reports on Vietnamese party and government working
sessions, annotated by hand, record by record: who spoke, in which office, citing which directive, and asking whom for what?

{figures}
**`text` is a restatement, no quotation.** Each text restates, in the language of the report and in words of its own, what one
passage of a report says. A language model wrote the texts and their English translations and annotated them, record by
record, by the guidelines of the corpus; no native speaker has reviewed them. Do not quote them as the words of the people
named. DATASHEET.md tells more.

## Loading

```python
from datasets import load_dataset

statements = load_dataset("OWNER/chithi")              # train and test
requests = load_dataset("OWNER/chithi", "requests")    # one row a request
tokens = load_dataset("OWNER/chithi", "tokens")        # for token classification
names = tokens["train"].features["ner_tags"].feature.names
speakers = load_dataset("OWNER/chithi", "speakers", split="all")
```

The files are plain Parquet, and open without `datasets` too:

```python
import polars as pl

pl.read_parquet("requests/train-*.parquet").group_by("act").len()
```

`datasets` reads it from version 2.21 on, streaming too. A split of more than {rows:,} rows is cut into several files. `croissant.json`
describes them all, with their hashes.

## Configs

| config | one row is | splits |
| --- | --- | --- |
| `statements` (default) | a statement with its spans, joined with the registries | train, test |
| `requests` | a request: who asks whom for what, in which office, citing what | train, test |
| `tokens` | a statement as tokens, with the offsets at which they start, and tags | train, test |
| {registries} | an entry of a registry | registry |

Spans are half-open offsets in Unicode code points: `text[start:end]` is the span's text. `act` has the directive functions of
ISO 24617-2, `topic` the major topics of the Comparative Agendas Project.

### Tokens and tags

A token is a word with its combining marks and joiners; in scripts that set no spaces or join particles to words (Chinese, Japanese,
Korean, Thai, Lao, Khmer, Burmese) it is one letter with its marks; every other character that is no space is a token too. No span cuts
one. `ner_tags` has {ner_tags}. Requests hold other spans, and so have tags of their own: `request_tags` has {request_tags}.
Together with `starts` the tags give every span back, to the letter; an addressee that two requests share stands there once.

## Figures

{languages}
![Statements by language and split](figures/statements.svg)

{acts}
![Requests by level of the office that asks](figures/requests.svg)

{topics}
## Agreement

Two passes by a language model, the second without sight of the first; alpha is Krippendorff's, F1 that of the spans, each with a
95 percent interval from a bootstrap over statements. The datasheet says what the figures can and cannot mean.

{agreement}
Splits are by event: reports on one event, in whatever language, are in one split.

## One record

`{name}`, its spans in brackets:

> {example}

In English: {translation}

As it stands in the corpus; the published rows add what the registries know.

{record}
## Limits

Machine-written restatements of reports that were themselves often machine-translated: the language is not that of native journalists.
Reports were chosen for what they say on directives and requests, and are no sample of the press. The people named are real; what a report
attributes to them is the report's account. Errors and wishes for removal: see DATASHEET.md, Maintenance.

## Licence and citation

CC BY 4.0. Please cite: The ChiThi developers, "ChiThi: a corpus of press reports on Vietnamese party and government working
sessions", version {version}.
"""
