"""Small corpora that `chithi validate` accepts, to be spoilt."""

import json
import random
import shutil
from pathlib import Path
from typing import Any

from chithi.records.layout import REGISTRIES, shipped
from chithi.validation.engine import validate
from chithi.validation.rules import RULES

FIXTURES = Path(__file__).parents[1] / "fixtures"
PASSES = ("one", "two")
LARGEST_FILE = 9_000  # bytes of a file of statements in a cut of the shipped corpus


def write_base(corpus: Path, chance: random.Random) -> str:
    """Writes a small corpus at a path. Returns what it was made from."""
    name = chance.choice(["good", "good with passes", "councils", "cut", "cut"])
    if name == "cut":
        write_cut(corpus, chance)
    else:
        shutil.copytree(FIXTURES / name.split()[0], corpus)
    if name == "good with passes":
        add_passes(corpus)
    tolerate(corpus)
    return name


def add_passes(corpus: Path) -> None:
    """Adds two passes that agree with the statements."""
    for name in PASSES:
        shutil.copytree(corpus / "statements", corpus / "annotators" / name)
    describe(corpus, lambda metadata: metadata["provenance"].update(passes=dict.fromkeys(PASSES, UNKNOWN)))


UNKNOWN = {"made_by": "model", "model": None, "version": None, "date": None}


def describe(corpus: Path, change: Any) -> None:
    """Changes corpus.json."""
    path = corpus / "corpus.json"
    metadata = json.loads(path.read_text(encoding="utf-8"))
    change(metadata)
    path.write_text(json.dumps(metadata, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_cut(corpus: Path, chance: random.Random) -> None:
    """Writes a few reports of the shipped corpus, with the passes and the entries of registries that they use."""
    whole = shipped("corpus")
    files = sorted(path for path in (whole / "statements").glob("*.jsonl") if path.stat().st_size < LARGEST_FILE)
    chosen = chance.sample(files, chance.randint(1, 3))
    (corpus / "statements").mkdir(parents=True)
    for path in chosen:
        shutil.copy(path, corpus / "statements")
        for copy in (whole / "annotators").glob(f"*/{path.name}"):
            (corpus / "annotators" / copy.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy(copy, corpus / "annotators" / copy.parent.name)
    used = strings([lines(path) for path in corpus.rglob("*.jsonl")])
    for table in REGISTRIES:
        keep(whole / f"{table}.jsonl", corpus / f"{table}.jsonl", "id", used)
    keep(whole / "exceptions.jsonl", corpus / "exceptions.jsonl", "record", used)
    shutil.copy(whole / "corpus.json", corpus)
    languages = {report["language"].split("-")[0] for report in lines(corpus / "reports.jsonl")}
    there = {path.name for path in (corpus / "annotators").glob("*")}
    describe(corpus, lambda metadata: cut_metadata(metadata, languages, there))


def cut_metadata(metadata: dict[str, Any], languages: set[str], passes: set[str]) -> None:
    """Leaves only the passes and the languages that there are in corpus.json."""
    known = metadata["provenance"]["passes"]
    metadata["provenance"]["passes"] = {name: known[name] for name in known if name in passes}
    for layer, words in metadata["edges"].items():
        metadata["edges"][layer] = {language: words[language] for language in words if language in languages}
    metadata["edges"] = {layer: words for layer, words in metadata["edges"].items() if words}


def lines(path: Path) -> list[Any]:
    """The records of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def keep(whole: Path, cut: Path, key: str, used: set[str]) -> None:
    """Writes the lines of a file whose value of a key is used; of a registry one at least."""
    raw = whole.read_bytes().splitlines(keepends=True)
    kept = [line for line in raw if json.loads(line)[key] in used] or raw[: key == "id"]
    if kept:
        cut.write_bytes(b"".join(kept))


def strings(value: Any) -> set[str]:
    """All strings within a value."""
    if isinstance(value, str):
        return {value}
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(strings, items))


def tolerate(corpus: Path) -> None:
    """Adds an exception for every finding that an exception may tolerate."""
    path = corpus / "exceptions.jsonl"
    found = {(p.code, p.record) for p in validate(corpus).problems if p.record and RULES[p.code].tolerable}
    added = [{"code": code, "record": record, "reason": "tolerated by the fuzz"} for code, record in sorted(found)]
    if added and not path.is_symlink():
        raw = path.read_bytes() if path.exists() else b""
        raw += b"\n" if raw and not raw.endswith(b"\n") else b""
        path.write_bytes(raw + b"".join(encoded(line) + b"\n" for line in added))


def encoded(record: Any) -> bytes:
    """A record as compact JSON. Half a surrogate pair is written as its escape."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")
