"""A small corpus whose texts have characters beyond the BMP, Arabic, and what else tempts tools to count wrongly."""

from pathlib import Path

from chithi.records.canonical import canonical

from . import small
from .rules.cases import span
from .small import Record, last, numbered, report, request

EMOJI = (
    "\U0001f600 Ada, sekretarz \U0001d49c, prosi \U00010348komitet o plan 45 \U0001f468\u200d\U0001f469 i prosi "
    "komitet o \U00010437ciszę. \U0001f600"
)
ARABIC = "\U0001f600 طَلَبَ رئيسُ الوزراء آدا من \U0001ee00اللجنة تنفيذَ الخطة ٤٥ بسرعة، ومن المجالس الصمت."
ENGLISH = '\U0001f600 Ada asks the committee & <the councils> for "plan" 45.'
STATEMENTS = [
    numbered(
        EMOJI,
        1,
        "astral.pl",
        paragraph=3,
        translation="\U0001f600 Ada, the secretary, asks the committee for plan 45 and for silence.",
        speaker=span(EMOJI, "Ada", id="ada"),
        role=span(EMOJI, "sekretarz \U0001d49c", offices=["secretary", "chair"]),
        directives=[span(EMOJI, "45", id="plan-45")],
        requests=[
            request(
                EMOJI, "plan 45 \U0001f468\u200d\U0001f469", ("\U00010348komitet", ["committee", "councils"]), "plan 45"
            ),
            request(EMOJI, "\U00010437ciszę", None, "silence"),
        ],
    ),
    numbered(
        ARABIC,
        1,
        "astral.ar",
        translation="Prime Minister Ada asked the committee to carry out plan 45 fast, and the councils for silence.",
        speaker=span(ARABIC, "آدا", id="ada"),
        role=span(ARABIC, "رئيسُ الوزراء", offices=["chair"]),
        directives=[span(ARABIC, "٤٥", id="plan-45")],
        requests=[
            request(ARABIC, "تنفيذَ الخطة ٤٥ بسرعة", ("\U0001ee00اللجنة", ["committee"]), "carry out plan 45 fast"),
            request(ARABIC, "الصمت", ("المجالس", ["councils"]), "silence"),
        ],
    ),
    numbered(ARABIC, 2, "astral.ar", translation="The same, without spans."),
    numbered(
        ENGLISH,
        1,
        "astral.en",
        speaker=span(ENGLISH, "Ada", id="ada"),
        requests=[
            request(ENGLISH, '"plan" 45', ("the committee & <the councils>", ["committee", "councils"])),
        ],
        directives=[last(ENGLISH, "45", id="plan-46")],
    ),
]
REPORTS = [report(f"astral.{language}", "train", published="2025-05-07") for language in ("pl", "ar", "en")]


def write(folder: Path) -> Path:
    """Writes the corpus: that of `small`, and these reports."""
    small.write(folder)
    with (folder / "reports.jsonl").open("ab") as stream:
        stream.write(b"".join(canonical(entry, "reports") for entry in REPORTS))
    for record in STATEMENTS:
        with (folder / "statements" / f"{record['report']}.jsonl").open("ab") as stream:
            stream.write(canonical(record, "statements"))
    return folder


def records() -> dict[str, Record]:
    """All statements by id."""
    return {record["id"]: record for record in [*small.STATEMENTS, *STATEMENTS]}
