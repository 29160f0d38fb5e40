"""The codebook: the corpus holds every example that it gives."""

import re
from pathlib import Path

import orjson

ROOT = Path(__file__).parents[1]
EXAMPLE = re.compile(r"✓ `([^`]+)` «([^»]+)»")


def test_every_example_stands_in_its_statement() -> None:
    text = (ROOT / "corpus" / "GUIDELINES.md").read_text(encoding="utf-8")
    lines = b"".join(path.read_bytes() for path in sorted((ROOT / "corpus" / "statements").glob("*.jsonl")))
    texts = {record["id"]: record["text"] for record in map(orjson.loads, lines.splitlines())}
    examples = EXAMPLE.findall(text)
    assert len(examples) == text.count("✓") - 2  # two of them explain the sign
    assert [(name, words) for name, words in examples if words not in texts.get(name, "")] == []
