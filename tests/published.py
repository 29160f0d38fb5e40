"""What the tests of published datasets share: describing a corpus, publishing it, and reading what comes of it."""

import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from chithi.cli import main
from chithi.validation.engine import validate


def describe(corpus: Path, **fields: Any) -> None:
    """Changes fields of corpus.json."""
    path = corpus / "corpus.json"
    told = json.loads(path.read_text(encoding="utf-8")) | fields
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def publish(corpus: Path, *options: str) -> Path:
    """Publishes a corpus, and tolerates what may be tolerated in it."""
    found = [p for p in validate(corpus).problems if p.code not in ("C541", "C542", "C543")]
    lines = ({"code": p.code, "record": p.record, "reason": "A corpus for tests alone."} for p in found)
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    (corpus / "exceptions.jsonl").write_text(text, encoding="utf-8")
    out = corpus.parent.parent / "out"
    assert main(["publish", "--corpus", str(corpus), "--out", str(out), *options]) == 0
    return out


def page_of(out: Path) -> str:
    return (out / "README.md").read_text(encoding="utf-8")


def header_of(out: Path) -> dict[str, Any]:
    header: dict[str, Any] = yaml.safe_load(page_of(out).split("---\n")[1])
    return header


def croissant_of(out: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    return described


def two_passes(corpus: Path) -> None:
    for name in ("ada", "bruno"):
        shutil.copytree(corpus / "statements", corpus / "annotators" / name)
    told = json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))["provenance"]
    ada = {"made_by": "person", "model": None, "version": None, "date": "2025-02"}
    bruno = {"made_by": "program", "model": "Muster", "version": "7", "date": None}
    describe(corpus, provenance=told | {"passes": {"ada": ada, "bruno": bruno}})
