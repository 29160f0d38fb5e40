"""What must hold for each command on a spoilt corpus."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chithi
from chithi.formats import FORMATS, READABLE, TextFormat
from chithi.validation.rule import NOTICES
from chithi.validation.rules import RULES

from .counting import expected, published, values
from .running import Case

ANNOTATION = re.compile(r"::error (file|line|col|title)=[^,\n]*(,(line|col|title)=[^,\n]*)*::\S.*")
NOT_PUBLISHED = ("no corpus.json", "no statements", "nothing was published", "corpus.json")
MARKED = "# A\n\n<!-- counts -->\n<!-- /counts -->\n\n<!-- example -->\n<!-- /example -->\n<!-- counts -->\n"


def check(case: Case, release: Path) -> int:
    """Runs validate and some of the other checks. Returns validate's exit code.

    `release` is a build of another corpus.
    """
    before = state(case.corpus)
    status, found = validate(case)
    accepted = status == 0
    odds: dict[Callable[..., None], float] = {
        addresses: 0.35, jobs: 0.3, forms: 0.4, one_file: 0.3, python: 0.4, formatting: 0.45,
        stats: 0.4, agreement: 0.3, export: 0.3, browse: 0.3, publish: 0.9 if accepted else 0.2,
    }  # fmt: skip
    for run, chance in odds.items():
        if case.chance.random() < chance:
            run(case, status, found, release)
    case.expect(state(case.corpus) == before, "all", "a command has changed the corpus")
    return status


def state(folder: Path) -> dict[bytes, Any]:
    """Everything below a folder."""
    found: dict[bytes, Any] = {}
    for place, folders, files in os.walk(os.fsencode(folder)):
        for name in folders + files:
            path = os.path.join(place, name)
            link = os.path.islink(path)
            found[path] = os.readlink(path) if link else Path(os.fsdecode(path)).read_bytes() if regular(path) else None
    return found


def regular(path: bytes) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)


def validate(case: Case) -> tuple[int, list[dict[str, Any]]]:
    """The plain run, as JSON: each finding has a file, a line in it and a code with documentation."""
    done = case.run("validate", "--corpus", case.corpus, "--format", "json")
    if done.status not in (0, 1):
        return done.status, []
    found = case.json(done, "validate") or []
    case.expect(bool(found) == (done.status == 1), "validate", f"{len(found)} findings, exit code {done.status}")
    for problem in found:
        located(case, problem)
    return done.status, found


def located(case: Case, problem: dict[str, Any]) -> None:
    """A finding's place exists."""
    path = os.path.join(os.fsencode(case.corpus), os.fsencode(problem["path"]))
    what = f"{problem['code']} at {problem['path']!r}:{problem['line']}:{problem['column']}: {problem['message'][:150]}"
    case.expect(os.path.lexists(path), "validate", f"no such file: {what}")
    rule = (RULES | NOTICES).get(problem["code"])
    documented = bool(rule and rule.doc.strip())
    case.expect(documented, "validate", f"no documentation: {what}")
    case.expect(bool(problem["message"].strip() and problem["hint"].strip()), "validate", f"no message or hint: {what}")
    lines = Path(os.fsdecode(path)).read_bytes().split(b"\n") if os.path.isfile(path) else [b""]
    most = max(1, len(lines) - (lines[-1] == b""))
    case.expect(0 <= problem["line"] <= most, "validate", f"no such line of {most}: {what}")
    if 0 < problem["line"] <= most:
        width = len(lines[problem["line"] - 1].decode(errors="replace"))
        case.expect(1 <= problem["column"] <= width + 1, "validate", f"no such column of {width}: {what}")


def addresses(case: Case, status: int, found: list[Any], release: Path) -> None:
    """However the corpus is addressed, the findings are the same."""
    plain = case.run("validate", "--corpus", case.corpus, "--format", "json")
    link = case.folder / "l[i]nk"
    link.unlink(missing_ok=True)
    link.symlink_to(case.corpus)
    parent = case.corpus.parent
    ways: list[tuple[list[str | Path], Path]] = [
        (["--corpus", case.corpus.name], parent),
        (["--corpus", "."], case.corpus),
        (["--corpus", link], case.folder),
        (["--corpus", f"../{parent.name}/{case.corpus.name}/"], parent),
        ([case.corpus], case.folder),
    ]
    given, cwd = case.chance.choice(ways)
    other = case.run("validate", "--format", "json", *given, cwd=cwd)
    if given[0] == case.corpus and other.status == 2 and not (case.corpus / "reports.jsonl").exists():
        return
    same = (plain.status, plain.out) == (other.status, other.out)
    case.expect(same, "validate", f"other findings with {given} in {cwd}: {first_difference(plain.out, other.out)}")


def first_difference(one: str, other: str) -> str:
    """The first lines that differ."""
    pairs = zip(one.split("\n") + ["-"], other.split("\n") + ["-"], strict=False)
    return next((f"{a[:300]!r} / {b[:300]!r}" for a, b in pairs if a != b), "the exit code")


def jobs(case: Case, status: int, found: list[Any], release: Path) -> None:
    """Two jobs find what one finds."""
    one = case.run("validate", "--corpus", case.corpus, "--format", "json")
    two = case.run("validate", "--corpus", case.corpus, "--format", "json", "--jobs", "2")
    same = (one.status, one.out) == (two.status, two.out)
    case.expect(same, "validate", f"other findings with two jobs: {first_difference(one.out, two.out)}")


def forms(case: Case, status: int, found: list[Any], release: Path) -> None:
    """All formats give the same findings, well formed."""
    form = case.chance.choice(["text", "github", "sarif"])
    done = case.run("validate", "--corpus", case.corpus, "--format", form)
    case.expect(done.status == status, "validate", f"exit code {done.status} with {form}, else {status}")
    if done.status == 2:
        return
    if form == "text":
        summary = done.out.rstrip("\n").split("\n")[-1]
        count = {0: "no problems", 1: "1 problem "}.get(len(found), f"{len(found):,} problems")
        case.expect(summary.startswith(count), "validate", f"{len(found)} findings, but {summary!r}")
    elif form == "github":
        lines = done.out.split("\n")[:-1]
        odd = [line for line in lines if not ANNOTATION.fullmatch(line)]
        case.expect(not odd and len(lines) == len(found), "validate", f"{len(lines)} for {len(found)}, odd: {odd[:2]}")
    elif log := case.json(done, "validate"):
        results = log["runs"][0]["results"]
        regions = [r["locations"][0]["physicalLocation"].get("region", {"startLine": 0}) for r in results]
        same = [r["ruleId"] for r in results] == [p["code"] for p in found]
        same &= [region["startLine"] for region in regions] == [p["line"] for p in found]
        case.expect(same, "validate", f"{len(results)} results of SARIF for {len(found)} findings, or in other places")


def one_file(case: Case, status: int, found: list[Any], release: Path) -> None:
    """A single file can be checked."""
    there = [path for path in sorted(case.corpus.rglob("*")) if not path.is_dir() or path.is_symlink()]
    if there:
        path = case.chance.choice(there)
        done = case.run("validate", "--corpus", case.corpus, "--format", "json", "--", path)
        if done.status in (0, 1) and isinstance(problems := case.json(done, "validate"), list):
            for problem in problems:
                located(case, problem)
            draft = path.suffix != ".jsonl"  # of any other name, a file is one of statements that are not in the corpus
            none = status != 0 or draft or not problems
            case.expect(none, "validate", f"findings in {path} alone, none in the whole corpus")


def python(case: Case, status: int, found: list[Any], release: Path) -> None:
    """The Python interface raises what it says, and reads what is valid."""
    corpus = case.guarded("Corpus.read", lambda: chithi.Corpus.read(case.corpus), chithi.CorpusError)
    case.expect(bool(corpus) or status != 0, "Corpus.read", "a valid corpus was not read")
    config = case.chance.choice(["statements", "requests", "tokens", "passes", "reports", "actors", "x"])
    dataset = case.guarded("load", lambda: chithi.load(config, case.corpus), chithi.CorpusError, ValueError)
    if status == 0 and corpus:
        ids = expected(case.corpus)
        at = {split: sum(found.values()) for (name, split), found in ids.items() if name == config}
        loaded = {split: rows.num_rows for split, rows in (dataset or {}).items()}
        case.expect(loaded == at, "load", f"{config}: {loaded} of {at}")
        for kind in (chithi.Statement, chithi.Report, chithi.Actor, chithi.Office, chithi.Directive):
            case.guarded("Corpus.read", lambda kind=kind: list(corpus.records(kind)))


def formatting(case: Case, status: int, found: list[Any], release: Path) -> None:
    """`format` keeps all values or leaves a file to the byte; what it has formatted, it leaves."""
    copy = case.folder / "formatted"
    shutil.rmtree(copy, ignore_errors=True)
    subprocess.run(["cp", "-a", case.corpus, copy], check=True)
    before = state(copy)
    checked = case.run("format", "--corpus", copy, "--check")
    case.expect(state(copy) == before, "format", "--check changed a file")
    done = case.run("format", "--corpus", copy)
    after = state(copy)
    case.expect(after.keys() == before.keys(), "format", "other files than before")
    changed = [path for path in before if after.get(path) != before[path]]
    tables = [path for path in changed if not path.endswith(b"corpus.json")]  # people lay that out as they like
    case.expect(status != 0 or not tables, "format", f"a table of a valid corpus was changed: {tables[:1]}")
    for path in changed:
        kept = values(after[path])
        old = values(before[path])
        case.expect(kept is not None and kept == old, "format", f"other values in {path!r}: {lost(old, kept)}")
    agree = checked.status == (done.status or bool(changed))
    case.expect(agree, "format", f"--check {checked.status}, then {done.status}")
    again = case.run("format", "--corpus", copy)
    case.expect(state(copy) == after, "format", "a second run changed a file")
    case.expect(again.status == done.status, "format", f"a second run gives {again.status}, the first {done.status}")


def lost(old: Any, new: Any) -> str:
    if old is None or new is None:
        return "no JSON before" if old is None else "no JSON after"
    return f"{list((old - new).elements())[:1]} became {list((new - old).elements())[:1]}"[:600]


def stats(case: Case, status: int, found: list[Any], release: Path) -> None:
    """`stats` counts any valid corpus, as text and JSON, and draws and writes."""
    marked = case.folder / "MARKED.md"
    marked.write_text(MARKED)
    plot = case.folder / "plot.svg"
    ways = [[], ["--format", "json"], ["--leaks"], ["--leaks", "--format", "json"]]
    for more in case.chance.sample([*ways, ["--write", marked], ["--plot", plot]], 2):
        done = case.run("stats", "--corpus", case.corpus, *more)
        fine = status != 0 or done.status == 0 or "no statements" in done.err
        case.expect(fine, "stats", f"{more}: {done.status} of a valid corpus: {done.err}")
        if "json" in more and done.status == 0:
            case.json(done, "stats")
        if "--write" in more and done.status == 0:
            written = marked.read_text()
            case.run("stats", "--corpus", case.corpus, *more)
            case.expect(marked.read_text() == written, "stats", "--write a second time changed the file")


def agreement(case: Case, status: int, found: list[Any], release: Path) -> None:
    """`agreement` compares the passes of any valid corpus that has two."""
    more = case.chance.choice([[], ["--format", "json"], ["--list"], ["--list", "--format", "json"], ["--by-language"]])
    done = case.run("agreement", "--corpus", case.corpus, *more)
    none = "passes" in done.err
    case.expect(status != 0 or done.status == 0 or none, "agreement", f"{done.status} of a valid corpus: {done.err}")
    if "json" in more and done.status == 0:
        case.json(done, "agreement")


def export(case: Case, status: int, found: list[Any], release: Path) -> None:
    """Any valid corpus can be exported in any format, and comes back as it was where that can be imported."""
    form = case.chance.choice(sorted(FORMATS))
    more = case.chance.choice([[], ["--split", "test"], ["--language", "pl"]])
    if not isinstance(FORMATS[form], TextFormat) or case.chance.random() < 0.5:
        more = [*more, "--out", case.folder / f"out.{form}"]
    done = case.run("export", "--corpus", case.corpus, "--to", form, *more, raw=True)
    fine = status != 0 or done.status == 0 or re.search("no (split|language) |pip install", done.err)
    case.expect(bool(fine), "export", f"{done.status} of a valid corpus: {done.err}")
    if form in READABLE and done.status == 0:
        back(case, status, form)


def back(case: Case, status: int, form: str) -> None:
    """What was exported of a valid corpus is imported as it was."""
    records = case.folder / f"back.{form}"
    done = case.run("import", "--corpus", case.corpus, "--from", form, case.folder / f"out.{form}", "--out", records)
    none = "there is no statement here" in done.out
    case.expect(status != 0 or done.status == 0 or none, "import", f"{done.status} of a valid corpus: {done.out}")
    if status == 0 and done.status == 0:
        for path in records.iterdir():
            same = path.read_bytes() == (case.corpus / "statements" / path.name).read_bytes()
            case.expect(same, "import", f"{path.name} came back from {form} as another")


def browse(case: Case, status: int, found: list[Any], release: Path) -> None:
    """Any valid corpus can be looked at, and none ends the script that holds it."""
    page = case.folder / "page.html"
    done = case.run("browse", "--corpus", case.corpus, "--out", page)
    fine = status != 0 or done.status == 0 or "no statements" in done.err
    case.expect(fine, "browse", f"{done.status} of a valid corpus: {done.err}")
    if done.status == 0:
        case.expect(page.read_text(encoding="utf-8").count("</script") == 2, "browse", "a text ended a script")


def publish(case: Case, status: int, found: list[Any], release: Path) -> None:
    """What is valid is published whole, and nothing else is published at all."""
    out = case.folder / "out" / "build"
    load = ["--load"] if case.chance.random() < 0.15 else []
    done = case.run("publish", "--corpus", case.corpus, "--out", out, *load)
    if status != 0:
        wanted = {1} if status == 1 else {1, 2}
        case.expect(done.status in wanted, "publish", f"{done.status}, but validate gives {status}: {done.err}")
        case.expect(not out.exists(), "publish", "an invalid corpus was published")
        return
    if done.status == 1 and re.search(r"no corpus\.json|has no statements", done.err):
        return
    case.expect(done.status == 0, "publish", f"{done.status} of a valid corpus: {done.out[-300:]}{done.err}")
    if done.status == 0:
        wanted, there = expected(case.corpus), published(out)
        odd = {key for key in wanted.keys() | there.keys() if wanted.get(key) != there.get(key)}
        case.expect(not odd, "publish", f"other rows than the corpus has: {sorted(odd)}")
        twice = [name for ids in there.values() for name, count in ids.items() if count > 1]
        case.expect(not twice, "publish", f"rows that stand twice: {twice[:3]}")
        json.loads((out / "croissant.json").read_text())
        left = sorted(path.name for path in out.parent.iterdir())
        case.expect(left == ["build"], "publish", f"left behind: {left}")
        compare(case, out, release)


def compare(case: Case, out: Path, release: Path) -> None:
    """`diff` compares builds."""
    form = case.chance.choice(["text", "json"])
    same = case.run("diff", out, out, "--format", form)
    case.expect(same.status == 0, "diff", f"{same.status} of a build and itself: {same.err}")
    other = case.run("diff", release, out, "--format", form)
    case.expect(other.status in (0, 1), "diff", f"{other.status} of two builds: {other.err}")
    if form == "json" and other.status in (0, 1):
        case.json(other, "diff")
