"""Reading two annotators' passes from the folder annotators/ of a corpus."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from chithi.evaluation.annotations import Annotation, annotation
from chithi.evaluation.matching import Pair
from chithi.records.files import read_regular
from chithi.records.layout import ANNOTATORS
from chithi.records.records import Statement


class AgreementError(Exception):
    """The passes cannot be compared; the message says why."""


def read_pairs(corpus: Path, passes: tuple[str, str] | None = None) -> list[Pair]:
    """The statements that two passes share, in the order of the first; by default of the only two passes.

    Raises AgreementError if there are not two passes, no shared statement, or different texts.
    """
    folder = corpus / ANNOTATORS
    names = passes or only_two(folder)
    one, two = (read_pass(folder / name) for name in names)
    if not (common := [name for name in one if name in two]):
        raise AgreementError(f"no statement stands in both passes, {names[0]} and {names[1]}")
    for name in common:
        if one[name].text != two[name].text:
            raise AgreementError(f"the passes have different texts of {name}: agreement is about one text")
    return [Pair(one[name], two[name]) for name in common]


def count_alone(corpus: Path, passes: tuple[str, str] | None = None) -> dict[str, int]:
    """The number of statements that stand in one of the two passes only, by the name of that pass."""
    names = passes or only_two(corpus / ANNOTATORS)
    one, two = (read_pass(corpus / ANNOTATORS / name).keys() for name in names)
    return {names[0]: len(one - two), names[1]: len(two - one)}


def only_two(folder: Path) -> tuple[str, str]:
    """The names of the two passes in a folder. Raises AgreementError if it holds fewer or more."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    if len(names) != 2:  # noqa: PLR2004
        remedy = "name the two to compare with --passes ONE TWO"
        raise AgreementError(f"{folder} holds {len(names)} passes: {remedy}")
    return names[0], names[1]


def read_pass(folder: Path) -> dict[str, Annotation]:
    """The statements of a pass by id. Raises AgreementError if the folder does not exist or a line is no statement."""
    if not folder.is_dir():
        raise AgreementError(f"{folder}: no such pass")
    found = (annotation(statement) for path in sorted(folder.glob("*.jsonl")) for statement in statements_in(path))
    return {statement.id: statement for statement in found}


def statements_in(path: Path) -> Iterator[Statement]:
    """The statements in a file. Raises AgreementError, with the line number, for a line that is no statement."""
    decoder = msgspec.json.Decoder(Statement)
    for number, line in enumerate(read_regular(path).split(b"\n"), 1):
        try:
            if line.strip():
                yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise AgreementError(f"{path}:{number}: no statement stands here ({error}): run chithi validate") from error
