"""The folder of hydrated articles, which `chithi hydrate --out` writes, and which is never pushed."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import yaml

from chithi import __version__
from chithi.corpus import Corpus
from chithi.records.hydration import CHANGED, MISSING
from chithi.records.replacing import Kind
from chithi.release import PublishError
from chithi.release.build import checked_rows, write_text
from chithi.release.exports import made_folder
from chithi.release.header import ONE_LINE, data_files, dataset_info
from chithi.release.held import MARK
from chithi.release.parquet import DEFAULTS, BuildOptions, Manifest, Shard, cut, shard_path, write_shard
from chithi.release.place import Maker, remove_scratch
from chithi.rows.originals import NOTICE, OriginalsConfig
from chithi.rows.paragraphs import Original
from chithi.text.display import json_text
from chithi.views.markdown import escaped

HYDRATOR = Maker("chithi hydrate", "articles", frozenset({MARK, "README.md"}))
FOLDERS = Kind(".chithi-originals-", partial(remove_scratch, HYDRATOR))
CARD = Path(__file__).with_name("originals.md")


def write_originals(corpus: Corpus, config: OriginalsConfig, out: Path, options: BuildOptions = DEFAULTS) -> Manifest:
    """Writes the paragraphs of articles as a dataset, and replaces an earlier one. Returns what was written.

    Raises PublishError if there are no rows, if rows differ from the articles, or if the place is neither free nor such
    a folder; CorpusError if anchors do not fit the corpus; OSError if nothing can be written.
    """
    if not config.filled(corpus):
        raise PublishError("no report of the corpus has one of these articles: nothing was written")
    with made_folder(out, HYDRATOR, FOLDERS) as folder:
        manifest = Manifest(options, {config: write_shards(corpus, config, folder, options)})
        originals = config.originals(corpus)
        write_text(folder / "README.md", card(corpus, config, manifest, originals))
        write_text(folder / MARK, json_text(marked(corpus, originals)) + "\n")
        write_text(folder / ".gitignore", "*\n")  # git heeds it, and so does what the Hub has for uploads
    return manifest


def write_shards(
    corpus: Corpus, config: OriginalsConfig, folder: Path, options: BuildOptions
) -> dict[str, list[Shard]]:
    """Writes the rows of each split, in files as those of a release."""
    written: dict[str, list[Shard]] = {}
    for split, records in config.filled(corpus).items():
        parts = cut(records, options.rows_a_shard)
        for n, part in enumerate(parts):
            groups = checked_rows(corpus, config, split, part, options.rows_a_group)
            shard = write_shard(folder, shard_path(config, split, n, len(parts)), config.schema, groups)
            written.setdefault(split, []).append(shard)
    return written


def marked(corpus: Corpus, originals: Sequence[Original]) -> dict[str, object]:
    """What the mark says: that the folder may not be passed on, and what it was made from."""
    of_corpus = {"corpus": corpus.metadata.name, "version": corpus.metadata.version} if corpus.metadata else {}
    reports = [original.report.id for original in originals]
    return {"notice": NOTICE, **of_corpus, "chithi": __version__, "reports": reports}


def card(corpus: Corpus, config: OriginalsConfig, manifest: Manifest, originals: Sequence[Original]) -> str:
    """README.md of the folder."""
    metadata = corpus.metadata
    of_corpus = f"{escaped(metadata.title)}, version {metadata.version}" if metadata else "a corpus without a name"
    columns = [f"- `{name}`: {config.describe(name, corpus.schemas)}" for name in config.schema.names]
    page = CARD.read_text(encoding="utf-8").format(
        title=escaped(metadata.title) if metadata else "Corpus",
        notice=NOTICE,
        articles=f"{len(originals):,} article{'s' if len(originals) > 1 else ''}",
        corpus=of_corpus,
        version=__version__,
        rows="\n".join(row(original, config) for original in originals),
        left_out=told(config, originals),
        columns="\n".join(columns),
        notes=config.notes(corpus.schemas),
    )
    return header(corpus, config, manifest, originals) + "\n" + page.rstrip() + "\n"


def row(original: Original, config: OriginalsConfig) -> str:
    """The row of an article in the card's table."""
    article = config.found.articles[original.report.id]
    statements = sum(len(paragraph.statements) for paragraph in original.paragraphs)
    numbers = len(original.paragraphs), statements, original.spans, article.count(CHANGED), article.count(MISSING)
    return f"| `{original.report.id}` | {original.report.split} | {' | '.join(f'{n:,}' for n in numbers)} |"


def told(config: OriginalsConfig, originals: Sequence[Original]) -> str:
    """What stands in no row though it was found, and which paragraphs have no row; empty if there is nothing."""
    over, apart, unasked, homeless = (
        sum(getattr(one, name) for one in originals) for name in ("over", "apart", "unasked", "homeless")
    )
    sentences = []
    if over:
        sentences.append(f"{over:,} more {have(over)} a place, but a paragraph's end lies within.")
    if apart:
        sentences.append(f"{apart:,} more {have(apart)} a place, but in another paragraph than most of the statement.")
    if unasked:
        sentences.append(f"{unasked:,} more {have(unasked)} a place, but the request that it belongs to has none.")
    if homeless:
        sentences.append(
            f"{homeless:,} statement{'' if homeless == 1 else 's'} {have(homeless)} no paragraph in the files."
        )
    if any(config.found.articles[one.report.id].own for one in originals):
        sentences.append(
            "Of a file with several articles, each has the paragraphs from its first statement to its last."
        )
    return " ".join(sentences)


def have(count: int) -> str:
    """The verb for a number of things."""
    return "has" if count == 1 else "have"


def header(corpus: Corpus, config: OriginalsConfig, manifest: Manifest, originals: Sequence[Original]) -> str:
    """The header as YAML, by which `datasets` knows the files, the types of columns and the names of tags."""
    files = manifest.files[config]
    fields = {
        "pretty_name": f"{corpus.metadata.title if corpus.metadata else 'Corpus'}: articles with their statements",
        "license": "other",
        "license_name": "not-to-be-passed-on",
        "language": sorted({original.report.language.partition("-")[0] for original in originals}),
        "configs": [data_files(config, files)],
        "dataset_info": [dataset_info(corpus, config, files)],
    }
    return f"---\n{yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=ONE_LINE)}---\n"
