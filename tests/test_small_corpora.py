"""The card and its companions are true of small corpora, each of which lacks something."""

import hashlib
import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import pytest
from huggingface_hub import DatasetCard

from chithi.corpus import Corpus
from chithi.release.build import build

from .conftest import edit, records
from .published import croissant_of, describe, header_of, page_of, publish, two_passes

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of libraries that mlcroissant uses
Record = dict[str, Any]


def change(corpus: Path, table: str, update: Callable[[Record], object]) -> None:
    """Changes all records of a table."""
    for path in (corpus / "statements").iterdir() if table == "statements" else [corpus / f"{table}.jsonl"]:
        for line in range(1, len(records(path)) + 1):
            edit(path, line, update)


def built_from(corpus: Path) -> Path:
    """Builds the dataset of a corpus. Other than `publish`, it takes empty registries."""
    build(Corpus.read(corpus), out := corpus.parent.parent / "out", "1.2.3", load=True)
    return out


# Small corpora, each without something


def one_split(corpus: Path) -> None:
    change(corpus, "reports", lambda report: report.update(split="train"))


def no_train(corpus: Path) -> None:
    change(corpus, "reports", lambda report: report.update(split="test"))


def one_language(corpus: Path) -> None:
    for path in (corpus / "statements").glob("*.pl.jsonl"):
        path.unlink()
    reports = (corpus / "reports.jsonl").read_bytes().splitlines(keepends=True)
    (corpus / "reports.jsonl").write_bytes(b"".join(line for line in reports if b'"language":"de"' in line))
    describe(corpus, edges={})


def english_alone(corpus: Path) -> None:
    """One language, English, and no spans at all; the registries that spans lead to are empty."""
    one_language(corpus)
    one_split(corpus)
    for path in list((corpus / "statements").iterdir()):
        path.rename(path.with_name(path.name.replace(".de.", ".en.")))
    renamed = {"id", "report"}

    def english(record: Record) -> None:
        record.update({key: record[key].replace(".de", ".en") for key in renamed & record.keys()})

    def plain(record: Record) -> None:
        english(record)
        record.update(text=record["translation"], translation=None)
        record.update(speaker=None, role=None, directives=[], requests=[])

    change(corpus, "statements", plain)
    change(corpus, "reports", lambda report: (english(report), report.update(language="en")))
    for name in ("actors", "offices", "directives"):
        (corpus / f"{name}.jsonl").write_bytes(b"")


def no_requests(corpus: Path) -> None:
    change(corpus, "statements", lambda statement: statement.update(requests=[]))


def no_role(corpus: Path) -> None:
    change(corpus, "statements", lambda statement: statement.update(role=None))
    (corpus / "offices.jsonl").write_bytes(b"")


def no_addressee(corpus: Path) -> None:
    change(corpus, "statements", lambda record: [asked.update(addressee=None) for asked in record["requests"]])


SMALL: dict[Callable[[Path], None], tuple[set[str], set[str]]] = {  # corpus -> what the card says, and what it does not
    one_split: ({"# train\n"}, {"in test", "test |", "test-", "Splits are"}),
    no_train: ({"# test\n"}, {"in train", "train,", "train-", "Splits are"}),
    one_language: ({"in 1 language;", "She translated them."}, {"| pl |"}),
    english_alone: (
        {"in 1 language.", "| en |"},
        {"translat", "request", "actors", "addressee named", "In English", "brackets", "](figures/requests", "act`"},
    ),
    no_requests: ({"In English"}, {"requests", "topic", "](figures/requests", "`act`"}),
    no_role: ({"Requests by act"}, {"</b><sub>role", "offices`", "](figures/requests"}),
    no_addressee: ({"requests by level]("}, {"<sub>addressee", "whether the text names"}),
    two_passes: (
        {"10 statements were annotated twice", "pass ada by a person, 2025-02; pass bruno by a program (Muster 7)."},
        set(),
    ),
}


QUICK = (one_split, no_requests)  # the others are among the slow tests


@pytest.mark.parametrize(
    "spoil",
    [pytest.param(spoil, id=spoil.__name__, marks=[] if spoil in QUICK else pytest.mark.slow) for spoil in SMALL],
)
def test_the_card_is_true_of_a_small_corpus(
    spoil: Callable[[Path], None], good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(good)
    out = built_from(good)
    card, header = page_of(out), header_of(out)
    page = card.partition("\n# ")[2]
    says, says_not = SMALL[spoil]
    assert {words for words in says if words not in page} == set()
    alone = re.sub(r"### Tokens and tags\n.*?\n\n## ", "## ", page, flags=re.DOTALL)  # what a tag is named is fixed
    alone = alone.replace("who asks whom for what, in which office", "")
    alone = re.sub(r"```json\n.*?```", "", alone, flags=re.DOTALL)  # a record has all its keys
    assert {words for words in says_not if words in alone} == set()
    assert ("Agreement" in page) == (spoil is two_passes)
    assert re.search(r"\n## [^\n]*\n+(## |$)", page) is None, "an empty section"
    for name in re.findall(r"\]\(([\w./-]+)\)", page):
        assert (out / name).is_file(), name
    assert {path.name for path in out.iterdir() if path.is_dir()} - {"figures"} == {
        config["config_name"] for config in header["configs"]
    }
    for config in header["configs"]:
        assert all(list(out.glob(files["path"])) for files in config["data_files"])
    check_snippets(page, out, tmp_path, monkeypatch)
    check_companions(out)


def check_snippets(page: str, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs the card's code where the dataset has the place that the code names."""
    shutil.copytree(out, tmp_path / "run" / "OWNER" / "fabula")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    loading, reading, *_ = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path / "run")
    exec(compile(loading, "README.md", "exec"), {})
    monkeypatch.chdir(tmp_path / "run" / "OWNER" / "fabula")
    exec(compile(reading, "README.md", "exec"), {})


def check_companions(out: Path) -> None:
    """The Hub and Croissant read their parts, and the sums are true."""
    assert DatasetCard.load(out / "README.md").data.pretty_name == "Fabula"
    for line in (out / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    complaints = croissant_complaints(out)
    assert all("datePublished" in line for line in complaints), complaints


def croissant_complaints(out: Path) -> list[str]:
    """The warnings of mlcroissant; it raises an exception for errors."""
    mlcroissant = pytest.importorskip("mlcroissant")
    logging.getLogger("absl").setLevel(logging.ERROR)
    return sorted(mlcroissant.Dataset(out / "croissant.json").metadata.ctx.issues.warnings)


@pytest.mark.parametrize(
    ("spoil", "languages", "kinds"),
    [
        (None, ["de", "en", "pl"], ["multilingual", "translation"]),
        (one_language, ["de", "en"], ["translation"]),
        (english_alone, ["en"], ["monolingual"]),
    ],
)
def test_the_header_tells_languages(
    spoil: Callable[[Path], None] | None, languages: list[str], kinds: list[str], good: Path
) -> None:
    if spoil:
        spoil(good)
    out = built_from(good)
    header = header_of(out)
    assert (header["language"], header["multilinguality"]) == (languages, kinds)
    assert "annotations_creators" not in header
    assert croissant_of(out)["inLanguage"] == languages


def test_the_header_tells_who_annotated(good: Path) -> None:
    two_passes(good)
    assert header_of(publish(good))["annotations_creators"] == ["expert-generated", "machine-generated"]
