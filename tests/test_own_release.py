"""The dataset of a corpus on other matters: it loads, and its card tells of that corpus alone."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import chithi
from chithi.cli import main

from .conftest import records, state
from .councils import COUNCILS, TEST, TRAIN, copied, rewrite, without_test

FOREIGN = ("Vietnam", "Việt", "ChiThi", "language model", "ISO 24617", "Comparative Agendas", "CC-BY", "CC BY")
FOREIGN_VALUES = ("macroeconomics", "central", "party", "decree", "45-CT/TW")
SPLITS = {"train": (TRAIN, 8, 6), "test": (TEST, 7, 5)}  # file, statements, requests
ROWS = {"reports": 2, "actors": 17, "offices": 5, "directives": 7}
COLUMNS = ["speaker_name_en", "speaker_level", "act", "topic", "topic_code", "addressee_levels", "directives"]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset that the command builds by default: a folder with the name of the corpus."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("work"))
        assert main(["publish", "--corpus", str(COUNCILS)]) == 0
        return Path("build/council-talk").absolute()


@pytest.fixture(scope="module")
def card(published: Path) -> str:
    return (published / "README.md").read_text(encoding="utf-8")


def header(card: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(card.split("---\n")[1])
    return found


def loaded(folder: Path, config: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a config by split, as `datasets` loads them from a folder."""
    import datasets

    return {split: list(rows) for split, rows in datasets.load_dataset(str(folder), config).items()}


def test_every_config_loads(published: Path, fresh_cache: None) -> None:
    statements, requests, tokens = (loaded(published, config) for config in ("statements", "requests", "tokens"))
    for split, (name, count, asked) in SPLITS.items():
        expected = records(COUNCILS / "statements" / name)
        assert [row["id"] for row in statements[split]] == [record["id"] for record in expected]
        assert (len(expected), len(requests[split]), len(tokens[split])) == (count, asked, count)
    assert {name: len(loaded(published, name)["registry"]) for name in ROWS} == ROWS
    passes = loaded(published, "passes")
    assert [(row["annotator"], row["id"][-2:]) for row in passes.pop("test")] == [
        (name, f"{n:02}") for name in ("one", "two") for n in range(1, 8)
    ]
    assert passes == {}


def test_requests_have_levels_topics_and_codes_of_the_corpus(published: Path, fresh_cache: None) -> None:
    first, *_, levy, contracts, step = [row for rows in loaded(published, "requests").values() for row in rows]
    assert [first[key] for key in COLUMNS] == [
        "Fatima el Khatib",
        "municipal",
        "call-upon",
        "participation",
        80,
        ["municipal"],
        [],
    ]
    assert (first["date"], first["date_precision"]) == (date(2025, 3, 20), "day")
    assert [levy[key] for key in COLUMNS[2:]] == ["propose", "finance", 70, ["municipal"], ["bl-2024-002"]]
    assert contracts["offices"] == ["audit-committee-chair"]
    assert (step["speaker_kind"], step["speaker_level"]) == ("body", "municipal")
    assert (step["directives"], step["statement_directives"]) == ([], ["a-2025-011"])


def test_tags_are_those_of_its_acts(published: Path, fresh_cache: None) -> None:
    import datasets

    tokens = datasets.load_dataset(str(published), "tokens", split="train")
    names = tokens.features["request_tags"].feature.names
    assert names == ["O", *(f"{bio}-{act}" for act in ("PROPOSE", "CALL-UPON", "INSTRUCT") for bio in "BI")]
    row = tokens[0]
    words = [token for token, tag in zip(row["tokens"], row["request_tags"], strict=True) if names[tag] != "O"]
    assert " ".join(words) == "keep their first contributions to three minutes"
    assert {names[tag] for tag in row["request_tags"]} == {"O", "B-CALL-UPON", "I-CALL-UPON"}


def test_the_public_api_gives_the_same_rows(published: Path, fresh_cache: None) -> None:
    for config in ("statements", "requests"):
        rows = {split: list(found) for split, found in chithi.load(config, corpus=COUNCILS).items()}
        assert rows == loaded(published, config)


def test_nothing_in_the_dataset_is_of_another_corpus(published: Path) -> None:
    for name, data in state(published).items():
        for word in FOREIGN:
            assert isinstance(data, bytes | None), name
            assert word.encode() not in (data or b""), (name, word)


def test_the_header_of_the_card(card: str) -> None:
    found = header(card)
    assert {key: found[key] for key in ("pretty_name", "license", "language", "multilinguality", "tags")} == {
        "pretty_name": "Council Talk",
        "license": "cc0-1.0",
        "language": ["en"],
        "multilinguality": ["monolingual"],
        "tags": ["municipal-councils", "motions", "netherlands"],
    }
    assert found["annotations_creators"] == ["machine-generated"]
    assert found["size_categories"] == ["n<1K"]
    configs = {config["config_name"]: [file["split"] for file in config["data_files"]] for config in found["configs"]}
    assert configs == {
        **{key: ["train", "test"] for key in ("statements", "requests", "tokens")},
        "passes": ["test"],
        **{key: ["registry"] for key in ROWS},
    }


def test_every_sentence_of_the_card_is_of_the_corpus(card: str) -> None:
    metadata = json.loads((COUNCILS / "corpus.json").read_text(encoding="utf-8"))
    page = " ".join(card.split("---\n", 2)[2].split())
    for sentence in (
        "# Council Talk",
        metadata["description"],
        metadata["provenance"]["text"],
        metadata["provenance"]["labels"],
        metadata["limits"],
        "15 statements (negatives: 1) from 2 reports on 2 events in 1 language; 11 requests, 10 citations",
        "pass one by a program, 2025-06-01; pass two by a program, 2025-06-02",
        'load_dataset("OWNER/council-talk") # train and test',
        "`act`: What the words do: instruct binds, call upon asks, propose puts up for decision.",
        "`topic`: Policy field of the municipality.",
        "Requests by act: call-upon 5, propose 4, instruct 2.",
        "| finance | 3 |",
        "7 statements were annotated twice.",
        "Made by Ada Example and Bram Voorbeeld.",
        "[CC0-1.0](https://creativecommons.org/publicdomain/zero/1.0/)",
        "<https://councils.example/talk>",
        'Please cite: Ada Example and Bram Voorbeeld, "Council Talk", version 2.5.0.',
    ):
        assert sentence in page, sentence
    assert metadata["provenance"]["translation"] not in page  # there are no translations to tell of
    for word in (*FOREIGN, *FOREIGN_VALUES):
        assert word not in page, word


def test_every_heading_and_picture_of_the_card_has_something_to_show(card: str, published: Path) -> None:
    page = card.split("---\n", 2)[2]
    parts = [part.strip().partition("\n") for part in page.split("\n## ")[1:]]
    assert [name for name, _, _ in parts] == [
        "Where it comes from",
        "Loading",
        "Configs",
        "Figures",
        "Agreement",
        "Benchmark",
        "One record",
        "Limits",
        "Licence and citation",
    ]
    assert all(text.strip() for _, _, text in parts)
    for name in ("DATASHEET.md", "LICENSE", "figures/languages.svg", "figures/levels.svg"):
        assert f"({name})" in page
        assert (published / name).stat().st_size > 0
    assert (published / "LICENSE").read_bytes() == (COUNCILS / "LICENSE").read_bytes()


def test_croissant_tells_of_the_corpus(published: Path) -> None:
    found = json.loads((published / "croissant.json").read_text(encoding="utf-8"))
    assert (found["name"], found["version"]) == ("Council Talk", "2.5.0")
    assert found["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert [creator["name"] for creator in found["creator"]] == ["Ada Example", "Bram Voorbeeld"]
    assert found["keywords"] == ["municipal-councils", "motions", "netherlands"]
    sets = {record_set["name"]: record_set for record_set in found["recordSet"]}
    described = {field["name"]: field.get("description") for field in sets["requests"]["field"]}
    assert described["requests/topic"] == "Policy field of the municipality."
    assert described["requests/place"] == "Where the council met, in English; null where that is not told."


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_croissant_has_no_errors(published: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    dataset = mlcroissant.Dataset(published / "croissant.json")
    assert not dataset.metadata.ctx.issues.errors
    assert sum(1 for _ in dataset.records("directives")) == ROWS["directives"]


def test_a_corpus_of_one_split_has_that_split_in_files_and_card(tmp_path: Path, fresh_cache: None) -> None:
    corpus, out = without_test(copied(tmp_path)), tmp_path / "out"
    rewrite(corpus / "corpus.json", lambda metadata: metadata.update(topic_codes={}, homepage=None, limits=None))
    assert main(["publish", "--corpus", str(corpus), "--out", str(out), "--load"]) == 0
    assert loaded(out, "statements").keys() == {"train"}
    assert [row["topic_code"] for row in loaded(out, "requests")["train"]] == [None] * 6
    card = (out / "README.md").read_text(encoding="utf-8")
    assert {split["split"] for config in header(card)["configs"] for split in config["data_files"]} == {
        "train",
        "registry",
    }
    page = card.split("---\n", 2)[2]
    assert "8 statements (negatives: 1) from 1 report on 1 event in 1 language" in " ".join(page.split())
    for word in ("test", "passes", "annotated twice", "Homepage", "## Limits", "Splits are by event", *FOREIGN):
        assert word not in page.replace("tests of software", ""), word


def test_what_is_published_can_be_compared_and_exported(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(published), str(published)]) == 0
    capsys.readouterr()
    assert main(["export", "--to", "conll", "--corpus", str(COUNCILS)]) == 0
    assert "B-CALL-UPON" in capsys.readouterr().out
