"""`chithi prompt`: what a language model is sent, and that its answers go into `chithi score`."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import chithi
from chithi.cli import main
from chithi.records.layout import shipped
from chithi.records.schemas import load

from .conftest import records
from .test_docs import README, ROOT
from .test_score import corpus_records, without

SCHEMA = "extraction.schema.json"
LABELS = ("start", "end", "id", "offices", "actors", "english")
KEYWORDS = set("$schema title description type properties required additionalProperties items anyOf enum".split())


def prompted(tmp_path: Path, *options: str) -> list[dict[str, Any]]:
    out = tmp_path / "prompts.jsonl"
    assert main(["prompt", "--out", str(out), *options]) == 0
    return records(out)


def answer_to(statement: dict[str, Any]) -> dict[str, Any]:
    """A perfect answer: the spans of the gold statement, as the schema wants them."""
    layers = ("speaker", "role", "directives", "requests")
    return {layer: without(statement[layer], *LABELS) for layer in layers}


def test_the_schema_is_the_one_that_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prompt", "--schema"]) == 0
    shipping = (ROOT / "schema" / SCHEMA).read_text(encoding="utf-8")
    assert capsys.readouterr().out == shipping, f"run: chithi prompt --schema > schema/{SCHEMA}"


def test_the_schema_of_another_corpus_has_its_labels(capsys: pytest.CaptureFixture[str]) -> None:
    councils = Path(__file__).parent / "fixtures" / "councils"
    own = json.loads((councils / "schema" / "statement.schema.json").read_text(encoding="utf-8"))
    assert main(["prompt", "--schema", "--corpus", str(councils)]) == 0
    request = json.loads(capsys.readouterr().out)["properties"]["requests"]["items"]["properties"]
    assert request["topic"]["enum"] == own["properties"]["requests"]["items"]["properties"]["topic"]["enum"]


def keywords(schema: Any) -> Iterator[str]:
    """The keywords of a schema and of its parts, without the names of properties."""
    yield from schema
    for part in [
        *schema.get("properties", {}).values(),
        *schema.get("anyOf", []),
        *filter(None, [schema.get("items")]),
    ]:
        yield from keywords(part)


def test_the_schema_keeps_to_what_constrained_decoding_knows() -> None:
    schema = load(SCHEMA)
    assert set(keywords(schema)) == KEYWORDS
    llguidance = pytest.importorskip("llguidance")
    grammar = llguidance.LLMatcher.grammar_from_json_schema(json.dumps(schema))
    assert llguidance.LLMatcher.validate_grammar_with_warnings(grammar) == (False, [])


@pytest.mark.parametrize("split", ["train", "test"])
def test_all_statements_can_be_said_in_the_schema(split: str) -> None:
    validator = jsonschema.Draft202012Validator(load(SCHEMA))
    for statement in corpus_records(split):
        validator.validate(answer_to(statement))
        assert not validator.is_valid(statement)


def test_a_prompt_has_the_rules_examples_of_train_and_the_text(tmp_path: Path) -> None:
    found = prompted(tmp_path)
    test, train = ({one["id"]: one for one in corpus_records(split)} for split in ("test", "train"))
    texts = {one["text"]: one for one in train.values()}
    assert [prompt["id"] for prompt in found] == list(chithi.load()["test"]["id"])
    for prompt in found:
        system, *examples, asked = prompt["messages"]
        assert "The texts restate passages of press reports." in system["content"]
        assert system["role"] == "system"
        assert [turn["role"] for turn in examples] == ["user", "assistant"] * 5
        assert asked == {"role": "user", "content": test[prompt["id"]]["text"]}
        for shown, answer in zip(examples[::2], examples[1::2], strict=True):
            assert json.loads(answer["content"]) == answer_to(texts[shown["content"]])
        assert prompt["response_format"]["json_schema"]["schema"] == {
            k: v for k, v in load(SCHEMA).items() if k != "$schema"
        }


def test_examples_are_in_the_language_where_train_has_some(tmp_path: Path) -> None:
    languages = {one["text"]: one["report"].rpartition(".")[2][:2] for one in corpus_records("train")}
    (asked, *_) = prompted(tmp_path, "--language", "pl", "--examples", "8")
    assert [languages[turn["content"]] for turn in asked["messages"][1:-1:2]] == ["pl"] * 8
    (asked, *_) = prompted(tmp_path, "--language", "pl", "--examples", "0")
    assert len(asked["messages"]) == 2


def test_a_seed_draws_the_same_examples_again(tmp_path: Path) -> None:
    first, again, other = (prompted(tmp_path, "--language", "pl", "--seed", seed)[0] for seed in "112")
    assert first == again
    assert first["messages"][0] == other["messages"][0]
    assert first["messages"] != other["messages"]


def test_examples_for_train_are_on_other_events(tmp_path: Path) -> None:
    events = {one["text"]: one["report"].rpartition(".")[0] for one in corpus_records("train")}
    for prompt in prompted(tmp_path, "--split", "train"):
        shown = {events[turn["content"]] for turn in prompt["messages"][1:-1:2]}
        assert prompt["id"].split(".")[0] not in shown


def test_the_instructions_quote_no_statement(tmp_path: Path) -> None:
    """The examples of the guidelines stand in the corpus, many in test: none may reach a model."""
    rules = prompted(tmp_path, "--language", "pl")[0]["messages"][0]["content"]
    assert "✓" not in rules
    assert "✗" not in rules
    assert "## 5. Requests" in rules
    words = " ".join(re.findall(r"\w+", rules.casefold()))
    for statement in corpus_records("test"):
        said = re.findall(r"\w+", statement["text"].casefold())
        runs = (" ".join(said[n : n + 7]) for n in range(len(said) - 6))
        assert [run for run in runs if run in words] == []


def test_what_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prompt", "--split", "dev"]) == 2
    assert "no split 'dev' here: there are test, train" in capsys.readouterr().err


class Model(BaseHTTPRequestHandler):
    """A server that speaks the protocol of chat completions; its model knows all answers."""

    answers: dict[str, Any]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/v1/chat/completions"
        assert asked["response_format"]["type"] == "json_schema"
        content = json.dumps(self.answers[asked["messages"][-1]["content"]], ensure_ascii=False)
        message = {"role": "assistant", "content": content}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        body = json.dumps({"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice],
                           "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
                           "system_fingerprint": ""}).encode()  # fmt: skip
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def model() -> Iterator[str]:
    Model.answers = {one["text"]: answer_to(one) for one in corpus_records()}
    with ThreadingHTTPServer(("127.0.0.1", 0), Model) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def test_readme_asks_a_model_and_scores_its_answers(
    tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prompts for the whole of test, a server over loopback, README's lines, the scorer."""
    (script,) = (block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "import urllib" in block)
    assert script.count("\n") <= 10
    prompted(tmp_path)
    code = script.replace("http://localhost:8000/v1", model)
    assert code != script
    run = subprocess.run([sys.executable, "-c", code], check=False, cwd=tmp_path, capture_output=True, timeout=300)
    assert run.returncode == 0, run.stderr.decode()
    (tmp_path / "answers.jsonl").write_bytes(run.stdout)
    capsys.readouterr()
    assert main(["score", str(tmp_path / "answers.jsonl"), "--format", "json"]) == 0
    scores = json.loads(capsys.readouterr().out)["scores"]
    assert min(s["value"] for s in scores if s["group"] == "all" and s["measure"] == "f1") > 0.97
    assert {s["attribute"] for s in scores} == {None, "act", "topic"}
    assert shipped("corpus").is_dir()
