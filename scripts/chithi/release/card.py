"""The dataset card: the header, and a page for people from the template `card.md`. What is not there has no section."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from chithi.corpus import Corpus
from chithi.records.layout import STATEMENTS
from chithi.records.metadata import Metadata
from chithi.records.schemas import definition_of, schema_of
from chithi.release.header import LICENCE, header, is_translated
from chithi.release.parquet import Manifest
from chithi.rows.registries import REGISTRY
from chithi.views.about import citation, enumerated, licence, maker
from chithi.views.figures import NO_AGREEMENT, example
from chithi.views.markdown import escaped, link
from chithi.views.page import NAME as BROWSE
from chithi.views.pictures import CHARTS, Chart

PAGE = Path(__file__).with_name("card.md")
DATASHEET = "DATASHEET.md"
FIGURES = "figures"
LABELS = ("act", "topic")  # of requests; the schema says what they mean
LOOK = f"[{BROWSE}]({BROWSE}) shows all of it to read, search and filter: download it, and open it in a browser."
BLANK_LINES = re.compile(r"\n{3,}")
LOADED = {"requests": "one row a request", "tokens": "for token classification"}  # configs shown, and why
BY_EVENT = "Splits are by event: all reports on one event are in one split."
ABOUT_AGREEMENT = (
    "Alpha is Krippendorff's, F1 that of the spans, each with a 95 percent interval from a bootstrap over statements."
)
BASELINES = "baselines"  # the block of the datasheet with the scores of systems
TASK = """\
Predict, from the `text` of each statement in test, the spans of speaker, role, cited documents, requests and
addressees, their ids, and each request's act and topic. `chithi score` scores predictions. The figure that counts first
is the mean exact F1 of the five layers, and beside it that of the tuple: a request with its speaker, its addressee and
the documents cited within it.
"""
TUNING = "Tune on train, whose column `fold` is for cross-validation."
Splits = dict[str, list[str]]  # config -> its splits


class Parts(NamedTuple):
    """What the card shows or mentions, and does not make itself."""

    blocks: Mapping[str, str]  # generated blocks by name
    charts: Mapping[str, Chart]  # by name
    present: Collection[str]  # names of the other files of the dataset


def card(corpus: Corpus, metadata: Metadata, manifest: Manifest, version: str, parts: Parts) -> str:
    """README.md of a dataset."""
    blocks, charts, present = parts
    splits = {config.name: list(found) for config, found in manifest.files.items()}
    page = PAGE.read_text(encoding="utf-8").format(
        title=escaped(metadata.title),
        description=escaped(metadata.description),
        counts=blocks["figures"],
        page=LOOK if BROWSE in present else "",
        provenance=provenance(corpus, metadata, present),
        loading=loading(metadata.name, splits),
        polars=reading(splits),
        rows=manifest.options.rows_a_shard,
        configs="\n".join(config_lines(manifest)),
        labels=labels(corpus) if "requests" in splits else "",
        notes="\n".join(filter(None, (config.notes(corpus.schemas) for config in manifest.files))),
        figures=figures(corpus, splits, blocks, charts),
        agreement=agreement(blocks["agreement"]),
        benchmark=benchmark(splits, blocks.get(BASELINES, "")),
        example=one_record(corpus, blocks),
        limits=section("Limits", [escaped(metadata.limits or "")]),
        rights=rights(metadata, version, present),
    )
    return header(corpus, metadata, manifest, present) + "\n" + BLANK_LINES.sub("\n\n", page).rstrip() + "\n"


def section(title: str, paragraphs: Sequence[str]) -> str:
    """A section of the page; empty if all its paragraphs are."""
    there = [paragraph.rstrip() for paragraph in paragraphs if paragraph]
    return "\n\n".join([f"## {title}", *there]) if there else ""


def provenance(corpus: Corpus, metadata: Metadata, present: Collection[str]) -> str:
    """How texts, translations, labels and passes came about."""
    told = metadata.provenance
    passes = [f"pass {escaped(name)} by {escaped(maker(making))}" for name, making in sorted(told.passes.items())]
    return section(
        "Where it comes from",
        [
            escaped(told.text),
            escaped(told.translation) if is_translated(corpus) else "",
            escaped(told.labels),
            f"Annotation: {'; '.join(passes)}." if passes else "",
            f"[{DATASHEET}]({DATASHEET}) tells more." if DATASHEET in present else "",
        ],
    )


def loading(name: str, splits: Splits) -> str:
    """The Python code that loads the configs that there are."""
    source = f"OWNER/{name}"
    code = (
        [(f'{STATEMENTS} = load_dataset("{source}")', enumerated(splits[STATEMENTS]))] if STATEMENTS in splits else []
    )
    for config, purpose in LOADED.items():
        if config in splits:
            code.append((f'{config} = load_dataset("{source}", "{config}")', purpose))
    width = max([len(line) for line, _ in code], default=0)
    lines = ["from datasets import load_dataset", "", *(f"{line:<{width}}  # {purpose}" for line, purpose in code)]
    if "tokens" in splits:
        lines.append(f'names = tokens["{splits["tokens"][0]}"].features["ner_tags"].feature.names')
    registries = [config for config, found in splits.items() if found == [REGISTRY]]
    lines += [f'actors = load_dataset("{source}", "actors", split="all")'] if "actors" in registries else []
    return "\n".join(lines)


def reading(splits: Splits) -> str:
    """The Python code that reads one config with polars: requests, or else statements."""
    config, column = ("requests", "act") if "requests" in splits else (STATEMENTS, "language")
    return f'pl.read_parquet("{config}/{splits[config][0]}-*.parquet").group_by("{column}").len()'


def config_lines(manifest: Manifest) -> list[str]:
    """The rows of the table of configs. Adjoining configs with the same description and splits share one."""
    lines = []
    for (row_is, splits), alike in groupby(manifest.files.items(), lambda found: (found[0].row_is, tuple(found[1]))):
        names = ", ".join(f"`{config.name}`" + " (default)" * config.default for config, _ in alike)
        lines.append(f"| {names} | {row_is} | {', '.join(splits)} |")
    return lines


def labels(corpus: Corpus) -> str:
    """What the labels of requests mean, in the words of the corpus's schema."""
    properties = schema_of(STATEMENTS, corpus.schemas)["properties"]["requests"]["items"]["properties"]
    told = {name: description_of(properties[name], corpus) for name in LABELS}
    return "\n\n".join(f"`{name}`: {escaped(text)}" for name, text in told.items() if text)


def description_of(schema: dict[str, Any], corpus: Corpus) -> str | None:
    """The description of a schema, or of the definition that it refers to."""
    found: str | None = schema.get("description") or definition_of(schema, corpus.schemas).get("description")
    return found


def figures(corpus: Corpus, splits: Splits, blocks: Mapping[str, str], charts: Mapping[str, Chart]) -> str:
    """The counts as tables and charts."""
    shown = {name: f"![{found.title}]({FIGURES}/{name}.svg)" for name, found in charts.items()}
    pictures = {name: shown.get(name, "") for name in CHARTS}
    acts = [pictures["levels"], blocks["acts"], pictures["acts"], blocks["topics"]]
    by_event = len(splits.get(STATEMENTS, ())) > 1 and one_split_an_event(corpus)
    asked = [*(acts if "requests" in splits else []), pictures["documents"]]
    paragraphs = [blocks["languages"], pictures["languages"], *asked, BY_EVENT if by_event else ""]
    return section("Figures", paragraphs)


def one_split_an_event(corpus: Corpus) -> bool:
    """Whether no event has reports in several splits, which an exception may tolerate."""
    splits = corpus.reports.group_by("event").agg(pl.col("split").n_unique())["split"]
    return bool((splits == 1).all())


def agreement(block: str) -> str:
    """The agreement of two passes."""
    return "" if block == NO_AGREEMENT else section("Agreement", [block, ABOUT_AGREEMENT])


def benchmark(splits: Splits, block: str) -> str:
    """What is predicted on which split, and how well systems do."""
    there = splits.get(STATEMENTS, [])
    if "test" not in there or "requests" not in splits:
        return ""
    return section("Benchmark", [TASK, TUNING if "train" in there else "", block])


def one_record(corpus: Corpus, blocks: Mapping[str, str]) -> str:
    """A statement, first to be read, then as it stands in the corpus."""
    if not (shown := example(corpus)):
        return ""
    spans = ", its spans in brackets" if any(True for _ in shown.spans()) else ""
    return section(
        "One record",
        [
            f"{escaped(shown.id)}{spans}:",
            blocks["marked"],
            f"In English: {escaped(shown.translation)}" if shown.translation else "",
            "As it stands in the corpus; the published rows add what the registries know.",
            blocks["record"],
        ],
    )


def rights(metadata: Metadata, version: str, present: Collection[str]) -> str:
    """Authors, licence, homepage, and how to cite the version."""
    text = f" Its text is in [{LICENCE}]({LICENCE})." if LICENCE in present else ""
    lines = [
        f"Made by {escaped(enumerated(metadata.authors))}. Licence: {licence(metadata)}.{text}",
        f"Homepage: {link(metadata.homepage)}" if metadata.homepage else "",
        f"Please cite: {escaped(citation(metadata, version))}.",
    ]
    return "\n\n".join(filter(None, lines))
