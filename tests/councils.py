"""A corpus of two invented reports on Dutch municipal councils, with its own schemas; and ways to change it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

COUNCILS = Path(__file__).parent / "fixtures" / "councils"
TRAIN, TEST = "waterdrecht-council-2025-03.en.jsonl", "lindermeer-council-2025-05.en.jsonl"
Change = Callable[[dict[str, Any]], object]


def copied(folder: Path) -> Path:
    """A copy of the corpus in a folder."""
    return Path(shutil.copytree(COUNCILS, folder / "councils"))


def without_test(corpus: Path) -> Path:
    """The corpus without its test split, and without the entries that only that split uses."""
    (corpus / "statements" / TEST).unlink()
    shutil.rmtree(corpus / "annotators")
    rewrite(corpus / "corpus.json", lambda metadata: metadata["provenance"].update(passes={}))
    used = (corpus / "statements" / TRAIN).read_text(encoding="utf-8")
    for name in ("reports", "actors", "offices", "directives"):
        path = corpus / f"{name}.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if f'"{json.loads(line)["id"]}"' in used), encoding="utf-8")
    return corpus


def rewrite(path: Path, change: Change) -> None:
    """Changes the JSON object in a file, such as a schema."""
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
